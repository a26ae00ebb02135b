"""The writer of the journal: appends batches, one transaction each, until its first failure.

The insert is the hot statement of the venue. It is composed by SQLAlchemy once and then executed on
the driver's own cursor (measured: 224 instead of 392 microseconds for a commit on SQLite), and it
carries the fence inside it, so that one statement is the whole transaction:

    INSERT INTO journal_batch (…) SELECT :first_seq, … FROM journal_meta WHERE epoch = :epoch FOR SHARE

No row is inserted once another writer has taken a newer epoch. FOR SHARE (PostgreSQL) makes a writer
that opens at the same moment wait for this commit; SQLite has one writing transaction at a time anyway.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from venue.errors import InvariantError, JournalError
from venue.journal.batch import Batch, Epoch, Link, chain
from venue.journal.database import (
    Synchronous,
    check_format,
    connect_to_write,
    create_tables,
    parse_url,
    said_plainly,
    sqlite_path,
    this_process,
)
from venue.journal.lock import FileLock
from venue.journal.pages import base_link, check_reaches_epochs, epochs, newest_batch
from venue.journal.tables import journal_batch, journal_epoch, journal_meta
from venue.journal.wal import check_wal
from venue.messages import AnyCommand, encode_commands

# SQLite's WAL grows to about this size, is copied into the database by the writer (0.8 ms after small
# batches, 2 to 5 ms after full ones) and then written again from its start, which is faster than growing a
# file: 150 against 280 microseconds a commit. Larger saves little and stalls longer: 15 ms with 4 MiB.
CHECKPOINT_BYTES: Final = 1 << 20
_FRAME_BYTES: Final = 4_120  # of the WAL, for the page a batch is put on


def open_writer(
    url: str, engine_version: int, *, synchronous: Synchronous = "FULL", clock: Callable[[], int] = time.time_ns
) -> "JournalWriter":
    """Open the journal to append, creating it if there is none, and take the next epoch.

    `engine_version` is the trading behaviour the commands will be applied with: it is noted with the epoch, and
    who replays them asks for it (behaviour.py). Raises OperatorError (data folder in use, database not
    reachable, another format, a setting that would lose acknowledged commands) or JournalError (the database is
    damaged). The chain is not verified here: whoever replays the journal does that by reading it.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    lock = FileLock(path.with_name(path.name + ".lock")) if path else None
    try:
        if path and synchronous == "FULL":  # without, a power loss may leave anything in any order
            check_wal(path)
        with said_plainly(parsed):
            engine = connect_to_write(parsed, synchronous)
            with engine.connect() as connection:
                create_tables(connection)
                check_format(connection, parsed)
                number = _take_epoch(connection)
                # From here no older writer can add a batch: the newest one found now stays the newest.
                newest = newest_batch(connection) or base_link(connection)
                check_reaches_epochs(newest, epochs(connection))
                epoch = Epoch(number, newest.last_seq + 1, engine_version, clock(), this_process())
                connection.execute(insert(journal_epoch), msgspec.structs.asdict(epoch))
            return JournalWriter(engine, lock, epoch, newest)
    except BaseException:
        if lock:
            lock.release()
        raise


