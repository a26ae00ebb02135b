"""Two engines side by side, command by command: where they first differ."""

from collections.abc import Sequence
from typing import TypeAlias

from tests.support.naive_engine import NaiveEngine
from tests.support.order_drafts import ACCOUNTS
from tests.support.order_flow import batch_time_ns
from venue.engine.engine import CLOSED_ORDERS_MAX, Engine
from venue.messages import AnyCommand, CancelOrder, EnterOrder, ReplaceOrder

AnyEngine: TypeAlias = Engine | NaiveEngine

LEVELS_MAX = 1_000


def views(engine: AnyEngine) -> dict[str, object]:
    """Everything an engine answers about its state as a whole."""
    found: dict[str, object] = {
        "journal_seq": engine.journal_seq,
        "time_ns": engine.time_ns,
        "day_end_ns": engine.day_end_ns,
        "next_expiry_ns": engine.next_expiry_ns,
        "instruments": engine.instruments(),
        "accounts": engine.accounts(),
    }
    for symbol in ("X", "Y", "Z"):  # Z is listed late, if ever
        found[f"trading state of {symbol}"] = engine.trading_state(symbol)
        found[f"best of {symbol}"] = engine.best(symbol)
        found[f"depth of {symbol}"] = engine.depth(symbol, LEVELS_MAX)
        found[f"first two levels of {symbol}"] = engine.depth(symbol, 2)
    for account in (*ACCOUNTS, "NEW"):
        found[f"open orders of {account}"] = engine.open_orders(account)
    return found


def named_orders(engine: AnyEngine, command: AnyCommand) -> list[object]:
    """What an engine knows under the names a command uses."""
    if not isinstance(command, EnterOrder | CancelOrder | ReplaceOrder):
        return []
    by_name = engine.find_order(command.session, command.cl_ord_id)
    if isinstance(command, EnterOrder):
        return [by_name]
    by_orig = engine.find_order(command.session, command.orig_cl_ord_id)
    by_id = engine.find_order_by_id(command.order_id) if command.order_id else None
    return [by_name, by_orig, by_id]


def assert_same(
    commands: Sequence[AnyCommand], views_every: int = 1, closed_orders_max: int = CLOSED_ORDERS_MAX
) -> None:
    """Apply the commands to both engines: events, orders and views are the same after each of them."""
    naive, engine = NaiveEngine(closed_orders_max), Engine(closed_orders_max)
    for seq, command in enumerate(commands, 1):
        expected = naive.apply(command, seq, batch_time_ns(seq))
        assert engine.apply(command, seq, batch_time_ns(seq)) == expected
        assert named_orders(engine, command) == named_orders(naive, command)
        if seq % views_every == 0:
            assert views(engine) == views(naive)
