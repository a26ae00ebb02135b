"""ListStatus(N): what became of an order list. The orders themselves are reported by ExecutionReports(8).

Three moments are told: the list is in (431=3 Executing), it was refused (431=7 Reject), none of its orders is
open any more (431=6 All Done). Each is one message, NoRpts(82)=1, with every order of the list.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.inbound import Fields
from venue.fix.report_text import SOH, Listings, Place, field, place_fields, reason_text
from venue.fix.timestamps import utc_text

_ACKNOWLEDGED: Final = "1"  # ListStatusType(429)
_DONE: Final = "5"
_EXECUTING: Final = "3"  # ListOrderStatus(431)
_ALL_DONE: Final = "6"
_REJECTED: Final = "7"


class HeldOrderAccepted(m.OrderAccepted, frozen=True):
    """An OrderAccepted of an order that waits until the first one of its list is filled."""


def with_held_orders(events: list[m.AnyEvent]) -> list[m.AnyEvent]:
    """The events of an EnterList, its held orders' acceptances marked as such."""
    accepted = events[0] if events else None
    if not isinstance(accepted, m.ListAccepted) or accepted.request.contingency == m.OCO:
        return events
    held = frozenset(accepted.order_ids[1:])
    return [
        HeldOrderAccepted(*msgspec.structs.astuple(event))
        if type(event) is m.OrderAccepted and event.order_id in held
        else event
        for event in events
    ]


def list_accepted(listings: Listings, place: Place, event: m.ListAccepted) -> str:
    """429=1 Ack, 431=3 Executing: every order is in; those that wait have WorkingIndicator(636)=N."""
    request = event.request
    qty_text = listings[request.orders[0].symbol].qty_text
    members = [
        _member(
            order.cl_ord_id,
            order_id,
            tables.ORD_STATUS_CHARS[m.NEW],
            leaves=qty_text(order.qty_lots),
            is_waiting=bool(order.stop_ticks or order.trail_ticks or (number and request.contingency != m.OCO)),
        )
        for number, (order, order_id) in enumerate(zip(request.orders, event.order_ids, strict=True))
    ]
    return _list_status(request.list_id, _ACKNOWLEDGED, _EXECUTING, members, place[2]) + place_fields(place)


def list_rejected(listings: Listings, place: Place, event: m.ListRejected) -> str:
    """429=1 Ack, 431=7 Reject, by the engine"""
    request = event.request
    ids = [order.cl_ord_id for order in request.orders]
    text = _rejection(request.list_id, ids, event.leg, event.reason, event.text, place[2])
    return text + place_fields(place)


def list_refused(asked: Fields, legs: Sequence[Fields], leg: int, reason: int, detail: str, time_ns: int) -> str:
    """429=1 Ack, 431=7 Reject, by the gateway: a number that is none of the instrument's, or the throttle.

    An answer, like BusinessMessageReject(j): such a list does not get as far as the journal.
    """
    return _rejection(asked["66"], [order["11"] for order in legs], leg, reason, detail, time_ns)


def list_ended(listings: Listings, place: Place, event: m.ListEnded) -> str:
    """429=5 All Done, 431=6 All Done: how each order ended. CxlQty(84) is what was not filled of it."""
    listing = listings[event.orders[0].terms.symbol]
    members = [
        _member(
            order.terms.cl_ord_id,
            order.order_id,
            tables.ORD_STATUS_CHARS[order.ord_status],
            listing.qty_text(order.cum_lots),
            listing.qty_text(order.leaves_lots),
            listing.qty_text(order.terms.qty_lots - order.cum_lots),
            listing.avg_px(order.notional, order.cum_lots),
        )
        for order in event.orders
    ]
    return _list_status(event.list_id, _DONE, _ALL_DONE, members, place[2]) + place_fields(place)


def _rejection(list_id: str, ids: Sequence[str], leg: int, reason: int, detail: str, time_ns: int) -> str:
    """The order at fault, `leg` from 0, has OrdRejReason(103); why stands in ListStatusText(444) too."""
    why = reason_text(reason, detail)
    fault = field(103, reasons.REASONS[reason].ord_rej_reason) + field(58, why)
    members = [
        _member(cl_ord_id, 0, tables.ORD_STATUS_CHARS[m.REJECTED], more=fault if number == leg else "")
        for number, cl_ord_id in enumerate(ids)
    ]
    return _list_status(list_id, _ACKNOWLEDGED, _REJECTED, members, time_ns, f"order {leg + 1}: {why}")


def _member(
    cl_ord_id: str,
    order_id: int,
    ord_status: str,
    cum: str = "0",
    leaves: str = "0",
    cxl: str = "0",
    avg_px: str = "0",
    is_waiting: bool = False,
    more: str = "",
) -> str:
    return (
        f"11={cl_ord_id}{SOH}{field(37, order_id) if order_id else ''}14={cum}{SOH}39={ord_status}{SOH}"
        f"{field(636, 'N') if is_waiting else ''}151={leaves}{SOH}84={cxl}{SOH}6={avg_px}{SOH}{more}"
    )


def _list_status(
    list_id: str, status_type: str, order_status: str, members: Sequence[str], time_ns: int, text: str = ""
) -> str:
    """The group does not stand last: QuickFIX drops a group's last member when the text ends with it."""
    return (
        f"35=N{SOH}66={list_id}{SOH}82=1{SOH}83=1{SOH}60={utc_text(time_ns)}{SOH}68={len(members)}{SOH}"
        f"73={len(members)}{SOH}{''.join(members)}429={status_type}{SOH}431={order_status}{SOH}"
        f"{field(444, text) if text else ''}"
    )
