"""The gate's connection to QuickFIX, one for each client that was let in. Its end frees the client's CompID."""

import asyncio
from typing import Final, Protocol

FAREWELL_S: Final = 2.0  # for what is under way when one side has ended
TO_ACCEPTOR_BYTES_MAX: Final = 256 << 10


class Relayed(Protocol):
    """The client's side, as this one needs it."""

    def answered(self, data: bytes) -> None: ...

    def acceptor_lost(self) -> None: ...

    def pause_client(self) -> None: ...

    def resume_client(self) -> None: ...


class AcceptorSide(asyncio.Protocol):
    """What it reads goes to `client`; what the client sends is written by `write`."""

    def __init__(self, client: Relayed) -> None:
        self.port = 0  # that it is dialled from
        self._client = client
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        transport.set_write_buffer_limits(high=TO_ACCEPTOR_BYTES_MAX)  # type: ignore[attr-defined]
        self.port = transport.get_extra_info("sockname")[1]

    def data_received(self, data: bytes) -> None:
        self._client.answered(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer:
            self._timer.cancel()
        self._client.acceptor_lost()

    def pause_writing(self) -> None:
        self._client.pause_client()

    def resume_writing(self) -> None:
        self._client.resume_client()

    def write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def finish(self) -> None:
        """Say that nothing more comes, and wait for QuickFIX to close."""
        if self._transport and self._timer is None:
            self.resume()  # what it still says is read and dropped
            if self._transport.can_write_eof():
                self._transport.write_eof()
            self._timer = asyncio.get_running_loop().call_later(FAREWELL_S, self._transport.abort)

    def pause(self) -> None:
        if self._transport and not self._transport.is_closing() and self._transport.is_reading():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport and not self._transport.is_closing() and not self._transport.is_reading():
            self._transport.resume_reading()
