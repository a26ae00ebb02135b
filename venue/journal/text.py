"""The journal as text for people: `venue journal show`. One line per command:

    17  2026-11-23T21:00:00.123456789Z  enter  DEMO1  buy 50000 lots BTC-USD limit 4500000 gtc cl_ord_id=A1

Numbers are the journal's own: ticks, lots, units of a currency, rates of 1 / 1,000,000. What somebody sent
is shown with control characters escaped, so that an order cannot write to an operator's terminal. It is no
format to be parsed. What operators asked is told in `operations_text`.
"""

from collections.abc import Iterator
from typing import TypeAlias

from venue import messages as m
from venue.journal.operations_text import operation_told
from venue.journal.phrases import field, number, plain, time_text, until
from venue.journal.reader import JournalReader
from venue.names import CONTINGENCIES, ORD_TYPES, REQUESTS, SELF_MATCHES, SIDES, TIMES_IN_FORCE, TRIGGERS
from venue.reasons import REASONS

Request: TypeAlias = m.EnterOrder | m.CancelOrder | m.ReplaceOrder | m.MassCancel | m.RefuseRequest


def show(reader: JournalReader, from_seq: int = 1, to_seq: int | None = None) -> Iterator[str]:
    """A line for each command from from_seq to to_seq (None: the end). Raises JournalError as read does."""
    for batch in reader.read(from_seq, to_seq):
        for journal_seq, command in enumerate(batch.commands(), batch.first_seq):
            if from_seq <= journal_seq and (to_seq is None or journal_seq <= to_seq):
                yield line(journal_seq, batch.time_ns, command)


def line(journal_seq: int, time_ns: int, command: m.AnyCommand) -> str:
    verb, subject, words = _told(command)
    told = " ".join(word for word in words if word)
    return f"{journal_seq:>10}  {time_text(time_ns)}  {verb:<11}  {plain(subject):<8}  {told}".rstrip()


def _told(command: m.AnyCommand) -> tuple[str, str, list[str]]:
    """What is asked, of whom, and the rest in words; empty words are left out."""
    match command:
        case m.EnterOrder():
            return "enter", command.account, _enter(command)
        case m.CancelOrder():
            return "cancel", command.account, _cancel(command)
        case m.ReplaceOrder():
            return "replace", command.account, _replace(command)
        case m.MassCancel():
            return "mass-cancel", command.account, _mass_cancel(command)
        case m.RefuseRequest():
            return "refuse", command.account, _refuse(command)
        case m.EnterList():
            return "enter-list", command.account, _enter_list(command)
        case m.ExpireOrders():
            return "expire", "", []
        case m.RollDay():
            return "roll-day", "", [until(command.day_end_ns)]
        case m.AdvanceStates():
            return "advance", "", []
        case _:
            return operation_told(command)


def _enter(order: m.EnterOrder) -> list[str]:
    return [
        SIDES[order.side],
        f"{order.cash_units} cash units of" if order.cash_units else f"{order.qty_lots} lots",
        plain(order.symbol),
        ORD_TYPES[order.ord_type],
        *_terms(order),
        number("min ", order.min_lots),
        number("trailing by ", order.trail_ticks),
        f"on {TRIGGERS[order.trigger]}" if order.trigger else "",
        "post-only" if order.post_only else "",
        field("group", order.order_group),
        field("self_match", SELF_MATCHES.get(order.self_match, "")),
        *_ids(order),
        "poss-resend" if order.poss_resend else "",
    ]


def _enter_list(request: m.EnterList) -> list[str]:
    """Each order in words of its own, in parentheses."""
    told = (" ".join(word for word in _enter(order) if word) for order in request.orders)
    session = "" if request.session == request.account else field("session", request.session)
    return [
        CONTINGENCIES[request.contingency],
        *(f"({words})" for words in told),
        field("list_id", request.list_id),
        session,
    ]


def _cancel(request: m.CancelOrder) -> list[str]:
    return [
        *_which(request),
        SIDES[request.side],
        plain(request.symbol),
        *_ids(request),
        "poss-resend" if request.poss_resend else "",
    ]


def _replace(request: m.ReplaceOrder) -> list[str]:
    return [
        *_which(request),
        "by",
        SIDES[request.side],
        f"{request.qty_lots} lots" if request.qty_lots else "",
        plain(request.symbol),
        ORD_TYPES[request.ord_type],
        *_terms(request),
        *_ids(request),
        "poss-resend" if request.poss_resend else "",
    ]


def _mass_cancel(request: m.MassCancel) -> list[str]:
    return [
        SIDES[request.side],
        plain(request.symbol) or "all symbols",
        "of this session" if request.session_only else "",
        number("order_id=", request.order_id),
        _reason(request.reason),
        *_ids(request),
        field("by", request.by),
        field("why", request.why),
    ]


def _refuse(request: m.RefuseRequest) -> list[str]:
    return [
        REQUESTS[request.request],
        field("orig_cl_ord_id", request.orig_cl_ord_id),
        SIDES[request.side],
        plain(request.qty_text),
        plain(request.symbol),
        ORD_TYPES[request.ord_type],
        plain(request.price_text),
        _reason(request.reason),
        field("text", request.text),
        *_ids(request),
    ]


def _terms(order: m.EnterOrder | m.ReplaceOrder) -> list[str]:
    return [
        number("" if order.ord_type else "price ", order.price_ticks),
        number("trigger ", order.stop_ticks),
        number("display ", order.display_lots),
        TIMES_IN_FORCE[order.time_in_force],
        until(order.expire_ns),
    ]


def _which(request: m.CancelOrder | m.ReplaceOrder) -> list[str]:
    return [
        field("orig_cl_ord_id", request.orig_cl_ord_id),
        number("order_id=", request.order_id),
    ]


def _ids(request: Request) -> list[str]:
    """ClOrdID(11), and the session where it is not the account's namesake."""
    session = "" if request.session == request.account else field("session", request.session)
    return [field("cl_ord_id", request.cl_ord_id), session]


def _reason(reason: int) -> str:
    if not reason:
        return ""
    return f"reason={REASONS[reason].name if reason in REASONS else reason}"
