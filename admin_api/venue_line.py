"""The line to the running venue: commands to be journaled, and questions only the venue itself can answer."""

import asyncio
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from admin_api.follower import Follower
from admin_api.venue_connection import VenueConnection, connected
from venue.errors import JournalError, OperatorError
from venue.journal.frames import Answer, Question
from venue.messages import AnyCommand, AnyEvent

IN_FLIGHT_MAX: Final = 200  # of one connection the venue takes 256, and reads no further
PATIENCE_S: Final = 10.0


class Done(NamedTuple):
    """A command that is durable, applied by the venue, and applied here."""

    journal_seq: int
    events: list[AnyEvent]
    time_ns: int


class VenueLine:
    """It connects when it is first needed, and anew after the venue has ended the connection."""

    def __init__(self, data: Path, follower: Follower) -> None:
        self._data = data
        self._follower = follower
        self._connection: VenueConnection | None = None
        self._connecting = asyncio.Lock()
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def append(self, *commands: AnyCommand) -> list[Done]:
        """Have the commands journaled in one batch; returns when they are applied here too.

        Raises OperatorError when the venue refused, with nothing journaled, and JournalError when whether they
        were journaled is not known.
        """
        async with self._room:
            connection = await self._connected()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    applied = await connection.append(list(commands))
            except TimeoutError:
                raise _no_answer() from None
        self._follower.offer(applied.first_seq, applied.time_ns, commands)
        last_seq = applied.first_seq + len(commands) - 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._follower.applied(last_seq)
        except TimeoutError:
            raise JournalError(f"it is done as journal_seq {last_seq}, but this replica lags behind") from None
        return [Done(seq, events, applied.time_ns) for seq, events in enumerate(applied.events, applied.first_seq)]

    async def ask(self, question: Question[Answer], *arguments: str | int) -> Answer:
        """Raises as append."""
        connection = await self._connected()
        try:
            async with asyncio.timeout(PATIENCE_S):
                told = await connection.ask(question.name, list(arguments))
        except TimeoutError:
            raise _no_answer() from None
        try:
            return question.answer_of(told.value)
        except msgspec.DecodeError as error:
            raise OperatorError(f"the venue's answer could not be read, it is of another version: {error}") from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    async def _connected(self) -> VenueConnection:
        connection = self._connection
        if connection is not None and not connection.has_ended:
            return connection
        async with self._connecting:
            if self._connection is None or self._connection.has_ended:
                self._connection = await connected(self._data)
            return self._connection


def _no_answer() -> JournalError:
    return JournalError(f"the venue did not answer within {PATIENCE_S:g} s: whether it was done is not known")
