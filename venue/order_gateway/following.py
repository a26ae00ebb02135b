"""The journal into the gateway's engine, and the questions that are answered by it, each at its place.

    thread: JournalReader.follow ─► decoded batches ─┐
                                                     ├─► queue ─► thread: engine, sinks, answers
    CommandLine: questions ──────────────────────────┘

`news` is set by who knows of a batch that is durable: it is read at once then.
"""

import heapq
import logging
import threading
from collections.abc import Callable, Sequence
from itertools import count
from queue import SimpleQueue
from typing import Final, NamedTuple, TypeAlias

from venue.engine.engine import Engine
from venue.journal import JournalReader
from venue.messages import AnyCommand
from venue.replica import Replica

log = logging.getLogger(__name__)

BATCHES_AHEAD_MAX: Final = 64  # decoded and not yet applied
ROOM_S: Final = 0.1

Question: TypeAlias = Callable[[Engine], None]


class _Decoded(NamedTuple):
    first_seq: int
    time_ns: int
    commands: Sequence[AnyCommand]


class _Asked(NamedTuple):
    journal_seq: int  # that must be applied before
    order: int
    question: Question


class Following:
    """From where the replica stands, from start() to stop(). `on_failure` is called, on a thread of ours, when the
    journal cannot be read or applied any more."""

    def __init__(self, reader: JournalReader, replica: Replica, on_failure: Callable[[Exception], None]) -> None:
        self.news: Final = threading.Event()
        self._reader = reader
        self._replica = replica
        self._on_failure = on_failure
        self._order = count()
        self._queue: SimpleQueue[_Decoded | _Asked | None] = SimpleQueue()
        self._room = threading.Semaphore(BATCHES_AHEAD_MAX)
        self._waiting: list[_Asked] = []  # a heap
        self._stopping = threading.Event()
        self._reading = threading.Thread(target=self._guarded, args=(self._read,), name="journal reader", daemon=True)
        self._applying = threading.Thread(target=self._guarded, args=(self._apply,), name="replica", daemon=True)

    def start(self) -> None:
        self._reading.start()
        self._applying.start()

    def stop(self) -> None:
        """No event comes any more after it."""
        self._stopping.set()
        self.news.set()
        self._queue.put(None)
        self._reading.join()
        self._applying.join()

    @property
    def journal_seq(self) -> int:
        return self._replica.engine.journal_seq

    def ask(self, journal_seq: int, question: Question) -> None:
        """Have the question answered when that command and all before it are applied. It must not block."""
        self._queue.put(_Asked(journal_seq, next(self._order), question))

    # -- the reading thread ----------------------------------------------------------------------------

    def _read(self) -> None:
        for batch in self._reader.follow(self.journal_seq + 1, self._stopping, self.news):
            decoded = _Decoded(batch.first_seq, batch.time_ns, batch.commands())
            while not self._room.acquire(timeout=ROOM_S):
                if self._stopping.is_set():
                    return
            self._queue.put(decoded)

    # -- the applying thread ---------------------------------------------------------------------------

    def _apply(self) -> None:
        while not self._stopping.is_set() and (item := self._queue.get()) is not None:
            if isinstance(item, _Asked):
                heapq.heappush(self._waiting, item)
            else:
                self._room.release()
                self._apply_batch(*item)
            while self._waiting and self._waiting[0].journal_seq <= self.journal_seq:
                heapq.heappop(self._waiting).question(self._replica.engine)

    def _apply_batch(self, first_seq: int, time_ns: int, commands: Sequence[AnyCommand]) -> None:
        """The first batch may begin before where the replica stands."""
        next_seq = self.journal_seq + 1
        self._replica.apply_batch(next_seq, time_ns, commands[next_seq - first_seq :])

    def _guarded(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception as error:  # a replica that went on would tell clients something else than the venue
            log.critical("the journal cannot be followed: %s", error, exc_info=error)
            self._on_failure(error)
