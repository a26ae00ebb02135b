"""A new order: the checks of the trading rules in their order, then acceptance and what matching makes of it.

Each check answers with a reason of venue.reasons, or 0 for none; the first reason decides.
"""

from typing import TypeAlias, cast

from msgspec.structs import astuple, replace

from venue.engine.accounts import Account, Session
from venue.engine.bands import reference
from venue.engine.book import Book
from venue.engine.ending import cancel
from venue.engine.liquidity import affordable_lots, fills, takes
from venue.engine.matching import trade_or_rest
from venue.engine.order import Order
from venue.engine.risk import entry_refusal
from venue.engine.state import State
from venue.engine.trailing import TRAILING_STOPS_MAX
from venue.engine.triggers import wait_or_fire
from venue.messages import (
    CANCEL_ONLY,
    CLOSED,
    DAY,
    FOK,
    GTC,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    MARKET,
    ON_LAST,
    OPEN,
    POST_ONLY,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_STOP,
    UNCHANGED,
    EnterOrder,
    OrderAccepted,
    OrderRejected,
    OrderStatusReported,
)
from venue.reasons import (
    BAD_VALUE,
    BOOK_EMPTY,
    DUPLICATE_CL_ORD_ID,
    EXPIRE_TIME_PAST,
    FIELD_NOT_ALLOWED,
    FOK_UNFILLABLE,
    GROUP_TRIPPED,
    KILLED,
    MIN_QTY_UNFILLABLE,
    MISMATCH,
    NO_REFERENCE,
    NOT_ACCEPTED_NOW,
    NOT_ENTITLED,
    POST_ONLY_WOULD_TAKE,
    PRICE_MISSING,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    STOP_PX_MISSING,
    UNKNOWN_ACCOUNT,
    UNKNOWN_GROUP,
    UNKNOWN_SYMBOL,
)

# EnterOrder's fields in their order: unpacking them at once costs a third of twenty attribute reads.
Fields: TypeAlias = tuple[
    str, str, str, str, int, int, int, int, int, int, int, int, int, bool, int, int, bool, int, int, str
]
Examined: TypeAlias = tuple[Order | None, int, str]  # the order when it may enter; else a reason and its text


def enter(state: State, request: EnterOrder) -> None:
    """Accept or reject one new order. Cost: O(trades + log levels), and see liquidity.fills for FOK."""
    session = state.session(request.session)
    known = session.cl_ord_ids.get(request.cl_ord_id)
    if known is not None:
        answer_duplicate(state, request, known)
        return
    order, reason, text = examine(state, session, request)
    if order is None:
        state.events.append(OrderRejected(state.exec_id(), reason, text, request))
        return
    accept(state, session, order)
    work(state, order)


def examine(
    state: State, session: Session, request: EnterOrder, is_held: bool = False, new_orders: int = 1
) -> Examined:
    """Make the order a request asks for, or say what forbids it; nothing changes yet.

    is_held: of a list, and waiting for another order of it; new_orders: how many come with it, 0 when an
    order of its list has answered for it already.
    """
    (
        _,
        account_name,
        _,
        symbol,
        side,
        ord_type,
        time_in_force,
        qty_lots,
        price_ticks,
        stop_ticks,
        cash_units,
        display_lots,
        min_lots,
        post_only,
        self_match,
        expire_ns,
        _,
        trail_ticks,
        trigger,
        order_group,
    ) = cast(Fields, astuple(request))
    book = state.books.get(symbol)
    if book is None:
        return None, UNKNOWN_SYMBOL, ""
    account = session.trades.get(account_name)
    if account is None:
        return None, NOT_ENTITLED if account_name in state.accounts else UNKNOWN_ACCOUNT, ""
    holding = account.holdings.get(symbol)
    if holding is None:
        holding = state.holding(account, book)
    if not holding.is_entitled:
        return None, NOT_ENTITLED, ""
    if session.is_killed or account.is_killed:
        return None, KILLED, ""
    may_rest = time_in_force in (DAY, GTC, GTD)
    reason = (
        (0 if is_held else state_reason(book, ord_type, may_rest, min_lots))
        or number_reason(qty_lots, price_ticks, stop_ticks, cash_units, display_lots, min_lots, expire_ns, trail_ticks)
        or price_reason(ord_type, price_ticks, stop_ticks, trail_ticks, trigger)
        or cash_reason(ord_type, qty_lots, cash_units)
        or lots_reason(ord_type, may_rest, qty_lots, display_lots, min_lots, post_only)
        or time_reason(ord_type, time_in_force, expire_ns, state.time_ns)
        or bound_reason(book, price_ticks, stop_ticks, trail_ticks)
    )
    if reason:
        return None, reason, ""
    terms = request
    if cash_units:
        qty_lots = affordable_lots(book, side, cash_units, account, self_match or account.self_match)
        if not qty_lots:
            return None, BOOK_EMPTY, ""
        terms = replace(request, qty_lots=qty_lots)
    reason = quantity_reason(book, qty_lots)
    if reason:
        return None, reason, ""
    if order_group:
        reason = group_reason(account, order_group, symbol)
        if reason:
            return None, reason, ""
    if trail_ticks:
        if reference(book) == 0 and not is_held:
            return None, NO_REFERENCE, ""
        if book.trailing.open_count >= TRAILING_STOPS_MAX:
            return None, NOT_ACCEPTED_NOW, ""
    order = Order(0, holding, state.time_ns, terms, side, time_in_force, qty_lots, price_ticks, display_lots)
    if trail_ticks:
        order.trail_ticks = trail_ticks
        if not is_held:
            order.trail(reference(book))
    if holding.is_bounded or book.collar_bp:
        reason, text = entry_refusal(order, is_held, new_orders)
        if reason:
            return None, reason, text
    if not is_held and (post_only or book.state == POST_ONLY) and takes(book, side, price_ticks):
        return None, POST_ONLY_WOULD_TAKE, ""
    return order, 0, ""


