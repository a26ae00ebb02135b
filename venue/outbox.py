"""A bounded queue of outgoing items with one sender thread: the sequencer appends and never waits.

    sequencer ──put──► queue ──► sender thread ──deliver──► QuickFIX session (store, then socket)

One outbox per session, so that a client that does not read fills its own and nobody notices but it.
The bound: when `bound` items wait, `on_full` is called, once until the queue has been emptied (the
session is logged out; its reports go on into the store, from which it gets them when it returns). The
second that takes must hold up nobody, so there is room for what may come meanwhile; when that is used up too
`put` waits for the sender: then the store itself is too slow to follow, and the venue must not run away from it.
"""

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, Generic, TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")

POLL_S: Final = 0.02
ROOM: Final = 100_000  # items beyond the bound, more than a venue makes in the second a slow client is given
RETRY_S: Final = 1.0  # pause before an item that was not taken (disk full) is tried again


class Outbox(Generic[Item]):
    """`deliver` runs on the sender thread and returns False when the item must be tried again. So does
    `hold`: with True before an item that others follow at once, with False after the last of them."""

    def __init__(
        self,
        name: str,
        bound: int,
        deliver: Callable[[Item], bool],
        on_full: Callable[[], None],
        hold: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.bound: Final = bound
        self._deliver = deliver
        self._on_full = on_full
        self._hold = hold
        self._items: SimpleQueue[Item | None] = SimpleQueue()  # None: stop
        self._is_full = False
        self._room = threading.Condition()
        self._resumed = threading.Event()
        self._resumed.set()
        self._is_delivering = False  # the sender is past the last look whether it is paused
        self._stopping = threading.Event()
        self._start_once = threading.Lock()
        self._started = False
        self._thread = threading.Thread(target=self._run, name=f"sender {name}", daemon=True)

    def __len__(self) -> int:
        return self._items.qsize()

    @property
    def thread_id(self) -> int | None:
        """The kernel's number of the sender thread; None before the first item."""
        return self._thread.native_id

    @property
    def is_full(self) -> bool:
        """From the bound on until it has been emptied."""
        return self._is_full

    def put(self, item: Item) -> None:
        """Append, from any thread. Cost: below a microsecond unless the bound is passed."""
        self._items.put(item)
        if self._items.qsize() >= self.bound:
            self._over_bound()
        if not self._started:
            self._start()

    def pause(self) -> None:
        """Hold the items back, so that a Logout(5) is the last thing the client gets."""
        self._resumed.clear()

    def wait_until_still(self, timeout_s: float) -> bool:
        """After `pause`: wait until the sender has finished the item it was at. False when that took longer."""
        end = time.monotonic() + timeout_s
        while self._is_delivering and time.monotonic() < end and not self._stopping.wait(POLL_S):
            pass
        return not self._is_delivering

    def resume(self) -> None:
        self._resumed.set()

    def wait_until_empty(self) -> None:
        """Wait until the sender has taken every item, or the outbox is stopped."""
        while self._items.qsize() and not self._stopping.wait(POLL_S):
            pass

    def stop(self, timeout_s: float) -> bool:
        """Deliver what waits and end the thread. False when that took longer than timeout_s."""
        self._items.put(None)
        self._stopping.set()
        self._resumed.set()
        if self._started:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _start(self) -> None:
        """The thread starts with the first item: a session that never trades costs none."""
        with self._start_once:
            if not self._started:
                self._started = True
                self._thread.start()

    def _over_bound(self) -> None:
        if not self._is_full:
            self._is_full = True
            self._on_full()
        if self._items.qsize() >= self.bound + ROOM:
            with self._room:
                self._room.wait_for(lambda: self._items.qsize() < self.bound + ROOM or self._stopping.is_set())

    # -- the sender thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        take, waiting, resumed = self._items.get, self._items.qsize, self._resumed
        is_holding = False
        while (item := take()) is not None:
            self._is_delivering = True
            while not resumed.is_set():
                self._is_delivering = False
                if is_holding:
                    is_holding = False
                    self._hold(False)
                resumed.wait()
                self._is_delivering = True
            if not is_holding and waiting():
                is_holding = True
                self._hold(True)
            if not self._delivered(item):
                return
            if is_holding and not waiting():
                is_holding = False
                self._hold(False)
            self._is_delivering = False
            if self._is_full:
                self._make_room()

    def _delivered(self, item: Item) -> bool:
        """Deliver, again and again if need be. False when stopped before the item was taken."""
        while True:
            try:
                if self._deliver(item):
                    return True
                log.error("%s: not taken, trying again", self._thread.name)
            except Exception:
                log.exception("%s: an item cannot be delivered and is dropped", self._thread.name)
                return True
            if self._stopping.wait(RETRY_S):
                return False

    def _make_room(self) -> None:
        """Let a waiting `put` go on; once empty, the next time the bound is reached counts again."""
        if not self._items.qsize():
            self._is_full = False
        with self._room:
            self._room.notify_all()
