"""How far all sessions of a gateway have been told: <data>/fix/handed, from which the next start goes on.

QuickFIX flushes its stores to the operating system and never syncs them. Here the files that have grown are synced,
and only then the file that says how far they go is written (venue/handed.py): a power loss takes back no report of
what it names. What it takes back beyond that, the next start makes good (restoring.py): it counts on fewer than
MARGIN messages to one session between two writes.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from venue.errors import JournalError
from venue.fix.fix_session import FixSession
from venue.fix.restoring import MARGIN
from venue.fix.store import Store
from venue.handed import CLOSED, START, Handed, Stored, boot_id, sync

log = logging.getLogger(__name__)

EVERY_S: Final = 2.0
SHARE: Final = 10  # of the time, at most one part in so many is spent on it; but for a session that
MESSAGES_MAX: Final = MARGIN // 10  # has been sent so many since
NUMBERS_MAX: Final = 1_000  # that a session's numbers move, by heartbeats for instance, while it is told nothing


class Handover:
    """`restored`: sessions whose clients may know more than their stores hold (restoring.restore)."""

    def __init__(
        self,
        folder: Path,
        sessions: Mapping[str, FixSession],
        stores: Mapping[str, Store],
        restored: Iterable[str] = (),
        number: int = 0,
    ) -> None:
        self.applied_seq = 0  # the command whose reports, and those of all before it, are in the outboxes
        self._folder = folder
        self._sessions = sessions
        self._stores = stores
        self._restored = frozenset(restored)
        self._file = Handed(folder, number)
        told = self._file.told()
        self.handed_seq: Final = told.journal_seq
        self.behind: Final = dict(_behind(sessions.values(), told.stores))
        self._synced = {name: stored for name, stored in told.stores.items() if name in sessions}
        self._sent: dict[str, int] = {}  # messages_out when its store was synced, by session
        self._written_seq = self.handed_seq
        self._boot = boot_id()
        self._is_open = False
        self._has_failed = False
        self._due_s = 0.0
        self._writing = threading.Lock()

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
        for name in self._restored:
            self._sessions[name].perhaps_told_seq = last_seq

    def open(self) -> None:
        """The stores hold what the replay gave: have that on the disk, for clients may come now."""
        for name in self._restored:
            self._sessions[name].answered.keep()
        with self._writing:
            self._is_open = True
            handed_seq = self._told_up_to()
            self._write(self._differing(0), handed_seq)

    def write_if_due(self) -> None:
        """Write now and then: rarely enough that the journal, which syncs to the same disk, hardly waits for it."""
        began_s = time.monotonic()
        if began_s >= self._due_s or any(
            session.messages_out - self._sent.get(name, 0) >= MESSAGES_MAX for name, session in self._sessions.items()
        ):
            self.write()
            self._due_s = began_s + max(EVERY_S, SHARE * (time.monotonic() - began_s))

    def write(self) -> None:
        """Sync what has grown and write how far it goes."""
        with self._writing:
            handed_seq = self._told_up_to()
            grown = self._differing(NUMBERS_MAX)
            if grown or handed_seq > self._written_seq:
                self._write(grown, handed_seq)

    def write_reset(self, name: str) -> None:
        """The session's store was emptied: have that on the disk before its client counts on it."""
        with self._writing:
            session = self._sessions[name]
            session.whole_from = 1
            self._write({name: self._stores[name].stored(session.told, 1)})

    def close(self, is_closed: bool) -> None:
        """Sync what is left. `is_closed`: the stores are, and nothing more will come into them."""
        with self._writing:
            if not self._is_open and self._restored:
                return  # the next start restores them again
            self._boot = CLOSED if is_closed else self._boot
            handed_seq = self._told_up_to()
            self._write(self._differing(0), handed_seq)

    def _told_up_to(self) -> int:
        """To be asked before what the stores hold, which then reaches further."""
        applied_seq = self.applied_seq
        return min([applied_seq, *(session.told_up_to(applied_seq) for session in self._sessions.values())])

    def _differing(self, numbers_max: int) -> dict[str, Stored]:
        """What the stores hold that have changed since they were synced, by more than that in the numbers alone."""
        now = {
            name: self._stores[name].stored(session.told, session.whole_from)
            for name, session in self._sessions.items()
        }
        return {name: stored for name, stored in now.items() if _differ(stored, self._synced.get(name), numbers_max)}

    def _write(self, stores: Mapping[str, Stored], handed_seq: int = 0) -> None:
        """A sync that failed says nothing when it is tried again (fsync(2)): how far it goes stays then as it was."""
        if self._has_failed:
            return
        sent = {name: self._sessions[name].messages_out for name in stores}
        try:
            for name in stores:
                self._stores[name].sync()
            if stores:
                sync(self._folder)
        except OSError as error:
            self._has_failed = True
            log.error(
                "the message stores could not be synced: %s; the next start replays from %d", error, self._written_seq
            )
            return
        handed_seq = max(handed_seq, self._written_seq)
        synced = {**self._synced, **stores}
        try:
            self._file.write(handed_seq, synced, self._boot)
        except OSError as error:
            log.error("how far clients have been told could not be written: %s", error)  # it may be next time
            return
        self._synced, self._written_seq = synced, handed_seq
        self._sent |= sent


def _differ(now: Stored, synced: Stored | None, numbers_max: int) -> bool:
    if synced is None or now.told != synced.told or now.whole_from != synced.whole_from:
        return True
    apart = (now.next_sender - synced.next_sender, now.next_target - synced.next_target)
    return any(abs(numbers) > numbers_max for numbers in apart)


def _behind(sessions: Iterable[FixSession], stores: Mapping[str, Stored]) -> Iterator[tuple[str, int]]:
    """Sessions whose stores may lack reports of before the file was written, with the journal_seq that all of them
    are known to have: a store that holds less than it did, or that was in no configuration then."""
    for session in sessions:
        synced = stores.get(session.comp_id)
        if session.told < (synced.told if synced else session.told) or (synced is None and session.told > START):
            yield session.comp_id, max(0, session.told[0] - 1)
