"""A new order: the checks of the trading rules in their order, then acceptance and what matching makes of it.

The checks stand in terms.py and risk.py, and answer with a reason of venue.reasons, or 0 for none; the first
one decides.
"""

from typing import TypeAlias, cast

from msgspec.structs import astuple, replace

from venue.engine.accounts import Session
from venue.engine.bands import reference
from venue.engine.ending import cancel
from venue.engine.liquidity import affordable_lots, fills, takes
from venue.engine.matching import trade_or_rest
from venue.engine.order import Order
from venue.engine.refusal_text import refusal_text
from venue.engine.risk import entry_refusal
from venue.engine.state import State
from venue.engine.terms import (
    bound_reason,
    cash_reason,
    group_reason,
    lots_reason,
    number_reason,
    price_reason,
    quantity_reason,
    state_reason,
    time_reason,
    trail_reason,
)
from venue.engine.triggers import wait_or_fire
from venue.messages import (
    DAY,
    FOK,
    GTC,
    GTD,
    POST_ONLY,
    EnterOrder,
    OrderAccepted,
    OrderRejected,
    OrderStatusReported,
)
from venue.reasons import (
    BOOK_EMPTY,
    DUPLICATE_CL_ORD_ID,
    FOK_UNFILLABLE,
    KILLED,
    MIN_QTY_UNFILLABLE,
    NOT_ENTITLED,
    POST_ONLY_WOULD_TAKE,
    UNKNOWN_ACCOUNT,
    UNKNOWN_SYMBOL,
)

# EnterOrder's fields in their order: unpacking them at once costs a third of twenty-one attribute reads.
Fields: TypeAlias = tuple[
    str, str, str, str, int, int, int, int, int, int, int, int, int, bool, int, int, bool, int, int, str, str
]
Examined: TypeAlias = tuple[Order | None, int, str]  # the order when it may enter; else a reason and its text


def enter(state: State, request: EnterOrder) -> None:
    """Accept or reject one new order. Cost: O(trades + log levels), and see liquidity.fills for FOK."""
    fields = fields_of(request)
    session = state.session(fields[0])
    cl_ord_id = fields[2]
    known = session.cl_ord_ids.get(cl_ord_id)
    if known is not None:
        answer_duplicate(state, request, known)
        return
    order, reason, text = examine(state, session, request, fields)
    if order is None:
        state.events.append(OrderRejected(state.exec_id(), reason, text, request))
        return
    accept(state, session, order, cl_ord_id)
    work(state, order)


def fields_of(request: EnterOrder) -> Fields:
    return cast(Fields, astuple(request))


def examine(
    state: State, session: Session, request: EnterOrder, fields: Fields, is_held: bool = False, new_orders: int = 1
) -> Examined:
    """Make the order a request asks for, or say what forbids it; nothing changes yet.

    fields: the request's own, unpacked; is_held: of a list, and waiting for another order of it; new_orders: how
    many come with it, 0 when an order of its list has answered for it already.
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
        _,
    ) = fields
    book = state.books.get(symbol)
    if book is None:
        return None, UNKNOWN_SYMBOL, ""
    account = session.trades.get(account_name)
    if account is None:
        reason = NOT_ENTITLED if account_name in state.accounts else UNKNOWN_ACCOUNT
        return None, reason, f"{account_name} in {symbol}" if reason == NOT_ENTITLED else ""
    holding = account.holdings.get(symbol)
    if holding is None:
        holding = state.holding(account, book)
    may_rest = time_in_force in (DAY, GTC, GTD)
    if not holding.is_entitled:
        reason = NOT_ENTITLED
    elif session.is_killed or account.is_killed:
        reason = KILLED
    else:
        reason = 0 if is_held else state_reason(book, ord_type, may_rest, min_lots)
    if reason:
        return None, reason, refusal_text(state, reason, request.session, account, book, qty_lots)
    reason = (
        number_reason(qty_lots, price_ticks, stop_ticks, cash_units, display_lots, min_lots, expire_ns, trail_ticks)
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
        return None, reason, refusal_text(state, reason, request.session, account, book, qty_lots)
    if order_group:
        reason = group_reason(account, order_group, symbol)
    if trail_ticks and not reason:
        reason = trail_reason(book, is_held)
    if reason:
        return None, reason, ""
    order = Order(0, holding, state.time_ns, terms, side, time_in_force, qty_lots, price_ticks, display_lots)
    order.is_plain = not (stop_ticks or trail_ticks or min_lots or order_group or time_in_force == FOK)
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


def accept(state: State, session: Session, order: Order, cl_ord_id: str) -> None:
    """Give an order its id and say that it is in."""
    state.admit(order)
    session.cl_ord_ids[cl_ord_id] = order
    state.events.append(OrderAccepted(order.order_id, state.exec_id(), order.terms, 0, order.leaves_lots, 0))


def work(state: State, order: Order) -> None:
    """Let an accepted order trigger, match and rest."""
    if order.is_plain:  # nearly all are: spare them the look at their terms
        trade_or_rest(state, order)
        return
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
