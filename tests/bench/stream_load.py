"""A thousand subscribers in one process: bare sockets and epoll, no WebSocket library.

    python -m tests.bench.stream_load PORT PATH COUNT [REQUEST …]

Connects COUNT times, sends the REQUESTs on each connection, says `ready` when each has had its first message, then
takes whatever comes. It looks at no more
of a frame than its length. For each line on stdin it answers with what came since the last one, as JSON; the end of
stdin ends it.
"""

import base64
import os
import select
import socket
import sys
import time
from typing import Final

import msgspec

PATIENCE_S: Final = 30.0
READ_BYTES: Final = 262_144
_UPGRADED: Final = b"HTTP/1.1 101"
_END: Final = b"\r\n\r\n"
_STDIN: Final = 0


def connected(port: int, path: str) -> tuple[socket.socket, bytes]:
    """A WebSocket connection after its handshake, and what came behind that already. Source: RFC 6455, 4.1."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    received = b""
    while _END not in received:
        more = connection.recv(READ_BYTES)
        if not more:
            raise ConnectionError(f"the server ended the handshake after {received!r}")
        received += more
    head, _, rest = received.partition(_END)
    if not head.startswith(_UPGRADED):
        raise ConnectionError(f"the server answered {head!r}")
    return connection, rest


def masked_frame(text: bytes) -> bytes:
    """A short text message as a client sends it: masked, here with zeros. Source: RFC 6455, 5.2 and 5.3."""
    assert len(text) < 65_536
    head = bytes((0x81, 0x80 | len(text))) if len(text) < 126 else b"\x81\xfe" + len(text).to_bytes(2, "big")
    return head + bytes(4) + text


def frames_in(data: bytes) -> tuple[int, int]:
    """How many whole frames there are, and where the rest begins. Of a server: none is masked."""
    count, at, end = 0, 0, len(data)
    while end - at >= 2:
        length = data[at + 1]
        if length < 126:
            begin = at + 2
        elif length == 126:
            length, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        else:
            length, begin = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
        if begin + length > end:
            break
        at = begin + length
        count += 1
    return count, at


class Audience:
    """All connections of this process."""

    def __init__(self, port: int, path: str, count: int, requests: list[str]) -> None:
        self._sockets: dict[int, socket.socket] = {}
        self._unread: dict[int, bytes] = {}
        self._silent: set[int] = set()  # those that have had no message yet
        self._poll = select.epoll()
        self._frames = self._last_ns = self._ended = 0
        for _ in range(count):
            connection, rest = connected(port, path)
            connection.sendall(b"".join(masked_frame(request.encode()) for request in requests))
            connection.setblocking(False)
            number = connection.fileno()
            self._sockets[number] = connection
            self._silent.add(number)
            self._poll.register(number, select.EPOLLIN)
            self._take(number, rest)

    def listen(self) -> None:
        """Until stdin ends."""
        while self._silent:
            self._round()
        print("ready", flush=True)
        self._poll.register(_STDIN, select.EPOLLIN)
        while self._round():
            pass

    def _round(self) -> bool:
        events = self._poll.poll()
        for number, _ in events:
            if number == _STDIN:
                continue
            if data := self._sockets[number].recv(READ_BYTES):
                self._take(number, data)
            else:
                self._poll.unregister(number)
                self._ended += 1
        if any(number != _STDIN for number, _ in events):
            self._last_ns = time.perf_counter_ns()
        if any(number == _STDIN for number, _ in events):
            if not os.read(_STDIN, 1_000):
                return False
            self._report()
        return True

    def _take(self, number: int, data: bytes) -> None:
        if number in self._unread:
            data = self._unread.pop(number) + data
        count, rest = frames_in(data)
        if rest < len(data):
            self._unread[number] = data[rest:]
        self._frames += count
        if self._silent and count:
            self._silent.discard(number)

    def _report(self) -> None:
        told = {"frames": self._frames, "last_ns": self._last_ns, "ended": self._ended}
        print(msgspec.json.encode(told).decode(), flush=True)
        self._frames = 0


if __name__ == "__main__":
    Audience(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]).listen()
