"""TLS for QuickFIX, which is built without it: a port of this process that leads to the venue's.

    QuickFIX initiator ──127.0.0.1:port──► tunnel ══TLS══► gate

What passes is not looked at.
"""

import asyncio
import ssl
import threading
from pathlib import Path
from typing import Final

from venue.errors import OperatorError

CONNECT_S: Final = 5.0
CHUNK_BYTES: Final = 1 << 16


def trusting(certificate: Path) -> ssl.SSLContext:
    """Whoever has the key of this very certificate is the venue, whatever name it is of, and nobody else, whoever has
    signed theirs. Raises OperatorError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(certificate)
    except OSError as error:  # an SSLError is an OSError
        why = error.strerror or str(error)
        raise OperatorError(f"gate.certificate {certificate} cannot be read: {why}: must be a file in PEM") from None
    return context


class Tunnel:
    """Open until `close`. `failure`: why the last connection could not be led on, if so."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext) -> None:
        self.failure = ""
        self._address = address
        self._context = context
        self._led: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="TLS tunnel", daemon=True)
        self._thread.start()
        opening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._lead, "127.0.0.1", 0), self._loop)
        self._server = opening.result()
        self.port: Final[int] = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for task in self._led:
            task.cancel()
        await asyncio.gather(*self._led, return_exceptions=True)

    async def _lead(self, inner_in: asyncio.StreamReader, inner_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._led.add(task)
        task.add_done_callback(self._led.discard)
        try:
            opening = asyncio.open_connection(*self._address, ssl=self._context)
            outer_in, outer_out = await asyncio.wait_for(opening, CONNECT_S)
        except (OSError, TimeoutError) as error:
            self.failure = str(error) or "no answer in time"
            inner_out.close()
            return
        self.failure = ""
        try:
            await asyncio.gather(_pass_on(inner_in, outer_out), _pass_on(outer_in, inner_out))
        finally:
            inner_out.close()
            outer_out.close()


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Until it ends; then the other side's end is not waited for."""
    try:
        while data := await source.read(CHUNK_BYTES):
            sink.write(data)
            await sink.drain()
    except OSError:  # it ends that way, too
        pass
    sink.close()
