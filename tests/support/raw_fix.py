"""A FIX client on a bare socket: it can be as wrong as a test needs it to be.

It keeps both sequence numbers itself, answers nothing on its own and checks what comes: frame, length,
checksum, CompIDs, and MsgSeqNum(34) without a gap unless the message is a resend.
"""

import contextlib
import ctypes
import itertools
import re
import socket
import struct
from typing import Final, Self

from tests.support.fix_message import SOH, FixMessage, checksum, frame, tag_of, utc_timestamp
from tests.support.fix_party import PATIENCE_S, Deadline, FixParty

_FRAME_HEAD: Final = re.compile(rb"8=FIX\.4\.4\x019=(\d{1,6})\x01")
_TRAILER_LENGTH: Final = len("10=000|")
HEADER_FIELDS: Final = {
    "SenderCompID",
    "TargetCompID",
    "SendingTime",
    "PossDupFlag",
    "PossResend",
    "OrigSendingTime",
}
_SO_ATTACH_FILTER: Final = 26  # socket(7)
_DROP_ALL: Final = struct.pack("=HBBI", 0x06, 0, 0, 0)  # one instruction of BPF: BPF_RET | BPF_K, of 0 bytes
_test_request_numbers = itertools.count(1)


class RawClient(FixParty):
    """`next_out` and `next_in` are the numbers of the next message sent and expected."""

    def __init__(
        self,
        port: int,
        sender: str,
        target: str = "VENUE",
        receive_buffer: int | None = None,
        source: str = "127.0.0.1",
    ) -> None:
        super().__init__(sender, target)
        self.source: Final = source  # another address of loopback: another host, as far as the venue can tell
        self.port = port
        self.next_out = 1
        self.next_in = 1
        self._receive_buffer = receive_buffer
        self._socket: socket.socket | None = None
        self._unread = b""

    # -- the connection -------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open a new connection; the sequence numbers go on."""
        self.close()
        self._socket = self._dial()
        self._unread = b""
        self.dialogue.append("-- connected")

    def _dial(self) -> socket.socket:
        connection = socket.socket()
        connection.settimeout(PATIENCE_S)
        if self._receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.bind((self.source, 0))
        connection.connect(("127.0.0.1", self.port))
        return connection

    def close(self) -> None:
        """Drop the connection without a Logout(5)."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self.dialogue.append("-- closed by us")

    def hang_up(self) -> None:
        """End our half, read to the end of the venue's, and close: at the next logon the session is free.

        QuickFIX looks only once a second whether the session of a new connection has got rid of its old one.
        """
        with contextlib.suppress(OSError):  # the venue was first
            self._connection.shutdown(socket.SHUT_WR)
        deadline = Deadline(PATIENCE_S)
        while self._read_some(deadline):
            pass
        self.close()

    def go_deaf(self) -> None:
        """Be a machine that lost its power: what comes is dropped before TCP sees it, no acknowledgement, no reset."""
        instruction = ctypes.create_string_buffer(_DROP_ALL)
        program = struct.pack("HP", 1, ctypes.addressof(instruction))
        self._connection.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
        self.dialogue.append("-- deaf from here")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _connection(self) -> socket.socket:
        assert self._socket is not None, f"{self.sender} is not connected"
        return self._socket

    # -- out ------------------------------------------------------------------------------------------

    def send(self, msg_type: str, **fields: str | None) -> None:
        """Send a message with the next MsgSeqNum(34)."""
        self.send_bytes(self.message(msg_type, **fields))

    def send_as(self, msg_seq_num: int, msg_type: str, **fields: str | None) -> None:
        """Send a message with a MsgSeqNum(34) of its own; the next number stays what it is."""
        self.send_bytes(self.message(msg_type, MsgSeqNum=str(msg_seq_num), **fields))

    def message(self, msg_type: str, **fields: str | None) -> bytes:
        """The bytes of a message, which takes the next number unless it has a MsgSeqNum of its own.

        Fields of the header (SenderCompID, SendingTime, PossDupFlag …) replace or extend ours, None
        leaves one out; BeginString and BodyLength replace the right ones.
        """
        begin_string = fields.pop("BeginString", None) or "FIX.4.4"
        body_length = fields.pop("BodyLength", None)
        return frame(self.fields(msg_type, **fields), begin_string, body_length)

    def fields(self, msg_type: str, **fields: str | None) -> list[tuple[int, str]]:
        """The fields of a message from MsgType(35) on, for a test to disarrange before it frames them."""
        msg_seq_num = fields.pop("MsgSeqNum", None)
        if msg_seq_num is None:
            msg_seq_num = str(self.next_out)
            self.next_out += 1
        header: dict[str, str | None] = {
            "SenderCompID": self.sender,
            "TargetCompID": self.target,
            "SendingTime": utc_timestamp(),
        }
        header |= {name: fields.pop(name) for name in HEADER_FIELDS & fields.keys()}
        wire = [(35, msg_type), (34, msg_seq_num)]
        wire += [(tag_of(name), value) for name, value in (header | fields).items() if value is not None]
        return wire

    def send_bytes(self, data: bytes) -> None:
        shown = data.decode("latin-1").replace(SOH, "|")
        self.dialogue.append(f"> {shown if len(shown) < 600 else shown[:600] + f'… {len(data)} bytes'}")
        self._connection.sendall(data)

    # -- in -------------------------------------------------------------------------------------------

    def receive(self, patience_s: float = PATIENCE_S) -> FixMessage | None:
        """The next message, or None when time is up or the venue closed the connection."""
        data = self._next_frame(Deadline(patience_s))
        if data is None:
            return None
        text = data.decode("latin-1")
        message = FixMessage.parse(text)
        self.dialogue.append(f"< {message}")
        end = text.rindex("10=")
        assert message["T10"] == checksum(text[:end]), f"CheckSum(10) was wrong in {message}"
        assert (message["T49"], message["T56"]) == (self.target, self.sender), f"CompIDs were wrong in {message}"
        self._count(message)
        return message

    def _count(self, message: FixMessage) -> None:
        if message.msg_type == "4" and message.get("T123") != "Y":  # SequenceReset in reset mode
            self.next_in = int(message["T36"])
        elif message.get("T43") == "Y":  # a resend, of which a gap fill may move us forward
            new_seq_no = int(message.get("T36") or message.msg_seq_num + 1)
            self.next_in = max(self.next_in, new_seq_no)
        elif message.msg_type == "A" and message.get("T141") == "Y":
            self.next_in = 2
        else:
            assert message.msg_seq_num == self.next_in, (
                f"MsgSeqNum(34) was {message.msg_seq_num}, expected {self.next_in}\n{self.told()}"
            )
            self.next_in += 1

    def _next_frame(self, deadline: Deadline) -> bytes | None:
        while (end := self._frame_end()) is None:
            if not self._read_some(deadline):
                return None
        data, self._unread = self._unread[:end], self._unread[end:]
        return data

    def _frame_end(self) -> int | None:
        head = _FRAME_HEAD.match(self._unread)
        if head is None:
            assert len(self._unread) < 24, f"no FIX frame came: {self._unread[:200]!r}"
            return None
        end = head.end() + int(head[1]) + _TRAILER_LENGTH
        return end if len(self._unread) >= end else None

    def _read_some(self, deadline: Deadline) -> bool:
        """False when time is up or the other side has closed."""
        self._connection.settimeout(max(deadline.left(), 0.001))
        try:
            data = self._connection.recv(65536)
        except TimeoutError:
            return False
        except ConnectionError:
            data = b""
        if not data:
            self.dialogue.append("-- closed by the venue")
        self._unread += data
        return bool(data)

    # -- the session ----------------------------------------------------------------------------------

    def log_on(self, heartbeat_s: int = 30, **fields: str) -> FixMessage:
        """Connect, send Logon(A) and expect the venue's."""
        self.connect()
        self.send("A", EncryptMethod="0", HeartBtInt=str(heartbeat_s), **fields)
        return self.expect("A", HeartBtInt=str(heartbeat_s))

    def log_on_afresh(self, heartbeat_s: int = 30, **fields: str) -> FixMessage:
        """Log on with ResetSeqNumFlag(141)=Y: both sides count from 1 again."""
        self.next_out = self.next_in = 1
        return self.log_on(heartbeat_s, ResetSeqNumFlag="Y", **fields)

    def log_on_when_free(self) -> None:
        """Log on afresh, again and again until the venue has noticed that our last connection is gone."""
        deadline = Deadline(PATIENCE_S)
        answer = None
        while answer is None:
            assert deadline.left() > 0, f"{self.sender}: the session was not free\n{self.told()}"
            self.next_out = self.next_in = 1
            self.connect()
            self.send("A", EncryptMethod="0", HeartBtInt="30", ResetSeqNumFlag="Y")
            answer = self.receive(deadline.left())
        assert answer.msg_type == "A", self.told()

    def log_out(self) -> None:
        """Exchange Logout(5) and see the venue close the connection."""
        self.send("5")
        self.expect("5")
        self.expect_closed()

    def expect_closed(self) -> None:
        """Expect the venue to close the connection without another message."""
        deadline = Deadline(PATIENCE_S)
        message = self.receive(deadline.left())
        assert message is None, f"{self.sender}: a message came instead of the end: {message}\n{self.told()}"
        assert deadline.left() > 0, f"{self.sender}: the connection was not closed\n{self.told()}"
        self.close()

    def receive_until_closed(self) -> list[FixMessage]:
        """Everything the venue still says before it closes the connection."""
        deadline = Deadline(PATIENCE_S)
        said: list[FixMessage] = []
        while (message := self.receive(deadline.left())) is not None:
            said.append(message)
        assert deadline.left() > 0, f"{self.sender}: the connection was not closed\n{self.told()}"
        self.close()
        return said

    def expect_resend_request(self) -> None:
        """Assert that the venue missed our last message: a further one makes it ask for it."""
        missed = self.next_out - 1
        self.send("0")
        self.expect("2", BeginSeqNo=str(missed))

    def expect_quiet(self) -> None:
        """Assert with a TestRequest(1) that the session is alive and has nothing to say but Heartbeat(0)."""
        test_req_id = f"quiet-{next(_test_request_numbers)}"
        self.send("1", TestReqID=test_req_id)
        self.expect("0", TestReqID=test_req_id)
