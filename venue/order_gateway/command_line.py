"""The gateway's commands, on their way to the venue that journals them.

    session threads ──submit, query──► bounded queue ──► thread ──a group──► RemoteJournal ──► venue

One group is under way at a time, and what comes meanwhile is the next (as with the sequencer's own batches): so
commands stay in their order also when the venue, whose queue is full, has to be asked again. Meanwhile the queue here
fills, and who submits waits, as in the venue itself.

A question is answered by this process's own engine, where everything is applied that was submitted before it, or was
durable by then.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, Full, Queue
from typing import Final, TypeAlias

from venue.config import SequencerConfig
from venue.errors import OperatorError, VenueError
from venue.journal import JournalReader, RemoteJournal
from venue.journal.frames import BUSY
from venue.messages import AnyCommand, Command
from venue.order_gateway.following import Following, Question

log = logging.getLogger(__name__)

GROUP_MAX: Final = 500  # commands that go as one group

_Item: TypeAlias = AnyCommand | Question | None  # None: stop


class CommandLine:
    """`Commands` of the FIX gateway. `on_failure` is called, on a thread of ours, when the venue can be told nothing
    any more: what became of the commands under way is not known here, the journal knows it."""

    def __init__(
        self,
        venue: RemoteJournal,
        following: Following,
        reader: JournalReader,
        config: SequencerConfig,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._venue = venue
        self._following = following
        self._reader = reader
        self._patience_s = config.enter_timeout_s
        self._on_failure = on_failure
        self._queue: Queue[_Item] = Queue(config.queue_max)
        self._has_ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="command line", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what was accepted, unless the venue is gone, and end."""
        while self._thread.is_alive():
            if self._enter(None, 0.1):
                break
        self._thread.join()
        self._has_ended.set()

    def submit(self, command: AnyCommand, timeout_s: float | None = None) -> bool:
        """False: not accepted (the queue stayed full for timeout_s, or the venue is gone)."""
        return self._enter(command, timeout_s)

    def query(self, question: Question, timeout_s: float | None = None) -> bool:
        """False: as submit."""
        return self._enter(question, timeout_s)

    def _enter(self, item: _Item, timeout_s: float | None) -> bool:
        if self._has_ended.is_set():
            return False
        try:
            self._queue.put(item, timeout=self._patience_s if timeout_s is None else timeout_s)
        except Full:
            return False
        return True

    # -- our thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._pass_on(self._next_items()):
                pass
        except VenueError as error:
            self._has_ended.set()
            self._on_failure(error)
        except Exception as error:
            log.critical("the command line: %s", error, exc_info=error)
            self._has_ended.set()
            self._on_failure(error)

    def _next_items(self) -> list[_Item]:
        items = [self._queue.get()]
        try:
            while len(items) < GROUP_MAX:
                items.append(self._queue.get_nowait())
        except Empty:
            pass
        return items

    def _pass_on(self, items: list[_Item]) -> bool:
        """Commands up to each question as one group, then the question. False: stop() was reached."""
        group: list[AnyCommand] = []
        for item in items:
            if isinstance(item, Command):
                group.append(item)
                continue
            self._append(group)
            group = []
            if item is None:
                return False
            self._following.ask(self._reader.last_seq(), item)
        self._append(group)
        return True

    def _append(self, group: Sequence[AnyCommand]) -> None:
        """Return when the commands are durable. Raises JournalError when the venue ends before it answers."""
        if not group:
            return
        try:
            while not self._is_taken(group):
                log.warning("the venue's queue stayed full: it is asked again")
        except _TooLongError:
            middle = len(group) // 2
            self._append(group[:middle])
            self._append(group[middle:])

    def _is_taken(self, group: Sequence[AnyCommand]) -> bool:
        try:
            answer = self._venue.send(group)
        except OperatorError:
            if len(group) == 1:
                raise
            raise _TooLongError from None
        try:
            answer.result()
        except OperatorError as refused:
            if str(refused) != BUSY:
                raise
            return False
        self._following.news.set()
        return True


class _TooLongError(Exception):
    """The group does not fit into one request."""
