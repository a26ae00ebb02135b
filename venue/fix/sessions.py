"""The QuickFIX side: its settings from ours, and one session of it as a line we can send on or cut.

What each setting guards against stands beside it. Source: QuickFIX 1.16, SessionSettings and Session.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import quickfix

from venue.config import FixConfig
from venue.fix.connections import cut, hold
from venue.fix.dictionary import DICTIONARY
from venue.fix.timestamps import SECOND_NS, utc_text
from venue.fix_text.sent import BEGIN_STRING as BEGIN_STRING
from venue.fix_text.sent import store_name
from venue.handed import numbered

log = logging.getLogger(__name__)

STUCK_S: Final = 0.2  # a sender that takes longer for one message waits for a client that does not read
LOGOUT_WAIT_S: Final = 1.0  # for the client's own Logout(5), before the connection is closed
SEND_BUFFER_BYTES: Final = 1 << 19  # a client that does not read costs no more of the kernel's memory

# The functions behind Message.setString and Session.send, without the Python method around each.
_set_string: Final = quickfix._quickfix.Message_setString
_send: Final = quickfix._quickfix.Session_send

_SETTINGS: Final = """[DEFAULT]
ConnectionType=acceptor
BeginString=FIX.4.4
NonStopSession=Y
SocketAcceptPort={port}
SocketReuseAddress=Y
# Without it every partly filled window of a client waits 40 ms.
SocketNodelay=Y
# QuickFIX fixes the buffer of a connection in any case; the kernel's default of 16 KiB makes it wait often.
SocketSendBufferSize={send_buffer}
FileStorePath={store}
PersistMessages=Y
ResetOnLogon=N
ResetOnLogout=N
ResetOnDisconnect=N
UseDataDictionary=Y
ValidateFieldsOutOfOrder=Y
ValidateFieldsHaveValues=Y
ValidateUserDefinedFields=Y
ValidateLengthAndChecksum=Y
AllowUnknownMsgFields=N
CheckCompID=Y
# SendingTime(52) must be within 10 s of our clock.
CheckLatency=Y
MaxLatency=10
LogonTimeout=5
LogoutTimeout=2
AllowedRemoteAddresses=127.0.0.1
"""
_SESSION: Final = """[SESSION]
SenderCompID={ours}
TargetCompID={theirs}
DataDictionary={dictionary}
"""


def session_name(fix: FixConfig, comp_id: str) -> str:
    """QuickFIX's name of a session, with which its store's files begin."""
    return store_name(fix.comp_id, comp_id)


def session_settings(
    fix: FixConfig, port: int, store: Path, may_reset: dict[str, bool], dictionaries: dict[bool, Path]
) -> quickfix.SessionSettings:
    """Settings of all sessions. `may_reset`: by CompID, whether ResetSeqNumFlag(141)=Y is allowed, and `dictionaries`
    for both. QuickFIX listens on every address; `keep_to_loopback` sees to it that only loopback reaches it."""
    parts = [_SETTINGS.format(port=port, store=store, send_buffer=SEND_BUFFER_BYTES)]
    for comp_id, allowed in may_reset.items():
        dictionary = dictionaries[allowed]
        parts.append(_SESSION.format(ours=fix.comp_id, theirs=comp_id, dictionary=dictionary))
    settings = quickfix.SessionSettings()
    settings.setFromString("".join(parts))
    return settings


def _without_reset(dictionary: str) -> str:
    """The dictionary of sessions that may not reset: ResetSeqNumFlag(141) has the one value N.

    QuickFIX empties the store before it asks the application about a Logon, so a refusal there comes
    too late. Its dictionary check comes before: such a Logon is dropped, and the store stays.
    """
    field = '<field number="141" name="ResetSeqNumFlag" type="BOOLEAN"'
    assert f"{field}/>" in dictionary
    return dictionary.replace(f"{field}/>", f'{field}><value enum="N" description="NO"/></field>')


def _with_voucher(dictionary: str, voucher: str) -> str:
    """The dictionary of sessions behind the gate: a Logon needs the gate's voucher as Password(554).

    Another program of this machine that finds the port gets its Logon dropped before it changes anything.
    """
    field = '<field number="554" name="Password" type="STRING"'
    required = '<field name="Password" required="N"/>'
    assert f"{field}/>" in dictionary
    assert required in dictionary
    known = dictionary.replace(f"{field}/>", f'{field}><value enum="{voucher}" description="GATE"/></field>')
    return known.replace(required, required.replace('"N"', '"Y"'))


@contextmanager
def _dictionaries(store: Path, voucher: str, number: int) -> Iterator[dict[bool, Path]]:
    """By whether a session may reset its numbers. QuickFIX reads them when it makes a session; the voucher is not left
    on the disk."""
    text = DICTIONARY.read_text()
    if voucher:
        text = _with_voucher(text, voucher)
    name = numbered("FIX44-acceptor", number)
    paths = {True: store / f"{name}.xml", False: store / f"{name}-without-reset.xml"}
    try:
        for allowed, path in paths.items():
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text if allowed else _without_reset(text))
        yield paths
    finally:
        for path in paths.values():
            path.unlink(missing_ok=True)


def make_acceptor(
    application: quickfix.Application,
    fix: FixConfig,
    port: int,
    store: Path,
    may_reset: dict[str, bool],
    voucher: str = "",
    number: int = 0,
) -> quickfix.ThreadedSocketAcceptor:
    """Make every session and open its store; no port yet. A thread serves each connection, so that a
    half-sent message of one client delays no other. `voucher`: of the gate, without which no Logon is taken.
    `number`: of the order gateway."""
    _keep_stores_over_midnight(store / f"{session_name(fix, comp_id)}.session" for comp_id in may_reset)
    with _dictionaries(store, voucher, number) as dictionaries:
        settings = session_settings(fix, port, store, may_reset, dictionaries)
        return quickfix.ThreadedSocketAcceptor(application, quickfix.FileStoreFactory(settings), settings)


def _keep_stores_over_midnight(dates: Iterable[Path]) -> None:
    """Date the stores today. QuickFIX 1.16 looks at NonStopSession only after it has opened a session,
    and empties on opening any store that was created on another day (UTC)."""
    while (now_s := time.time()) % 86_400 > 86_390:
        time.sleep(1)  # opening must not fall on the other side of midnight
    for created in dates:
        if created.exists():
            created.write_text(utc_text(int(now_s) * SECOND_NS)[: -len(".000")])


def reserved_port() -> socket.socket:
    """A socket bound to a free port, which the kernel gives nobody else while it is open; QuickFIX may bind it too, for
    it reuses addresses, as this one allows from now on."""
    holder = socket.socket()
    holder.bind(("0.0.0.0", 0))
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return holder


class Line:
    """One session of QuickFIX. `send` and `hold` are called by the session's sender thread only."""

    def __init__(self, fix: FixConfig, comp_id: str, dictionary: quickfix.DataDictionary) -> None:
        self._session = quickfix.Session.lookupSession(quickfix.SessionID(BEGIN_STRING, fix.comp_id, comp_id))
        self._dictionary = dictionary
        self._message = quickfix.Message()  # filled anew for each report: cheaper than a new one
        self._sending = False
        self._connection: socket.socket | None = None

    def send(self, text: str) -> bool:
        """Give a message its number, store it, and send it if the client is logged on.

        False when it could not be stored. May block as long as the client does not read.
        """
        # The dictionary tells QuickFIX the repeating groups; it costs 0.25 of 1.8 microseconds where there is none.
        _set_string(self._message, text, False, self._dictionary, self._dictionary)
        self._sending = True
        stored: bool = _send(self._session, self._message)
        self._sending = False
        return stored

    def hold(self, on: bool) -> None:
        """More messages follow at once (True), or none for now (False): spares a packet, and the client
        a wake-up, for each. Measured: 18 of 31 microseconds a report."""
        if self._connection:
            hold(self._connection, on)

    @property
    def is_logged_on(self) -> bool:
        on: bool = self._session.isLoggedOn()
        return on

    @property
    def next_numbers(self) -> tuple[int, int]:
        """MsgSeqNum(34) of our next message, and of the client's. Waits while a resend is read from the store."""
        return self._session.getExpectedSenderNum(), self._session.getExpectedTargetNum()

    def reset(self) -> None:
        """Empty the store and begin again with number 1 on both sides. For a client that is logged out, while nothing
        is sent. Raises what QuickFIX raises when the files cannot be made anew.

        Session.reset would say Logout(5), numbered by the old count, to a client that is about to log on.
        """
        self._session.setResetOnDisconnect(True)
        try:
            self._session.disconnect()
        finally:
            self._session.setResetOnDisconnect(False)

    @property
    def has_connection(self) -> bool:
        return self._connection is not None

    def connected(self, connection: socket.socket) -> None:
        self._connection = connection

    def disconnected(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def admit_again(self) -> None:
        """Undo `log_out`: the client may log on."""
        self._session.logon()

    def log_out(self, text: str) -> None:
        """Send Logout(5) with the text and close the connection; the client may not return before
        `admit_again`. A client that does not read gets no Logout: its connection is cut, which frees the
        sender that waits for it."""
        self._session.logout(text)
        if _wait_until(lambda: not self._sending, STUCK_S):
            self._session.next(quickfix.UtcTimeStamp.now())  # sends the Logout now, not at the next second
            _wait_until(lambda: not self.is_logged_on, LOGOUT_WAIT_S)
        connection = self._connection
        if connection and self.is_logged_on:
            log.warning("cutting a connection: %s", text)
            cut(connection)
            _wait_until(lambda: not self.is_logged_on, LOGOUT_WAIT_S)


def _wait_until(condition: Callable[[], bool], patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
