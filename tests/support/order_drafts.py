"""Drafts of random commands that collide: few prices, few lots, few accounts, now and then a term that cannot be.

A *draft* is a command whose names and times are relative ("the third last ClOrdID", "in four
nanoseconds"); tests.support.order_flow makes commands of them. Drafts are drawn through a `Choose`, a
function that picks one of several options, so that Hypothesis and a seeded generator share them.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, TypeVar

from msgspec.structs import replace

from venue import reasons
from venue.messages import (
    ACCOUNT_DEFAULT,
    ALLOW,
    BUY,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DAY,
    DECREMENT,
    FOK,
    GTC,
    GTD,
    IOC,
    LIMIT,
    MARKET,
    ON_BID,
    ON_LAST,
    ON_MID,
    ON_OFFER,
    REQUEST_CANCEL,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    REQUEST_REPLACE,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_STOP,
    UNCHANGED,
    AnyCommand,
    CancelOrder,
    EnterOrder,
    MassCancel,
    OrdType,
    RefuseRequest,
    ReplaceOrder,
)

T = TypeVar("T")


class Choose(Protocol):
    def __call__(self, options: Sequence[T], /) -> T: ...


Draft: TypeAlias = Callable[[Choose], AnyCommand]

MAY_REST = (DAY, GTC, GTD)
SESSIONS = ("S1", "S1", "S2")
ACCOUNTS = ("ANN", "BOB", "CAT", "DAN", "EVE")
GROUPS = ("",) * 16 + ("G1", "G1", "G1", "G2")
ORD_TYPES: tuple[OrdType, ...] = (
    *(LIMIT,) * 18,
    *(MARKET,) * 4,
    *(STOP,) * 2,
    *(STOP_LIMIT,) * 2,
    *(TAKE_PROFIT,) * 2,
    *(TAKE_PROFIT_LIMIT,) * 2,
    *(TRAILING_STOP,) * 3,
)
SYMBOLS = (*("X",) * 12, *("Y",) * 4, "Z")
PRICES = (5, 4, 6, 3, 7, 2, 8, 1, 9)
PRICE_CENTRE_X2 = 10  # a price p mirrors to 10 - p
LOTS = (1, 2, 2, 3, 3, 4, 5, 7, 10, 20)
DISPLAY_LOTS = (0, 0, 0, 0, 1, 2, 3)
EXPIRE_IN_NS = (2, 4, 4, 10, 10, 20, 40, 1)  # 1 is now: too late
PRICE_HUGE = 2**62  # its notional is beyond 64 bits
NAMES_BACK = (1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 30)
ENTERED_PERCENT = (25, 28, 30, 32, 34, 35, 36, 38, 40, 42, 44, 46, 50, 60)  # about so many of them are accepted


def draft_order(choose: Choose) -> EnterOrder:
    ord_type = choose(ORD_TYPES)
    order = EnterOrder(
        session=choose(SESSIONS),
        account=choose(ACCOUNTS),
        cl_ord_id=draft_name(choose),
        symbol=choose(SYMBOLS),
        side=choose((BUY, SELL)),
        ord_type=ord_type,
        time_in_force=DAY,
        qty_lots=choose(LOTS),
        self_match=choose((ACCOUNT_DEFAULT,) * 6 + (CANCEL_INCOMING, CANCEL_RESTING, CANCEL_BOTH, DECREMENT, ALLOW)),
        order_group=choose(GROUPS),
    )
    order = draft_terms(choose, order)
    for _ in range(choose((0,) * 12 + (1, 1, 2))):
        order = spoil(choose, order, SPOILED_ORDER)
    return order


def draft_terms(choose: Choose, order: EnterOrder) -> EnterOrder:
    """The terms that belong to the order's type."""
    if order.ord_type == LIMIT:
        return draft_limit(choose, order)
    if order.ord_type == MARKET:
        return draft_market(choose, order)
    return draft_trigger(choose, order)


