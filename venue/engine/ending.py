"""How an order ends without a trade: canceled or expired, wherever it stands."""

from msgspec.structs import replace

from venue.engine.book import leave_queue
from venue.engine.locks import adjust
from venue.engine.order import Order
from venue.engine.state import State
from venue.messages import CANCELED, EXPIRED, OrderCanceled, OrderExpired, OrderReduced
from venue.reasons import SELF_MATCH


def cancel(state: State, order: Order, reason: int, cl_ord_id: str = "") -> None:
    leave_queue(order)
    state.events.append(
        OrderCanceled(
            order.order_id, state.exec_id(), order.terms, order.cum_lots, 0, order.notional, reason, cl_ord_id
        )
    )
    state.end(order, CANCELED)


def expire(state: State, order: Order) -> None:
    leave_queue(order)
    state.events.append(OrderExpired(order.order_id, state.exec_id(), order.terms, order.cum_lots, 0, order.notional))
    state.end(order, EXPIRED)


def reduce(state: State, order: Order, lots: int) -> None:
    """Take quantity off for self-match prevention; an order that has no more is canceled."""
    leaves_lots = order.leaves_lots - lots
    if leaves_lots == 0:
        cancel(state, order, SELF_MATCH)
        return
    level = order.level
    if level is None:
        order.leaves_lots = leaves_lots
    else:
        level.shrink(order, leaves_lots)
    order.terms = replace(order.terms, qty_lots=order.cum_lots + leaves_lots)
    adjust(order)
    state.events.append(
        OrderReduced(
            order.order_id, state.exec_id(), order.terms, order.cum_lots, leaves_lots, order.notional, SELF_MATCH
        )
    )
