"""Where the history is asked: by threads of its own, so that a heavy question holds up nobody who asks anything else.

A caller has ASKED_AT_ONCE questions under way, the others of his wait; nobody takes all threads. When too many wait,
a question is refused at once.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from admin_api.problems import ProblemError
from venue import reasons
from venue.config import VenueConfig
from venue.recorder.database import history_url
from venue.recorder.reading import History, HistoryError, open_history

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

THREADS: Final = 4
ASKED_AT_ONCE: Final = 2  # of one caller
WAITING_MAX: Final = 100  # of all


class HistoryDesk:
    """Used on the event loop only."""

    def __init__(self, config: VenueConfig) -> None:
        self._history: Final = open_history(history_url(config.recorder, config.data))
        self._threads: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="history")
        self._turns: Final[WeakValueDictionary[str, asyncio.Semaphore]] = WeakValueDictionary()
        self._asked = 0

    async def ask(self, caller: str, question: Callable[[History], Answer]) -> Answer:
        """What `question` returns, or raises. Raises ProblemError when too many wait."""
        if self._asked >= WAITING_MAX:
            raise ProblemError(
                reasons.UNAVAILABLE,
                f"{self._asked} questions to the history are under way",
                headers={"Retry-After": "1"},
            )
        turns = self._turns.get(caller)
        if turns is None:
            turns = self._turns[caller] = asyncio.Semaphore(ASKED_AT_ONCE)
        self._asked += 1
        try:
            async with turns:
                return await asyncio.get_running_loop().run_in_executor(self._threads, question, self._history)
        except HistoryError as error:
            log.warning("%s", error)
            raise ProblemError(reasons.UNAVAILABLE, error.outside) from error
        finally:
            self._asked -= 1

    def close(self) -> None:
        """Break off what is asked, and wait for nobody."""
        self._history.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
