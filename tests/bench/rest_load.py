"""A lean HTTP/1.1 client for load: prepared requests out, status and arrival in, one thread, no library.

It parses no more of an answer than its status line and Content-Length, about 15 microseconds a request, so that the
server is what is measured. Each connection has one request under way; answers of another length or status than
expected end the run.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tests.bench.figures import BenchError

PATIENCE_S: Final = 30.0
_LENGTH: Final = b"content-length:"
_END: Final = b"\r\n\r\n"


class Load(NamedTuple):
    """What a run measured. Latencies count from the moment a request was due: without a rate, when it was sent."""

    elapsed_s: float
    latencies_ns: list[int]  # ascending

    @property
    def per_s(self) -> float:
        return len(self.latencies_ns) / self.elapsed_s


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket: Final = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due_ns = 0
        self._unread = b""

    def send(self, request: bytes, due_ns: int) -> None:
        self.due_ns = due_ns
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The answer under way, head and body, once it is there whole."""
        received = self.socket.recv(65_536)
        if not received:
            raise BenchError("the server ended a connection")
        self._unread += received
        head, found, body = self._unread.partition(_END)
        if not found:
            return None
        lower = head.lower()
        start = lower.index(_LENGTH) + len(_LENGTH)
        length = int(lower[start:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        answer, self._unread = self._unread, b""
        return answer


def request_bytes(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    if body:
        lines.append("content-type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run_load(port: int, requests: Sequence[bytes], connections: int, status: int, per_s: float = 0) -> Load:
    """Send every request and read every answer. per_s 0: each connection sends when it has its answer; else the
    requests are due at that rate, whether or not the earlier ones were answered."""
    waiting = iter(requests)
    idle = [_Connection(port) for _ in range(connections)]
    latencies_ns: list[int] = []
    expected = f"HTTP/1.1 {status} ".encode()
    with selectors.EpollSelector() as selector:
        for connection in idle:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        began_ns = time.perf_counter_ns()
        due = _due_times(began_ns, len(requests), per_s)
        next_due_ns = next(due)
        while len(latencies_ns) < len(requests):
            now_ns = time.perf_counter_ns()
            while idle and next_due_ns and next_due_ns <= now_ns:
                idle.pop().send(next(waiting), next_due_ns if per_s else time.perf_counter_ns())
                next_due_ns = next(due, 0)
            pause_s = max(0.0, (next_due_ns - now_ns) / 1e9) if idle and next_due_ns else PATIENCE_S
            for key, _ in selector.select(pause_s):
                answer = key.data.receive()
                if answer is not None:
                    latencies_ns.append(time.perf_counter_ns() - key.data.due_ns)
                    if not answer.startswith(expected):
                        raise BenchError(f"an answer was {answer[:2000].decode('latin-1')}: must be status {status}")
                    idle.append(key.data)
        elapsed_s = (time.perf_counter_ns() - began_ns) / 1e9
        for connection in idle:
            connection.socket.close()
    return Load(elapsed_s, sorted(latencies_ns))


def _due_times(began_ns: int, count: int, per_s: float) -> Iterator[int]:
    """When each request is due; at once when there is no rate."""
    for number in range(count):
        yield began_ns + int(number * 1e9 / per_s) if per_s else began_ns
