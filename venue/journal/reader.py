"""Readers of the journal: any number, in any process, while the writer appends.

Every batch is checked against the one before as it is read (batch.py), so nobody acts on a journal
that was changed. Batches come in pages of one short statement each: memory stays small, and no reader
keeps a transaction open.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.exc import DBAPIError

from venue.errors import JournalError
from venue.journal.batch import Batch, check_link
from venue.journal.database import check_format, connect_to_read, parse_url, said_plainly
from venue.journal.tables import journal_batch

PAGE_BATCHES: Final = 64  # about 5 MB of full batches
# A look for new batches takes about 40 microseconds on SQLite and 200 on PostgreSQL: 2 and 4 % of a processor.
POLL_S: Final = {"sqlite": 0.002, "postgresql": 0.005}

_first_seq: Final = journal_batch.c.first_seq
_PAGE: Final = select(journal_batch).where(_first_seq > bindparam("after")).order_by(_first_seq).limit(PAGE_BATCHES)
_TWO_UP_TO: Final = select(journal_batch).where(_first_seq <= bindparam("seq")).order_by(_first_seq.desc()).limit(2)
_NEWEST: Final = select(journal_batch.c.last_seq).order_by(_first_seq.desc()).limit(1)
_BEFORE_ALL: Final = -(1 << 63)


def open_reader(url: str) -> "JournalReader":
    """Open the journal to read. Raises OperatorError when there is none, or one of another format."""
    parsed = parse_url(url)
    with said_plainly(parsed):
        engine = connect_to_read(parsed)
        with engine.connect() as connection:
            check_format(connection, parsed)
    return JournalReader(engine)


class JournalReader:
    """Any thread may use it. It holds a connection only while it reads, so there is nothing to close."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last_seq(self) -> int:
        """The newest durable journal_seq; 0 of an empty journal."""
        with _connected(self._engine) as connection:
            return connection.scalar(_NEWEST) or 0

    def read(self, from_seq: int = 1, to_seq: int | None = None) -> Iterator[Batch]:
        """Every batch that holds a command from from_seq to to_seq (None: the end), oldest first.

        Batches come whole: the first may begin before from_seq, the last end after to_seq. The chain is
        verified from the batch before from_seq on, whose own hash is taken as it is. Raises JournalError
        naming the journal_seq where the chain breaks, or when the journal ends before to_seq or
        from_seq - 1: who asks for it has seen it.
        """
        with _connected(self._engine) as connection:
            _check_reaches(connection, max(from_seq - 1, to_seq or 0))
            before = _batch_before(connection, from_seq)
            while page := _page_after(connection, before):
                for batch in page:
                    if to_seq is not None and (before.last_seq if before else 0) >= to_seq:
                        return
                    check_link(before, batch)
                    yield batch
                    before = batch

    def follow(self, from_seq: int, stop: threading.Event) -> Iterator[Batch]:
        """As read, but goes on with new batches until `stop` is set: each comes once, in order, a few
        milliseconds after its commit at most. Raises JournalError as read does."""
        poll_s = POLL_S[self._engine.dialect.name]
        with _connected(self._engine) as connection:
            _check_reaches(connection, from_seq - 1)
            before = _batch_before(connection, from_seq)
            while not stop.is_set():
                page = _page_after(connection, before)
                for batch in page:
                    check_link(before, batch)
                    yield batch
                    before = batch
                    if stop.is_set():
                        return
                if not page:
                    stop.wait(poll_s)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise JournalError(f"the journal at {engine.url} could not be read: {error.orig}") from error


def _check_reaches(connection: Connection, seq: int) -> None:
    newest = connection.scalar(_NEWEST) or 0
    if newest < seq:
        raise JournalError(f"the journal ends at journal_seq {newest}, it was asked for {seq}")


def _batch_before(connection: Connection, from_seq: int) -> Batch | None:
    """The batch before the one that holds from_seq, or the newest if none holds it; None at the start."""
    rows = [Batch(*row) for row in connection.execute(_TWO_UP_TO, {"seq": from_seq})]
    if rows and rows[0].last_seq >= from_seq:
        del rows[0]
    return rows[0] if rows else None


def _page_after(connection: Connection, before: Batch | None) -> list[Batch]:
    after = before.first_seq if before else _BEFORE_ALL
    return [Batch(*row) for row in connection.execute(_PAGE, {"after": after})]
