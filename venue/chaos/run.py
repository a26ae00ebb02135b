"""One run of a scenario: where it goes, how long it may last, and what came of it."""

import ipaddress
import itertools
import re
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Final, NamedTuple, TypeAlias

from venue.chaos.peer import CONNECT_S, Peer
from venue.errors import OperatorError
from venue.fix.framing import TEXT, msg_type, number, value
from venue.fix.timestamps import utc_text

Tell: TypeAlias = Callable[[str], None]

UNLISTED: Final = "CHAOS"  # an instrument that no venue lists: orders are refused, and no book is touched
LOGON_S: Final = 10.0
ANSWER_S: Final = 3.0
REFUSAL_S: Final = 1.0  # a venue that would refuse has done so by then
TRY_AGAIN_S: Final = 0.25
PROGRESS_S: Final = 2.0
_BEGIN_SEQ_NO: Final = b"\x017="
_EXPECTED: Final = re.compile(rb"expecting (\d+)")  # QuickFIX's words to one that counts too low


class Target(NamedTuple):
    """`comp_id` is the venue's, `session` the CompID that is misbehaved with, `password` its own if it has one."""

    host: str
    port: int
    comp_id: str
    session: str
    password: str = ""
    symbol: str = UNLISTED
    tls: bool = False
    source: str = ""  # the address to connect from, of loopback too; empty: as the system chooses


