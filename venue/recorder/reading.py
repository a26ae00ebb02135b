"""The history, read: a page of rows, newest first, and the journal_seq that all of them are of.

One question is one read transaction, so a page and the position it is told with belong together whatever the recorder
writes meanwhile; on SQLite neither waits for the other (WAL). A question that takes too long is broken off. Amounts
are exact text, times nanoseconds; who may see which accounts, the caller knows.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import URL, ColumnElement, Connection, RowMapping, Select, func, inspect, or_, select, tuple_
from sqlalchemy.exc import DBAPIError

from venue.config import RecorderConfig
from venue.errors import OperatorError
from venue.journal.database import BUSY_TIMEOUT_MS, database_engine, parse_url, sqlite_path, sqlite_url
from venue.recorder import tables
from venue.recorder.listings import Key, Listing

QUESTION_S: Final = 10.0  # then it is broken off
ACCOUNTS_MAX: Final = 50  # that are looked for one by one
LIFE_MAX: Final = 1_000  # executions of one order's life that are told at once
_STEPS: Final = 50_000  # of SQLite's machine, between two looks at the clock: about a millisecond
_BROKEN_OFF: Final = ("SQLITE_INTERRUPT", "57014")  # SQLite's error name, PostgreSQL's SQLSTATE


class Wanted(NamedTuple):
    """Which rows. `equal`: by column, a value or several of which it is one. accounts None: of all, (): of none.

    from_ns 0 and to_ns 0: no bound; to_ns itself is not in. `before`: `next` of the page before.
    """

    equal: Mapping[str, int | str | tuple[str, ...]] = {}
    accounts: Sequence[str] | None = None
    from_ns: int = 0
    to_ns: int = 0
    before: Key = ()
    limit: int = 100


class Moment(NamedTuple):
    """How far a history goes: the end of a batch of the journal, and which journal's."""

    journal_seq: int
    time_ns: int
    engine_version: int
    chain_hash: bytes


class Page(NamedTuple):
    """Newest first. `next` is where the next page begins; (): there is none."""

    rows: list[RowMapping]
    next: Key
    journal_seq: int


class Life(NamedTuple):
    """An order, and its executions, oldest first: the first LIFE_MAX of them; has_more: there are others."""

    order: RowMapping
    executions: list[RowMapping]
    has_more: bool
    journal_seq: int


def history_url(config: RecorderConfig, data: Path) -> str:
    """The configured URL, or SQLite's for history.sqlite in the data folder."""
    return config.url or sqlite_url(data, "history")


def open_history(url: str, question_s: float = QUESTION_S) -> "History":
    """Raises OperatorError for what is no URL; the database is not asked yet. question_s 0: no bound."""
    return History(parse_url(url, "recorder"), question_s)


class History:
    """Any thread may use it. It holds a connection only while it reads: there is nothing to close.

    Every method raises OperatorError while there is no history, its database is away, or a question takes too long.
    """

    def __init__(self, url: URL, question_s: float) -> None:
        self._url = url
        self._question_s = question_s
        self._engine = database_engine(url, _prepare_sqlite if sqlite_path(url) else None, autocommits=False)

    def moment(self) -> Moment:
        with self.reading() as (_, moment):
            return moment

    def page(self, listing: Listing, wanted: Wanted) -> Page:
        """Cost: of what the indices of tables.py lead to, that of the page; else of all rows down to its last one."""
        with self.reading() as (connection, moment):
            found = list(islice(_newest_first(connection, listing, wanted), wanted.limit + 1))
        rows = found[: wanted.limit]
        last = rows[-1] if len(found) > wanted.limit else None
        return Page(rows, tuple(last[name] for name in listing.key) if last else (), moment.journal_seq)

    def life(self, order_id: int, accounts: Sequence[str] | None = None) -> Life | None:
        """None: no order of these accounts has this id."""
        orders, executions = tables.orders, tables.executions
        order = select(orders).where(orders.c.order_id == order_id)
        if accounts is not None:
            order = order.where(orders.c.account.in_(accounts))
        told = select(executions).where(executions.c.order_id == order_id).order_by(executions.c.exec_id)
        with self.reading() as (connection, moment):
            row = connection.execute(order).mappings().one_or_none()
            if row is None:
                return None
            found = list(connection.execute(told.limit(LIFE_MAX + 1)).mappings())
        return Life(row, found[:LIFE_MAX], len(found) > LIFE_MAX, moment.journal_seq)

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Moment]]:
        """One read transaction, and the moment that everything read in it is of."""
        path = sqlite_path(self._url)
        if path and not path.exists():
            raise self._none_yet()
        try:
            with self._engine.connect() as connection:
                _begin(connection, self._question_s)
                yield connection, self._moment(connection)
        except DBAPIError as error:
            raise self._told(error) from error

    def _moment(self, connection: Connection) -> Moment:
        if not inspect(connection).has_table(tables.progress.name):
            raise self._none_yet()
        column = tables.progress.c
        columns = column.journal_seq, column.time_ns, column.engine_version, column.chain_hash
        row = connection.execute(select(*columns)).one_or_none()
        if row is None:
            raise self._none_yet()
        return Moment(*row)

    def _none_yet(self) -> OperatorError:
        return OperatorError(
            f"there is no history at {self._url} yet: the recorder makes it (recorder.enabled), beside a running venue"
        )

    def _told(self, error: DBAPIError) -> OperatorError:
        said = error.orig
        if (getattr(said, "sqlite_errorname", None) or getattr(said, "sqlstate", None)) in _BROKEN_OFF:
            return OperatorError(
                f"the question to the history took longer than {self._question_s:g} s and was broken off: "
                "ask for less, by from and to, an account or an instrument"
            )
        return OperatorError(f"the history at {self._url} cannot be read now: {said}")


