"""How far all sessions together have been told: <data>/fix/handed, from which the next start goes on.

QuickFIX flushes its stores to the operating system and never syncs them. Here the files that have grown are synced,
and only then the file that says how far they go is written (venue/handed.py): a power loss takes back no report of
what it names.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from venue.errors import JournalError
from venue.fix.fix_session import FixSession
from venue.handed import START, Handed, Position, sync

log = logging.getLogger(__name__)

EVERY_S: Final = 2.0
SHARE: Final = 10  # of the time, at most one part in so many is spent on it
_STORE: Final = ("header", "body", "seqnums", "session")


class Handover:
    """`stores` are QuickFIX's names of the sessions, by CompID. Written by one thread at a time."""

    def __init__(self, folder: Path, sessions: dict[str, FixSession], stores: dict[str, str]) -> None:
        self.applied_seq = 0  # the command whose reports, and those of all before it, are in the outboxes
        self._folder = folder
        self._sessions = sessions
        self._stores = stores
        self._file = Handed(folder)
        self.handed_seq: Final = self._file.read()
        self.behind: Final = dict(_behind(sessions.values(), self._file.told()))
        self._synced: dict[str, Position] = {}  # what was told when its store was synced, by session, in this run
        self._written_seq = self.handed_seq
        self._has_failed = False
        self._due_s = 0.0

    def require_journal(self, last_seq: int) -> None:
        """Raise JournalError when clients were told of commands that the journal does not have."""
        told = {name: session.told[0] for name, session in self._sessions.items()} | {"everybody": self.handed_seq}
        ahead = {name: told_seq for name, told_seq in told.items() if told_seq > last_seq}
        if ahead:
            name, told_seq = max(ahead.items(), key=lambda item: item[1])
            raise JournalError(
                f"the journal ends at journal_seq {last_seq}, and {name} was told of {told_seq}: commands are lost, or "
                f"{self._folder} is of another journal: restore the journal; if its end is gone for good, move "
                f"{self._folder} away, and have every client reset its numbers and compare its orders"
            )

    def write_if_due(self) -> None:
        """Write now and then: rarely enough that the journal, which syncs to the same disk, hardly waits for it."""
        began_s = time.monotonic()
        if began_s >= self._due_s:
            self.write()
            self._due_s = began_s + max(EVERY_S, SHARE * (time.monotonic() - began_s))

    def write(self) -> None:
        """Sync what has grown and write how far it goes, if that is further than before.

        A sync that failed says nothing when it is tried again (fsync(2)): how far it goes stays then as it was."""
        applied_seq = self.applied_seq
        handed_seq = min([applied_seq, *(session.told_up_to(applied_seq) for session in self._sessions.values())])
        told = {name: session.told for name, session in self._sessions.items()}
        if handed_seq <= self._written_seq or self._has_failed:
            return
        try:
            self._sync_stores([name for name, position in told.items() if position != self._synced.get(name)])
        except OSError as error:
            self._has_failed = True
            log.error(
                "the message stores could not be synced: %s; the next start replays from %d", error, self._written_seq
            )
            return
        self._synced = told
        self._file.write(handed_seq, told)
        self._written_seq = handed_seq

    def _sync_stores(self, grown: Sequence[str]) -> None:
        for name in grown:
            for file in (*(f"{self._stores[name]}.{suffix}" for suffix in _STORE), f"{name}.position"):
                with suppress(FileNotFoundError):  # it was told nothing yet
                    sync(self._folder / file)
        if grown:
            sync(self._folder)


def _behind(sessions: Iterable[FixSession], told: dict[str, Position]) -> Iterator[tuple[str, int]]:
    """Sessions whose stores may lack reports of before the file was written, with the journal_seq that all of them
    are known to have: a store that holds less than it did, or that was in no configuration then."""
    for session in sessions:
        if session.told < told.get(session.comp_id, session.told) or (
            session.comp_id not in told and session.told > START
        ):
            yield session.comp_id, max(0, session.told[0] - 1)
