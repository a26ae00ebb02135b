"""Following the journal into an engine that lives on the event loop.

    thread: JournalReader.follow ─► decoded batches ─► bounded queue ─┐
    event loop:            sinks ◄─ events ◄─ Replica.apply_batch ◄───┘  a slice at a time

The loop applies for SLICE_S at most before it lets others run: a burst of orders, or the whole journal at the
start, holds up no request for longer.
"""

import asyncio
import heapq
import logging
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from queue import Full, Queue
from typing import Final, TypeAlias

from venue.journal import JournalReader
from venue.messages import AnyCommand
from venue.replica import Replica

log = logging.getLogger(__name__)

BATCHES_AHEAD_MAX: Final = 64  # decoded and not yet applied
SLICE_COMMANDS: Final = 64
SLICE_S: Final = 0.002

Decoded: TypeAlias = tuple[int, int, Sequence[AnyCommand]]  # first journal_seq, time_ns, commands


class Follower:
    """`on_slice` is called on the loop whenever some commands were applied, `on_failure` when the journal cannot
    be followed any more."""

    def __init__(
        self,
        reader: JournalReader,
        replica: Replica,
        on_slice: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._reader = reader
        self._replica = replica
        self._on_slice = on_slice
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._queue: Queue[Decoded] = Queue(BATCHES_AHEAD_MAX)
        self._under_way: Decoded | None = None
        self._is_applying = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []  # heap of (journal_seq, order, told)
        self._order = count()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, name="journal follower", daemon=True)
        self.start_seq: Final = reader.last_seq()  # what there was to replay at the start

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def journal_seq(self) -> int:
        """Of the last command applied here."""
        return self._replica.engine.journal_seq

    @property
    def is_caught_up(self) -> bool:
        """Whether everything that was in the journal at the start is applied."""
        return self.journal_seq >= self.start_seq

    async def applied(self, journal_seq: int) -> None:
        """Return when this command and all before it are applied."""
        if self.journal_seq < journal_seq:
            told: asyncio.Future[None] = self._loop.create_future()
            heapq.heappush(self._waiting, (journal_seq, next(self._order), told))
            await told

    def offer(self, first_seq: int, time_ns: int, commands: Sequence[AnyCommand]) -> None:
        """Apply commands the venue has just told to be durable, if they are the next ones: whoever wrote them is
        answered without waiting for the journal to be read. What comes from there later is skipped as far as it
        is known."""
        if first_seq == self.journal_seq + 1 and not self._is_applying:
            self._is_applying = True
            self._under_way, former = (first_seq, time_ns, commands), self._under_way
            assert former is None  # it is applying, else
            self._apply_some()

    # -- the event loop ----------------------------------------------------------------------------------

    def _wake(self) -> None:
        if not self._is_applying:
            self._is_applying = True
            self._apply_some()

    def _apply_some(self) -> None:
        """Apply until there is nothing left or the slice is over; then go on after the others' turn."""
        until_s = time.perf_counter() + SLICE_S
        try:
            while self._apply_next():
                if time.perf_counter() >= until_s:
                    self._loop.call_soon(self._apply_some)
                    break
            else:
                self._is_applying = False
        except Exception as error:  # a fault of ours: a replica that went on would tell something else than the venue
            log.critical("the journal cannot be applied: %s", error, exc_info=error)
            self._on_failure(error)
            return
        self._tell_who_waits()
        self._on_slice()

    def _apply_next(self) -> bool:
        """Apply a few commands; False when there are none."""
        if self._under_way is None:
            if self._queue.empty():  # only the loop takes out of it
                return False
            self._under_way = self._queue.get_nowait()
        first_seq, time_ns, commands = self._under_way
        if (known := self.journal_seq + 1 - first_seq) > 0:
            first_seq, commands = first_seq + known, commands[known:]
        self._replica.apply_batch(first_seq, time_ns, commands[:SLICE_COMMANDS])
        rest = commands[SLICE_COMMANDS:]
        self._under_way = (first_seq + SLICE_COMMANDS, time_ns, rest) if rest else None
        return True

    def _tell_who_waits(self) -> None:
        while self._waiting and self._waiting[0][0] <= self.journal_seq:
            _, _, told = heapq.heappop(self._waiting)
            if not told.done():
                told.set_result(None)

    # -- the reading thread ------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            for batch in self._reader.follow(self.journal_seq + 1, self._stopping):
                if batch.last_seq <= self.journal_seq:  # it was offered, and is verified now
                    continue
                decoded = (batch.first_seq, batch.time_ns, batch.commands())
                while not self._put(decoded):
                    if self._stopping.is_set():
                        return
                self._loop.call_soon_threadsafe(self._wake)
        except Exception as error:  # JournalError, or a bug: in each case the loop must hear of it
            log.critical("the journal cannot be followed: %s", error, exc_info=error)
            self._loop.call_soon_threadsafe(self._on_failure, error)

    def _put(self, decoded: Decoded) -> bool:
        try:
            self._queue.put(decoded, timeout=0.1)
        except Full:
            return False
        return True
