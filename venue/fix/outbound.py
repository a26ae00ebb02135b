"""What clients are told: the text of every report, from the event it reports.

A report is FIX text without its header but for MsgType(35): QuickFIX adds numbers, times, length and
checksum, and sorts the fields by tag. Pure functions, called on the sessions' sender threads.

REPORTS says which sessions hear of an event, and what: an OrderTraded is two reports, one for each side.
Source of the rules: FIX 4.4 volume 4, order state change matrices, in the variant of exchanges: New
comes first, Filled, Canceled, Expired and Rejected are terminal, pending states are not used.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias

import msgspec

from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.listing import Listing
from venue.fix.timestamps import utc_text

SOH: Final = tables.SOH

Listings: TypeAlias = Mapping[str, Listing]
Place: TypeAlias = tuple[int, int, int]  # journal_seq, index of the report within it for this session, time_ns
Writer: TypeAlias = Callable[[Listings, Place, Any], str]


def field(tag: int, value: object) -> str:
    return f"{tag}={value}{SOH}"


def place_fields(place: Place) -> str:
    """JournalSeq(5001) and ReportIndex(5002): by them a restarted venue knows what was sent already."""
    return f"5001={place[0]}{SOH}5002={place[1]}{SOH}"


def reason_text(reason: int, detail: str = "") -> str:
    """The reason in words, with what the request's value was behind it."""
    text = reasons.REASONS[reason].text
    return f"{text}: {detail}" if detail else text


# -- the fields every ExecutionReport has ------------------------------------------------------------------


def execution_report(
    listing: Listing,
    terms: m.EnterOrder,
    order_id: int | str,
    exec_id: int | str,
    exec_type: str,
    ord_status: str,
    cum_lots: int,
    leaves_lots: int,
    notional: int,
    time_ns: int,
    more: str,
) -> str:
    """ExecutionReport(8) of an order with its terms as they are after the event, and `more` fields."""
    price_text, qty_text = listing.price_text, listing.qty_text
    price, stop = terms.price_ticks, terms.stop_ticks
    return (
        f"35=8{SOH}1={terms.account}{SOH}6={listing.avg_px(notional, cum_lots)}{SOH}11={terms.cl_ord_id}{SOH}"
        f"14={qty_text(cum_lots)}{SOH}17={exec_id}{SOH}37={order_id}{SOH}38={qty_text(terms.qty_lots)}{SOH}"
        f"39={ord_status}{SOH}40={tables.ORD_TYPE_CHARS[terms.ord_type]}{SOH}"
        f"{f'44={price_text(price)}{SOH}' if price else ''}"
        f"54={tables.SIDE_CHARS[terms.side]}{SOH}55={terms.symbol}{SOH}"
        f"59={tables.TIME_IN_FORCE_CHARS[terms.time_in_force]}{SOH}60={utc_text(time_ns)}{SOH}"
        f"{f'99={price_text(stop)}{SOH}' if stop else ''}"
        f"150={exec_type}{SOH}151={qty_text(leaves_lots)}{SOH}{rare_terms(terms, listing)}{more}"
    )


def rare_terms(terms: m.EnterOrder, listing: Listing) -> str:
    """The terms few orders have."""
    text = ""
    if terms.post_only:
        text += field(18, "6")
    if terms.min_lots:
        text += field(110, listing.qty_text(terms.min_lots))
    if terms.display_lots:
        text += field(111, listing.qty_text(terms.display_lots))
    if terms.expire_ns:
        text += field(126, utc_text(terms.expire_ns))
    if terms.cash_units:
        text += field(152, listing.cash.to_text(terms.cash_units))
    if terms.self_match in tables.SELF_MATCH_CHARS:
        text += field(2964, tables.SELF_MATCH_CHARS[terms.self_match])
    return text


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


def open_status(cum_lots: int, leaves_lots: int = 1) -> str:
    """OrdStatus(39) of an order that was not canceled: New, Partially Filled or Filled."""
    if not leaves_lots:
        return "2"
    return "1" if cum_lots else "0"


