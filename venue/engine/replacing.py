"""Cancel/replace requests: new terms for an open order, in its place or with new time priority."""

from msgspec.structs import replace

from venue.engine.book import leave_queue
from venue.engine.canceling import open_order, refuse
from venue.engine.liquidity import takes
from venue.engine.locks import adjust
from venue.engine.matching import trade_or_rest
from venue.engine.order import Order
from venue.engine.refusal_text import refusal_text
from venue.engine.risk import NONE, Refusal, replace_refusal
from venue.engine.state import State
from venue.engine.terms import quantity_reason
from venue.engine.triggers import wait_or_fire
from venue.messages import (
    CANCEL_ONLY,
    CLOSED,
    FILLED,
    FOK,
    GTD,
    HALTED,
    IOC,
    POST_ONLY,
    EnterOrder,
    OrderReplaced,
    ReplaceOrder,
)
from venue.reasons import (
    BAD_VALUE,
    EXPIRE_TIME_PAST,
    FIELD_NOT_ALLOWED,
    KILLED,
    NOT_ACCEPTED_NOW,
    NOT_ENTITLED,
    POST_ONLY_WOULD_TAKE,
)


def replace_order(state: State, request: ReplaceOrder) -> None:
    """Cost: O(log levels + trades)."""
    cl_ord_ids = state.cl_ord_ids(request.session)
    order = open_order(state, request, cl_ord_ids, request.cl_ord_id, request.ord_type)
    if order is None:
        return
    terms = new_terms(order, request)
    reason, text = refusal(state, order, request, terms)
    if reason:
        refuse(state, request, reason, text)
        return
    former = order.terms
    stays = keeps_place(order, terms)
    if order.time_in_force == GTD:
        state.unwatch_expiry(order)  # by the former terms' expire_ns
    order.rename(terms)
    cl_ord_ids[terms.cl_ord_id] = order
    level = order.level
    if level is not None and stays:
        level.shrink(order, terms.qty_lots - order.cum_lots)
    else:
        leave_queue(order)
    order.change(terms)
    adjust(order)
    if order.time_in_force == GTD:
        state.watch_expiry(order)
    state.events.append(
        OrderReplaced(
            order.order_id,
            state.exec_id(),
            terms,
            order.cum_lots,
            order.leaves_lots,
            order.notional,
            former.cl_ord_id,
        )
    )
    if order.leaves_lots == 0:
        state.end(order, FILLED)
    elif stays or order.is_held:
        return
    elif order.is_waiting():
        wait_or_fire(state, order)
    else:
        trade_or_rest(state, order)


def new_terms(order: Order, request: ReplaceOrder) -> EnterOrder:
    """The order's terms with what the request gives; a quantity below the executed one becomes it."""
    terms = order.terms
    time_in_force = request.time_in_force or terms.time_in_force
    return replace(
        terms,
        cl_ord_id=request.cl_ord_id,
        time_in_force=time_in_force,
        qty_lots=max(request.qty_lots, order.cum_lots) if request.qty_lots else terms.qty_lots,
        price_ticks=request.price_ticks or terms.price_ticks,
        stop_ticks=request.stop_ticks or terms.stop_ticks,
        display_lots=request.display_lots or terms.display_lots,
        expire_ns=(request.expire_ns or terms.expire_ns) if time_in_force == GTD else 0,
    )


def refusal(state: State, order: Order, request: ReplaceOrder, terms: EnterOrder) -> Refusal:
    """The first reason to refuse the new terms, and its text."""
    reason = entitlement_reason(state, order, request) or terms_reason(state, order, request, terms)
    if reason:
        text = refusal_text(state, reason, request.session, order.account, order.book, request.qty_lots)
        return reason, text
    if terms.qty_lots == order.cum_lots or order.is_held or keeps_place(order, terms):
        return NONE
    holding = order.holding
    if holding.is_bounded or order.book.collar_bp:
        exceeded = replace_refusal(order, renewed(order, terms))
        if exceeded[0]:
            return exceeded
    is_maker_only = terms.post_only or order.book.state == POST_ONLY
    if is_maker_only and not order.is_waiting() and takes(order.book, order.side, terms.price_ticks):
        return POST_ONLY_WOULD_TAKE, ""
    return NONE


def entitlement_reason(state: State, order: Order, request: ReplaceOrder) -> int:
    """Whether the session may still change the order, and the instrument's state lets it."""
    book = order.book
    session = state.session(request.session)
    if order.terms.account not in session.trades or not order.holding.is_entitled:
        return NOT_ENTITLED
    if session.is_killed or order.account.is_killed:
        return KILLED
    if book.state in (HALTED, CANCEL_ONLY, CLOSED):
        return NOT_ACCEPTED_NOW
    return 0


def terms_reason(state: State, order: Order, request: ReplaceOrder, terms: EnterOrder) -> int:
    book = order.book
    if min(request.qty_lots, request.price_ticks, request.stop_ticks, request.display_lots, request.expire_ns) < 0:
        return BAD_VALUE
    new_qty_lots = request.qty_lots or terms.qty_lots
    is_gtd = terms.time_in_force == GTD
    if (
        (request.price_ticks and order.price_ticks == 0)
        or (request.stop_ticks and (order.trail_ticks or not order.is_waiting()))
        or (request.display_lots and (order.price_ticks == 0 or request.display_lots > new_qty_lots))
        or request.time_in_force in (IOC, FOK)
        or (request.expire_ns and not is_gtd)
        or (request.qty_lots and request.qty_lots != order.terms.qty_lots and is_one_of_several(order))
    ):
        return FIELD_NOT_ALLOWED
    is_larger = new_qty_lots > order.terms.qty_lots  # its own prices may be of a time when the bound was higher
    given = (terms.price_ticks, terms.stop_ticks) if is_larger else (request.price_ticks, request.stop_ticks)
    if max(given) > book.price_max:
        return BAD_VALUE
    if is_gtd and terms.expire_ns <= state.time_ns:
        return EXPIRE_TIME_PAST
    return quantity_reason(book, request.qty_lots) if request.qty_lots > order.cum_lots else 0


def renewed(order: Order, terms: EnterOrder) -> Order:
    """The order as it would enter again with its new terms, for the limits to look at."""
    candidate = Order(
        order.order_id,
        order.holding,
        order.entered_ns,
        terms,
        order.side,
        terms.time_in_force,
        terms.qty_lots - order.cum_lots,
        terms.price_ticks,
        terms.display_lots,
    )
    candidate.is_triggered = order.is_triggered
    return candidate


def is_one_of_several(order: Order) -> bool:
    """Whether other orders of its list are open: their quantities belong together."""
    return order.list is not None and order.list.open_count > 1


def keeps_place(order: Order, terms: EnterOrder) -> bool:
    """Whether the order stays where it is in its queue, with its time priority."""
    former = order.terms
    return (
        terms.qty_lots > order.cum_lots
        and terms.price_ticks == former.price_ticks
        and terms.stop_ticks == former.stop_ticks
        and terms.display_lots == former.display_lots
        and terms.qty_lots <= former.qty_lots
    )
