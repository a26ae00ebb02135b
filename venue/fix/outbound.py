"""What clients are told: the report of every event, and who hears of it.

REPORTS says which sessions hear of an event, and what: an OrderTraded is two reports, one for each side.
Pure functions, called on the sessions' sender threads. Trades and order lists have modules of their own,
`trade_reports` and `list_reports`; what every ExecutionReport has stands in `report_text`.

Source of the rules: FIX 4.4 volume 4, order state change matrices, in the variant of exchanges: New
comes first, Filled, Canceled, Expired and Rejected are terminal, pending states are not used.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from venue import messages as m
from venue import reasons
from venue.fix import list_reports, tables, trade_reports
from venue.fix.report_text import (
    SOH,
    Listings,
    Place,
    Writer,
    execution_report,
    field,
    open_status,
    place_fields,
    reason_text,
)
from venue.fix.timestamps import utc_text

# -- one writer per event ----------------------------------------------------------------------------------


def _of_order(listings: Listings, place: Place, event: m.OrderEvent, exec_type: str, ord_status: str, more: str) -> str:
    return execution_report(
        listings[event.terms.symbol],
        event.terms,
        event.order_id,
        event.exec_id,
        exec_type,
        ord_status,
        event.cum_lots,
        event.leaves_lots,
        event.notional,
        place[2],
        more + place_fields(place),
    )


def _accepted(listings: Listings, place: Place, event: m.OrderAccepted) -> str:
    """150=0 New. An order that waits for its stop price says so: WorkingIndicator(636)=N."""
    is_waiting = event.terms.stop_ticks or event.terms.trail_ticks
    return _of_order(listings, place, event, "0", "0", field(636, "N") if is_waiting else "")


def _accepted_held(listings: Listings, place: Place, event: list_reports.HeldOrderAccepted) -> str:
    """150=0 New of an order that waits for another one of its list."""
    return _of_order(listings, place, event, "0", "0", field(636, "N"))


def _released(listings: Listings, place: Place, event: m.OrderReleased) -> str:
    """150=D Restated: the order it waited for is filled. A stop goes on waiting, for its stop price."""
    is_waiting = event.terms.stop_ticks or event.terms.trail_ticks
    more = field(636, "N" if is_waiting else "Y") + field(378, 99) + field(58, "released")
    return _of_order(listings, place, event, "D", open_status(event.cum_lots), more)


def _triggered(listings: Listings, place: Place, event: m.OrderTriggered) -> str:
    """150=D Restated, for FIX 4.4 has no "triggered": WorkingIndicator(636)=Y, 378=99 and words."""
    more = field(636, "Y") + field(378, 99) + field(58, "triggered")
    return _of_order(listings, place, event, "D", open_status(event.cum_lots), more)


def _replaced(listings: Listings, place: Place, event: m.OrderReplaced) -> str:
    """150=5 Replaced; Filled at once when the new quantity is not above what was executed."""
    status = open_status(event.cum_lots, event.leaves_lots)
    return _of_order(listings, place, event, "5", status, field(41, event.orig_cl_ord_id))


def _reduced(listings: Listings, place: Place, event: m.OrderReduced) -> str:
    """150=D Restated: self-match prevention took quantity off (matrix E.1.d)."""
    return _of_order(listings, place, event, "D", open_status(event.cum_lots), _unasked(event.reason))


def _canceled(listings: Listings, place: Place, event: m.OrderCanceled) -> str:
    """150=4 Canceled. Asked for: 41; not asked for: why, in Text(58) and where FIX has a value in 378."""
    if not event.cl_ord_id:
        return _of_order(listings, place, event, "4", "4", _unasked(event.reason))
    renamed = msgspec.structs.replace(event, terms=msgspec.structs.replace(event.terms, cl_ord_id=event.cl_ord_id))
    return _of_order(listings, place, renamed, "4", "4", field(41, event.terms.cl_ord_id))


def _expired(listings: Listings, place: Place, event: m.OrderExpired) -> str:
    """150=C Expired"""
    return _of_order(listings, place, event, "C", "C", "")


def _unasked(reason: int) -> str:
    restatement = reasons.REASONS[reason].restatement
    text = field(58, reason_text(reason))
    return text if restatement is None else field(378, restatement) + text


def _rejected(listings: Listings, place: Place, event: m.OrderRejected) -> str:
    """150=8 Rejected. For a duplicate ClOrdID(11): status and quantities of the order that has it (F.1.a)."""
    more = (
        field(103, reasons.REASONS[event.reason].ord_rej_reason)
        + field(58, reason_text(event.reason, event.text))
        + place_fields(place)
    )
    if event.refused is not None:
        return _rejected_as_sent(event, event.refused, place, more)
    terms = event.request
    assert terms is not None, "an OrderRejected has its request or the gateway's refusal"
    if terms.symbol not in listings:  # nobody can say what its integers are in decimals
        return _rejected_as_sent(event, _refused(event, terms), place, more)
    if event.order_id:  # a duplicate: what is told are the quantities of the order that has the ClOrdID
        terms = msgspec.structs.replace(terms, qty_lots=event.cum_lots + event.leaves_lots)
    return execution_report(
        listings[terms.symbol],
        terms,
        event.order_id or "NONE",
        event.exec_id,
        "8",
        tables.ORD_STATUS_CHARS[event.ord_status],
        event.cum_lots,
        event.leaves_lots,
        event.notional,
        place[2],
        more,
    )


def _refused(event: m.OrderRejected, terms: m.EnterOrder) -> m.RefuseRequest:
    return m.RefuseRequest(
        terms.session,
        terms.account,
        terms.cl_ord_id,
        "",
        m.REQUEST_ENTER,
        terms.symbol,
        terms.side,
        event.reason,
        event.text,
        terms.ord_type,
    )


def _rejected_as_sent(event: m.OrderRejected, refused: m.RefuseRequest, place: Place, more: str) -> str:
    """150=8 for a request that could not be expressed in integers: its numbers go back as they came."""
    order_qty = field(38, refused.qty_text) if refused.qty_text else ""
    price = field(44, refused.price_text) if refused.price_text else ""
    ord_type = field(40, tables.ORD_TYPE_CHARS[refused.ord_type]) if refused.ord_type else ""
    return (
        f"35=8{SOH}1={refused.account}{SOH}6=0{SOH}11={refused.cl_ord_id}{SOH}14=0{SOH}17={event.exec_id}{SOH}"
        f"37=NONE{SOH}{order_qty}39=8{SOH}{ord_type}{price}54={tables.SIDE_CHARS[refused.side]}{SOH}"
        f"55={refused.symbol}{SOH}60={utc_text(place[2])}{SOH}150=8{SOH}151=0{SOH}{more}"
    )


def _told_again(listings: Listings, place: Place, event: m.OrderStatusReported) -> str:
    """150=I Order Status: the request came before (PossResend, PossDup); here is what became of it."""
    status = event.status
    return execution_report(
        listings[status.terms.symbol],
        status.terms,
        status.order_id,
        event.exec_id,
        "I",
        tables.ORD_STATUS_CHARS[status.ord_status],
        status.cum_lots,
        status.leaves_lots,
        status.notional,
        place[2],
        place_fields(place),
    )


def _cancel_rejected(listings: Listings, place: Place, event: m.CancelRejected) -> str:
    """OrderCancelReject(9), with the order's real OrdStatus(39), 8 when there is no such order (B.1.f)."""
    return (
        f"35=9{SOH}1={event.account}{SOH}11={event.cl_ord_id}{SOH}37={event.order_id or 'NONE'}{SOH}"
        f"39={tables.ORD_STATUS_CHARS[event.ord_status]}{SOH}41={event.orig_cl_ord_id}{SOH}"
        f"58={reason_text(event.reason, event.text)}{SOH}60={utc_text(place[2])}{SOH}"
        f"102={reasons.REASONS[event.reason].cxl_rej_reason}{SOH}"
        f"434={tables.CANCEL_RESPONSE_TO[event.request]}{SOH}{place_fields(place)}"
    )


