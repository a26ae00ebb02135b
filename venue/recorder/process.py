"""The recorder at work: from the venue's start to its stop, or until the journal cannot be followed.

    JournalFeed (thread) ──batches──► Recording ──a transaction──► history
                                         │
                                         └──► SnapshotKeeper ──► snapshots;  journal shortened (thread)
    LagTeller (thread) ──journal_seq──► venue

One of a data folder at a time: a venue that was killed and started again has a recorder that waits until the former
one has ended. Of several data folders that name one database only one writes there (progress.py).
"""

import gc
import logging
import threading
import time
from typing import Final

from sqlalchemy import Engine as Database

from venue.alone import alone
from venue.config import VenueConfig
from venue.journal import JournalReader, archive_folder, journal_url, open_reader
from venue.logs import tell_position
from venue.recorder.database import history_url, open_to_write
from venue.recorder.feed import JournalFeed
from venue.recorder.keeping import SnapshotKeeper
from venue.recorder.lag import LagTeller
from venue.recorder.outage import Outage
from venue.recorder.recording import STRETCH_COMMANDS, Recording, begin
from venue.snapshots import SnapshotStore, open_snapshots, snapshots_url

log = logging.getLogger(__name__)

LOOK_S: Final = 0.1  # for a batch, before it is looked whether a snapshot is due, or the end has come
LAST_S: Final = 10.0  # at the end, for what the history still lacks
READY: Final = "ready"  # said once the history has what the journal had at the start


def record(config: VenueConfig, stopping: threading.Event) -> None:
    """Run until `stopping` is set. Raises OperatorError or JournalError, and what is our own fault."""
    with alone(config.data / "recorder.lock", stopping, "the recorder") as is_alone:
        if is_alone:
            _record(config, stopping)


def _record(config: VenueConfig, stopping: threading.Event) -> None:
    reader = open_reader(journal_url(config.journal, config.data), archive=archive_folder(config.data))
    database = open_to_write(history_url(config.recorder, config.data))
    store = open_snapshots(snapshots_url(config.snapshots, config.data))
    outage = Outage(stopping)
    recording = outage.outlast(lambda: begin(database, reader, store, on_refusal=_warn))
    if recording is None:
        return
    log.info("the history goes on after journal_seq %d", recording.position.journal_seq)
    tell_position(lambda: recording.position.journal_seq)
    Recorder(config, reader, database, store, recording, outage).run(stopping)


class Recorder:
    """Its parts, and the loop that drives them."""

    def __init__(
        self,
        config: VenueConfig,
        reader: JournalReader,
        database: Database,
        store: SnapshotStore,
        recording: Recording,
        outage: Outage,
    ) -> None:
        self._reader = reader
        self._recording = recording
        self._outage = outage
        self._feed = JournalFeed(reader, recording.position.journal_seq + 1)
        self._keeper = SnapshotKeeper(config, store, reader, database, self._history_seq)
        self._teller = LagTeller(config.data, self._history_seq)

    def run(self, stopping: threading.Event) -> None:
        start_seq, is_ready = self._reader.last_seq(), False
        self._feed.start()
        self._teller.start()
        try:
            while not stopping.is_set():
                self._go_on()
                if not is_ready and self._history_seq() >= start_seq:
                    is_ready = True
                    _leave_state_out_of_garbage_collection()
                    self._keeper.tidy_beside()
                    print(READY, flush=True)
            self._finish()
        finally:
            self._teller.stop()
            self._feed.stop()
            self._keeper.stop()
            self._recording.close()

    def _history_seq(self) -> int:
        return self._recording.position.journal_seq

    def _go_on(self) -> None:
        for decoded in self._feed.take(STRETCH_COMMANDS, LOOK_S):
            self._recording.apply(*decoded)
        self._outage.outlast(self._recording.write)
        if not self._recording.waiting:
            self._keeper.look(self._recording.engine)

    def _finish(self) -> None:
        """Bring the history to the journal's end, where nothing is added any more, and take the last snapshot."""
        last_seq, until_s = self._reader.last_seq(), time.monotonic() + LAST_S
        while self._history_seq() < last_seq and time.monotonic() < until_s:
            self._go_on()
            if self._recording.waiting:  # its database is away
                break
        self._keeper.take(self._recording.engine)
        if behind := last_seq - self._history_seq():
            log.warning("the history lacks the last %d commands: the next start goes on there", behind)


def _warn(reason: str) -> None:
    log.warning("a snapshot is not used: %s", reason)


def _leave_state_out_of_garbage_collection() -> None:
    """Open orders live long and form no cycles: a full collection over them is a pause for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
