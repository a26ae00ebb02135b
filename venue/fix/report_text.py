"""The text of an ExecutionReport(8): the fields every one has, and the words for numbers in it.

A report is FIX text without its header but for MsgType(35): QuickFIX adds numbers, times, length and
checksum, and sorts the fields by tag. What each event adds is written by `outbound` and its like.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

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


def perhaps_again(text: str) -> str:
    """With PossResend(97)=Y, behind MsgType(35): a store that was set back lacks it, but the client may have had it."""
    msg_type, _, rest = text.partition(SOH)
    return f"{msg_type}{SOH}97=Y{SOH}{rest}"


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
    if terms.list_id:
        text += field(66, terms.list_id)
    if terms.post_only:
        text += field(18, tables.POST_ONLY)
    if terms.min_lots:
        text += field(110, listing.qty_text(terms.min_lots))
    if terms.display_lots:
        text += field(111, listing.qty_text(terms.display_lots))
    if terms.expire_ns:
        text += field(126, utc_text(terms.expire_ns))
    if terms.cash_units:
        text += field(152, listing.cash.to_text(terms.cash_units))
    if terms.trail_ticks:
        text += field(18, tables.TRAILING) + field(211, listing.price_text(terms.trail_ticks))
    if terms.trigger:
        text += field(1107, tables.TRIGGER_CHARS[terms.trigger])
    if terms.self_match in tables.SELF_MATCH_CHARS:
        text += field(2964, tables.SELF_MATCH_CHARS[terms.self_match])
    if terms.order_group:
        text += field(5003, terms.order_group)
    return text


def open_status(cum_lots: int, leaves_lots: int = 1) -> str:
    """OrdStatus(39) of an order that was not canceled: New, Partially Filled or Filled."""
    if not leaves_lots:
        return "2"
    return "1" if cum_lots else "0"
