"""Which database keeps the journal, and how it is made to keep its promises.

Connections are autocommit: each statement is a transaction of its own, and the journal needs no
larger one (an append is one statement, see writer.py; the journal only grows, so a reader needs no
snapshot, and one held open would keep SQLite from reusing its WAL). There is no pool: a writer holds
one connection for its life, a read one for its duration.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from venue.config import JournalConfig
from venue.errors import JournalError, OperatorError
from venue.journal.batch import BEGINNING, FORMAT
from venue.journal.tables import journal_base, journal_epoch, journal_meta, metadata

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

BUSY_TIMEOUT_MS: Final = 5_000  # how long SQLite waits for a foreign lock (a backup, a hand-made transaction)
NETWORK_TIMEOUT_MS: Final = 10_000  # a PostgreSQL server that does not answer is a failed append
_CREATION_LOCK: Final = 0x6A6F75726E616C  # "journal": PostgreSQL advisory lock while tables are created


def journal_url(config: JournalConfig, data: Path) -> str:
    """The configured URL, or SQLite's for journal.sqlite in the data folder."""
    return config.url or sqlite_url(data, "journal")


def sqlite_url(data: Path, name: str) -> str:
    """Of the file of that name in the data folder, whatever characters the folder's name has."""
    path = str(data.absolute() / f"{name}.sqlite")
    return URL.create("sqlite", database=path).render_as_string(hide_password=False)


