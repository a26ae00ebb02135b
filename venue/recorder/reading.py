"""The history, read: a page of rows, newest first, and the journal_seq that all of them are of.

One question is one read transaction, so a page and the position it is told with belong together whatever the recorder
writes meanwhile; on SQLite neither waits for the other (WAL). A question that takes too long is broken off. Amounts
are exact text, times nanoseconds; who may see which accounts, the caller knows.
"""

import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import URL, ColumnElement, Connection, Select, false, func, inspect, or_, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from venue.errors import OperatorError
from venue.journal.database import BUSY_TIMEOUT_MS, database_engine, parse_url, sqlite_path
from venue.recorder import tables
from venue.recorder.registers import Key, Register

QUESTION_S: Final = 10.0  # then it is broken off
ACCOUNTS_MAX: Final = 50  # that are looked for one by one
LIFE_MAX: Final = 1_000  # executions of one order's life that are told at once
_STEPS: Final = 50_000  # of SQLite's machine, between two looks at the clock: about a millisecond
_BROKEN_OFF: Final = ("SQLITE_INTERRUPT", "57014")  # SQLite's error name, PostgreSQL's SQLSTATE

Row: TypeAlias = dict[str, Any]  # by column


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

    rows: list[Row]
    next: Key
    journal_seq: int


class Life(NamedTuple):
    """An order, and its executions, oldest first: the first LIFE_MAX of them; has_more: there are others."""

    order: Row
    executions: list[Row]
    has_more: bool
    journal_seq: int


def open_history(url: str, question_s: float = QUESTION_S) -> "History":
    """Raises OperatorError for what is no URL; the database is not asked yet. question_s 0: no bound."""
    return History(parse_url(url, "recorder"), question_s)


class HistoryError(OperatorError):
    """The history cannot be asked. `outside` says so to people who need not know where it is kept."""

    def __init__(self, text: str, outside: str) -> None:
        super().__init__(text)
        self.outside: Final = outside


class NoHistoryError(HistoryError):
    """There is none yet."""


class History:
    """Any thread may use it. It holds a connection only while it reads.

    Every method raises HistoryError while there is no history, its database is away, or a question takes too long.
    """

    def __init__(self, url: URL, question_s: float) -> None:
        self._url = url
        self._question_s = question_s
        self._closing = threading.Event()
        self._engine = database_engine(url, _prepare_sqlite if sqlite_path(url) else None, autocommits=False)

    def close(self) -> None:
        """Break off what SQLite is being asked, by whatever thread; PostgreSQL's questions end by their time."""
        self._closing.set()

    def moment(self) -> Moment:
        with self.reading() as (_, moment):
            return moment

    def page(self, register: Register, wanted: Wanted) -> Page:
        """Cost: of what the indices of tables.py lead to, that of the page; else of all rows down to its last one."""
        with self.reading() as (connection, moment):
            found = list(islice(newest_first(connection, register, wanted), wanted.limit + 1))
        rows = found[: wanted.limit]
        last = rows[-1] if len(found) > wanted.limit else None
        return Page(rows, tuple(last[name] for name in register.key) if last else (), moment.journal_seq)

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
            found = list(_rows(connection, told.limit(LIFE_MAX + 1)))
        return Life(dict(row), found[:LIFE_MAX], len(found) > LIFE_MAX, moment.journal_seq)

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Moment]]:
        """One read transaction, and the moment that everything read in it is of."""
        path = sqlite_path(self._url)
        if path and not path.exists():
            raise self._none_yet()
        try:
            with self._engine.connect() as connection:
                self._begin(connection)
                yield connection, self._moment(connection)
        except DBAPIError as error:
            raise self._told(error) from error

    def _begin(self, connection: Connection) -> None:
        """A transaction that only reads, from one snapshot, each question for so long at most."""
        if connection.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            assert raw is not None
            until_s = time.monotonic() + self._question_s if self._question_s else math.inf
            raw.set_progress_handler(lambda: time.monotonic() > until_s or self._closing.is_set(), _STEPS)
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if self._question_s:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(self._question_s * 1_000)}")

    def _moment(self, connection: Connection) -> Moment:
        if not inspect(connection).has_table(tables.progress.name):
            raise self._none_yet()
        column = tables.progress.c
        columns = column.journal_seq, column.time_ns, column.engine_version, column.chain_hash
        row = connection.execute(select(*columns)).one_or_none()
        if row is None:
            raise self._none_yet()
        return Moment(*row)

    def _none_yet(self) -> NoHistoryError:
        return NoHistoryError(
            f"there is no history at {self._url} yet: the recorder makes it (recorder.enabled), beside a running venue",
            "there is no history yet: the recorder has not begun it",
        )

    def _told(self, error: DBAPIError) -> HistoryError:
        said = error.orig
        if (getattr(said, "sqlite_errorname", None) or getattr(said, "sqlstate", None)) in _BROKEN_OFF:
            text = (
                "the question to the history was broken off: the venue is stopping"
                if self._closing.is_set()
                else f"the question to the history took longer than {self._question_s:g} s and was broken off: ask for "
                "less, by from and to, an account or an instrument"
            )
            return HistoryError(text, text)
        return HistoryError(f"the history at {self._url} cannot be read now: {said}", "the history cannot be read now")


