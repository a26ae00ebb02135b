"""A history that goes on: the engine as it was where the history ends, and each batch of the journal from there.

    begin ──► snapshot at or before the history's end, or nothing ──replay──► the engine at the history's end
    apply ──► the next batch: events, rows              write ──► the stretch so far, in one transaction

Who asks when to write decides how long a stretch is; the history is the same.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import OperatorError
from venue.journal import Batch, JournalReader, require_same_behaviour
from venue.messages import AnyCommand
from venue.recorder.database import open_to_write
from venue.recorder.migrations import migrate
from venue.recorder.progress import HistoryPosition, read_position, require_same_journal
from venue.recorder.projection import Projection
from venue.recorder.stretch import Stretch
from venue.recorder.writing import write_stretch
from venue.replica import Replica
from venue.snapshots import Show, SnapshotStore, newest_valid
from venue.snapshots.progress import unseen

STRETCH_COMMANDS: Final = 10_000  # of one transaction at most, but for the batch that passes them


class Recording:
    """Used by one thread. `position` is where the history ends; what was applied since waits for `write`."""

    def __init__(self, database: Database, engine: Engine, position: HistoryPosition) -> None:
        self.engine: Final = engine
        self.position = position
        self.waiting = 0  # commands that were applied and are not written
        self._database = database
        self._connection: Connection | None = None
        self._projection = Projection(engine)
        self._replica = Replica(engine, [self._projection.on_events])
        self._end = position
        self._stretch: Stretch | None = None  # taken, and not written yet

    def apply(self, batch: Batch, commands: Sequence[AnyCommand]) -> None:
        """Raises InvariantError unless the batch is the next one."""
        self._replica.apply_batch(batch.first_seq, batch.time_ns, commands)
        self._end = HistoryPosition(batch.last_seq, batch.chain_hash, batch.time_ns)
        self.waiting += len(commands)

    def write(self) -> None:
        """Raises DBAPIError when the database fails: nothing was written then, or all of it, and the next call
        finds out. Nothing may be applied before one has gone through."""
        if not self.waiting:
            return
        stretch = self._stretch = self._stretch or self._projection.take()
        connection = self._connection = self._connection or self._database.connect()
        try:
            write_stretch(connection, stretch, self.position, self._end)
        except BaseException:
            self.close()
            raise
        self.position, self._stretch, self.waiting = self._end, None, 0

    def close(self) -> None:
        """Give the connection back; `write` makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # whatever became of it, it is not used again
            connection.close()


def begin(
    database: Database,
    reader: JournalReader,
    store: SnapshotStore | None = None,
    *,
    on_refusal: Callable[[str], None],
    show: Show = unseen,
) -> Recording:
    """Go on where the history ends, or begin it with the journal's first command; its tables are made or upgraded.

    Raises OperatorError when it cannot be gone on with on this journal, or was written by a newer venue, JournalError
    when the journal is broken, DBAPIError when the database fails.
    """
    migrate(database)
    with database.connect() as connection:
        position = read_position(connection)
    require_same_journal(position, reader)
    engine = _engine_at(position.journal_seq, reader, store, on_refusal, show)
    require_same_behaviour(reader, position.journal_seq + 1, ENGINE_VERSION)
    return Recording(database, engine, position)


def project_journal(reader: JournalReader, url: str, stretch_commands: int = STRETCH_COMMANDS) -> HistoryPosition:
    """Bring the history in the database at `url`, made if there is none, to the journal's end; returns where that is.

    What the recorder does while it runs, for whoever wants a history to compare with. Raises as `begin`.
    """
    recording = begin(open_to_write(url), reader, on_refusal=lambda _: None)
    try:
        for batch in reader.read(recording.position.journal_seq + 1):
            recording.apply(batch, batch.commands())
            if recording.waiting >= stretch_commands:
                recording.write()
        recording.write()
    finally:
        recording.close()
    return recording.position


def _engine_at(
    journal_seq: int, reader: JournalReader, store: SnapshotStore | None, on_refusal: Callable[[str], None], show: Show
) -> Engine:
    found = newest_valid(store, reader, journal_seq, on_refusal=on_refusal, show=show) if store else None
    engine = found[1] if found else Engine()
    if not found and reader.first_seq() > 1:
        raise OperatorError(
            f"the journal begins at journal_seq {reader.first_seq()}, and there is no snapshot at or before "
            f"{journal_seq}, where the history ends: put back the files of the archive, or the history or the "
            "snapshots from a copy"
        )
    if journal_seq:
        with show("replaying the journal", "commands") as tell:
            Replica(engine).catch_up(reader, journal_seq, tell)
    return engine
