"""The gateway's attendant: one thread for what neither trades nor may wait in a session's own thread."""

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

log = logging.getLogger(__name__)

PERIOD_S: Final = 1.0


class Attendant:
    """Calls `periodic` about once a second and after the last task; and tasks in the order they come."""

    def __init__(self, periodic: Callable[[], None]) -> None:
        self._periodic = periodic
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="FIX attendant", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def do(self, task: Callable[[], None]) -> None:
        self._tasks.put(task)

    def finish(self, timeout_s: float) -> None:
        """Wait until what was asked for so far is done."""
        finished = threading.Event()
        self._tasks.put(finished.set)
        finished.wait(timeout_s)

    def stop(self) -> None:
        """Finish what was asked for, then end, if it was started."""
        self._tasks.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        due = time.monotonic() + PERIOD_S
        while True:
            try:
                task = self._tasks.get(timeout=max(0.0, due - time.monotonic()))
            except Empty:
                task = self._periodic
                due = time.monotonic() + PERIOD_S
            self._guarded(task or self._periodic)
            if task is None:
                return

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:
            log.exception("the attendant could not finish a task")
