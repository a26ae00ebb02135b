"""Events as short lines, in their order: what a test about the market compares as a whole list.

    accepted a1 5            traded b1 x a1 5 @ 100        state X OPEN -> HALTED until 31
    canceled a2 contingency  uncrossed X 5 @ 100 + 2       ended L: a1 FILLED, a2 CANCELED

maker x taker; + is the surplus. Of other events it is the name. Ids, notionals and fees are compared
elsewhere, event by event.
"""

from collections.abc import Iterable

from venue.messages import (
    AnyEvent,
    AuctionUncrossed,
    CancelRejected,
    ListAccepted,
    ListEnded,
    ListRejected,
    MassCanceled,
    OperationRefused,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderReduced,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderStatusReported,
    OrderTraded,
    OrderTriggered,
    TradingStateChanged,
)
from venue.reasons import REASONS

STATES = ("", "OPEN", "HALTED", "CANCEL_ONLY", "POST_ONLY", "PRE_OPEN", "AUCTION", "CLOSED")
STATUSES = ("NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "REJECTED")


def told(events: Iterable[AnyEvent]) -> list[str]:
    return [line(event) for event in events]


def line(event: AnyEvent) -> str:
    match event:
        case OrderAccepted() | OrderReplaced():
            return f"{verb(event)} {event.terms.cl_ord_id} {event.leaves_lots}"
        case OrderTriggered() | OrderReleased() | OrderExpired():
            return f"{verb(event)} {event.terms.cl_ord_id}"
        case OrderReduced():
            return f"reduced {event.terms.cl_ord_id} to {event.leaves_lots}"
        case OrderCanceled():
            return f"canceled {event.cl_ord_id or event.terms.cl_ord_id} {REASONS[event.reason].name}"
        case OrderTraded():
            auction = " in auction" if event.is_auction else ""
            pair = f"{event.maker.cl_ord_id} x {event.taker.cl_ord_id}"
            return f"traded {pair} {event.qty_lots} @ {event.price_ticks}{auction}"
        case OrderRejected() if event.request is not None:
            return f"rejected {event.request.cl_ord_id} {REASONS[event.reason].name}"
        case CancelRejected():
            return f"refused {event.cl_ord_id} {REASONS[event.reason].name}"
        case OrderStatusReported():
            return f"status {event.status.terms.cl_ord_id} {STATUSES[event.status.ord_status]}"
        case _:
            return market_line(event)


def market_line(event: AnyEvent) -> str:
    match event:
        case TradingStateChanged():
            until = f" until {event.until_ns}" if event.until_ns else ""
            return f"state {event.symbol} {STATES[event.old_state]} -> {STATES[event.state]}{until}"
        case AuctionUncrossed():
            surplus = f"{'-' if event.surplus_lots < 0 else '+'} {abs(event.surplus_lots)}"
            return f"uncrossed {event.symbol} {event.qty_lots} @ {event.price_ticks} {surplus}"
        case ListAccepted():
            return f"list {event.request.list_id} {list(event.order_ids)}"
        case ListRejected():
            return f"list {event.request.list_id} rejected for {event.leg} {REASONS[event.reason].name}"
        case ListEnded():
            orders = ", ".join(f"{order.terms.cl_ord_id} {STATUSES[order.ord_status]}" for order in event.orders)
            return f"ended {event.list_id}: {orders}"
        case OperationRefused():
            return f"refused {REASONS[event.reason].name}"
        case MassCanceled():
            return f"mass canceled {event.count}"
        case _:
            return type(event).__name__


def verb(event: AnyEvent) -> str:
    return type(event).__name__.removeprefix("Order").lower()
