"""What the admin process remembers of orders beside the engine: within bounds, and as long as the engine does."""

import asyncio
from collections.abc import Iterable
from itertools import count

import pytest
from fastapi import Response
from msgspec.structs import replace

from admin_api.idempotency import Answers
from admin_api.orders.index import BLOCK, OrderIndex
from admin_api.orders.keys import OrderKeys, cl_ord_id_of, new_cl_ord_id
from admin_api.problems import ProblemError
from tests.engine.builders import Play, cancel, enter, opened
from venue.messages import BUY, AnyCommand, EnterOrder, MassCancel
from venue.reasons import REASONS

ALL = 2**63 - 1


class Indexed:
    """A play whose events an index is told."""

    def __init__(self, closed_orders_max: int) -> None:
        self.play: Play = opened(closed_orders_max=closed_orders_max)
        self.index = OrderIndex(self.play.engine.find_order_by_id)

    def __call__(self, *commands: AnyCommand) -> None:
        for command in commands:
            self.index.on_events(0, self.play.engine.journal_seq, command, self.play(command))

    def ids(self, account: str | None, before_id: int = ALL, *, is_open: bool = False) -> list[int]:
        return list(self.index.newest_first(account, before_id, is_open=is_open))


def test_ids_come_newest_first_by_account_and_state() -> None:
    """All of an account, its open ones, those before an id, and all there are."""
    indexed = Indexed(1_000)
    indexed(*(enter(f"{'ab'[number % 2]}{number}", BUY, 5, 100) for number in range(3 * BLOCK)))
    indexed(cancel("a-c", "a0"), cancel("b-c", f"b{3 * BLOCK - 1}"))
    anns = list(range(3 * BLOCK - 1, 0, -2))
    assert indexed.ids("ANN") == anns
    assert indexed.ids("ANN", 2_002) == [order_id for order_id in anns if order_id < 2_002]
    assert indexed.ids("ANN", is_open=True) == anns[:-1]
    assert indexed.ids("BOB", 5, is_open=True) == [4, 2]
    assert indexed.ids(None) == list(range(3 * BLOCK, 0, -1))
    assert indexed.ids("CAT") == []
    assert indexed.index.trace(1).ended_ns == indexed.index.trace(1).updated_ns > 0
    assert indexed.index.trace(3).ended_ns == 0


def test_what_the_engine_has_forgotten_is_forgotten_here() -> None:
    """After many times the engine's memory, the index has a few blocks more than the engine has orders, and the one
    order that stayed open all the time is still there."""
    indexed = Indexed(BLOCK)
    indexed(enter("a-stays", BUY, 1, 50))
    for number in range(12 * BLOCK):
        indexed(enter(f"a{number}", BUY, 5, 100), cancel(f"a{number}c", f"a{number}"))
    known = indexed.ids("ANN")
    assert known[-1] == 1
    assert len(known) <= 5 * BLOCK
    assert indexed.ids("ANN", is_open=True) == [1]
    newest = 12 * BLOCK + 1
    assert indexed.index.trace(newest).ended_ns > 0
    assert indexed.index.trace(4 * BLOCK) == (0, 0, 0)


def keyed(cl_ord_id: str, qty_lots: int = 5) -> EnterOrder:
    return replace(enter("a", BUY, qty_lots, 100), session="api.desk", cl_ord_id=cl_ord_id, poss_resend=True)


def remembered(keys: OrderKeys, commands: Iterable[AnyCommand]) -> None:
    for journal_seq, command in enumerate(commands, 1):
        keys.on_events(journal_seq, 0, command, [])


def test_what_was_asked_under_a_key_is_remembered_within_a_bound() -> None:
    """The newest ones, by session and name, and only what came with a key."""
    keys = OrderKeys(remembered_max=3)
    plain, fix = replace(keyed("plain"), poss_resend=False), replace(keyed("fix"), session="DESK")
    remembered(keys, [plain, fix, *(keyed(f"k{number}") for number in range(5)), keyed("k4", 6)])
    assert [keys.asked("api.desk", f"k{number}") is not None for number in range(5)] == [False, False, True, True, True]
    assert keys.asked("api.desk", "plain") is keys.asked("DESK", "fix") is keys.asked("api.other", "k4") is None
    first = keys.asked("api.desk", "k4")
    assert first is not None
    assert first.command_hash == hash(keyed("k4"))


def test_a_mass_cancel_is_known_by_its_key_alone() -> None:
    """It has no mark that says it may come again: its name is that of a key."""
    keys = OrderKeys()
    name = cl_ord_id_of('"a key"')
    remembered(keys, [MassCancel("api.desk", "ANN", name), MassCancel("api.desk", "ANN", new_cl_ord_id())])
    assert keys.asked("api.desk", cl_ord_id_of("a key")) is not None
    assert len(name) <= 64


def test_answers_are_kept_within_a_bound_and_refusals_not_at_all() -> None:
    """The oldest answer goes first; what failed may be tried again under its key."""

    async def run() -> None:
        answers, numbers = Answers(answers_max=2), count(1)

        async def do() -> int:
            return next(numbers)

        async def fail() -> int:
            raise ProblemError(1)

        async def once(key: str | None, asked: str = "this") -> int:
            return await answers.once("desk", key, asked, Response(), do)

        assert [await once("a"), await once("a"), await once(None), await once(None)] == [1, 1, 2, 3]
        assert [await once("b"), await once("c"), await once("a")] == [4, 5, 6]
        with pytest.raises(ProblemError, match="Idempotency-Key"):
            await once("c", "that")
        with pytest.raises(ProblemError, match=REASONS[1].text):
            await answers.once("desk", "d", "this", Response(), fail)
        assert await once("d") == 7

    asyncio.run(run())
