"""A connection to the running venue's `commands.sock`, on the event loop and without a thread of its own.

The same frames as `venue.journal.RemoteJournal`, which is for programs that may wait. Threads would cost more than
the work here: each answer would wake one to wake the loop.
"""

import asyncio
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from venue.errors import JournalError, OperatorError, PeerError
from venue.journal.frames import (
    ANSWER_BYTES_MAX,
    REQUEST_BYTES_MAX,
    Append,
    Applied,
    Ask,
    Refused,
    Reply,
    Told,
    Welcome,
    framed,
    reply_of,
    take_frame,
)
from venue.journal.remote import connected_socket, require_welcome
from venue.messages import AnyCommand

WELCOME_S: Final = 10.0

_Unanswered: TypeAlias = "dict[int, asyncio.Future[Any]]"


class VenueConnection(asyncio.Protocol):
    """Requests may be in flight together. What is in flight when the connection ends may have been journaled, or not:
    it ends in JournalError."""

    def __init__(self) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self._received = bytearray()
        self._ids = count(1)
        self._unanswered: _Unanswered = {}
        self._end = ""  # why nothing can be asked any more
        self.welcome: Final[asyncio.Future[Reply]] = self._loop.create_future()

    @property
    def has_ended(self) -> bool:
        return bool(self._end)

    async def append(self, commands: list[AnyCommand]) -> Applied:
        """Raises OperatorError when the venue refused, with nothing journaled."""
        applied: Applied = await self._ask(Append(next(self._ids), commands))
        return applied

    async def ask(self, question: str, arguments: list[str | int]) -> Told:
        """Raises OperatorError when the venue refused."""
        told: Told = await self._ask(Ask(next(self._ids), question, arguments))
        return told

    def close(self) -> None:
        self._fail("it was closed")
        self._transport.abort()

    async def _ask(self, request: Append | Ask) -> Any:
        if self._end:
            raise JournalError(f"the venue cannot be asked any more: {self._end}")
        self._transport.write(framed(request, REQUEST_BYTES_MAX))
        answer = self._unanswered[request.request_id] = self._loop.create_future()
        return await answer

    # -- called by the event loop ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop has classes of its own

    def data_received(self, data: bytes) -> None:
        self._received += data
        try:
            while (body := take_frame(self._received, ANSWER_BYTES_MAX)) is not None:
                self._take(reply_of(body))
        except PeerError as error:
            self._fail(str(error))
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the connection to it broke ({exc})" if exc else "it ended the connection")

    def _take(self, reply: Reply) -> None:
        if not self.welcome.done():
            self.welcome.set_result(reply)
            return
        if isinstance(reply, Welcome) or (isinstance(reply, Refused) and not reply.request_id):
            raise PeerError(reply.text if isinstance(reply, Refused) else "it welcomed twice")
        answer = self._unanswered.pop(reply.request_id, None)
        if answer is None:
            raise PeerError(f"it answered request {reply.request_id}, which was not asked")
        if answer.done():  # nobody waits for it any more
            return
        if isinstance(reply, Refused):
            answer.set_exception(OperatorError(reply.text))
        else:
            answer.set_result(reply)

    def _fail(self, why: str) -> None:
        self._end = self._end or why
        unanswered, self._unanswered = list(self._unanswered.values()), {}
        if not self.welcome.done():
            unanswered.append(self.welcome)
        for answer in unanswered:
            if not answer.done():
                answer.set_exception(
                    JournalError(f"the venue did not answer: {self._end}; whether it was done is not known")
                )


async def connected(data: Path) -> VenueConnection:
    """Raises OperatorError when no venue runs on the data folder, or it does not want us."""
    made = await asyncio.to_thread(connected_socket, data)
    made.setblocking(False)
    try:
        _, connection = await asyncio.get_running_loop().create_unix_connection(VenueConnection, sock=made)
    except OSError as error:
        raise OperatorError(f"the venue ended the connection ({error.strerror})") from error
    try:
        require_welcome(await asyncio.wait_for(connection.welcome, WELCOME_S))
    except (TimeoutError, JournalError):
        connection.close()
        raise OperatorError("the venue did not say that it takes commands") from None
    except OperatorError:
        connection.close()
        raise
    return connection