def _prepare_sqlite(connection: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")
    connection.isolation_level = None  # or no SELECT would begin a transaction


def _begin(connection: Connection, question_s: float) -> None:
    """A transaction that only reads, from one snapshot, for so long at most."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        assert raw is not None
        if question_s:
            until_s = time.monotonic() + question_s
            raw.set_progress_handler(lambda: time.monotonic() > until_s, _STEPS)
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    if question_s:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(question_s * 1_000)}")


# -- the rows of a page ------------------------------------------------------------------------------------


def _newest_first(connection: Connection, listing: Listing, wanted: Wanted) -> Iterator[RowMapping]:
    """Of several accounts each by itself, so that each is found by its index."""
    bounds = list(_bounds(connection, listing, wanted))
    owners, accounts = listing.owners, wanted.accounts
    if accounts is None:
        return _rows(connection, _statement(listing, wanted, bounds))
    if len(owners) > 1 or len(accounts) > ACCOUNTS_MAX:
        own = or_(*(listing.table.c[owner].in_(accounts) for owner in owners))
        return _rows(connection, _statement(listing, wanted, [*bounds, own]))
    column = listing.table.c[owners[0]]
    each = [
        _rows(connection, _statement(listing, wanted, [*bounds, column == account]))
        for account in dict.fromkeys(accounts)
    ]
    return merge(*each, key=lambda row: tuple(row[name] for name in listing.key), reverse=True)


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[RowMapping]:
    return iter(connection.execute(statement).mappings().all())


def _statement(listing: Listing, wanted: Wanted, bounds: Sequence[ColumnElement[bool]]) -> Select[Any]:
    columns, key = listing.table.c, listing.key_columns()
    statement = select(listing.table).where(*bounds)
    for name, value in wanted.equal.items():
        if name not in listing.filters:
            raise KeyError(f"{listing.table.name} is not asked by {name}")
        column = columns[name]
        statement = statement.where(column.in_(value) if isinstance(value, tuple) else column == value)
    if wanted.before:
        statement = statement.where(tuple_(*key) < tuple_(*wanted.before, types=[column.type for column in key]))
    return statement.order_by(*(column.desc() for column in key)).limit(wanted.limit + 1)


def _bounds(connection: Connection, listing: Listing, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What from and to ask for. Where the time rises with the key they bound the key, which is indexed."""
    for time_ns, is_from in ((wanted.from_ns, True), (wanted.to_ns, False)):
        if not time_ns:
            continue
        column, bound = listing.table.c[listing.time], time_ns
        if listing.rises:
            column, bound = listing.table.c[listing.key[0]], _first_at(connection, listing, time_ns)
        yield column >= bound if is_from else column < bound


def _first_at(connection: Connection, listing: Listing, time_ns: int) -> int:
    """The lowest key from which on all rows are of this time or later. Cost: a look for each bit of the keys."""
    key, at = listing.table.c[listing.key[0]], listing.table.c[listing.time]
    low, last = connection.execute(select(func.min(key), func.max(key))).one()
    if low is None:
        return 0
    high = last + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(select(at).where(key >= middle).order_by(key).limit(1)).scalar_one()
        low, high = (low, middle) if found >= time_ns else (middle + 1, high)
    return int(low)
