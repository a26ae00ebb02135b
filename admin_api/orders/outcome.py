"""What one command made of one order: its status right after the command, and the trades it had in it.

Only the command's own events are looked at, so the answer to a request tells exactly what that request did, whatever
other commands have done since.
"""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from venue.messages import (
    CANCELED,
    EXPIRED,
    FILLED,
    NEW,
    PARTIALLY_FILLED,
    AnyEvent,
    EnterOrder,
    OrderCanceled,
    OrderEvent,
    OrderExpired,
    OrderReduced,
    OrderStatus,
    OrderTraded,
    OrdStatus,
)


class Fill(NamedTuple):
    """One side of a trade; the fee is in units of the quote currency."""

    trade: OrderTraded
    fee_units: int
    is_maker: bool


class Outcome(NamedTuple):
    status: OrderStatus
    fills: list[Fill]
    reason: int  # why it was canceled or reduced; 0: it was not


def outcome_of(known: OrderStatus, events: Iterable[AnyEvent]) -> Outcome:
    """known: the order's status after the command or later."""
    status, fills, reason, order_id = known, [], 0, known.order_id
    for event in events:
        if isinstance(event, OrderTraded):
            if order_id == event.maker_order_id:
                fills.append(Fill(event, event.maker_fee, True))
                status = _after(known, event.maker, event.maker_cum_lots, event.maker_leaves_lots, event.maker_notional)
            elif order_id == event.taker_order_id:
                fills.append(Fill(event, event.taker_fee, False))
                status = _after(known, event.taker, event.taker_cum_lots, event.taker_leaves_lots, event.taker_notional)
        elif isinstance(event, OrderEvent) and event.order_id == order_id:
            status = _after(known, event.terms, event.cum_lots, event.leaves_lots, event.notional, _ended_as(event))
            if isinstance(event, OrderCanceled | OrderReduced):
                reason = event.reason
    return Outcome(status, fills, reason)


def _after(
    known: OrderStatus, terms: EnterOrder, cum_lots: int, leaves_lots: int, notional: int, ended_as: OrdStatus = NEW
) -> OrderStatus:
    ord_status: OrdStatus = ended_as
    if not ended_as:
        ord_status = (PARTIALLY_FILLED if cum_lots else NEW) if leaves_lots else FILLED
    return replace(
        known, terms=terms, ord_status=ord_status, cum_lots=cum_lots, leaves_lots=leaves_lots, notional=notional
    )


def _ended_as(event: OrderEvent) -> OrdStatus:
    if isinstance(event, OrderCanceled):
        return CANCELED
    return EXPIRED if isinstance(event, OrderExpired) else NEW