def _prepare_sqlite(connection: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")
    connection.isolation_level = None  # or no SELECT would begin a transaction


# -- the rows of a page ------------------------------------------------------------------------------------


def newest_first(connection: Connection, register: Register, wanted: Wanted) -> Iterator[Row]:
    """At least `wanted.limit` + 1 rows, if there are so many. Of several accounts each by itself, so that each is found
    by its index."""
    bounds = list(_bounds(connection, register, wanted))
    owners, accounts = register.owners, wanted.accounts
    if accounts is None:
        return _rows(connection, _statement(register, wanted, bounds))
    if len(owners) > 1 or len(accounts) > ACCOUNTS_MAX:
        own = or_(*(register.table.c[owner].in_(accounts) for owner in owners))
        return _rows(connection, _statement(register, wanted, [*bounds, own]))
    column, passed_over = register.table.c[owners[0]], _PASSED_OVER.get(connection.dialect.name, ())
    each = [
        _rows(connection, _statement(register, wanted, [*bounds, column == account], passed_over))
        for account in dict.fromkeys(accounts)
    ]
    return merge(*each, key=lambda row: tuple(row[name] for name in register.key), reverse=True)


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Row]:
    return map(dict, connection.execute(statement).mappings().all())


# SQLite, which does not know how many rows a value has, would take the index of the instrument, whose orders are many,
# for that of the account: a + before a column keeps its index out (sqlite.org/optoverview.html, 2).
_PASSED_OVER: Final[Mapping[str, tuple[str, ...]]] = {"sqlite": ("symbol",)}


def _statement(
    register: Register, wanted: Wanted, bounds: Sequence[ColumnElement[bool]], passed_over: Sequence[str] = ()
) -> Select[Any]:
    columns, key = register.table.c, register.key_columns()
    statement = select(register.table).where(*bounds)
    for name, value in wanted.equal.items():
        if name not in register.filters:
            raise KeyError(f"{register.table.name} is not asked by {name}")
        column: ColumnElement[Any] = columns[name]
        if name in passed_over:
            column = UnaryExpression(column, operator=custom_op("+"), type_=column.type)
        if isinstance(value, str) and "\0" in value:  # no text has one, and PostgreSQL does not let it be asked
            statement = statement.where(false())
        else:
            statement = statement.where(column.in_(value) if isinstance(value, tuple) else column == value)
    if wanted.before:
        statement = statement.where(tuple_(*key) < tuple_(*wanted.before, types=[column.type for column in key]))
    return statement.order_by(*(column.desc() for column in key)).limit(wanted.limit + 1)


def _bounds(connection: Connection, register: Register, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What from and to ask for. Where the time rises with the key they bound the key, which is indexed."""
    for time_ns, is_from in ((wanted.from_ns, True), (wanted.to_ns, False)):
        if not time_ns:
            continue
        column, bound = register.table.c[register.time], time_ns
        if register.rises:
            column, bound = register.table.c[register.key[0]], _first_at(connection, register, time_ns)
        yield column >= bound if is_from else column < bound


def _first_at(connection: Connection, register: Register, time_ns: int) -> int:
    """The lowest key from which on all rows are of this time or later. Cost: a look for each bit of the keys."""
    key, at = register.table.c[register.key[0]], register.table.c[register.time]
    ends = (select(end(key)).scalar_subquery() for end in (func.min, func.max))  # each by the index
    low, last = connection.execute(select(*ends)).one()
    if low is None:
        return 0
    high = last + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(select(at).where(key >= middle).order_by(key).limit(1)).scalar_one()
        low, high = (low, middle) if found >= time_ns else (middle + 1, high)
    return int(low)