def accept(state: State, session: Session, order: Order) -> None:
    """Give an order its id and say that it is in."""
    terms = order.terms
    state.admit(order)
    session.cl_ord_ids[terms.cl_ord_id] = order
    state.events.append(OrderAccepted(order.order_id, state.exec_id(), terms, 0, order.leaves_lots, 0))


def work(state: State, order: Order) -> None:
    """Let an accepted order trigger, match and rest."""
    terms = order.terms
    if terms.stop_ticks:
        wait_or_fire(state, order)
        return
    min_lots: int = terms.min_lots
    if min_lots or order.time_in_force == FOK:
        account = order.account
        needed = order.leaves_lots if order.time_in_force == FOK else min_lots
        choice = terms.self_match or account.self_match
        if not fills(order.book, order.side, order.price_ticks, needed, account, choice):
            cancel(state, order, FOK_UNFILLABLE if order.time_in_force == FOK else MIN_QTY_UNFILLABLE)
            return
    trade_or_rest(state, order)


def answer_duplicate(state: State, request: EnterOrder, known: Order) -> None:
    """A ClOrdID(11) that came again: the state of the order that has it. Source: FIX 4.4 F.1.a, F.1.b."""
    if request.poss_resend:
        state.events.append(OrderStatusReported(state.exec_id(), known.status()))
        return
    state.events.append(
        OrderRejected(
            state.exec_id(),
            DUPLICATE_CL_ORD_ID,
            "",
            request,
            None,
            known.order_id,
            known.ord_status(),
            known.cum_lots,
            known.leaves_lots,
            known.notional,
        )
    )


# ---------------------------------------------------------------------------------------------------
# The checks


def state_reason(book: Book, ord_type: int, may_rest: bool, min_lots: int) -> int:
    if book.state == OPEN:
        return 0
    if book.state in (HALTED, CANCEL_ONLY, CLOSED) or ord_type != LIMIT or not may_rest or min_lots:
        return NOT_ACCEPTED_NOW
    return 0


def number_reason(
    qty: int, price: int, stop: int, cash: int, display: int, minimum: int, expire: int, trail: int
) -> int:
    if qty < 0 or price < 0 or stop < 0 or cash < 0 or display < 0 or minimum < 0 or expire < 0 or trail < 0:
        return BAD_VALUE
    return BAD_VALUE if qty == 0 and cash == 0 else 0


def price_reason(ord_type: int, price_ticks: int, stop_ticks: int, trail_ticks: int, trigger: int) -> int:
    """Price, stop and trail are there exactly where the type needs them; what is missing is said first."""
    needs_price = ord_type in (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
    needs_stop = ord_type in (STOP, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
    needs_trail = ord_type == TRAILING_STOP
    if needs_price and price_ticks == 0:
        return PRICE_MISSING
    if (needs_stop and stop_ticks == 0) or (needs_trail and trail_ticks == 0):
        return STOP_PX_MISSING
    if (
        (price_ticks and not needs_price)
        or (stop_ticks and not needs_stop)
        or (trail_ticks and not needs_trail)
        or (trigger != ON_LAST and not needs_stop)
    ):
        return FIELD_NOT_ALLOWED
    return 0


def cash_reason(ord_type: int, qty_lots: int, cash_units: int) -> int:
    return FIELD_NOT_ALLOWED if cash_units and (ord_type != MARKET or qty_lots) else 0


def lots_reason(ord_type: int, may_rest: bool, qty_lots: int, display_lots: int, min_lots: int, post_only: bool) -> int:
    if post_only and (ord_type != LIMIT or not may_rest or min_lots):
        return FIELD_NOT_ALLOWED
    if display_lots:
        is_priced = ord_type in (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
        if not is_priced or not may_rest or display_lots > qty_lots:
            return FIELD_NOT_ALLOWED
    if min_lots and (ord_type not in (MARKET, LIMIT) or min_lots > qty_lots):
        return FIELD_NOT_ALLOWED
    return 0


def time_reason(ord_type: int, time_in_force: int, expire_ns: int, time_ns: int) -> int:
    if time_in_force == GTD:
        if ord_type == MARKET:
            return FIELD_NOT_ALLOWED
        return 0 if expire_ns > time_ns else EXPIRE_TIME_PAST
    if expire_ns or time_in_force == UNCHANGED:
        return FIELD_NOT_ALLOWED
    if time_in_force in (IOC, FOK) and ord_type not in (MARKET, LIMIT):
        return FIELD_NOT_ALLOWED
    return 0


def bound_reason(book: Book, price_ticks: int, stop_ticks: int, trail_ticks: int) -> int:
    """No order's notional passes 64 bits."""
    price_max = book.price_max
    return BAD_VALUE if price_ticks > price_max or stop_ticks > price_max or trail_ticks > price_max else 0


def group_reason(account: Account, name: str, symbol: str) -> int:
    """Whether the fill-rate group an order names is there, of its instrument, and not tripped."""
    group = account.order_groups.get(name)
    if group is None:
        return UNKNOWN_GROUP
    if group.setting.symbol != symbol:
        return MISMATCH
    return GROUP_TRIPPED if group.is_tripped else 0


def quantity_reason(book: Book, qty_lots: int) -> int:
    if qty_lots < book.min_lots:
        return QTY_TOO_SMALL
    return QTY_TOO_LARGE if qty_lots > book.max_lots else 0
