"""A journal copied into another database: to move to PostgreSQL and back, or to keep what is whole of a damaged one.

The copy is the same journal: batches, epochs and chain are what they were, and readers, snapshots and histories that
know the one go on with the other. What is copied is checked on its way, and read back at the end. It is one
transaction: a copy that is broken off leaves nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection, insert, update

from venue.errors import JournalError, OperatorError
from venue.journal.archiving import Progress
from venue.journal.audit import Audit, verify
from venue.journal.database import connect_to_fill, create_tables, parse_url, said_plainly, sqlite_path
from venue.journal.lock import FileLock
from venue.journal.pages import newest_batch
from venue.journal.reader import JournalReader, open_reader
from venue.journal.tables import journal_base, journal_batch, journal_epoch, journal_meta


def copy(reader: JournalReader, url: str, until_seq: int | None = None, progress: Progress | None = None) -> Audit:
    """Copy every batch that ends at or before `until_seq` (None: all) into the empty database at `url`.

    Returns what the copy was found to hold when it was read back. Raises OperatorError when there is a journal
    already, or the database fails; JournalError when what is copied is damaged, with the position.
    """
    parsed = parse_url(url)
    with without_writer(url), said_plainly(parsed):
        with connect_to_fill(parsed).begin() as connection:
            create_tables(connection)
            if newest_batch(connection):
                raise OperatorError(f"there is a journal at {parsed} already: name an empty database")
            last_seq, chain_hash = _fill(connection, reader, until_seq, progress)
        audit = verify(open_reader(url))
    if last_seq and (audit.last_seq, audit.chain_hash) != (last_seq, chain_hash):
        raise JournalError(f"the copy at {parsed} ends at {audit.last_seq}, not as it was written: copy it again")
    return audit


def _fill(
    connection: Connection, reader: JournalReader, until_seq: int | None, progress: Progress | None
) -> tuple[int, bytes]:
    """Returns where the copy ends; (0, …) when there was nothing to copy."""
    first_seq, to_seq = reader.first_seq(), reader.last_seq() if until_seq is None else until_seq
    base = last = reader.link_before(first_seq)
    link = {"last_seq": base.last_seq, "epoch": base.epoch, "chain_hash": base.chain_hash}
    connection.execute(update(journal_base).values(link))
    for batch in reader.read(first_seq, to_seq):
        if batch.last_seq > to_seq:
            break
        connection.execute(insert(journal_batch), msgspec.structs.asdict(batch))
        last = batch
        if progress:
            progress(batch.last_seq, to_seq)
    epochs = reader.epochs()
    for epoch in epochs:
        if epoch.first_seq <= last.last_seq:
            connection.execute(insert(journal_epoch), msgspec.structs.asdict(epoch))
    newest = max((epoch.epoch for epoch in epochs), default=0)  # so that no epoch is ever taken again
    connection.execute(update(journal_meta).values(epoch=newest))
    return last.last_seq, last.chain_hash


@contextmanager
def without_writer(url: str) -> Iterator[None]:
    """No venue of this machine writes the journal at `url` meanwhile. Raises OperatorError when one does.

    On SQLite; PostgreSQL's writers are not known to anybody else."""
    path = sqlite_path(parse_url(url))
    lock = FileLock(path.with_name(path.name + ".lock")) if path else None
    try:
        yield
    finally:
        if lock:
            lock.release()