def draft_name(choose: Choose) -> str:
    """Nearly always a new ClOrdID; else the last but so many of the session."""
    return f"={choose(NAMES_BACK)}" if choose((False,) * 19 + (True,)) else ""


def draft_limit(choose: Choose, order: EnterOrder) -> EnterOrder:
    time_in_force = choose((DAY, DAY, DAY, GTC, GTC, GTD, IOC, FOK))
    order = replace(order, time_in_force=time_in_force, price_ticks=choose(PRICES))
    if time_in_force == GTD:
        order = replace(order, expire_ns=choose(EXPIRE_IN_NS))
    extra = choose(("", "", "", "", "min_lots", "post_only", "display_lots", "display_lots"))
    if extra == "min_lots":
        return replace(order, min_lots=min(order.qty_lots, choose(LOTS)))
    if time_in_force in (IOC, FOK):
        return order
    if extra == "post_only":
        return replace(order, post_only=True)
    if extra == "display_lots":
        return replace(order, display_lots=min(order.qty_lots, choose((1, 2, 3))))
    return order


def draft_market(choose: Choose, order: EnterOrder) -> EnterOrder:
    time_in_force = choose((DAY, IOC, FOK, GTC))
    extra = choose(("", "", "", "min_lots", "cash_units", "cash_units"))
    if extra == "min_lots":
        min_lots = min(order.qty_lots, choose(LOTS))
        return replace(order, time_in_force=time_in_force, min_lots=min_lots)
    if extra == "cash_units":
        cash_units = choose((5, 20, 60, 150, 3))
        return replace(order, time_in_force=time_in_force, qty_lots=0, cash_units=cash_units)
    return replace(order, time_in_force=time_in_force)


def draft_trigger(choose: Choose, order: EnterOrder) -> EnterOrder:
    time_in_force = choose((DAY, GTC, GTD))
    order = replace(order, time_in_force=time_in_force)
    if time_in_force == GTD:
        order = replace(order, expire_ns=choose(EXPIRE_IN_NS))
    if order.ord_type == TRAILING_STOP:
        return replace(order, trail_ticks=choose((1, 1, 2, 3)))
    trigger = choose((ON_LAST, ON_LAST, ON_LAST, ON_BID, ON_OFFER, ON_MID))
    order = replace(order, stop_ticks=choose(PRICES), trigger=trigger)
    if order.ord_type in (STOP, TAKE_PROFIT):
        return order
    display_lots = min(order.qty_lots, choose(DISPLAY_LOTS))
    return replace(order, price_ticks=choose(PRICES), display_lots=display_lots)


SPOILED_ORDER: tuple[tuple[str, Sequence[object]], ...] = (
    ("symbol", ("Z",)),
    ("account", ("NOBODY",)),
    ("qty_lots", (0, -1, 21, 100)),
    ("price_ticks", (0, 5, -1)),
    ("stop_ticks", (0, 5, -1)),
    ("cash_units", (9, -1)),
    ("display_lots", (1, 21, -1)),
    ("min_lots", (1, 21, -1)),
    ("expire_ns", (0, 1, 9, -1)),
    ("time_in_force", (UNCHANGED, DAY, IOC, FOK, GTD)),
    ("post_only", (True,)),
    ("trail_ticks", (1, 0, -1)),
    ("trigger", (ON_BID, ON_MID)),
    ("session", ("S3", "NOBODY")),
    ("price_ticks", (PRICE_HUGE,)),
    ("stop_ticks", (PRICE_HUGE,)),
    ("poss_resend", (True,)),
)


def spoil(choose: Choose, draft: T, spoiled: Sequence[tuple[str, Sequence[object]]]) -> T:
    """Change one term to what is likely, yet not sure, to be refused."""
    name, values = choose(spoiled)
    return replace(draft, **{name: choose(values)})  # type: ignore[type-var]


