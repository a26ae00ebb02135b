"""Two engines side by side: where they first differ, and the shortest list of drafts that shows it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.support.naive_engine import NaiveEngine
from tests.support.order_flow import ACCOUNTS, placed
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
    for instrument in engine.instruments():
        symbol = instrument.symbol
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
    return [by_name, by_orig, engine.find_order_by_id(command.order_id)]


def first_difference(
    commands: Sequence[AnyCommand], views_every: int = 1, closed_orders_max: int = CLOSED_ORDERS_MAX
) -> str:
    """Apply the commands to both engines; say where they differ, or "" when they never do."""
    naive, engine = NaiveEngine(closed_orders_max), Engine(closed_orders_max)
    for seq, command in enumerate(commands, 1):
        expected: object = naive.apply(command, seq, seq)
        actual: object = engine.apply(command, seq, seq)
        if expected == actual:
            expected, actual = named_orders(naive, command), named_orders(engine, command)
        if expected == actual and seq % views_every == 0:
            expected, actual = views(naive), views(engine)
        if expected != actual:
            return f"command {seq} was {command}\nthe rules give {expected}\nthe engine gave {actual}"
    return ""


def shortest(drafts: Sequence[AnyCommand], fails: Callable[[list[AnyCommand]], bool]) -> list[AnyCommand]:
    """Take drafts away as long as the rest, once placed, still fails: halves first, single ones last."""
    kept = list(drafts)
    size = max(1, len(kept) // 2)
    while size:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if fails(placed(fewer)):
                kept = fewer
            else:
                start += size
        size //= 2
    return kept


def explain(drafts: Sequence[AnyCommand], closed_orders_max: int = CLOSED_ORDERS_MAX) -> str:
    """The shortest flow that makes the engines differ, command by command, and the difference."""

    def differs(commands: list[AnyCommand]) -> bool:
        return first_difference(commands, 1, closed_orders_max) != ""

    commands = placed(shortest(drafts, differs))
    difference = first_difference(commands, 1, closed_orders_max)
    return "\n".join([*map(str, commands), difference])