def parse_url(url: str, name: str = "journal") -> URL:
    """Raises OperatorError for what is no URL or no database the venue is tested on; `name` is the setting's."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise OperatorError(f"{name}.url was {url!r}, which is no SQLAlchemy URL") from error
    in_a_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    if not in_a_file and parsed.drivername != "postgresql+psycopg":
        raise OperatorError(
            f"{name}.url was {parsed}: must be sqlite:////path/to/{name}.sqlite or postgresql+psycopg://…"
        )
    return parsed


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database; None on PostgreSQL."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def connect_to_write(url: URL, synchronous: Synchronous) -> Engine:
    """An engine whose commits are durable. Raises OperatorError when the database cannot promise that."""
    if sqlite_path(url):
        return database_engine(url, lambda connection: _prepare_sqlite_writer(connection, synchronous))
    if synchronous != "FULL":
        raise OperatorError(f"journal.synchronous was {synchronous}: on PostgreSQL it must be FULL")
    return database_engine(url, _prepare_postgresql_writer)


def connect_to_read(url: URL) -> Engine:
    path = sqlite_path(url)
    if path and not path.exists():
        raise OperatorError(f"there is no journal at {path}: start the venue, or name another data folder")
    return database_engine(url, _prepare_sqlite_reader if path else None)


def connect_to_shorten(url: URL) -> Engine:
    """For retention, in transactions that SQLite does not sync by themselves: the writer's next commit syncs them,
    and what a power loss undoes is done again. Raises OperatorError when there is no journal."""
    path = sqlite_path(url)
    if path and not path.exists():
        raise OperatorError(f"there is no journal at {path}: name another data folder")
    return database_engine(url, _prepare_sqlite_shortener if path else None, autocommits=False)


def is_busy(error: DBAPIError) -> bool:
    """Whether it says that another connection holds SQLite's lock."""
    return getattr(error.orig, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def connect_to_fill(url: URL) -> Engine:
    """For a journal that is made whole in one transaction."""
    if sqlite_path(url):
        return database_engine(url, lambda connection: _prepare_sqlite_writer(connection, "FULL"), autocommits=False)

    def prepare(connection: Any) -> None:
        _prepare_postgresql_writer(connection)
        connection.commit()  # or what was set would be undone with the transaction

    return database_engine(url, prepare, autocommits=False)


def create_part(url: URL) -> Engine:
    """Of a file of the archive that is made anew: one file without a WAL, so that a copy of it is whole."""
    return database_engine(url, _prepare_part, autocommits=False)


def database_engine(url: URL, prepare: Callable[[Any], None] | None, *, autocommits: bool = True) -> Engine:
    isolation: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if autocommits else {}
    if sqlite_path(url):
        # "named" parameters on both databases, so that the hot statement is executed the same way.
        engine = create_engine(url, poolclass=NullPool, paramstyle="named", **isolation)
    else:
        timeouts = {"connect_timeout": NETWORK_TIMEOUT_MS // 1_000, "tcp_user_timeout": NETWORK_TIMEOUT_MS}
        given = {name: value for name, value in timeouts.items() if name not in url.query}
        engine = create_engine(url, poolclass=NullPool, connect_args=given, **isolation)
    if prepare:
        event.listen(engine, "connect", lambda connection, _: prepare(connection))
    return engine


def _prepare_sqlite_writer(connection: Any, synchronous: Synchronous) -> None:
    """auto_vacuum off before the first table is made: nothing is ever deleted. The writer checkpoints
    by itself (writer.py), because SQLite keeps an automatic checkpoint's failed sync to itself."""
    connection.text_factory = _any_text
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA auto_vacuum = NONE")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise OperatorError(f"journal_mode was {mode!r}: the file system of the data folder cannot do WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def _prepare_sqlite_shortener(connection: Any) -> None:
    """It asks for the lock by itself, more often than SQLite would (retention.py)."""
    _prepare_sqlite_writer(connection, "NORMAL")
    connection.execute("PRAGMA busy_timeout = 0")


def _prepare_part(connection: Any) -> None:
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")


def _prepare_sqlite_reader(connection: Any) -> None:
    connection.text_factory = _any_text
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")


def _any_text(octets: bytes) -> str:
    """A flipped bit makes text of a payload: the row must still be read, so that it can be named."""
    return octets.decode("utf-8", "surrogateescape")


def _prepare_postgresql_writer(connection: Any) -> None:
    """remote_apply is stronger than on and stays; the rest would acknowledge what may yet be lost."""
    (fsync,) = connection.execute("SHOW fsync").fetchone()
    if fsync != "on":
        raise OperatorError(f"the PostgreSQL server's fsync was {fsync}: the journal needs it on")
    (commit,) = connection.execute("SHOW synchronous_commit").fetchone()
    if commit not in ("on", "remote_apply"):
        connection.execute("SET synchronous_commit = on")


@contextmanager
def said_plainly(url: URL) -> Iterator[None]:
    """Turn what the database says while a journal is opened into our errors; passwords stay out."""
    try:
        yield
    except OperationalError as error:
        raise OperatorError(f"the journal at {url} could not be opened: {error.orig}") from error
    except DBAPIError as error:
        raise JournalError(f"the journal at {url} could not be read: {error.orig}") from error


def create_tables(connection: Connection) -> None:
    """Make what is missing; a start that was killed half-way is completed by the next one."""
    if connection.dialect.name == "postgresql":  # two first starts at once; SQLite has the file lock
        connection.execute(select(func.pg_advisory_lock(_CREATION_LOCK)))
    if _format_found(connection) is None:
        metadata.create_all(connection)
        if connection.scalar(select(journal_base.c.id)) is None:
            whole = {"id": 1, "last_seq": 0, "epoch": 0, "chain_hash": BEGINNING.chain_hash}
            connection.execute(insert(journal_base).values(whole))
        epoch = connection.scalar(select(func.max(journal_epoch.c.epoch))) or 0
        connection.execute(insert(journal_meta).values(id=1, format=FORMAT, epoch=epoch))  # last: all is there
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_unlock(_CREATION_LOCK)))


def check_format(connection: Connection, url: URL) -> None:
    """Raise OperatorError when there is no journal here, or one this version does not read."""
    found = _format_found(connection)
    if found is None:
        raise OperatorError(f"there is no journal at {url}: start the venue, or name another database")
    if not isinstance(found, int):  # SQLite keeps whatever type it is given
        raise JournalError(f"the journal at {url} is damaged: its format was {found!r:.40}")
    if found != FORMAT:
        age = "an older" if found < FORMAT else "a newer"
        raise OperatorError(
            f"the journal at {url} was of format {found}, written by {age} version of the venue; this one reads "
            f"format {FORMAT}: use the version that wrote it, or begin anew in another data folder"
        )


def _format_found(connection: Connection) -> object:
    """None where there is no journal, or one whose making was not finished."""
    if not inspect(connection).has_table(journal_meta.name):
        return None
    found: object = connection.scalar(select(journal_meta.c.format))
    return found


def this_process() -> str:
    return f"process {os.getpid()} on {os.uname().nodename}"