def _mass_canceled(listings: Listings, place: Place, event: m.MassCanceled) -> str:
    """OrderMassCancelReport(r), after the reports of the orders it canceled"""
    response = "1" if event.request.symbol else "7"
    more = field(533, event.count)
    return _mass_cancel_report(event.request, event.exec_id, response, place, more)


def _mass_cancel_rejected(listings: Listings, place: Place, event: m.MassCancelRejected) -> str:
    """OrderMassCancelReport(r) with MassCancelResponse(531)=0"""
    reject_reason = "1" if event.reason == reasons.UNKNOWN_SYMBOL else "99"
    more = field(532, reject_reason) + field(58, reason_text(event.reason, event.text))
    return _mass_cancel_report(event.request, event.exec_id, "0", place, more)


def _mass_cancel_report(request: m.MassCancel, exec_id: int, response: str, place: Place, more: str) -> str:
    """OrderID(37), which FIX requires here, numbers the request itself: M with the ExecID it took."""
    return (
        f"35=r{SOH}1={request.account}{SOH}11={request.cl_ord_id}{SOH}37=M{exec_id}{SOH}"
        f"{field(54, tables.SIDE_CHARS[request.side]) if request.side else ''}"
        f"{field(55, request.symbol) if request.symbol else ''}60={utc_text(place[2])}{SOH}"
        f"530={'1' if request.symbol else '7'}{SOH}531={response}{SOH}{more}{place_fields(place)}"
    )


