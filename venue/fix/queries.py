"""What clients ask without changing anything: H, AF, x, e, and AN and BB of `positions`.

A question about orders or states is put to the engine on the sequencer's thread, in order with the
commands before and after it; the answers go through the session's outbox like its reports.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from venue import messages as m
from venue.engine.engine import Engine
from venue.fix import answers, positions, tables
from venue.fix.fix_session import FixSession
from venue.fix.inbound import Fields, check_ids, seen_account
from venue.fix.refusals import BusinessReject

Question: TypeAlias = Callable[[Engine], None]


def question_of(fields: Fields, session: FixSession) -> Question:
    """The question that a message asks. Raises like `inbound.command_of`.

    A session that does not read what it asked for is being logged out: it gets no more of it, or it could fill its
    outbox with thousands of reports for each of a few messages."""
    check_ids(fields)
    ask = QUESTIONS[fields["35"]](fields, session)

    def ask_unless_full(engine: Engine) -> None:
        if not session.outbox.is_full:
            ask(engine)

    return ask_unless_full


def _order_status(fields: Fields, session: FixSession) -> Question:
    """OrderStatusRequest(H): found by ClOrdID(11) among the session's own, else by OrderID(37) among those of
    the accounts it trades or watches, or of Account(1)."""
    account = seen_account(fields, session.party) if "1" in fields else ""

    def ask(engine: Engine) -> None:
        status = engine.find_order(session.comp_id, fields["11"]) or _by_order_id(engine, fields, session)
        if status and account not in ("", status.terms.account):
            status = None
        if status and (status.terms.symbol, tables.SIDE_CHARS[status.terms.side]) == (fields["55"], fields["54"]):
            session.tell(answers.order_status, session.listings, session.ids, fields, status, *_now(engine))
        else:
            session.tell(answers.no_such_order, session.ids, fields, "unknown order", *_now(engine))

    return ask


def _by_order_id(engine: Engine, fields: Fields, session: FixSession) -> m.OrderStatus | None:
    text = fields.get("37", "")
    status = engine.find_order_by_id(int(text)) if text.isdecimal() and len(text) < 19 else None
    seen = session.party.trades + session.party.watches
    return status if status and status.terms.account in seen else None


def _mass_status(fields: Fields, session: FixSession) -> Question:
    """OrderMassStatusRequest(AF): an account's open orders, of one symbol (585=1) or all (7)."""
    if fields["585"] == "1" and "55" not in fields:
        raise BusinessReject(tables.CONDITIONAL_FIELD_MISSING, "Symbol(55) is required for MassStatusReqType(585)=1")
    account = seen_account(fields, session.party)
    symbol = fields["55"] if fields["585"] == "1" else ""
    side = tables.SIDES[fields["54"]] if "54" in fields else 0

    def ask(engine: Engine) -> None:
        found = [
            status
            for status in engine.open_orders(account)
            if symbol in ("", status.terms.symbol) and side in (0, status.terms.side)
        ]
        if not found:
            session.tell(answers.no_such_order, session.ids, fields, "no open orders", *_now(engine))
        elif len(found) > session.status_reports_max:
            text = f"{len(found)} orders: at most {session.status_reports_max} are reported at a time"
            session.tell(answers.reject_of, fields, tables.OTHER, text)
        else:
            _tell_all(engine, fields, session, found)

    return ask


def _tell_all(engine: Engine, fields: Fields, session: FixSession, found: list[m.OrderStatus]) -> None:
    for number, status in enumerate(found, 1):
        is_last = number == len(found)
        more = f"911={len(found)}{tables.SOH}912={'Y' if is_last else 'N'}{tables.SOH}"
        session.tell(answers.order_status, session.listings, session.ids, fields, status, *_now(engine), more)


def _security_list(fields: Fields, session: FixSession) -> Question:
    """SecurityListRequest(x): one symbol (559=0) or all (4), in the order they were listed."""
    if fields["559"] == "0" and "55" not in fields:
        text = "Symbol(55) is required for SecurityListRequestType(559)=0"
        raise BusinessReject(tables.CONDITIONAL_FIELD_MISSING, text)
    symbol = fields["55"] if fields["559"] == "0" else ""

    def ask(_: Engine) -> None:
        listings = [listing for name, listing in session.listings.items() if symbol in ("", name)]
        session.tell(answers.security_list, fields, listings)

    return ask


def _security_status(fields: Fields, session: FixSession) -> Question:
    """SecurityStatusRequest(e): 263=0 once, 1 with updates, 2 no more of them."""
    symbol, req_id = fields["55"], fields["324"]

    def ask(engine: Engine) -> None:
        if fields["263"] == "2":
            session.watched.pop(symbol, None)
            return
        timed_state = engine.timed_state(symbol)
        if fields["263"] == "1" and timed_state:
            session.watched[symbol] = req_id
        session.tell(answers.security_status, req_id, symbol, timed_state, engine.time_ns)

    return ask


def _now(engine: Engine) -> tuple[int, int]:
    return engine.journal_seq, engine.time_ns


QUESTIONS: Final[dict[str, Callable[[Fields, FixSession], Question]]] = {
    "H": _order_status,
    "AF": _mass_status,
    "x": _security_list,
    "e": _security_status,
    "AN": positions.positions_asked,
    "BB": positions.balances_asked,
}
