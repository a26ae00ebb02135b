"""A new list of orders: all of it is accepted, or none. What the orders mean to each other stands in lists.py."""

from typing import Final

from venue.engine.accounts import Session
from venue.engine.entry import accept, examine, fields_of, work
from venue.engine.lists import OrderList
from venue.engine.order import Order
from venue.engine.state import State
from venue.engine.trailing import TRAILING_STOPS_MAX
from venue.messages import (
    BRACKET,
    FOK,
    IOC,
    MARKET,
    OCO,
    OTO,
    EnterList,
    EnterOrder,
    ListAccepted,
    ListRejected,
    OrderStatusReported,
)
from venue.reasons import DUPLICATE_CL_ORD_ID, FIELD_NOT_ALLOWED, NOT_ACCEPTED_NOW

ORDER_COUNTS: Final = {OCO: 2, OTO: 2, BRACKET: 3}


def enter_list(state: State, request: EnterList) -> None:
    """Cost: that of its orders."""
    session = state.session(request.session)
    if is_answered_again(state, request):
        return
    orders: list[Order] = []
    if len(request.orders) != ORDER_COUNTS[request.contingency]:
        state.events.append(ListRejected(request, 0, FIELD_NOT_ALLOWED, ""))
        return
    for leg in range(len(request.orders)):
        order, reason, text = examine_leg(state, session, request, leg, orders)
        if order is None:
            state.events.append(ListRejected(request, leg, reason, text))
            return
        orders.append(order)
    first_id = state.last_order_id + 1
    state.events.append(ListAccepted(request, tuple(range(first_id, first_id + len(orders)))))
    OrderList(request.list_id, request.contingency, orders)
    for order in orders:
        accept(state, session, order, order.terms.cl_ord_id)
    for order in orders:
        if not order.is_held and not order.ended_as:
            work(state, order)


def is_answered_again(state: State, request: EnterList) -> bool:
    """Whether all of the list is known and it is said to come again: then each order's status is the answer."""
    if not request.orders or not request.orders[0].poss_resend:
        return False
    known: list[Order] = []
    for asked in request.orders:
        order = state.session(asked.session).cl_ord_ids.get(asked.cl_ord_id)
        if order is None:
            return False
        known.append(order)
    for order in known:
        state.events.append(OrderStatusReported(state.exec_id(), order.status()))
    return True


def examine_leg(
    state: State, session: Session, request: EnterList, leg: int, before: list[Order]
) -> tuple[Order | None, int, str]:
    """Make one order of the list, or say what forbids it; `before` are those that stand before it."""
    asked = request.orders[leg]
    reason = leg_reason(request, leg, asked)
    if reason:
        return None, reason, ""
    if asked.cl_ord_id in session.cl_ord_ids or asked.cl_ord_id in [order.terms.cl_ord_id for order in before]:
        return None, DUPLICATE_CL_ORD_ID, ""
    is_held = leg > 0 and request.contingency != OCO
    order, reason, text = examine(state, session, asked, fields_of(asked), is_held, 0 if leg else len(request.orders))
    if order is None:
        return None, reason, text
    if order.trail_ticks:
        trailing = [other for other in before if other.trail_ticks]
        if order.book.trailing.open_count + len(trailing) >= TRAILING_STOPS_MAX:
            return None, NOT_ACCEPTED_NOW, ""
    order.is_held = is_held
    return order, 0, ""


def leg_reason(request: EnterList, leg: int, asked: EnterOrder) -> int:
    """Whether the order belongs into this list, and there."""
    first = request.orders[0]
    if asked.session != request.session or asked.account != request.account or asked.symbol != first.symbol:
        return FIELD_NOT_ALLOWED
    is_work_at_once = asked.ord_type == MARKET or asked.time_in_force in (IOC, FOK) or asked.cash_units
    if is_work_at_once and (leg or request.contingency == OCO):
        return FIELD_NOT_ALLOWED
    if leg == len(request.orders) - 1 and request.contingency != OTO:
        other = request.orders[leg - 1]
        if asked.side != other.side or asked.qty_lots != other.qty_lots:
            return FIELD_NOT_ALLOWED
    return 0