# -- one writer per event ----------------------------------------------------------------------------------


def _accepted(listings: Listings, place: Place, event: m.OrderAccepted) -> str:
    """150=0 New. An order that waits for its stop price says so: WorkingIndicator(636)=N."""
    waits = event.terms.stop_ticks
    return _of_order(listings, place, event, "0", "0", field(636, "N") if waits else "")


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
    more = field(41, event.orig_cl_ord_id) if event.orig_cl_ord_id else _unasked(event.reason)
    return _of_order(listings, place, event, "4", "4", more)


def _expired(listings: Listings, place: Place, event: m.OrderExpired) -> str:
    """150=C Expired"""
    return _of_order(listings, place, event, "C", "C", "")


def _unasked(reason: int) -> str:
    restatement = reasons.REASONS[reason].restatement
    text = field(58, reason_text(reason))
    return text if restatement is None else field(378, restatement) + text


def _maker_traded(listings: Listings, place: Place, event: m.OrderTraded) -> str:
    """150=F Trade, for the owner of the resting order"""
    listing = listings[event.maker.symbol]
    leaves_lots, cum_lots = event.maker_leaves_lots, event.maker_cum_lots
    return execution_report(
        listing,
        event.maker,
        event.maker_order_id,
        event.maker_exec_id,
        "F",
        open_status(cum_lots, leaves_lots),
        cum_lots,
        leaves_lots,
        event.maker_notional,
        place[2],
        _trade_fields(listing, event, "1") + place_fields(place),
    )


def _taker_traded(listings: Listings, place: Place, event: m.OrderTraded) -> str:
    """150=F Trade, for the owner of the incoming order"""
    listing = listings[event.taker.symbol]
    leaves_lots, cum_lots = event.taker_leaves_lots, event.taker_cum_lots
    return execution_report(
        listing,
        event.taker,
        event.taker_order_id,
        event.taker_exec_id,
        "F",
        open_status(cum_lots, leaves_lots),
        cum_lots,
        leaves_lots,
        event.taker_notional,
        place[2],
        _trade_fields(listing, event, "2") + place_fields(place),
    )


def _trade_fields(listing: Listing, event: m.OrderTraded, liquidity: str) -> str:
    """LastPx(31), LastQty(32), LastLiquidityInd(851) and the TrdMatchID(880) both sides share."""
    return (
        f"31={listing.price_text(event.price_ticks)}{SOH}32={listing.qty_text(event.qty_lots)}{SOH}"
        f"851={liquidity}{SOH}880={event.trade_id}{SOH}"
    )


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


_terms_session: Final = attrgetter("terms.session")
_request_session: Final = attrgetter("request.session")


def _rejected_session(event: m.OrderRejected) -> str:
    request = event.refused or event.request
    assert request is not None, "an OrderRejected has its request or the gateway's refusal"
    return request.session


# What each event makes: the session that hears of it, and the writer of its report.
REPORTS: Final[dict[type[m.Event], tuple[tuple[Callable[[Any], str], Writer], ...]]] = {
    m.OrderAccepted: ((_terms_session, _accepted),),
    m.OrderTriggered: ((_terms_session, _triggered),),
    m.OrderReplaced: ((_terms_session, _replaced),),
    m.OrderReduced: ((_terms_session, _reduced),),
    m.OrderCanceled: ((_terms_session, _canceled),),
    m.OrderExpired: ((_terms_session, _expired),),
    m.OrderTraded: (
        (attrgetter("maker.session"), _maker_traded),
        (attrgetter("taker.session"), _taker_traded),
    ),
    m.OrderRejected: ((_rejected_session, _rejected),),
    m.OrderStatusReported: ((attrgetter("status.terms.session"), _told_again),),
    m.CancelRejected: ((attrgetter("session"), _cancel_rejected),),
    m.MassCanceled: ((_request_session, _mass_canceled),),
    m.MassCancelRejected: ((_request_session, _mass_cancel_rejected),),
}
