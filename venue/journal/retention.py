"""Shortening the journal at its beginning: batches no start needs any more are moved into the archive, or deleted.

    journal   [ base | 1 ……… 4,000 | 4,001 ……… 9,000 ]        archive   [ journal-1-4000.sqlite ]
                     copy, sync, check ──────────────────────────────►
              delete in small pieces, each of which moves the base with it

It works beside the writer, from any process. A piece is one short transaction, so that the writer's commits barely
wait; between two pieces the writer has its turn. They are not synced by themselves: after a power loss some of the
batches may be back, with the base that belongs to them, and the next run removes them again. Whoever is killed on
the way leaves the journal whole: batches then stand in both, and the next run goes on from there.

The newest batch always stays, so that a writer knows what it goes on from. SQLite keeps the pages that were freed
for the batches to come: the file does not get smaller, it stops growing.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from venue.config import JournalConfig
from venue.errors import JournalError, OperatorError
from venue.journal.archives import Archive, archive_folder
from venue.journal.archiving import Progress, require_same, write_part
from venue.journal.batch import Link
from venue.journal.database import connect_to_shorten, is_busy, journal_url, parse_url
from venue.journal.reader import JournalReader, open_reader
from venue.journal.tables import journal_base, journal_batch

PIECE_BYTES: Final = 1 << 19
PIECE_BATCHES: Final = 200
PATIENCE_S: Final = 60.0  # for the database's write lock, asked for every LOOK_S
LOOK_S: Final = 0.002
PAUSES: Final = 4.0  # between two pieces, times as long as the last one took: the writer has most of the time
ARCHIVED_COMMANDS_MIN: Final = 100_000  # fewer wait for more to come, so that the archive is not of a thousand files


class Removed(msgspec.Struct, frozen=True):
    """What is no longer in the journal."""

    first_seq: int
    last_seq: int
    files: tuple[Path, ...] = ()  # of the archive, where it is now


def retain(
    config: JournalConfig,
    data: Path,
    before_seq: int,
    stop: threading.Event,
    *,
    commands_min: int = ARCHIVED_COMMANDS_MIN,
) -> Removed | None:
    """Do what journal.retention says with the batches that end before `before_seq`. None: there was nothing to do.

    Raises as archive and prune.
    """
    url = journal_url(config, data)
    if config.retention == "keep":
        return None
    if config.retention == "prune":
        return prune(url, before_seq, stop=stop)
    if before_seq - open_reader(url).first_seq() < commands_min:
        return None
    return archive(url, archive_folder(data), before_seq, stop=stop)


def prune(
    url: str, before_seq: int, *, stop: threading.Event | None = None, progress: Progress | None = None
) -> Removed | None:
    """Delete the batches that end before `before_seq`; None: there are none. `stop` ends it between two pieces.

    Raises OperatorError when the database fails; nothing is lost but what was to go.
    """
    reader = open_reader(url)
    first_seq, target = _range(reader, before_seq)
    with _shortened(url) as engine:
        last_seq = _remove(engine, first_seq - 1, target, stop, progress)
    return Removed(first_seq, last_seq) if last_seq >= first_seq else None


def archive(
    url: str,
    folder: Path,
    before_seq: int,
    *,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> Removed | None:
    """Move the batches that end before `before_seq` into files of the folder; None: there are none.

    Nothing leaves the journal before its copy was synced, read back and found to be the same. Raises OperatorError
    when the database or the folder fails, JournalError when the journal is damaged, or a file of the archive is.
    """
    reader, kept = open_reader(url), Archive(folder)
    first_seq, target = _range(reader, before_seq)
    done, files = first_seq - 1, []
    with _shortened(url) as engine:
        while done < target and not (stop and stop.is_set()):
            part = kept.part_with(done + 1) or write_part(kept, reader, done + 1, target, progress)
            require_same(part, reader)
            files.append(part.path)
            done = _remove(engine, done, min(part.last_seq, target), stop, None)
    return Removed(first_seq, done, tuple(files)) if done >= first_seq else None


def _range(reader: JournalReader, before_seq: int) -> tuple[int, int]:
    """From the oldest command to the last of the newest batch that ends before before_seq, the newest of all left
    out; nothing is to go when that is before the oldest."""
    first_seq, newest_seq = reader.first_seq(), reader.last_seq()
    if before_seq > newest_seq + 1:
        raise OperatorError(f"before_seq was {before_seq}: the journal ends at {newest_seq}")
    if before_seq <= first_seq:
        return first_seq, first_seq - 1
    (newest,) = reader.read(newest_seq, newest_seq)
    return first_seq, reader.link_before(min(before_seq, newest.first_seq)).last_seq


def _remove(engine: Engine, done: int, target: int, stop: threading.Event | None, progress: Progress | None) -> int:
    """Returns the journal_seq up to which the batches are gone, which stops short of `target` only for `stop`."""
    begin = done
    waiting = stop or threading.Event()
    while done < target and not waiting.is_set():
        link = _piece(engine, done, target)
        held_s = _take_away(engine, begin, link, waiting)
        done = link.last_seq
        if progress:
            progress(done, target)
        if done < target:
            waiting.wait(PAUSES * held_s)
    return done


def _take_away(engine: Engine, begin: int, link: Link, stop: threading.Event) -> float:
    """One transaction; returns how long it held the writer up, in seconds.

    A writer under load leaves SQLite's lock for a fraction of each commit only: it is asked for often and shortly,
    because the waiting that is built in asks every 100 ms, and was seen to find it taken for whole minutes.
    """
    moved = {"last_seq": link.last_seq, "epoch": link.epoch, "chain_hash": link.chain_hash}
    patience = time.monotonic() + PATIENCE_S
    while True:
        started = time.monotonic()
        try:
            with engine.begin() as connection:
                connection.execute(delete(journal_batch).where(journal_batch.c.first_seq.between(begin, link.last_seq)))
                connection.execute(update(journal_base).values(moved))
            return time.monotonic() - started
        except OperationalError as error:
            if not is_busy(error) or started > patience:
                raise
        stop.wait(LOOK_S)


def _piece(engine: Engine, done: int, target: int) -> Link:
    """The last batch that goes in the next transaction."""
    column = journal_batch.c
    size = func.length(column.payload)
    wanted = select(column.first_seq, column.last_seq, column.epoch, column.chain_hash, size)
    wanted = wanted.where(column.first_seq > done).order_by(column.first_seq).limit(PIECE_BATCHES)
    with engine.connect() as connection:
        rows = [row for row in connection.execute(wanted) if row.last_seq <= target]
    if not rows or rows[0].first_seq != done + 1:
        raise JournalError(f"the journal was changed meanwhile: it does not go on at journal_seq {done + 1}")
    octets, last = 0, rows[0]
    for row in rows:
        octets += row[4]
        if octets > PIECE_BYTES:
            break
        last = row
    return Link(*last[:4])


@contextmanager
def _shortened(url: str) -> Iterator[Engine]:
    parsed = parse_url(url)
    try:
        yield connect_to_shorten(parsed)
    except DBAPIError as error:
        raise OperatorError(
            f"the journal at {parsed} could not be shortened: {error.orig}: it is as whole as it was; "
            "try again when that is mended"
        ) from error
    except OSError as error:
        raise OperatorError(
            f"the archive could not be written: {error.strerror}: {error.filename}: nothing has left the journal for it"
        ) from error
