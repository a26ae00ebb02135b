"""When the recorder takes a snapshot, and what goes then: older snapshots, and the journal's beginning.

A snapshot is due after snapshots.commands commands, or after snapshots.interval_s if there was one, and at a clean
stop. The engine is the recorder's own, between two batches: neither the venue nor the history waits longer than the
dump takes. What goes afterwards goes in a thread of its own.

What anybody still needs stays: the newest snapshot at or before what every client has been told (venue/handed.py) and
the newest at or before the history's end, which is on the disk before the journal is shortened; and the journal
behind the oldest snapshot that is kept.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError

from venue.config import VenueConfig
from venue.engine.engine import Engine
from venue.errors import JournalError, OperatorError
from venue.handed import handed_by_all
from venue.journal import JournalReader
from venue.journal.retention import ARCHIVED_COMMANDS_MIN, retain
from venue.recorder.database import sync
from venue.snapshots import SnapshotStore, first_needed, prune
from venue.snapshots.collecting import without_collections
from venue.snapshots.taking import save_state

log = logging.getLogger(__name__)

RETRY_S: Final = 30.0  # after a snapshot that could not be written


class SnapshotKeeper:
    """`history_seq` tells where the history ends. `look` and `take` are for the thread that the engine belongs to."""

    def __init__(
        self,
        config: VenueConfig,
        store: SnapshotStore,
        reader: JournalReader,
        database: Database,
        history_seq: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._store = store
        self._reader = reader
        self._database = database
        self._history_seq = history_seq
        self._clock = clock
        self._taken_s = clock()
        self._retry_s = 0.0
        self._newest_seq = _newest(store)
        self._stopping = threading.Event()
        self._tidying: threading.Thread | None = None

    def look(self, engine: Engine) -> None:
        """Take a snapshot if one is due."""
        gained, policy, now_s = engine.journal_seq - self._newest_seq, self._config.snapshots, self._clock()
        is_enough = 0 < policy.commands <= gained
        is_late = gained > 0 and 0 < policy.interval_s <= now_s - self._taken_s
        if (is_enough or is_late) and now_s >= self._retry_s:
            self.take(engine)

    def take(self, engine: Engine) -> None:
        """Unless there is one. What goes wrong is told in the log: the journal has all that would be in it."""
        if engine.journal_seq <= self._newest_seq:
            return
        began_s = self._clock()
        try:
            with without_collections():
                snapshot = save_state(self._store, engine, self._reader, time.time_ns(), lambda _done, _total: None)
        except OperatorError as error:
            self._retry_s = self._clock() + RETRY_S
            log.error("no snapshot was taken: %s", error)
            return
        self._newest_seq, self._taken_s = engine.journal_seq, self._clock()
        log.info("%s taken in %.1f s, %d bytes", snapshot.where(), self._taken_s - began_s, snapshot.stored_bytes)
        self.tidy_beside()

    def stop(self) -> None:
        """End what is being removed, between two pieces."""
        self._stopping.set()
        if self._tidying:
            self._tidying.join()

    def tidy_beside(self) -> None:
        """After a snapshot; and at the start, for what the last run has left. Nothing while it is being done."""
        if self._tidying and self._tidying.is_alive():
            return
        self._tidying = threading.Thread(target=self._tidy, name="retention", daemon=True)
        self._tidying.start()

    def _tidy(self) -> None:
        try:
            tidy(self._config, self._store, self._reader, self._database, self._history_seq(), self._stopping)
        except (OperatorError, JournalError, DBAPIError) as error:
            log.error("neither snapshots nor journal were shortened: %s", error)


def tidy(
    config: VenueConfig,
    store: SnapshotStore,
    reader: JournalReader,
    database: Database,
    history_seq: int,
    stopping: threading.Event,
    archived_min: int = ARCHIVED_COMMANDS_MIN,
) -> None:
    """Remove what nobody needs any more. `reader` may read the archive; what is removed leaves the journal itself."""
    sync(database)
    positions = (handed_by_all(config.data / "fix"), history_seq)
    for journal_seq in prune(store, reader, config.snapshots.keep, positions):
        log.info("snapshot %d is deleted: newer ones are there", journal_seq)
    if config.journal.retention == "keep":
        return
    needed = first_needed(store, reader, positions, on_refusal=lambda reason: log.warning("%s", reason))
    removed = retain(config.journal, config.data, needed, stopping, commands_min=archived_min) if needed else None
    if removed:
        files = f", now in {', '.join(file.name for file in removed.files)}" if removed.files else ""
        log.info("journal_seq %d to %d left the journal%s", removed.first_seq, removed.last_seq, files)


def _newest(store: SnapshotStore) -> int:
    try:
        return max((snapshot.journal_seq for snapshot in store.newest_first()), default=0)
    except OperatorError as error:
        log.error("%s", error)
        return 0