def trusting_context() -> ssl.SSLContext:
    """TLS with whoever answers: it is this machine, and nobody to keep a secret from."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def require_loopback(host: str, option: str = "--host") -> None:
    """Raises OperatorError for any other address: what this does to a venue is an attack."""
    name = {"localhost": "127.0.0.1"}.get(host, host)
    try:
        is_loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise OperatorError(
            f"{option} was {host!r}: bad clients are let loose on this machine's own venue only, 127.0.0.1 or ::1"
        )


class Run:
    """Ends after `count` rounds or `seconds`, whichever is first; closes every connection at its end."""

    def __init__(self, target: Target, count: int, seconds: float, seed: int, tell: Tell) -> None:
        require_loopback(target.host)
        if target.source:
            require_loopback(target.source, "--from")
        self.target: Final = target
        self.count: Final = count
        self.chance: Final = Random(seed)
        self.tell: Final = tell
        self.answers: Final[Counter[str]] = Counter()
        self.rounds_done = 0
        self._started_s = time.monotonic()
        self._end_s = self._started_s + seconds
        self.next_number = 1  # MsgSeqNum(34) of our session, over its connections
        self.peers: list[Peer] = []
        self._closed_sent = 0
        self._tls = trusting_context() if target.tls else None
        self._names = (f"chaos-{time.time_ns():x}-{place}" for place in itertools.count(1))

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self.peers:
            peer.close()

    # -- its bounds ----------------------------------------------------------------------------------------

    @property
    def left_s(self) -> float:
        return max(0.0, self._end_s - time.monotonic())

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started_s

    def rounds(self) -> Iterator[int]:
        """1 to `count`, until the time is up; tells now and then how far it is."""
        tell_at_s = time.monotonic() + PROGRESS_S
        for place in range(1, self.count + 1):
            if not self.left_s:
                self.tell(f"the time is up after {self.rounds_done:,} of {self.count:,}")
                return
            if time.monotonic() >= tell_at_s:
                self.tell(f"{self.rounds_done:,} of {self.count:,}; the venue {self.told()}")
                tell_at_s = time.monotonic() + PROGRESS_S
            yield place
            self.rounds_done = place

    def told(self) -> str:
        """What the venue has answered so far."""
        said = [f"{count:,} x {what}" for what, count in self.answers.most_common()]
        return ", ".join(said) or "has said nothing"

    @property
    def sent(self) -> int:
        return self._closed_sent + sum(peer.sent for peer in self.peers)

    # -- connections ---------------------------------------------------------------------------------------

    def connect(self, receive_buffer: int | None = None) -> Peer:
        """A new connection, which may have been refused."""
        target = self.target
        address, source = (target.host, target.port), target.source
        peer = Peer(address, target.session, target.comp_id, self.answers, source, self._tls, receive_buffer)
        self.peers.append(peer)
        return peer

    def is_port_open(self) -> bool:
        """Whether anybody still listens there."""
        try:
            socket.create_connection((self.target.host, self.target.port), CONNECT_S).close()
        except OSError:
            return False
        return True

    def forget(self, peer: Peer) -> None:
        """Close a connection before the end of the run; its session goes on with the next number."""
        if peer.has_logged_on:
            self.next_number = peer.next_out
        peer.close()
        self._closed_sent += peer.sent
        self.peers.remove(peer)

    def logon(self, **fields: str) -> dict[str, str]:
        """The body of a Logon(A)."""
        own = {"EncryptMethod": "0", "HeartBtInt": "30"}
        if self.target.password:
            own |= {"Username": self.target.session, "Password": self.target.password}
        return own | fields

    def log_on(self, receive_buffer: int | None = None, **fields: str) -> Peer:
        """A connection that is logged on, its numbers agreed upon. Raises OperatorError when the venue refuses."""
        until_s = time.monotonic() + min(LOGON_S, max(self.left_s, ANSWER_S))
        said = ""
        while time.monotonic() < until_s:
            peer = self.connect(receive_buffer)
            peer.next_out = self.next_number
            peer.send("A", **self.logon(**fields))
            answer = peer.await_type(b"A5", ANSWER_S)
            if answer is not None and msg_type(answer) == b"A":
                peer.has_logged_on = True
                is_alive(peer)
                return peer
            said = self._learn(answer) or said
            self.forget(peer)
            time.sleep(TRY_AGAIN_S)
        raise OperatorError(
            f"session {self.target.session} was not let in at {self.target.host}:{self.target.port}"
            f"{f', which said {said!r}' if said else ''}: name another with --session, its password in "
            "VENUE_FIX_PASSWORD, or wait until nobody else uses it"
        )

    def _learn(self, answer: bytes | None) -> str:
        """The text of a refusal, and from it the number that the venue expects."""
        text = (answer and value(answer, TEXT)) or b""
        if expected := _EXPECTED.search(text):
            self.next_number = int(expected[1])
        return text.decode("latin-1")

    def log_out(self, peer: Peer) -> None:
        if peer.send("5"):
            peer.await_type(b"5", ANSWER_S)
        self.forget(peer)

    def said_by(self, peer: Peer, wait_s: float) -> str:
        """What the venue does on one connection within the time, in words."""
        before = self.answers.copy()
        peer.listen(wait_s)
        return ", ".join((self.answers - before).keys()) or "says nothing"

    # -- what is sent --------------------------------------------------------------------------------------

    def order(self) -> dict[str, str]:
        """A buy order that rests nowhere: immediate or cancel, at the lowest price there can be."""
        return {
            "ClOrdID": next(self._names),
            "Symbol": self.target.symbol,
            "Side": "1",
            "TransactTime": utc_text(time.time_ns()),
            "OrdType": "2",
            "OrderQty": "1",
            "Price": "0.01",
            "TimeInForce": "3",
        }


def fill_gap(peer: Peer, resend_request: bytes, up_to: int = 0) -> None:
    """Answer a ResendRequest(2) as one that has nothing to repeat, up to a message that the venue has: the last one."""
    begin = number(resend_request, _BEGIN_SEQ_NO)
    now = utc_text(time.time_ns())
    fields = {
        "PossDupFlag": "Y",
        "OrigSendingTime": now,
        "GapFillFlag": "Y",
        "NewSeqNo": str(up_to or peer.next_out - 1),
    }
    peer.send_bytes(peer.message("4", fields, msg_seq_num=max(begin, 1)))


def is_alive(peer: Peer) -> bool:
    """Whether the venue answers a TestRequest(1) on this connection, gaps that it sees being filled."""
    peer.send("1", TestReqID="alive")
    while (frame := peer.await_type(b"02", ANSWER_S)) is not None and msg_type(frame) == b"2":
        fill_gap(peer, frame)
    return frame is not None