def draft_target(choose: Choose) -> tuple[str, int]:
    """(orig_cl_ord_id, order_id): how a cancel or replace names its order."""
    by = choose(("-",) * 8 + ("=", "order_id"))
    return ("", -choose(ENTERED_PERCENT)) if by == "order_id" else (f"{by}{choose(NAMES_BACK)}", 0)


def draft_cancel(choose: Choose) -> CancelOrder:
    orig_cl_ord_id, order_id = draft_target(choose)
    return CancelOrder(
        choose(SESSIONS),
        choose(ACCOUNTS),
        draft_name(choose),
        orig_cl_ord_id,
        order_id,
        symbol=choose(("",) * 12 + ("X", "Y")),
        side=choose((0,) * 12 + (BUY, SELL)),
        poss_resend=choose((False,) * 9 + (True,)),
    )


def draft_replace(choose: Choose) -> ReplaceOrder:
    orig_cl_ord_id, order_id = draft_target(choose)
    request = ReplaceOrder(
        choose(SESSIONS),
        choose(ACCOUNTS),
        draft_name(choose),
        orig_cl_ord_id,
        order_id,
        qty_lots=choose((0, 0, 0, 1, 1, 1, *LOTS)),
        price_ticks=choose((0,) * 9 + PRICES),
        poss_resend=choose((False,) * 9 + (True,)),
    )
    for _ in range(choose((0, 0, 0, 1, 1, 2))):
        request = spoil(choose, request, CHANGED_TERMS)
    return request


CHANGED_TERMS: tuple[tuple[str, Sequence[object]], ...] = (
    ("stop_ticks", PRICES),
    ("stop_ticks", PRICES),
    ("display_lots", (1, 2, 3, 20)),
    ("display_lots", (1, 2, 3)),
    ("time_in_force", (DAY, GTC, GTD, IOC, FOK)),
    ("time_in_force", (DAY, GTC)),
    ("expire_ns", EXPIRE_IN_NS),
    ("symbol", ("X", "Y")),
    ("side", (BUY, SELL)),
    ("ord_type", (LIMIT, LIMIT, STOP_LIMIT)),
    ("qty_lots", (21, -1)),
    ("price_ticks", (-1,)),
    ("expire_ns", (-1,)),
    ("price_ticks", (PRICE_HUGE,)),
)


def draft_mass_cancel(choose: Choose) -> MassCancel:
    return MassCancel(
        choose((*SESSIONS, *SESSIONS, "S3")),
        choose((*ACCOUNTS, *ACCOUNTS, "NOBODY")),
        draft_name(choose),
        symbol=choose(("", "X", "Y", "Z")),
        side=choose((0, BUY, SELL)),
        session_only=choose((False, True)),
        reason=choose((reasons.REQUESTED, reasons.REQUESTED, reasons.CONNECTION_LOST)),
    )


def draft_order_cancel(choose: Choose) -> MassCancel:
    """Of one order by its OrderID, whose account it should be."""
    return MassCancel(
        choose(SESSIONS),
        choose(ACCOUNTS),
        draft_name(choose),
        symbol=choose(("", "", "", "X", "Y")),
        side=choose((0, 0, 0, BUY, SELL)),
        session_only=choose((False, False, False, True)),
        reason=choose((reasons.REQUESTED, reasons.BY_OPERATOR)),
        by="operator",
        order_id=-choose(ENTERED_PERCENT),
    )


def draft_refusal(choose: Choose) -> RefuseRequest:
    return RefuseRequest(
        choose(SESSIONS),
        choose(ACCOUNTS),
        draft_name(choose),
        f"-{choose(NAMES_BACK)}",
        request=choose((REQUEST_ENTER, REQUEST_CANCEL, REQUEST_REPLACE, REQUEST_MASS_CANCEL)),
        symbol=choose(("X", "Z")),
        side=choose((0, BUY, SELL)),
        reason=choose((reasons.OFF_TICK, reasons.RATE_LIMIT)),
        text="price was 1.005",
        price_text="1.005",
    )
