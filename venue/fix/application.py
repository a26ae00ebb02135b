"""What QuickFIX calls: one method per moment in the life of a FIX session. Nothing raised here escapes.

QuickFIX has done the session protocol before: sequence numbers, heartbeats, resends, validation by the
dictionary in fix_specs/. An exception that leaves a callback would end the process, so each is a
firewall: our own bug becomes BusinessMessageReject(j) 380=4 and a log line with its traceback; only
FIX's own refusals go back to QuickFIX as the exceptions it knows.
"""

import itertools
import logging
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final, Protocol

import quickfix

from venue.fix import answers, queries, tables, thread_state
from venue.fix.fix_session import FixSession
from venue.fix.inbound import COMMANDS, Fields, command_of, poss_resend, read_fields, refusal
from venue.fix.list_reports import list_refused
from venue.fix.list_requests import list_of, read_legs
from venue.fix.order_timer import SAMPLE_EVERY
from venue.fix.queries import Question
from venue.fix.refusals import BusinessReject, Refused, WrongFormat, WrongValue
from venue.fix.resends import Resend
from venue.fix.throttle import Verdict
from venue.fix.timestamps import SECOND_NS, utc_text
from venue.messages import REQUEST_ENTER, REQUEST_REPLACE, AnyCommand, Request
from venue.reasons import RATE_LIMIT

log = logging.getLogger(__name__)

HEARTBEAT_S_MAX: Final = 300  # HeartBtInt(108) a client may ask for
THROTTLED: Final[dict[str, Request]] = {"D": REQUEST_ENTER, "G": REQUEST_REPLACE}  # cancels and questions never are
_NEW_ORDER: Final = "D"
_NEW_ORDER_LIST: Final = "E"
_INVALID_MSG_TYPE: Final = "11"  # SessionRejectReason(373)


class Desk(Protocol):
    """What the application needs of the gateway."""

    @property
    def resend_age_s_max(self) -> int: ...

    closed: str  # why nothing is accepted any more; empty while the venue is open

    def submit(self, command: AnyCommand) -> bool: ...

    def query(self, question: Question) -> bool: ...

    def last_sent(self, session: FixSession) -> int:
        """MsgSeqNum(34) of the last message to it."""

    def expel(self, session: FixSession, text: str) -> None:
        """Log the session out, on another thread."""

    def arriving(self, session: FixSession, has_reset: bool, username: str) -> None:
        """Its Logon is accepted and will be answered next."""

    def arrived(self, session: FixSession) -> None: ...

    def left(self, session: FixSession) -> None: ...


