"""Plain builders of commands and expected events, and an engine with one instrument and four accounts.

X: lots 1 to 1000, notional_factor 1. ANN, BOB, CAT and DAN trade in a session of their own name; self-match
prevention cancels the incoming order. A buy of 5 lots at 100 by ANN is enter("a1", BUY, 5, 100).
"""

from typing import Any, Final

from msgspec.structs import replace

from venue.engine.engine import CLOSED_ORDERS_MAX, Engine
from venue.messages import (
    BUY,
    GTC,
    LIMIT,
    MARKET,
    SELL,
    AnyCommand,
    AnyEvent,
    CancelOrder,
    EnterOrder,
    ListInstrument,
    OpenAccount,
    OrderAccepted,
    OrderCanceled,
    OrderRejected,
    OrderTraded,
    OrdType,
    ReplaceOrder,
    SetSession,
    Side,
)

X: Final = ListInstrument("X", "BASE", "USD", "0.01", "0.001", 5, 1, 1, 1000)
ACCOUNTS: Final = ("ANN", "BOB", "CAT", "DAN")
SESSIONS: Final = tuple(SetSession(name, (name,), (), "operator", "opening") for name in ACCOUNTS)
OWNERS: Final = {"a": "ANN", "b": "BOB", "c": "CAT", "d": "DAN"}  # by the first letter of the ClOrdID


class Play:
    """An engine and its place in the journal: play(command, ...) gives the events of the last one."""

    def __init__(self, engine: Engine, time_ns: int = 1) -> None:
        self.engine = engine
        self.time_ns = time_ns

    def __call__(self, *commands: AnyCommand) -> list[AnyEvent]:
        events: list[AnyEvent] = []
        for command in commands:
            events = self.engine.apply(command, self.engine.journal_seq + 1, self.time_ns)
        return events


def opened(*before: AnyCommand, closed_orders_max: int = CLOSED_ORDERS_MAX) -> Play:
    """A play with X listed, the accounts open and the given commands applied."""
    play = Play(Engine(closed_orders_max))
    play(X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS, *before)
    return play


def enter(cl_ord_id: str, side: Side, qty_lots: int, price_ticks: int = 0, **terms: Any) -> EnterOrder:
    """LIMIT with a price, else MARKET; GTC; of the account whose letter the ClOrdID begins with."""
    owner = OWNERS[cl_ord_id[0]]
    ord_type: OrdType = LIMIT if price_ticks else MARKET
    plain = EnterOrder(owner, owner, cl_ord_id, "X", side, ord_type, GTC, qty_lots, price_ticks)
    return replace(plain, **terms)


def cancel(cl_ord_id: str, orig_cl_ord_id: str, **terms: Any) -> CancelOrder:
    owner = OWNERS[cl_ord_id[0]]
    return replace(CancelOrder(owner, owner, cl_ord_id, orig_cl_ord_id), **terms)


def change(cl_ord_id: str, orig_cl_ord_id: str, **terms: Any) -> ReplaceOrder:
    owner = OWNERS[cl_ord_id[0]]
    return replace(ReplaceOrder(owner, owner, cl_ord_id, orig_cl_ord_id), **terms)


def accepted(order_id: int, exec_id: int, terms: EnterOrder) -> OrderAccepted:
    return OrderAccepted(order_id, exec_id, terms, 0, terms.qty_lots, 0)


def rejected(exec_id: int, reason: int, request: EnterOrder, text: str = "") -> OrderRejected:
    return OrderRejected(exec_id, reason, text, request)


def canceled(order_id: int, exec_id: int, terms: EnterOrder, reason: int, **done: Any) -> OrderCanceled:
    """`done`: cum_lots and notional, when the order had traded; cl_ord_id, when a client asked."""
    return replace(OrderCanceled(order_id, exec_id, terms, 0, 0, 0, reason), **done)


def traded(
    trade_id: int,
    price_ticks: int,
    qty_lots: int,
    maker: tuple[int, int, EnterOrder],
    maker_done: tuple[int, int, int],
    taker: tuple[int, int, EnterOrder],
    taker_done: tuple[int, int, int],
) -> OrderTraded:
    """maker, taker: order_id, exec_id, terms; done: cum_lots, leaves_lots, notional after the trade."""
    return OrderTraded(trade_id, price_ticks, qty_lots, *maker, *maker_done, *taker, *taker_done)


def flipped(side: Side) -> Side:
    return SELL if side == BUY else BUY
