"""Making a file of the archive, and making sure that it is what the journal holds."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from sqlalchemy import insert

from venue.errors import JournalError
from venue.journal.archives import Archive, Part
from venue.journal.audit import verify
from venue.journal.batch import FORMAT, Batch, Link
from venue.journal.database import create_part
from venue.journal.reader import JournalReader, open_reader
from venue.journal.tables import journal_base, journal_batch, journal_epoch, journal_meta, metadata

PART_BYTES: Final = 1 << 30  # of payload; then a file is full
_UNFINISHED: Final = "unfinished.sqlite"

Progress: TypeAlias = Callable[[int, int], None]  # journal_seq done, journal_seq to reach


def require_same(part: Part, reader: JournalReader) -> None:
    """Raise JournalError unless the file is whole and ends with the batch the journal has there: then the chain
    makes all that is before it the same too."""
    audit = verify(open_reader(str(part.url)))
    (batch,) = reader.read(part.last_seq, part.last_seq)
    if (audit.last_seq, audit.chain_hash) != (batch.last_seq, batch.chain_hash):
        raise JournalError(
            f"{part.path} is of another journal: at {part.last_seq} its chain hash was {audit.chain_hash.hex()[:16]}…, "
            f"the journal's is {batch.chain_hash.hex()[:16]}…: put it elsewhere"
        )


def write_part(archive: Archive, reader: JournalReader, first_seq: int, to_seq: int, progress: Progress | None) -> Part:
    """Copy the batches from first_seq to to_seq, or as many as one file may hold; both are whole batches' ends.

    The file is there under its name when it is synced, or not at all. Raises OSError when the folder fails.
    """
    archive.folder.mkdir(parents=True, exist_ok=True)
    unfinished = Part(first_seq, to_seq, archive.folder / _UNFINISHED)
    for leftover in archive.folder.glob(f"{_UNFINISHED}*"):  # of a run that was killed, its rollback journal too
        leftover.unlink()
    last = _copy(unfinished, reader, first_seq, to_seq, progress)
    unfinished.path.chmod(0o444)
    _sync(unfinished.path)
    part = archive.part_of(first_seq, last.last_seq)
    unfinished.path.rename(part.path)
    _sync(archive.folder)
    return part


def _copy(part: Part, reader: JournalReader, first_seq: int, to_seq: int, progress: Progress | None) -> Batch | Link:
    base = last = reader.link_before(first_seq)
    octets = 0
    with create_part(part.url).begin() as connection:
        metadata.create_all(connection)
        for batch in reader.read(first_seq, to_seq):
            connection.execute(insert(journal_batch), msgspec.structs.asdict(batch))
            last, octets = batch, octets + len(batch.payload)
            if progress:
                progress(batch.last_seq, to_seq)
            if octets > PART_BYTES:
                break
        link = {"id": 1, "last_seq": base.last_seq, "epoch": base.epoch, "chain_hash": base.chain_hash}
        connection.execute(insert(journal_base), link)
        for epoch in reader.epochs():
            if epoch.epoch <= last.epoch:
                connection.execute(insert(journal_epoch), msgspec.structs.asdict(epoch))
        connection.execute(insert(journal_meta), {"id": 1, "format": FORMAT, "epoch": last.epoch})
    return last


def _sync(path: Path) -> None:
    """A file, or a folder with the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