class Application(quickfix.Application):
    """`sessions` by the client's CompID."""

    def __init__(self, sessions: dict[str, FixSession], desk: Desk) -> None:
        super().__init__()
        self._sessions = sessions
        self._desk = desk
        self._messages = itertools.count(1)  # one atomic step, from any thread
        self._resending: dict[int, Resend] = {}  # by thread

    # -- the session -----------------------------------------------------------------------------------

    def onCreate(self, session_id: quickfix.SessionID) -> None:  # noqa: N802 (QuickFIX's names)
        pass

    def onLogon(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        try:
            log.info("%s logged on", session_id)
            self._desk.arrived(self._sessions[session_id.getTargetCompID().getValue()])
        except Exception:
            log.exception("logon of %s", session_id)

    def onLogout(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        """On the connection's own thread, but for connections that QuickFIX ends on another."""
        try:
            log.info("%s logged out", session_id)
            self._desk.left(self._sessions[session_id.getTargetCompID().getValue()])
        except Exception:
            log.exception("logout of %s", session_id)
        self._resending.pop(threading.get_ident(), None)
        thread_state.give_back()

    def fromAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        """A session message that QuickFIX will act upon next, unless it is refused here."""
        self._resending.pop(threading.get_ident(), None)
        try:
            text = message.toString()
            fields = read_fields(text)
            session = self._sessions[fields["49"]]
            session.received.note_admin(text)
            refused = _ADMIN.get(fields["35"], _pass)(self, message, fields, session)
        except WrongFormat as wrong:
            raise quickfix.IncorrectDataFormat(int(wrong.tag)) from None
        except WrongValue as wrong:
            raise quickfix.IncorrectTagValue(int(wrong.tag)) from None
        except Exception:
            log.exception("session message of %s", session_id)
            return
        if refused:
            raise quickfix.RejectLogon(refused)

    def toAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        """QuickFIX answers a MsgType(35) that the dictionary does not have with Reject(3). Where FIX 4.4
        has it, the right answer is BusinessMessageReject(j): it becomes one here, before it is stored."""
        try:
            header = message.getHeader()
            if header.getField(35) == "3" and _field(message, 373) == _INVALID_MSG_TYPE:
                msg_type = _field(message, 372)
                if msg_type in tables.FIX44_APP_TYPES:
                    _make_business_reject(message, msg_type)
        except Exception:
            log.exception("session message to %s", session_id)

    # -- the business ----------------------------------------------------------------------------------

    def toApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        """Of what is sent again, what is too old is left out: QuickFIX fills the gap."""
        if self._resending and (resend := self._resending.get(threading.get_ident())):
            msg_seq_num, sending_time = _sent_again(message)
            if sending_time < resend.oldest:
                raise quickfix.DoNotSend
            resend.sends(msg_seq_num)

    def fromApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        """An application message, in sequence and valid by the dictionary."""
        if self._resending:
            self._resending.pop(threading.get_ident(), None)
        began_ns = 0 if next(self._messages) % SAMPLE_EVERY else time.monotonic_ns()
        try:
            text = message.toString()
            fields = read_fields(text)
            session = self._sessions[fields["49"]]
            session.messages_in += 1
            session.received.note_app(text)
            if began_ns and fields["35"] == _NEW_ORDER:
                session.timer.begin(fields["11"], began_ns)
            if fields["35"] == _NEW_ORDER_LIST:
                self.received_list(fields, read_legs(text), session)
            else:
                self.received(fields, session)
        except WrongFormat as wrong:
            raise quickfix.IncorrectDataFormat(int(wrong.tag)) from None
        except WrongValue as wrong:
            raise quickfix.IncorrectTagValue(int(wrong.tag)) from None
        except Exception:
            log.exception("message of %s: %s", session_id, text.replace(tables.SOH, "|"))
            self._refuse_for_a_bug(text)

    def received(self, fields: Fields, session: FixSession) -> None:
        """Enter the message's command or question, or refuse it."""
        try:
            msg_type = fields["35"]
            if msg_type in COMMANDS:
                self._enter(msg_type, fields, session)
            elif msg_type in queries.QUESTIONS:
                self._check_open(session)
                if not self._desk.query(queries.question_of(fields, session)):
                    raise BusinessReject(tables.NOT_AVAILABLE, "the venue is busy: try again")
            else:
                raise BusinessReject(tables.UNSUPPORTED_MESSAGE_TYPE, f"MsgType(35)={msg_type} is not taken here")
        except BusinessReject as refused:
            session.timer.give_up()
            session.tell(answers.reject_of, fields, refused.reason, str(refused))

    def received_list(self, fields: Fields, legs: Sequence[Fields], session: FixSession) -> None:
        """NewOrderList(E), each of whose orders counts for the throttle."""
        try:
            self._check_open(session)
            if legs and _was_answered(fields, legs[0].get("11", ""), session):
                return
            command = list_of(fields, legs, session.party)
            admitted = [self._is_admitted(fields, session) for _ in legs]
            if all(admitted):
                self._submit(command)
            else:
                session.tell(list_refused, fields, legs, 0, RATE_LIMIT, "", time.time_ns())
        except Refused as refused:
            session.tell(list_refused, fields, legs, refused.leg, refused.reason, str(refused), time.time_ns())
        except BusinessReject as refused:
            session.tell(answers.reject_of, fields, refused.reason, str(refused))

    def _enter(self, msg_type: str, fields: Fields, session: FixSession) -> None:
        self._check_open(session)
        if _was_answered(fields, fields["11"], session):
            return
        command = command_of(fields, session.party)
        if msg_type in THROTTLED and not self._is_admitted(fields, session):
            command = refusal(fields, session.party, THROTTLED[msg_type], RATE_LIMIT)
        self._submit(command)

    def _is_admitted(self, fields: Fields, session: FixSession) -> bool:
        """One order more for the throttle. A session that sends twice what it may is logged out. Raises BusinessReject
        for an order that comes again: a report that it is rejected would be untrue of one that was taken before."""
        comes_again = poss_resend(fields)
        verdict = session.throttle.admit(time.monotonic_ns(), comes_again=comes_again)
        if verdict is not Verdict.ADMIT and comes_again:
            again = "rate limit exceeded: ask for its status, or send it again later with PossResend(97)=Y"
            raise BusinessReject(tables.NOT_AVAILABLE, again)
        if verdict is Verdict.EXPEL:
            self._desk.expel(session, f"more than twice the limit of {session.config.orders_per_s_max} orders/s")
        return verdict is Verdict.ADMIT

    def _submit(self, command: AnyCommand) -> None:
        if not self._desk.submit(command):
            raise BusinessReject(tables.NOT_AVAILABLE, self._desk.closed or "the venue is busy: try again")

    def _check_open(self, session: FixSession) -> None:
        """The Logout(5) of a session that storms takes a second; what it sends meanwhile must not be journaled."""
        if self._desk.closed:
            raise BusinessReject(tables.NOT_AVAILABLE, self._desk.closed)
        if session.is_leaving:
            raise BusinessReject(tables.NOT_AVAILABLE, "the session is being logged out")

    def _refuse_for_a_bug(self, text: str) -> None:
        try:
            fields = dict([pair.partition("=")[::2] for pair in text.split(tables.SOH)])
            session = self._sessions[fields["49"]]
            session.tell(answers.reject_of, fields, tables.NOT_AVAILABLE, "the venue could not handle this message")
        except Exception:
            log.exception("the refusal, too")

    # -- session messages we have a say in ------------------------------------------------------------

    def _logon(self, _message: quickfix.Message, fields: Fields, session: FixSession) -> str:
        """Logon(A). Returns why it is refused, or nothing."""
        if self._desk.closed:
            return self._desk.closed
        if not 1 <= int(fields["108"]) <= HEARTBEAT_S_MAX:
            return f"HeartBtInt(108) was {fields['108']}: must be 1 to {HEARTBEAT_S_MAX}"
        session.logged_out_by_client = False
        session.logon_number = int(fields["34"])
        session.resends.logged_on()
        if "8013" in fields:
            session.cancel_on_disconnect = fields["8013"] == "Y"
        else:
            session.cancel_on_disconnect = session.config.cancel_on_disconnect
        thread_state.keep()
        self._desk.arriving(session, has_reset=fields.get("141") == "Y", username=fields.get("553", ""))
        return ""

    def _logout(self, _message: quickfix.Message, _fields: Fields, session: FixSession) -> str:
        session.logged_out_by_client = True
        return ""

    def _resend_request(self, message: quickfix.Message, fields: Fields, session: FixSession) -> str:
        """ResendRequest(2): a bounded range, and not one upon another. Numbers that a power loss left out do not count,
        for one message fills them. Of an open range that is too long QuickFIX, which reads it after this, is shown the
        beginning: the client asks for the rest when it has that, or when it logs on again."""
        first, asked, last_sent = int(fields["7"]), int(fields["16"]), self._desk.last_sent(session)
        if 1 <= first < session.whole_from <= (asked or last_sent):
            first = session.whole_from
        last = session.resends.last_of(first, asked, last_sent)
        if not asked and last < last_sent:
            message.setField(16, str(last))
        wait_s = session.resends.wait_s(first, last, last_sent, time.monotonic())
        if wait_s:
            time.sleep(wait_s)
        oldest = utc_text(time.time_ns() - self._desk.resend_age_s_max * SECOND_NS)
        self._resending[threading.get_ident()] = session.resends.begin(oldest, min(last, last_sent))
        return ""


def _was_answered(fields: Fields, cl_ord_id: str, session: FixSession) -> bool:
    """PossDupFlag(43)=Y of a request whose answer the replay has told: see answered.py."""
    if fields.get("43") != "Y" or cl_ord_id not in session.answered:
        return False
    log.info("%s: %s came again and was answered before", session.comp_id, cl_ord_id)
    return True


def _pass(_application: Application, _message: quickfix.Message, _fields: Fields, _session: FixSession) -> str:
    return ""


_ADMIN: Final = {"A": Application._logon, "5": Application._logout, "2": Application._resend_request}


def _field(message: quickfix.Message, tag: int) -> str:
    value: str = message.getField(tag) if message.isSetField(tag) else ""
    return value


def _sent_again(message: quickfix.Message) -> tuple[int, str]:
    """MsgSeqNum(34), and when it was first sent. Never raises."""
    header = message.getHeader()
    try:
        return int(header.getField(34)), header.getField(122)
    except Exception:  # it is no resend: as of now
        return sys.maxsize, utc_text(time.time_ns())


def _make_business_reject(message: quickfix.Message, msg_type: str) -> None:
    """380=3. QuickFIX keeps the refused message to itself, so 379 is its MsgSeqNum(34)."""
    message.getHeader().setField(35, "j")
    for tag in (371, 373):
        message.removeField(tag)
    message.setField(379, _field(message, 45))
    message.setField(380, str(tables.UNSUPPORTED_MESSAGE_TYPE))
    message.setField(58, f"MsgType(35)={msg_type} is not taken here")
