"""How orders of the naive engine end, and what that means for the other orders of their list."""

from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import NaiveState
from venue.messages import (
    CANCELED,
    EXPIRED,
    FILLED,
    OCO,
    ListEnded,
    OrderCanceled,
    OrderExpired,
    OrdStatus,
)
from venue.reasons import CONTINGENCY, REQUESTED


def cancel(state: NaiveState, order: NaiveOrder, reason: int, cl_ord_id: str = "") -> None:
    """Take an order out of the market; cl_ord_id is the request's when a client asked for it."""
    close(state, order, CANCELED)
    state.events.append(OrderCanceled(*state.facts(order), reason=reason, cl_ord_id=cl_ord_id))
    if reason == REQUESTED:
        order.rename(cl_ord_id)
    note_consequences(state, order)


def cancel_all(state: NaiveState, orders: list[NaiveOrder], reason: int) -> None:
    """In this order; one that ended with another one of its list is passed over."""
    for order in orders:
        if order.end is None:
            cancel(state, order, reason)


def expire(state: NaiveState, order: NaiveOrder) -> None:
    if order.end is None:
        close(state, order, EXPIRED)
        state.events.append(OrderExpired(*state.facts(order)))
        note_consequences(state, order)


def close(state: NaiveState, order: NaiveOrder, end: OrdStatus) -> None:
    remove(state, order)
    state.open.remove(order)
    state.closed.append(order)
    order.leaves_lots = 0
    order.held = False
    order.end = end


def remove(state: NaiveState, order: NaiveOrder) -> None:
    """Take an order from wherever it rests or waits; an incoming one is nowhere."""
    for place in (state.resting, state.waiting, state.released):
        if order in place:
            place.remove(order)
    order.slice_lots = 0


def note_consequences(state: NaiveState, order: NaiveOrder) -> None:
    """After the event of an order that traded, was triggered or ended: what its list does."""
    if order.list is None:
        return
    partner = order.partner()
    if partner is not None and not order.list.spent:
        order.list.spent = True
        cancel(state, partner, CONTINGENCY)
    if order.end is not None and order.list.contingency != OCO and order is order.list.orders[0]:
        free_held(state, order)
    end_list(state, order)


def free_held(state: NaiveState, first: NaiveOrder) -> None:
    """The first order of an OTO or BRACKET ended: the others have their turn, or end too."""
    assert first.list is not None
    held = [order for order in first.list.orders[1:] if order.end is None]
    if first.end == FILLED:
        first.list.freed = True
        state.released += held
        return
    cancel_all(state, held, CONTINGENCY)


def end_list(state: NaiveState, order: NaiveOrder) -> None:
    orders = order.list
    if orders is None or orders.ended or any(o.end is None for o in orders.orders):
        return
    orders.ended = True
    statuses = tuple(o.status() for o in orders.orders)
    state.events.append(ListEnded(orders.list_id, orders.session, orders.account, statuses))
