"""What clients are told when they ask: status reports, instruments, trading states, and refusals.

None of it is journaled: an answer says what is, it reports nothing new. Hence no ReportIndex(5002), and
ExecIDs of their own: I<start of the venue>-<n>, unique for ever like the others.
"""

import itertools
from collections.abc import Iterable

from venue import messages as m
from venue.fix import tables
from venue.fix.inbound import Fields
from venue.fix.listing import Listing
from venue.fix.report_text import SOH, Listings, execution_report, field
from venue.fix.timestamps import utc_text


class StatusIds:
    """ExecID(17) of status reports. `start` must be another one at every start of every gateway."""

    def __init__(self, start: int | str) -> None:
        self._start = start
        self._next = itertools.count(1)  # one atomic step, from any thread

    def next(self) -> str:
        return f"I{self._start}-{next(self._next)}"


def order_status(
    listings: Listings,
    ids: StatusIds,
    asked: Fields,
    status: m.OrderStatus,
    journal_seq: int,
    time_ns: int,
    more: str = "",
) -> str:
    """ExecutionReport(8) with 150=I. Asked by ClOrdID(11), it answers with that one (matrix G.1.c)."""
    terms = status.terms
    report = execution_report(
        listings[terms.symbol],
        terms,
        status.order_id,
        ids.next(),
        "I",
        tables.ORD_STATUS_CHARS[status.ord_status],
        status.cum_lots,
        status.leaves_lots,
        status.notional,
        time_ns,
        more + _working(status) + _echo(asked, 790, 584) + field(5001, journal_seq),
    )
    if "11" in asked and asked["11"] != terms.cl_ord_id:
        report = report.replace(f"{SOH}11={terms.cl_ord_id}{SOH}", f"{SOH}11={asked['11']}{SOH}", 1)
    return report


def _working(status: m.OrderStatus) -> str:
    """WorkingIndicator(636) of an open order that waits, or did: N until it was triggered or released."""
    if not status.leaves_lots:
        return ""
    if status.held:
        return field(636, "N")
    if status.terms.stop_ticks or status.terms.trail_ticks:
        return field(636, "Y" if status.triggered else "N")
    return ""


def no_such_order(ids: StatusIds, asked: Fields, text: str, journal_seq: int, time_ns: int) -> str:
    """150=I 39=8 103=5: nothing is known of it (matrix G.1.a), or a mass status request found nothing."""
    return (
        f"35=8{SOH}6=0{SOH}{_echo(asked, 11)}14=0{SOH}17={ids.next()}{SOH}37=NONE{SOH}39=8{SOH}"
        f"54={asked.get('54', tables.UNDISCLOSED)}{SOH}55={asked.get('55', 'NONE')}{SOH}58={text}{SOH}"
        f"60={utc_text(time_ns)}{SOH}103=5{SOH}150=I{SOH}151=0{SOH}{_echo(asked, 790, 584)}5001={journal_seq}{SOH}"
    )


def security_list(asked: Fields, listings: Iterable[Listing]) -> str:
    """SecurityList(y): what can be traded, in which steps and sizes.

    The group stands first: QuickFIX drops a group's last member when the text ends with it.
    """
    rows = "".join(_instrument_fields(listing) for listing in listings)
    count = rows.count(f"{SOH}561=")
    group = f"146={count}{SOH}{rows}" if count else ""
    return (
        f"35=y{SOH}{group}{_echo(asked, 320)}322={asked['320']}{SOH}393={count}{SOH}"
        f"560={'0' if count else '2'}{SOH}893=Y{SOH}"
    )


def _instrument_fields(listing: Listing) -> str:
    instrument, qty_text = listing.instrument, listing.qty_text
    return (
        f"55={instrument.symbol}{SOH}15={instrument.quote}{SOH}561={listing.qty.size}{SOH}"
        f"562={qty_text(instrument.min_lots)}{SOH}1140={qty_text(instrument.max_lots)}{SOH}"
        f"969={listing.price.size}{SOH}"
    )


def security_status(req_id: str, symbol: str, timed_state: tuple[m.TradingState, int] | None, time_ns: int) -> str:
    """SecurityStatus(f): the answer to e. The state comes with its until_ns; None: there is no such instrument."""
    if timed_state is None:
        return _security_status(req_id, symbol, *tables.UNKNOWN_STATUS, "N", time_ns)
    state, until_ns = timed_state
    status, words = tables.TRADING_STATUS[state]
    return _security_status(req_id, symbol, status, words + _until(until_ns), "N", time_ns)


def state_changed(req_id: str, event: m.TradingStateChanged, time_ns: int) -> str:
    """SecurityStatus(f): what subscribers hear when the state changes, with why and how long it lasts."""
    status, words = tables.TRADING_STATUS[event.state]
    why = f": {event.why}" if event.why else ""
    return _security_status(req_id, event.symbol, status, words + _until(event.until_ns) + why, "Y", time_ns)


def _security_status(req_id: str, symbol: str, status: str, text: str, unsolicited: str, time_ns: int) -> str:
    return (
        f"35=f{SOH}324={req_id}{SOH}325={unsolicited}{SOH}326={status}{SOH}55={symbol}{SOH}"
        f"58={text}{SOH}60={utc_text(time_ns)}{SOH}"
    )


def _until(until_ns: int) -> str:
    return f" until {utc_text(until_ns)}" if until_ns else ""


def news(headline: str, text: str, time_ns: int) -> str:
    """News(B). The group stands first, as in `security_list`."""
    return f"35=B{SOH}33=1{SOH}58={text}{SOH}42={utc_text(time_ns)}{SOH}148={headline}{SOH}"


def business_reject(msg_type: str, msg_seq_num: str, ref_id: str, reason: int, text: str) -> str:
    """BusinessMessageReject(j), always with BusinessRejectRefID(379)."""
    return f"35=j{SOH}45={msg_seq_num}{SOH}58={text}{SOH}372={msg_type}{SOH}379={ref_id}{SOH}380={reason}{SOH}"


def reject_of(fields: Fields, reason: int, text: str) -> str:
    """The j that answers a message. 379 is the message's own ID, or its MsgSeqNum(34) if it has none."""
    msg_type, msg_seq_num = fields["35"], fields["34"]
    ref_id = fields.get(tables.ID_FIELDS.get(msg_type, "34"), msg_seq_num)
    return business_reject(msg_type, msg_seq_num, ref_id, reason, text)


def _echo(asked: Fields, *tags: int) -> str:
    return "".join(field(tag, asked[str(tag)]) for tag in tags if str(tag) in asked)
