"""Where snapshots are kept: rows in and out. Whether one may be used is decided in `loading`.

Reading makes nothing: where no snapshot was ever taken there are none. SQLite keeps pages that were freed for
the next snapshot: the file stays as large as keep + 1 of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import URL, Connection, Engine, delete, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from venue.config import SnapshotsConfig
from venue.errors import OperatorError
from venue.journal.database import BUSY_TIMEOUT_MS, database_engine, parse_url, sqlite_path, sqlite_url
from venue.replica import Progress
from venue.snapshots import tables

_WRITER_LOCK: Final = 0x736E617073686F74  # "snapshot": PostgreSQL advisory lock, so that two takings take turns


class Snapshot(msgspec.Struct, frozen=True):
    """One snapshot, without its state. The fields are the columns of the table, in its order."""

    journal_seq: int
    time_ns: int
    taken_ns: int
    engine_version: int
    codec: str
    chunks: int
    state_bytes: int
    stored_bytes: int
    state_hash: bytes
    chain_hash: bytes

    def where(self) -> str:
        return f"snapshot {self.journal_seq}"


def snapshots_url(config: SnapshotsConfig, data: Path) -> str:
    """The configured URL, or SQLite's for snapshots.sqlite in the data folder."""
    return config.url or sqlite_url(data, "snapshots")


def open_snapshots(url: str) -> "SnapshotStore":
    """Raises OperatorError for what is no URL; the database is not asked yet."""
    return SnapshotStore(parse_url(url, "snapshots"))


class SnapshotStore:
    """Any thread may use it. It holds a connection only while it reads or writes: there is nothing to close.

    Every method raises OperatorError when the database cannot be reached or is damaged.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._readers = database_engine(url, _prepare_sqlite_reader if sqlite_path(url) else None, autocommits=False)
        self._writers = database_engine(url, _prepare_sqlite_writer if sqlite_path(url) else None, autocommits=False)

    def newest_first(self) -> list[Snapshot]:
        path = sqlite_path(self._url)
        if path and not path.exists():
            return []
        with self._connected(self._readers, "read") as connection:
            if not inspect(connection).has_table(tables.snapshot.name):
                return []
            rows = connection.execute(select(tables.snapshot).order_by(tables.snapshot.c.journal_seq.desc()))
            return [Snapshot(*row) for row in rows]

    def chunks(self, snapshot: Snapshot, on_progress: Progress) -> list[bytes]:
        """In their order, those that are there."""
        chunks: list[bytes] = []
        column = tables.snapshot_chunk.c
        wanted = select(column.payload).where(column.journal_seq == snapshot.journal_seq).order_by(column.number)
        with self._connected(self._readers, "read") as connection:
            rows = connection.execution_options(yield_per=8).execute(wanted)
            for done, (payload,) in enumerate(rows, 1):
                chunks.append(payload)
                on_progress(done, snapshot.chunks)
        return chunks

    def save(self, snapshot: Snapshot, chunks: Sequence[bytes], on_progress: Progress) -> None:
        """Keep it durably, all of it or nothing, in the place of one that has its journal_seq."""
        with self._connected(self._writers, "written") as connection, connection.begin():
            _make_tables(connection)
            _delete(connection, [snapshot.journal_seq])
            connection.execute(insert(tables.snapshot), msgspec.structs.asdict(snapshot))
            for number, payload in enumerate(chunks):
                row = {"journal_seq": snapshot.journal_seq, "number": number, "payload": payload}
                connection.execute(insert(tables.snapshot_chunk), row)
                on_progress(number + 1, len(chunks))

    def delete(self, journal_seqs: Sequence[int]) -> None:
        with self._connected(self._writers, "written") as connection, connection.begin():
            _delete(connection, journal_seqs)

    @contextmanager
    def _connected(self, engine: Engine, done: str) -> Iterator[Connection]:
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise OperatorError(
                f"the snapshots at {self._url} could not be {done}: {error.orig}: the journal has all that is in them, "
                "so they may be deleted and taken anew"
            ) from error


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # ends with the transaction; SQLite has one writer at a time anyway
        connection.execute(select(func.pg_advisory_xact_lock(_WRITER_LOCK)))
    for table in tables.metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))


def _delete(connection: Connection, journal_seqs: Sequence[int]) -> None:
    for table in (tables.snapshot_chunk, tables.snapshot):
        connection.execute(delete(table).where(table.c.journal_seq.in_(journal_seqs)))


def _prepare_sqlite_reader(connection: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")


def _prepare_sqlite_writer(connection: Any) -> None:
    """WAL, so that whoever lists or loads one need not wait while another is written."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