class JournalWriter:
    """Belongs to one thread at a time. `last_seq` and `last_time_ns` are those of the newest batch."""

    def __init__(self, engine: Engine, lock: FileLock | None, epoch: Epoch, newest: Batch | Link) -> None:
        self.epoch: Final = epoch.epoch
        self.last_seq = newest.last_seq
        self.last_time_ns = newest.time_ns if isinstance(newest, Batch) else 0
        self._seal = epoch.seal()
        self._chain_hash = newest.chain_hash
        self._lock = lock
        self._engine = engine
        self._insert = str(_insert_if_epoch_is_ours().compile(dialect=engine.dialect))
        self._connection = engine.connect()
        self._cursor: Any = self._connection.connection.cursor()
        self._has_wal = engine.dialect.name == "sqlite"
        self._wal_bytes = CHECKPOINT_BYTES  # of before: unknown, so the first append checkpoints
        self._refusal = ""  # why nothing is accepted any more

    def append(self, commands: list[AnyCommand], time_ns: int) -> int:
        """Make the commands durable as one batch; returns the first one's journal_seq.

        The caller's list is the group commit: one sync however many commands. time_ns must not be
        before the newest batch's.

        Raises JournalError when the batch is not, or perhaps not, in the journal; the writer then
        refuses every further append. What became of the batch is read back by sequence: open a reader,
        and if its last_seq() has reached the batch's last journal_seq the commands are in, all of them;
        the venue does so by starting again. Raises InvariantError, with nothing written, when the
        commands cannot be a batch. Cost: one sync of the disk, about 10 microseconds besides.
        """
        if self._refusal:
            raise JournalError(self._refusal)
        if not commands:
            raise InvariantError("a batch was without commands")
        if time_ns < self.last_time_ns:
            raise InvariantError(f"a batch's time was {time_ns}, before the newest one's {self.last_time_ns}")
        first_seq, last_seq = self.last_seq + 1, self.last_seq + len(commands)
        try:
            payload = encode_commands(commands)
            chain_hash = chain(self._chain_hash, self._seal, first_seq, last_seq, time_ns, payload)
        except Exception as error:
            raise InvariantError(f"the batch at journal_seq {first_seq} could not be made: {error}") from error
        self._insert_batch(Batch(first_seq, last_seq, self.epoch, time_ns, payload, chain_hash))
        self.last_seq, self.last_time_ns, self._chain_hash = last_seq, time_ns, chain_hash
        return first_seq

    def close(self) -> None:
        """Give the journal free for the next writer. Safe to call again, and after a failure."""
        self._refusal = self._refusal or "the journal's writer is closed"
        self._connection.close()
        if self._lock:
            self._lock.release()

    def _insert_batch(self, batch: Batch) -> None:
        # Set first, cleared last: whatever ends this half-way, an interrupt too, leaves the writer refusing.
        self._refusal = f"the append of {batch.where()} did not finish"
        try:
            if self._has_wal and self._wal_bytes >= CHECKPOINT_BYTES:
                self._checkpoint()
            self._cursor.execute(self._insert, _row(batch))
        except Exception as error:
            self._refusal = f"the append of {batch.where()} failed, its outcome is not known: {error}"
            raise JournalError(self._refusal) from error
        if self._cursor.rowcount != 1:
            self._refusal = f"{batch.where()} was refused: epoch {self.epoch} has ended, {self._newer_writer()}"
            raise JournalError(self._refusal)
        self._wal_bytes += len(batch.payload) + _FRAME_BYTES
        self._refusal = ""

    def _checkpoint(self) -> None:
        """Copy the WAL into the database, without waiting for readers: what one of them still uses is
        left for the next time. Raises what SQLite raises, a failed sync too."""
        self._cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._wal_bytes = 0

    def _newer_writer(self) -> str:
        newest = select(journal_epoch.c.epoch, journal_epoch.c.writer).order_by(journal_epoch.c.epoch.desc()).limit(1)
        try:
            with self._engine.connect() as connection:
                epoch, writer = connection.execute(newest).one()
        except SQLAlchemyError as error:
            return f"and the newer writer could not be named: {error}"
        if epoch == self.epoch:
            return "a newer writer is opening the journal"
        return f"{writer} has opened the journal since with epoch {epoch}"


def _insert_if_epoch_is_ours() -> Any:
    values = [bindparam(column.name, type_=column.type) for column in journal_batch.columns]
    ours = journal_meta.c.epoch == bindparam("epoch", type_=journal_meta.c.epoch.type)
    row = select(*values).select_from(journal_meta).where(ours).with_for_update(read=True)
    return insert(journal_batch).from_select(list(journal_batch.columns.keys()), row)


def _row(batch: Batch) -> dict[str, int | bytes]:
    return {
        "first_seq": batch.first_seq,
        "last_seq": batch.last_seq,
        "epoch": batch.epoch,
        "time_ns": batch.time_ns,
        "payload": batch.payload,
        "chain_hash": batch.chain_hash,
    }


def _take_epoch(connection: Connection) -> int:
    take = update(journal_meta).values(epoch=journal_meta.c.epoch + 1).returning(journal_meta.c.epoch)
    epoch: int = connection.execute(take).scalar_one()
    return epoch
