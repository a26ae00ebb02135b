"""The line to the running venue: commands to be journaled, and questions only the venue itself can answer."""

import asyncio
from pathlib import Path
from typing import Final, NamedTuple

from admin_api.follower import Follower
from venue.errors import JournalError
from venue.journal import RemoteJournal
from venue.journal.frames import Answer, Question
from venue.messages import AnyCommand, AnyEvent

IN_FLIGHT_MAX: Final = 200  # the venue takes 256 of one connection, then the next would block the event loop
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
        self._journal: RemoteJournal | None = None
        self._connecting = asyncio.Lock()
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def append(self, *commands: AnyCommand) -> list[Done]:
        """Have the commands journaled in one batch; returns when they are applied here too.

        Raises OperatorError when the venue refused, with nothing journaled, and JournalError when whether they
        were journaled is not known.
        """
        async with self._room:
            journal = await self._connected()
            try:
                applied = await asyncio.wait_for(asyncio.wrap_future(journal.send(commands)), PATIENCE_S)
            except TimeoutError:
                raise JournalError(f"the venue did not answer within {PATIENCE_S:g} s") from None
            except JournalError:
                self._forget(journal)
                raise
        done = [Done(seq, events, applied.time_ns) for seq, events in enumerate(applied.events, applied.first_seq)]
        try:
            await asyncio.wait_for(self._follower.applied(done[-1].journal_seq), PATIENCE_S)
        except TimeoutError:
            raise JournalError(
                f"it is done as journal_seq {done[-1].journal_seq}, but this replica lags behind"
            ) from None
        return done

    async def ask(self, question: Question[Answer], *arguments: str | int) -> Answer:
        """Raises as append."""
        journal = await self._connected()
        try:
            return await asyncio.to_thread(journal.ask, question, *arguments)
        except JournalError:
            self._forget(journal)
            raise

    async def close(self) -> None:
        if self._journal is not None:
            await asyncio.to_thread(self._journal.close)

    async def _connected(self) -> RemoteJournal:
        async with self._connecting:
            if self._journal is not None and self._journal.has_ended:
                self._forget(self._journal)
            if self._journal is None:
                self._journal = await asyncio.to_thread(RemoteJournal, self._data)
            return self._journal

    def _forget(self, journal: RemoteJournal) -> None:
        if self._journal is journal:
            self._journal = None
            journal.close()
