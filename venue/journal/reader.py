"""Readers of the journal: any number, in any process, while the writer appends.

Every batch is checked against the one before as it is read (batch.py), so nobody acts on a journal
that was changed. Batches come in pages of one short statement each: memory stays small, and no reader
keeps a transaction open.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from venue.errors import JournalError
from venue.journal.archives import Archive
from venue.journal.batch import Batch, Epoch, Link, check_link
from venue.journal.database import check_format, connect_to_read, parse_url, said_plainly
from venue.journal.pages import Pages, check_reaches_epochs

# A look for new batches takes about 40 microseconds on SQLite and 200 on PostgreSQL: 2 and 4 % of a processor.
POLL_S: Final = {"sqlite": 0.002, "postgresql": 0.005}


def open_reader(url: str, archive: Path | None = None) -> "JournalReader":
    """Open the journal to read, and the folder of its archive for what was moved there.

    Raises OperatorError when there is no journal, or one of another format."""
    parsed = parse_url(url)
    with said_plainly(parsed):
        engine = connect_to_read(parsed)
        with engine.connect() as connection:
            check_format(connection, parsed)
    return JournalReader(engine, Archive(archive) if archive else None)


class JournalReader:
    """Any thread may use it. It holds a connection only while it reads, so there is nothing to close."""

    def __init__(self, engine: Engine, archive: Archive | None = None) -> None:
        self._engine = engine
        self._archive = archive

    def first_seq(self) -> int:
        """Of the oldest command that can be read here; what was archived counts if its folder is known.

        It is the next one to come when the journal is empty. Raises JournalError when the oldest batch does not
        follow what was removed before it."""
        with self._pages() as pages:
            first_seq = pages.first_seq()
        while self._archive and (part := self._archive.part_with(first_seq - 1)):
            first_seq = part.first_seq
        return first_seq

    def last_seq(self) -> int:
        """The newest durable journal_seq; 0 of an empty journal."""
        with self._pages() as pages:
            return pages.last_seq()

    def epochs(self) -> list[Epoch]:
        """Every writer there was, the oldest first; those of commands that were removed too."""
        with self._pages() as pages:
            return pages.epochs()

    def link_before(self, from_seq: int) -> Batch | Link:
        """Of the batch before the one that holds from_seq. Raises JournalError when from_seq was removed."""
        with self._pages() as pages:
            return pages.before(from_seq)

    def read(self, from_seq: int = 1, to_seq: int | None = None) -> Iterator[Batch]:
        """Every batch that holds a command from from_seq to to_seq (None: the end), oldest first.

        Batches come whole: the first may begin before from_seq, the last end after to_seq. The chain is
        verified from the batch before from_seq on, whose own hash is taken as it is. Raises JournalError
        naming the journal_seq where the chain breaks, when what is asked for was removed, or when the journal
        ends before to_seq or from_seq - 1, which who asks for it has seen, or before what a later writer began behind.
        """
        with self._pages() as pages:
            _check_reaches(pages, max(from_seq - 1, to_seq or 0))
            known = pages.epochs()  # first: a writer may begin another one, further on, while we read
            before = pages.before(from_seq)
            while page := pages.after(before):
                for batch in page:
                    if to_seq is not None and before.last_seq >= to_seq:
                        return
                    check_link(before, batch, pages.epoch(batch.epoch))
                    yield batch
                    before = batch
            if to_seq is None:
                check_reaches_epochs(before, known)

    def follow(self, from_seq: int, stop: threading.Event, news: threading.Event | None = None) -> Iterator[Batch]:
        """As read, but goes on with new batches until `stop` is set: each comes once, in order, a few
        milliseconds after its commit at most, at once when somebody who knows of it sets `news`. Raises JournalError
        as read does."""
        poll_s = POLL_S[self._engine.dialect.name]
        with self._pages() as pages:
            _check_reaches(pages, from_seq - 1)
            before = pages.before(from_seq)
            while not stop.is_set():
                page = pages.after(before)
                for batch in page:
                    check_link(before, batch, pages.epoch(batch.epoch))
                    yield batch
                    before = batch
                    if stop.is_set():
                        return
                if not page and (news or stop).wait(poll_s) and news:
                    news.clear()

    @contextmanager
    def _pages(self) -> Iterator[Pages]:
        try:
            with self._engine.connect() as connection, closing(Pages(connection, self._archive)) as pages:
                yield pages
        except DBAPIError as error:
            raise JournalError(f"the journal at {self._engine.url} could not be read: {error.orig}") from error


def _check_reaches(pages: Pages, seq: int) -> None:
    newest = pages.last_seq()
    if newest < seq:
        raise JournalError(f"the journal ends at journal_seq {newest}, it was asked for {seq}")
