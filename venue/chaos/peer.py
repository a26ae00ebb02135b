"""One connection of a client that need not behave: bytes over a plain socket, no FIX library in between.

It counts what it sends and what comes back, and answers nothing of its own accord. Nothing here waits without a bound,
and a connection that the venue has closed swallows what is sent: that is an observation, not an error.
"""

import select
import socket
import ssl
import time
from collections import Counter, deque
from typing import Final

from venue.client.fields import message_names, tags
from venue.errors import GarbledError
from venue.fix.framing import Framer, msg_type, sealed
from venue.fix.timestamps import utc_text

CONNECT_S: Final = 5.0
SEND_S: Final = 2.0  # a venue that takes nothing for so long is not waited for
READ_BYTES: Final = 1 << 16
LONGEST_BYTES: Final = 99_999  # of what the venue may say
CLOSED: Final = "closed the connection"


class Peer:
    """`next_out` is the MsgSeqNum(34) of the next message; `answers` counts what the venue said and did."""

    def __init__(
        self,
        address: tuple[str, int],
        comp_id: str,
        target: str,
        answers: Counter[str],
        source: str = "",
        tls: ssl.SSLContext | None = None,
        receive_buffer: int | None = None,
    ) -> None:
        self.comp_id: Final = comp_id
        self.target: Final = target
        self.next_out = 1
        self.sent = 0
        self.is_open = self.has_logged_on = False
        self._answers = answers
        self._framer = Framer(app_bytes_max=LONGEST_BYTES, admin_bytes_max=LONGEST_BYTES)
        self._inbox: deque[bytes] = deque()
        self._socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._connect(address, source, tls)

    def _connect(self, address: tuple[str, int], source: str, tls: ssl.SSLContext | None) -> None:
        self._socket.settimeout(CONNECT_S)
        try:
            if source:
                self._socket.bind((source, 0))
            self._socket.connect(address)
            if tls:
                self._socket = tls.wrap_socket(self._socket)
        except OSError:
            self._answers["refused the connection"] += 1
            self._socket.close()
            return
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        self._socket.close()

    # -- out -----------------------------------------------------------------------------------------------

    def message(self, kind: str, fields: dict[str, str], msg_seq_num: int = 0, time_ns: int = 0) -> bytes:
        """A whole message; with the next number and the time that it is, unless others are given."""
        if not msg_seq_num:
            msg_seq_num = self.next_out
            self.next_out += 1
        return sealed(self.body(kind, fields, msg_seq_num, time_ns))

    def body(self, kind: str, fields: dict[str, str], msg_seq_num: int, time_ns: int = 0) -> bytes:
        header = {
            "MsgType": kind,
            "MsgSeqNum": str(msg_seq_num),
            "SenderCompID": self.comp_id,
            "TargetCompID": self.target,
            "SendingTime": utc_text(time_ns or time.time_ns()),
        }
        return "".join(f"{tags()[name]}={value}\x01" for name, value in (header | fields).items()).encode("latin-1")

    def send(self, kind: str, **fields: str) -> bool:
        """Whether the connection took it."""
        return self.send_bytes(self.message(kind, fields))

    def send_bytes(self, data: bytes, messages: int = 1) -> bool:
        """Likewise, of any bytes, counted as so many messages."""
        if not self.is_open:
            return False
        self._socket.settimeout(SEND_S)
        try:
            self._socket.sendall(data)
        except TimeoutError:
            self._answers["took no more bytes"] += 1
            return False
        except OSError:
            self._ended()
            return False
        self.sent += messages
        return True

    # -- in ------------------------------------------------------------------------------------------------

    def receive(self, wait_s: float) -> bytes | None:
        """The next message; None when none came in time or the venue has closed the connection."""
        until_s = time.monotonic() + wait_s
        while not self._inbox:
            if not self.is_open or not self._read(max(0.0, until_s - time.monotonic())):
                return None
        return self._inbox.popleft()

    def await_type(self, kinds: bytes, wait_s: float) -> bytes | None:
        """The next message of one of these types, each one character; what comes before it is only counted."""
        until_s = time.monotonic() + wait_s
        while (frame := self.receive(max(0.0, until_s - time.monotonic()))) is not None:
            if msg_type(frame) in kinds:
                return frame
        return None

    def listen(self, wait_s: float) -> None:
        """Count whatever comes within the time."""
        self.await_type(b"", wait_s)

    def _read(self, wait_s: float) -> bool:
        """False when nothing came in time, or the connection ended."""
        if not self._is_readable(wait_s):
            return False
        try:
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:  # of TLS: not yet a whole record
            return True
        except OSError:
            data = b""
        if not data:
            self._ended()
            return False
        self._take(data)
        return True

    def _is_readable(self, wait_s: float) -> bool:
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        waiting = select.poll()  # not select(2), which knows descriptors up to 1023 only
        waiting.register(self._socket, select.POLLIN)
        return bool(waiting.poll(wait_s * 1000))

    def _take(self, data: bytes) -> None:
        try:
            frames = self._framer.feed(data)
        except GarbledError as error:
            frames = error.frames
            self._answers["sent bytes that are no FIX message"] += 1
            self.close()
        self._answers.update(_named(frame) for frame in frames)
        self._inbox.extend(frames)

    def _ended(self) -> None:
        self._answers[CLOSED] += 1
        self.close()


def _named(frame: bytes) -> str:
    kind = msg_type(frame).decode()
    return f"{message_names().get(kind, 'a message')}({kind})"
