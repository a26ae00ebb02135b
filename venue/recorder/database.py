"""Which database keeps the history, and how it is written in bulk.

SQLite: one transaction is one lock, taken when it begins, and it is not synced by itself: what a power loss takes back
is projected again from the journal, which is. Before anything leaves the journal `sync` has all of it on the disk.
PostgreSQL: rows come by COPY, and what is updated through a temporary table of the connection's own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, event

from venue.config import RecorderConfig
from venue.journal.database import BUSY_TIMEOUT_MS, database_engine, parse_url, sqlite_path, sqlite_url
from venue.recorder.stretch import Row

COPIED_MIN: Final = 50  # rows; fewer are updated one by one
CACHE_KIB: Final = 65_536  # of SQLite's pages: the indexes are written everywhere


def history_url(config: RecorderConfig, data: Path) -> str:
    """The configured URL, or SQLite's for history.sqlite in the data folder."""
    return config.url or sqlite_url(data, "history")


def open_to_write(url: str) -> Engine:
    """Raises OperatorError for what is no URL; the database is not asked yet."""
    parsed: URL = parse_url(url, "recorder")
    if not sqlite_path(parsed):
        return database_engine(parsed, None, autocommits=False)
    engine = database_engine(parsed, _prepare_sqlite, autocommits=False)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any) -> None:
    connection.isolation_level = None  # or Python's sqlite3 begins and ends transactions as it sees fit
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """New rows, in the order of the table's columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table.name, _names(table), rows)
        return
    marks = ", ".join("?" * len(table.columns))
    _cursor(connection).executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Rows in the place of those with their keys, in the order of the table's columns."""
    if not rows:
        return
    mark = _mark(connection)
    keys = [column.name for column in table.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in _names(table) if name not in keys)
    marks = ", ".join([mark] * len(table.columns))
    _cursor(connection).executemany(
        f"INSERT INTO {table.name} ({', '.join(_names(table))}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
        rows,
    )


def update_rows(connection: Connection, table: Table, columns: Sequence[str], key: str, rows: Sequence[Row]) -> None:
    """Change these columns of rows that are there; each row ends with its key."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= COPIED_MIN:
        _update_by_copy(connection, table, columns, key, rows)
        return
    mark = _mark(connection)
    changes = ", ".join(f"{name} = {mark}" for name in columns)
    _cursor(connection).executemany(f"UPDATE {table.name} SET {changes} WHERE {key} = {mark}", rows)


def sync(engine: Engine) -> None:
    """Have all that was committed on the disk."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            cursor = _cursor(connection)
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("UPDATE history_progress SET id = id")  # with this commit, all before it


def _update_by_copy(
    connection: Connection, table: Table, columns: Sequence[str], key: str, rows: Sequence[Row]
) -> None:
    """psycopg sends thousands of UPDATEs no faster than one behind the other: one of them does it for all."""
    name = f"changed_{table.name}_{columns[0]}_{len(columns)}"
    wanted = ", ".join([*columns, key])
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ON COMMIT DELETE ROWS AS "
        f"SELECT {wanted} FROM {table.name} WITH NO DATA"
    )
    _copy(connection, name, [*columns, key], rows)
    changes = ", ".join(f"{column} = changed.{column}" for column in columns)
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {changes} FROM {name} changed WHERE {table.name}.{key} = changed.{key}"
    )


def _copy(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with _cursor(connection) as cursor, cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _mark(connection: Connection) -> str:
    return "%s" if connection.dialect.name == "postgresql" else "?"


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
