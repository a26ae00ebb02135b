"""HTTP/1.1 as uvicorn reads it, with bounds it does not have: on the bytes of a request that are no body, and on
the time a request may take to arrive. Who sends no end of header or trailer, or one byte a minute, is let go."""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from admin_api.problems import MEDIA_TYPE, ProblemError
from venue import reasons

BYTES_BESIDE_BODY_MAX: Final = 65_536  # the gate refuses far less in words; here the connection just ends
ARRIVAL_S: Final = 10.0


class BoundedHttp(HttpToolsProtocol):
    """A connection. Between requests uvicorn's own keep-alive timeout bounds it."""

    _bytes_beside_body = 0  # of the request that arrives: head, chunk sizes, trailers
    _is_in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self.loop.call_later(ARRIVAL_S, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None and not data.strip(b"\r\n"):
            self._await_request()  # empty lines before it (RFC 9112, 2.2) are none, and would end the timeout
            return
        self._bytes_beside_body += len(data)
        super().data_received(data)
        if self._bytes_beside_body > BYTES_BESIDE_BODY_MAX:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._bytes_beside_body = True, 0  # counted from the next read on
        self._end_deadline()
        self._deadline = self.loop.call_later(ARRIVAL_S, self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_in_head:  # nobody asks for trailers
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._bytes_beside_body = max(0, self._bytes_beside_body - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._end_deadline()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._end_deadline()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered with a problem too."""
        error = ProblemError(reasons.MALFORMED, msg)
        body = error.problem.model_dump_json().encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _await_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(ARRIVAL_S, self.transport.close)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
