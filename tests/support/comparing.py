"""Two engines side by side, command by command: where they first differ."""

from collections.abc import Sequence
from typing import TypeAlias

from tests.support.naive_engine import NaiveEngine
from tests.support.naive_views import Queued
from tests.support.order_drafts import ACCOUNTS
from tests.support.order_flow import batch_time_ns
from venue.engine.balances import TRANSACTIONS_MAX
from venue.engine.engine import CLOSED_ORDERS_MAX, Engine
from venue.engine.trades import TRADES_MAX
from venue.messages import AnyCommand, CancelOrder, EnterOrder, ReplaceOrder

AnyEngine: TypeAlias = Engine | NaiveEngine

LEVELS_MAX = 1_000
COUNTERS = ("journal_seq", "time_ns", "day_end_ns", "next_expiry_ns", "next_state_ns")
WHOLE = ("instruments", "accounts", "sessions", "currencies", "kill_switches")
OF_A_SYMBOL = ("instrument", "trading_state", "best")
OF_AN_ACCOUNT = ("open_orders", "positions", "balances", "fees", "limits")


def views(engine: AnyEngine) -> dict[str, object]:
    """Everything an engine answers about its state as a whole."""
    found: dict[str, object] = {name: getattr(engine, name) for name in COUNTERS}
    found |= {name: getattr(engine, name)() for name in WHOLE}
    for symbol in ("X", "Y", "Z"):  # Z is listed late, if ever
        found |= {f"{name} of {symbol}": getattr(engine, name)(symbol) for name in OF_A_SYMBOL}
        found |= {f"{levels} levels of {symbol}": engine.depth(symbol, levels) for levels in (2, LEVELS_MAX)}
    found["queues"] = engine.queues() if isinstance(engine, NaiveEngine) else queues(engine)
    for account in (*ACCOUNTS, "NEW"):
        found |= {f"{name} of {account}": getattr(engine, name)(account) for name in OF_AN_ACCOUNT}
    return found


def queues(engine: Engine) -> list[Queued]:
    """Every order among the bids and asks of each instrument, in the order of its queue."""
    found: list[tuple[str, int, int, int, int, int]] = []
    for account in engine.accounts():
        for status in engine.open_orders(account.account):
            place = engine.resting(status.order_id)
            if place is not None:
                side, price_ticks, shown_lots, rank = place
                found.append((status.terms.symbol, side, price_ticks, rank, shown_lots, status.order_id))
    return [(symbol, side, price, shown, order_id) for symbol, side, price, _, shown, order_id in sorted(found)]


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
    commands: Sequence[AnyCommand],
    views_every: int = 1,
    memory: tuple[int, int, int] = (CLOSED_ORDERS_MAX, TRADES_MAX, TRANSACTIONS_MAX),
) -> None:
    """Apply the commands to both engines: events, orders and views are the same after each of them."""
    naive, engine = NaiveEngine(*memory), Engine(*memory)
    for seq, command in enumerate(commands, 1):
        expected = naive.apply(command, seq, batch_time_ns(seq))
        assert engine.apply(command, seq, batch_time_ns(seq)) == expected
        assert named_orders(engine, command) == named_orders(naive, command)
        if seq % views_every == 0:
            assert views(engine) == views(naive)
