"""FIX sessions of a client with the venue, kept by a QuickFIX initiator.

The message store survives the process, so what the venue reported while we were away is asked for and
delivered at the next logon. When the two stores no longer fit (one side's was deleted), the session is
opened again with ResetSeqNumFlag(141)=Y, if the venue allows that: what was missed is then lost.

Our own orders of an earlier connection are never resent: an order the venue did not get is not an order of today.
QuickFIX then fills the gap instead. What was sent since the logon is resent: the venue may have asked for everything
while it was on its way, and a gap filled over it would lose it.
"""

import fcntl
import logging
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Final, TypeAlias

import quickfix

from venue.client.fields import Fields, read, written
from venue.client.tunnel import Tunnel
from venue.errors import OperatorError
from venue.fix.dictionary import DICTIONARY
from venue.fix.sessions import BEGIN_STRING

log = logging.getLogger(__name__)

Receive: TypeAlias = Callable[[str, Fields], None]  # our CompID, the message

LOGON_WAIT_S: Final = 10.0
LOGON_TRIES: Final = 3  # the venue may still be busy closing our last connection
LOGOUT_WAIT_S: Final = 2.0
_NO_NEWS: Final = frozenset("0124A")  # session messages the owner need not see
_TURNED_AWAY: Final = (
    "the venue knows no such session, or it is in use elsewhere, or needs its password (in VENUE_FIX_PASSWORD)"
)
_OUT_OF_STEP: Final = "MsgSeqNum too low"  # QuickFIX's words, on both sides

_SETTINGS: Final = """[DEFAULT]
ConnectionType=initiator
BeginString={begin_string}
TargetCompID={target}
NonStopSession=Y
ReconnectInterval=1
SocketNodelay=Y
SocketConnectHost={host}
SocketConnectPort={port}
HeartBtInt=30
LogonTimeout=5
LogoutTimeout=2
FileStorePath={store}
ResetOnLogon={reset}
UseDataDictionary=Y
DataDictionary={dictionary}
"""


