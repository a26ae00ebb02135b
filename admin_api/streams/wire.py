"""One WebSocket connection as uvicorn has it, with a way past its library for frames that are ready made.

Frames of a server are not masked and ours are not compressed (permessage-deflate is off), so the bytes of a message
are the same for every connection: they are made once and go straight to the transport. Handshake, pings, pongs and
closing stay the library's. A frame is always whole, so the library's own may come between any two.

Source: RFC 6455, 5.2 (framing), 7.4.1 (close codes).
"""

import socket
import time
from collections.abc import Callable
from typing import Any, Final, cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

EXTENSION: Final = "venue.wire"  # of the ASGI scope: the connection's Wire

GOING_AWAY: Final = 1001
NO_TEXT: Final = 1007
POLICY: Final = 1008  # the client broke a rule, the reason says which
TOO_BIG: Final = 1009
RESTART: Final = 1012  # as the IANA registry of close codes has it
TRY_AGAIN: Final = 1013  # too much for now

KERNEL_BYTES: Final = 65_536  # of a connection in the kernel's own buffer: it would take megabytes, unseen by us
ENDING_S: Final = 5.0  # for a client to take what waits for it, and the close frame behind that
FRAMES_MAX: Final = 64  # of one message of a client
REASON_BYTES_MAX: Final = 123  # of a close frame
_FIN_TEXT: Final = 0x81


def text_frame(payload: bytes) -> bytes:
    """A whole text message as a server sends it."""
    length = len(payload)
    if length < 126:
        return bytes((_FIN_TEXT, length)) + payload
    if length < 65_536:
        return bytes((_FIN_TEXT, 126)) + length.to_bytes(2, "big") + payload
    return bytes((_FIN_TEXT, 127)) + length.to_bytes(8, "big") + payload


class Wire(WebSocketsSansIOProtocol):
    """`is_behind`: more waits than `bound` allows, the reader does not keep up. `on_drained` is called when it has."""

    is_behind = False
    behind_since_s = 0.0  # time.monotonic()
    on_drained: Callable[[], None] | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # the handshake was refused
            cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self

    def bound(self, high_bytes: int) -> None:
        """From so many bytes on that the kernel has not taken the reader is behind, until an eighth is left."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        self.transport.set_write_buffer_limits(high_bytes, high_bytes // 8)

    async def send(self, message: ASGISendEvent) -> None:
        """As the library's, which takes an answer instead of the handshake for a fault of the application."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def handle_cont(self, event: Frame) -> None:
        """The library bounds the bytes of a message, not the number of its frames, which may be empty."""
        if len(self.frames) >= FRAMES_MAX:
            self.end(TOO_BIG, f"a message was of more than {FRAMES_MAX} frames")
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """The library takes a text that is no UTF-8 for a fault of the server."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.end(NO_TEXT, "the text was no UTF-8")
                return
        super().send_receive_event_to_app()

    @property
    def is_open(self) -> bool:
        """From the handshake to the first close frame of either side, or the loss of the connection."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing():
            return False
        return self.conn.state is State.OPEN

    @property
    def waiting_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def write(self, frames: bytes) -> None:
        """Whole frames, after the handshake. Nothing happens on a connection that has ended."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def end(self, code: int, reason: str) -> None:
        """Send the close frame behind what waits. Who has not taken all of it in ENDING_S is cut off."""
        if not self.is_open:
            return
        reason = reason.encode()[:REASON_BYTES_MAX].decode("utf-8", "ignore")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(ENDING_S, self.transport.abort)

    def shutdown(self) -> None:
        """The process ends. The library closes at once, and what waits, the reason too, may be lost by that."""
        if not self.is_open:
            super().shutdown()
            return
        self.stop_keepalive()
        self.end(RESTART, "the venue stops, or starts again: connect and subscribe anew")

    def keepalive_timeout(self) -> None:
        """Of the library it would wait for the client to read, which is what it does not do."""
        self.pong_timer = None
        self.end(GOING_AWAY, "no pong came")

    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_behind = True
        self.behind_since_s = time.monotonic()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_behind = False
        if self.on_drained is not None:
            self.on_drained()
