"""The journal's batches, read ahead in a thread of their own: while one stretch is written the next one is decoded."""

import threading
from collections import deque
from typing import Final, NamedTuple

from venue.journal import Batch, JournalReader
from venue.messages import AnyCommand

COMMANDS_AHEAD_MAX: Final = 50_000  # decoded and not yet taken, but for the batch that passes them


class Decoded(NamedTuple):
    batch: Batch
    commands: list[AnyCommand]


class JournalFeed:
    """From the batch on that begins with `from_seq`. `take` is for one thread."""

    def __init__(self, reader: JournalReader, from_seq: int) -> None:
        self._reader = reader
        self._from_seq = from_seq
        self._ahead: deque[Decoded] = deque()
        self._commands_ahead = 0
        self._failure: Exception | None = None
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, name="journal feed", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping.set()
            self._changed.notify_all()
        self._thread.join()

    def take(self, commands_max: int, timeout_s: float) -> list[Decoded]:
        """The next batches, of so many commands or a batch more; none when none came in time. Raises what ended the
        reading: JournalError when the journal is broken."""
        with self._changed:
            self._changed.wait_for(lambda: self._ahead or self._failure, timeout_s)
            taken: list[Decoded] = []
            count = 0
            while self._ahead and count < commands_max:
                taken.append(self._ahead.popleft())
                count += len(taken[-1].commands)
            self._commands_ahead -= count
            self._changed.notify_all()
            if not taken and self._failure:
                raise self._failure
            return taken

    def _read(self) -> None:
        try:
            for batch in self._reader.follow(self._from_seq, self._stopping):
                self._put(Decoded(batch, batch.commands()))
        except Exception as error:  # whoever takes must hear of it
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _put(self, decoded: Decoded) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._commands_ahead < COMMANDS_AHEAD_MAX or self._stopping.is_set())
            self._ahead.append(decoded)
            self._commands_ahead += len(decoded.commands)
            self._changed.notify_all()