class Connection(quickfix.Application):
    """Logged-on sessions. `receive` is called on QuickFIX's thread with every message but heartbeats
    and the like, Reject(3) and Logout(5) included; what it raises is logged.
    """

    def __init__(
        self,
        address: tuple[str, int],
        target: str,
        comp_ids: Iterable[str],
        store: Path,
        receive: Receive,
        reset: bool = False,
        password: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__()
        self._tunnel = Tunnel(address, tls) if tls else None
        if self._tunnel:
            address = ("127.0.0.1", self._tunnel.port)
        self._receive = receive
        self._password = password
        self._ids = {ours: quickfix.SessionID(BEGIN_STRING, ours, target) for ours in comp_ids}
        self._logged_on: set[str] = set()
        self._first_number: dict[str, int] = {}  # MsgSeqNum(34) of the first message after the logon
        self._farewells: dict[str, str] = {}  # why a session ended, in the words of the last Logout(5)
        self._closings: Counter[str] = Counter()  # connections that ended before we were logged on
        self._news = threading.Condition()
        text = _SETTINGS.format(
            begin_string=BEGIN_STRING,
            target=target,
            host=address[0],
            port=address[1],
            store=store,
            reset="Y" if reset else "N",
            dictionary=DICTIONARY,
        )
        settings = quickfix.SessionSettings()
        settings.setFromString(text + "".join(f"[SESSION]\nSenderCompID={ours}\n" for ours in self._ids))
        self._settings = settings  # QuickFIX keeps references, not copies
        self._stores = quickfix.FileStoreFactory(settings)
        self._initiator = quickfix.SocketInitiator(self, self._stores, settings)

    def start(self, patience_s: float = LOGON_WAIT_S) -> None:
        """Connect. Returns when all sessions are logged on; raises OperatorError when one is not."""
        self._initiator.start()
        with self._news:
            self._news.wait_for(lambda: len(self._logged_on) == len(self._ids) or self._farewells, patience_s)
            missing = sorted(set(self._ids) - self._logged_on)
        if missing:
            raise OperatorError(f"session {missing[0]} could not log on: {self.farewell(missing[0])}")

    def is_logged_on(self, comp_id: str) -> bool:
        return comp_id in self._logged_on

    def farewell(self, comp_id: str) -> str:
        if self._tunnel and self._tunnel.failure:
            return f"no TLS: {self._tunnel.failure}"
        return self._farewells.get(comp_id, "the venue did not answer")

    @property
    def is_out_of_step(self) -> bool:
        return any(_OUT_OF_STEP in text for text in self._farewells.values())

    def send(self, comp_id: str, fields: Mapping[str, str], orders: Iterable[Mapping[str, str]] = ()) -> bool:
        """Store and send; `orders` are those of a list. False when the session is not logged on: nothing was
        or will be sent.
        """
        if comp_id not in self._logged_on:
            return False
        sent: bool = quickfix.Session.sendToTarget(written(fields, orders), self._ids[comp_id])
        return sent

    def log_out(self) -> None:
        """Log out of every session and wait for the venue's answers."""
        for session_id in self._ids.values():
            session = quickfix.Session.lookupSession(session_id)
            session.logout()  # noticed at the next tick or message: the TestRequest(1) fetches one
            if session.isLoggedOn():
                quickfix.Session.sendToTarget(written({"MsgType": "1", "TestReqID": "BYE"}), session_id)
        with self._news:
            self._news.wait_for(lambda: not self._logged_on, LOGOUT_WAIT_S)

    def stop(self) -> None:
        """Log out, then end QuickFIX's thread, which takes a second: its clock's tick."""
        self.log_out()
        self._initiator.stop(True)
        if self._tunnel:
            self._tunnel.close()
        del self._initiator  # and with it its sessions: QuickFIX has one of each name in a process

    # -- quickfix.Application: an exception that leaves one of these would end the process --------------

    def onCreate(self, session_id: quickfix.SessionID) -> None:  # noqa: N802 (QuickFIX's names)
        pass

    def onLogon(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        number = quickfix.Session.lookupSession(session_id).getExpectedSenderNum()
        with self._news:
            self._first_number[_ours(session_id)] = number
            self._logged_on.add(_ours(session_id))
            self._farewells.pop(_ours(session_id), None)
            self._news.notify_all()

    def onLogout(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        comp_id = _ours(session_id)
        with self._news:
            if comp_id not in self._logged_on:
                self._closings[comp_id] += 1
                if self._closings[comp_id] == LOGON_TRIES:
                    self._farewells.setdefault(comp_id, _TURNED_AWAY)
            self._logged_on.discard(comp_id)
            self._news.notify_all()

    def toAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        fields = read(message)
        if self._password and fields["MsgType"] == "A":
            message.setField(553, _ours(session_id))
            message.setField(554, self._password)
        self._note_farewell(_ours(session_id), fields)

    def fromAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        fields = read(message)
        self._note_farewell(_ours(session_id), fields)
        if fields["MsgType"] not in _NO_NEWS and self.is_logged_on(_ours(session_id)):
            self._deliver(_ours(session_id), fields)

    def toApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        fields = read(message)
        if fields.get("PossDupFlag") == "Y" and int(fields["MsgSeqNum"]) < self._first_number.get(_ours(session_id), 0):
            raise quickfix.DoNotSend

    def fromApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._deliver(_ours(session_id), read(message))

    def _deliver(self, comp_id: str, fields: Fields) -> None:
        try:
            self._receive(comp_id, fields)
        except Exception:
            log.exception("message to %s: %s", comp_id, fields)

    def _note_farewell(self, comp_id: str, fields: Fields) -> None:
        if fields["MsgType"] == "5" and "Text" in fields:
            with self._news:
                self._farewells.setdefault(comp_id, fields["Text"])
                self._news.notify_all()


def _ours(session_id: quickfix.SessionID) -> str:
    comp_id: str = session_id.getSenderCompID().getValue()
    return comp_id


def connect(
    address: tuple[str, int],
    target: str,
    comp_ids: Iterable[str],
    store: Path,
    receive: Receive,
    password: str = "",
    tls: ssl.SSLContext | None = None,
) -> tuple[Connection, bool]:
    """A started connection, and whether its sequence numbers had to be reset. `password` is that of all its sessions;
    with `tls` it goes over TLS.

    QuickFIX keeps every message it sends, Logons too, in the store, which is for its user's eyes only.

    Raises OperatorError when nobody listens there or the venue refuses a session.
    """
    _require_listener(address)
    store.mkdir(parents=True, exist_ok=True)
    store.chmod(0o700)
    comp_ids = list(comp_ids)
    connection = Connection(address, target, comp_ids, store, receive, password=password, tls=tls)
    try:
        connection.start()
        return connection, False
    except OperatorError:
        connection.stop()
        if not connection.is_out_of_step:
            raise
    connection = Connection(address, target, comp_ids, store, receive, reset=True, password=password, tls=tls)
    try:
        connection.start()
        return connection, True
    except OperatorError:
        connection.stop()
        raise


def _require_listener(address: tuple[str, int]) -> None:
    try:
        socket.create_connection(address, timeout=5).close()
    except OSError as error:
        raise OperatorError(
            f"no venue answers at {address[0]}:{address[1]} ({error.strerror or error}): start one with "
            "`venue serve --config config/demo.toml`, or name its port"
        ) from None


def lock_session(store: Path, comp_id: str) -> IO[str]:
    """Keep other processes of this machine from the session's store while the returned file is open.

    Raises OperatorError when it is taken.
    """
    store.mkdir(parents=True, exist_ok=True)
    file = (store / f"{comp_id}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise OperatorError(
            f"session {comp_id} is in use by another venue command: wait for it, or choose another --session"
        ) from None
    return file