# -- who hears of what -------------------------------------------------------------------------------------


class Report(NamedTuple):
    """A report that an event makes: `of` gives what has the session and account it is for."""

    of: Callable[[Any], Any]
    write: Writer
    copy: Writer | None  # for the sessions that watch the account


def _rejected_request(event: m.OrderRejected) -> m.EnterOrder | m.RefuseRequest:
    request = event.refused or event.request
    assert request is not None, "an OrderRejected has its request or the gateway's refusal"
    return request


def _itself(event: m.CancelRejected | m.ListEnded) -> m.CancelRejected | m.ListEnded:
    return event


def _copied(write: Writer, listings: Listings, place: Place, event: m.Event) -> str:
    """CopyMsgIndicator(797)=Y: the report of another session's order, else as that session gets it."""
    return write(listings, place, event) + field(797, "Y")


def _execution(of: Callable[[Any], Any], write: Writer) -> Report:
    return Report(of, write, partial(_copied, write))


_terms: Final = attrgetter("terms")
_request: Final = attrgetter("request")

REPORTS: Final[dict[type[m.Event], tuple[Report, ...]]] = {
    m.OrderAccepted: (_execution(_terms, _accepted),),
    list_reports.HeldOrderAccepted: (_execution(_terms, _accepted_held),),
    m.OrderReleased: (_execution(_terms, _released),),
    m.OrderTriggered: (_execution(_terms, _triggered),),
    m.OrderReplaced: (_execution(_terms, _replaced),),
    m.OrderReduced: (_execution(_terms, _reduced),),
    m.OrderCanceled: (_execution(_terms, _canceled),),
    m.OrderExpired: (_execution(_terms, _expired),),
    m.OrderTraded: (
        _execution(attrgetter("maker"), trade_reports.maker_traded),
        _execution(attrgetter("taker"), trade_reports.taker_traded),
    ),
    m.TradeAmended: (
        _execution(attrgetter("maker.terms"), trade_reports.maker_amended),
        _execution(attrgetter("taker.terms"), trade_reports.taker_amended),
    ),
    m.OrderRejected: (_execution(_rejected_request, _rejected),),
    m.OrderStatusReported: (_execution(attrgetter("status.terms"), _told_again),),
    m.CancelRejected: (Report(_itself, _cancel_rejected, None),),
    m.MassCanceled: (Report(_request, _mass_canceled, None),),
    m.MassCancelRejected: (Report(_request, _mass_cancel_rejected, None),),
    m.ListAccepted: (Report(_request, list_reports.list_accepted, None),),
    m.ListRejected: (Report(_request, list_reports.list_rejected, None),),
    m.ListEnded: (Report(_itself, list_reports.list_ended, None),),
}
