"""One pass over the journal, page by page: the rows of the database, and the files of its archive for what has
been moved there. Nothing is checked here but that the rows are batches; who reads checks the chain.

Retention may take batches away while they are read. A page that does not go on where the one before ended is
therefore asked for again at the base, the link of the newest batch that was removed: what is at or before it
stands in the archive, or is gone; anything else is a gap, which the chain's check names.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from venue.errors import JournalError
from venue.journal.archives import Archive
from venue.journal.batch import BEGINNING, Batch, Epoch, Link, batch_of, check_link
from venue.journal.tables import journal_base, journal_batch, journal_epoch

PAGE_BATCHES: Final = 64  # about 5 MB of full batches

_first_seq: Final = journal_batch.c.first_seq
_PAGE: Final = select(journal_batch).where(_first_seq > bindparam("after")).order_by(_first_seq).limit(PAGE_BATCHES)
_TWO_UP_TO: Final = select(journal_batch).where(_first_seq <= bindparam("seq")).order_by(_first_seq.desc()).limit(2)
_NEWEST: Final = select(journal_batch).order_by(_first_seq.desc()).limit(1)
_BASE: Final = select(journal_base.c.last_seq, journal_base.c.epoch, journal_base.c.chain_hash)
_IS_OLDEST: Final = _first_seq == select(func.min(_first_seq)).scalar_subquery()
_BASE_AND_OLDEST: Final = _BASE.add_columns(journal_batch).join_from(
    journal_base, journal_batch, _IS_OLDEST, isouter=True
)
_EPOCHS: Final = select(journal_epoch).order_by(journal_epoch.c.epoch)


class Pages:
    """Belongs to one thread, and to the connection it is given. The archive's files are closed with it."""

    def __init__(self, connection: Connection, archive: Archive | None) -> None:
        self._connection = connection
        self._archive = archive
        self._epochs: dict[int, Epoch] = {}
        self._opened = ExitStack()  # the archive's file that is being read
        self._file: tuple[int, int, Connection] | None = None

    def close(self) -> None:
        self._opened.close()

    def base(self) -> Link:
        return base_link(self._connection)

    def first_seq(self) -> int:
        """Of the oldest batch that is here. Raises JournalError when that is none that follows the base."""
        row = self._connection.execute(_BASE_AND_OLDEST).first()
        base = _base_of(row and row[:3])
        if row is not None and row[3] is not None:
            oldest = batch_of(row[3:])
            check_link(base, oldest, self.epoch(oldest.epoch))
        return base.last_seq + 1

    def epochs(self) -> list[Epoch]:
        return epochs(self._connection)

    def last_seq(self) -> int:
        newest = newest_batch(self._connection)
        return newest.last_seq if newest else self.base().last_seq

    def epoch(self, number: int) -> Epoch | None:
        """None: no writer has ever taken it."""
        if number not in self._epochs:
            self._epochs = {epoch.epoch: epoch for epoch in self.epochs()}
        return self._epochs.get(number)

    def before(self, from_seq: int) -> Batch | Link:
        """The batch before the one that holds from_seq, or the newest if none holds it.

        Raises JournalError when from_seq stands neither here nor in the archive."""
        if found := _batch_before(self._connection, from_seq):
            return found
        base = self.base()
        if from_seq > base.last_seq:
            return base
        if from_seq <= 1:
            return BEGINNING
        archived = self._archived(from_seq, base)
        return _batch_before(archived, from_seq) or base_link(archived)

    def after(self, before: Batch | Link) -> list[Batch]:
        """The next batches, none at the end. Raises JournalError when they were removed."""
        page = _page(self._connection, before.first_seq)
        if not page or page[0].first_seq == before.last_seq + 1:
            return page
        base = self.base()
        if before.last_seq >= base.last_seq:
            return page  # a gap, or a batch that is there twice
        return _page(self._archived(before.last_seq + 1, base), before.first_seq)

    def _archived(self, journal_seq: int, base: Link) -> Connection:
        """The archive's file that holds the command."""
        if self._file and self._file[0] <= journal_seq <= self._file[1]:
            return self._file[2]
        part = self._archive.part_with(journal_seq) if self._archive else None
        if part is None:
            looked = f"moved away, and not into {self._archive.folder}" if self._archive else "archived or pruned"
            raise JournalError(
                f"the journal begins at journal_seq {base.last_seq + 1}, it was asked for {journal_seq}: what came "
                f"before was {looked}: begin from a snapshot, or put the archive's files back"
            )
        self._opened.close()
        connection = self._opened.enter_context(part.connected())
        self._file = (part.first_seq, part.last_seq, connection)
        return connection


def newest_batch(connection: Connection) -> Batch | None:
    row = connection.execute(_NEWEST).first()
    return batch_of(row) if row else None


def base_link(connection: Connection) -> Link:
    """What the oldest batch that is there follows."""
    return _base_of(connection.execute(_BASE).first())


def _base_of(row: Any) -> Link:
    if row is None or [type(value) for value in row] != [int, int, bytes]:
        raise JournalError(f"the journal is damaged: its base was {row and tuple(row)}")
    return Link(BEGINNING.first_seq, *row)


def epochs(connection: Connection) -> list[Epoch]:
    """Every writer there was, the oldest first."""
    found = [Epoch(*row) for row in connection.execute(_EPOCHS)]
    for epoch in found:
        numbers = (epoch.epoch, epoch.first_seq, epoch.engine_version, epoch.opened_ns)
        if not all(type(value) is int for value in numbers) or type(epoch.writer) is not str:
            raise JournalError(f"the journal is damaged: of epoch {epoch.epoch} a column was of the wrong type")
    return found


def check_reaches_epochs(newest: Batch | Link, known: Sequence[Epoch]) -> None:
    """Raise JournalError when the journal ends before what a writer found at its start: the chain cannot see that the
    newest batches are gone, but who opened the journal since has noted where it ended."""
    for epoch in known:
        if epoch.first_seq > newest.last_seq + 1:
            raise JournalError(
                f"the journal ends at journal_seq {newest.last_seq}, and epoch {epoch.epoch} began at "
                f"{epoch.first_seq}: what was between is lost"
            )


def _batch_before(connection: Connection, from_seq: int) -> Batch | None:
    """Among the rows of one database; None when they begin later, or with the batch that holds from_seq."""
    rows = [batch_of(row) for row in connection.execute(_TWO_UP_TO, {"seq": from_seq})]
    if rows and rows[0].last_seq >= from_seq:
        del rows[0]
    return rows[0] if rows else None


def _page(connection: Connection, after: int) -> list[Batch]:
    return [batch_of(row) for row in connection.execute(_PAGE, {"after": after})]
