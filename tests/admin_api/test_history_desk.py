"""Where the history is asked: who waits for whom, and who does not."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from admin_api.history.desk import ASKED_AT_ONCE, THREADS, WAITING_MAX, HistoryDesk
from admin_api.problems import ProblemError
from tests.support.waiting import wait_until
from venue.config import VenueConfig
from venue.recorder.reading import History


class Held:
    """Questions that are answered when `release` is set."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.under_way = 0
        self._counting = threading.Lock()

    def __call__(self, _history: History) -> str:
        with self._counting:
            self.under_way += 1
        assert self.release.wait(30)
        return "at last"


async def until(condition: Callable[[], bool], promise: str) -> None:
    await asyncio.to_thread(wait_until, condition, promise)


def test_heavy_questions_of_one_caller_hold_up_nobody_else(tmp_path: Path) -> None:
    """However many he asks, ASKED_AT_ONCE are under way; others are answered meanwhile, and the loop goes on."""

    async def ask() -> None:
        desk, held = HistoryDesk(VenueConfig(data=tmp_path)), Held()
        heavy = [asyncio.create_task(desk.ask("ann", held)) for _ in range(THREADS + 2)]
        await until(lambda: held.under_way == ASKED_AT_ONCE, "all that may are under way")
        assert await desk.ask("bob", lambda _: "at once") == "at once"
        assert held.under_way == ASKED_AT_ONCE
        held.release.set()
        assert await asyncio.gather(*heavy) == ["at last"] * len(heavy)
        desk.close()

    asyncio.run(ask())


def test_more_questions_than_may_wait_are_refused_at_once(tmp_path: Path) -> None:
    """With when to come again; those that wait are answered."""

    async def ask() -> None:
        desk, held = HistoryDesk(VenueConfig(data=tmp_path)), Held()
        waiting = [asyncio.create_task(desk.ask(f"caller {number}", held)) for number in range(WAITING_MAX)]
        await until(lambda: held.under_way == THREADS, "all threads are at work")
        with pytest.raises(ProblemError) as refused:
            await desk.ask("ann", held)
        assert (refused.value.problem.status, refused.value.headers) == (503, {"Retry-After": "1"})
        held.release.set()
        assert await asyncio.gather(*waiting) == ["at last"] * WAITING_MAX
        assert await desk.ask("ann", lambda _: 7) == 7
        desk.close()

    asyncio.run(ask())


def test_a_caller_who_goes_away_leaves_his_turn(tmp_path: Path) -> None:
    """A question that was given up while it waited is never asked."""

    async def ask() -> None:
        desk, held = HistoryDesk(VenueConfig(data=tmp_path)), Held()
        first = [asyncio.create_task(desk.ask("ann", held)) for _ in range(ASKED_AT_ONCE)]
        await until(lambda: held.under_way == ASKED_AT_ONCE, "the first are under way")
        third = asyncio.create_task(desk.ask("ann", held))
        await asyncio.sleep(0)
        third.cancel()
        held.release.set()
        await asyncio.gather(*first)
        assert await desk.ask("ann", lambda _: "next") == "next"
        assert held.under_way == ASKED_AT_ONCE
        desk.close()

    asyncio.run(ask())


def test_without_a_history_the_answer_says_so_and_not_where(tmp_path: Path) -> None:
    """Whoever asks need not know our folders."""
    desk = HistoryDesk(VenueConfig(data=tmp_path))
    with pytest.raises(ProblemError) as refused:
        asyncio.run(desk.ask("ann", lambda history: history.moment()))
    problem = refused.value.problem
    assert (problem.status, problem.reason) == (503, "unavailable")
    assert problem.detail == "there is no history yet: the recorder has not begun it"
    desk.close()
