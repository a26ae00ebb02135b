"""The journal as text for people: `venue journal show`. One line per command:

    17  2026-11-23T21:00:00.123456789Z  enter  DEMO1  buy 50000 lots BTC-USD limit 4500000 gtc cl_ord_id=A1

Numbers are the journal's own, ticks and lots. What a client sent is shown with control characters
escaped, so that an order cannot write to an operator's terminal. It is no format to be parsed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TypeAlias

from venue import messages as m
from venue.journal.reader import JournalReader
from venue.reasons import REASONS

Request: TypeAlias = m.EnterOrder | m.CancelOrder | m.ReplaceOrder | m.MassCancel | m.RefuseRequest

_SIDE: Final = {0: "", m.BUY: "buy", m.SELL: "sell"}
_ORD_TYPE: Final = {
    0: "",
    m.MARKET: "market",
    m.LIMIT: "limit",
    m.STOP: "stop",
    m.STOP_LIMIT: "stop-limit",
    m.TAKE_PROFIT: "take-profit",
    m.TAKE_PROFIT_LIMIT: "take-profit-limit",
}
_TIME_IN_FORCE: Final = {
    m.UNCHANGED: "",
    m.DAY: "day",
    m.GTC: "gtc",
    m.IOC: "ioc",
    m.FOK: "fok",
    m.GTD: "gtd",
}
_SELF_MATCH: Final = {
    m.ACCOUNT_DEFAULT: "",
    m.CANCEL_INCOMING: "cancel-incoming",
    m.CANCEL_RESTING: "cancel-resting",
    m.CANCEL_BOTH: "cancel-both",
    m.DECREMENT: "decrement",
    m.ALLOW: "allow",
}
_STATE: Final = {m.OPEN: "open", m.HALTED: "halted", m.CANCEL_ONLY: "cancel-only", m.POST_ONLY: "post-only"}
_REQUEST: Final = {
    m.REQUEST_ENTER: "enter",
    m.REQUEST_CANCEL: "cancel",
    m.REQUEST_REPLACE: "replace",
    m.REQUEST_MASS_CANCEL: "mass-cancel",
}


def show(reader: JournalReader, from_seq: int = 1, to_seq: int | None = None) -> Iterator[str]:
    """A line for each command from from_seq to to_seq (None: the end). Raises JournalError as read does."""
    for batch in reader.read(from_seq, to_seq):
        for journal_seq, command in enumerate(batch.commands(), batch.first_seq):
            if from_seq <= journal_seq and (to_seq is None or journal_seq <= to_seq):
                yield line(journal_seq, batch.time_ns, command)


def line(journal_seq: int, time_ns: int, command: m.AnyCommand) -> str:
    verb, subject, words = _told(command)
    told = " ".join(word for word in words if word)
    return f"{journal_seq:>10}  {time_text(time_ns)}  {verb:<11}  {_plain(subject):<8}  {told}".rstrip()


def time_text(time_ns: int) -> str:
    """2026-11-23T21:00:00.123456789Z: exact, so that times can be compared with those of reports."""
    seconds, ns = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ns:09d}Z"


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
        case m.ListInstrument():
            return "list", command.symbol, _list(command)
        case m.OpenAccount():
            group = _field("self_match_group", command.self_match_group)
            return "account", command.account, [_field("self_match", _SELF_MATCH[command.self_match]), group]
        case m.SetTradingState():
            by_whom = [_field("by", command.by), _field("why", command.why)]
            return "state", command.symbol, [_STATE[command.state], *by_whom]
        case m.ExpireOrders():
            return "expire", "", []
        case m.RollDay():
            return "roll-day", "", [f"until {time_text(command.day_end_ns)}"]


def _enter(order: m.EnterOrder) -> list[str]:
    return [
        _SIDE[order.side],
        f"{order.cash_units} cash units of" if order.cash_units else f"{order.qty_lots} lots",
        _plain(order.symbol),
        _ORD_TYPE[order.ord_type],
        *_terms(order),
        _number("min ", order.min_lots),
        "post-only" if order.post_only else "",
        _field("self_match", _SELF_MATCH[order.self_match]),
        *_ids(order),
        "poss-resend" if order.poss_resend else "",
    ]


def _cancel(request: m.CancelOrder) -> list[str]:
    return [
        *_which(request),
        _SIDE[request.side],
        _plain(request.symbol),
        *_ids(request),
        "poss-resend" if request.poss_resend else "",
    ]


def _replace(request: m.ReplaceOrder) -> list[str]:
    return [
        *_which(request),
        "by",
        _SIDE[request.side],
        f"{request.qty_lots} lots" if request.qty_lots else "",
        _plain(request.symbol),
        _ORD_TYPE[request.ord_type],
        *_terms(request),
        *_ids(request),
        "poss-resend" if request.poss_resend else "",
    ]


def _mass_cancel(request: m.MassCancel) -> list[str]:
    return [
        _SIDE[request.side],
        _plain(request.symbol) or "all symbols",
        "of this session" if request.session_only else "",
        _reason(request.reason),
        *_ids(request),
    ]


def _refuse(request: m.RefuseRequest) -> list[str]:
    return [
        _REQUEST[request.request],
        _field("orig_cl_ord_id", request.orig_cl_ord_id),
        _SIDE[request.side],
        _plain(request.qty_text),
        _plain(request.symbol),
        _ORD_TYPE[request.ord_type],
        _plain(request.price_text),
        _reason(request.reason),
        _field("text", request.text),
        *_ids(request),
    ]


def _list(instrument: m.ListInstrument) -> list[str]:
    return [
        f"{_plain(instrument.base)}/{_plain(instrument.quote)}",
        f"tick {_plain(instrument.tick_size)}",
        f"lot {_plain(instrument.lot_size)}",
        f"{instrument.min_lots} to {instrument.max_lots} lots",
        _STATE[instrument.state],
    ]


def _terms(order: m.EnterOrder | m.ReplaceOrder) -> list[str]:
    return [
        _number("" if order.ord_type else "price ", order.price_ticks),
        _number("trigger ", order.stop_ticks),
        _number("display ", order.display_lots),
        _TIME_IN_FORCE[order.time_in_force],
        f"until {time_text(order.expire_ns)}" if order.expire_ns else "",
    ]


def _which(request: m.CancelOrder | m.ReplaceOrder) -> list[str]:
    return [
        _field("orig_cl_ord_id", request.orig_cl_ord_id),
        _number("order_id=", request.order_id),
    ]


def _ids(request: Request) -> list[str]:
    """ClOrdID(11), and the session where it is not the account's namesake."""
    session = "" if request.session == request.account else _field("session", request.session)
    return [_field("cl_ord_id", request.cl_ord_id), session]


def _reason(reason: int) -> str:
    if not reason:
        return ""
    return f"reason={REASONS[reason].name if reason in REASONS else reason}"


def _number(name: str, value: int) -> str:
    return f"{name}{value}" if value else ""


def _field(name: str, value: str) -> str:
    text = _plain(value)
    return f'{name}="{text}"' if " " in text else f"{name}={text}" if text else ""


def _plain(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
