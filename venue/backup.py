"""A copy of a data folder, of a running venue as of one that is stopped: `venue backup`.

The order is what makes it one: everything that goes on from the journal first (snapshots, history, what the FIX
gateway has handed over, keys), then the journal, which is thereby the newest of all, then the archive, where batches
may have been moved meanwhile. Whoever starts on the copy replays what the others lack.

Of the message stores only what was synced counts: a start on the copy takes them as after a power loss, for clients may
have seen more.

Databases of SQLite are copied as one moment of each, while they are written; nobody waits. Those in PostgreSQL are
not copied: its own tools do that, after this.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import msgspec

from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.handed import IN_DOUBT, Handed, numbers
from venue.journal import Audit, archive_folder, journal_url, open_reader, verify
from venue.journal.database import parse_url, sqlite_path, sqlite_url
from venue.snapshots import Show, snapshots_url

PAGES_AT_ONCE: Final = 1_000  # between two looks at how far it is
_OF_ANY_VENUE: Final = ("keys.json", "credentials.json", "fix")
_OF_A_PROCESS: Final = ("running",)


class Copied(msgspec.Struct, frozen=True):
    """`audit` is of the copy, read back; None: the journal is not in the data folder."""

    folder: Path
    files: int
    octets: int
    audit: Audit | None
    elsewhere: tuple[str, ...]  # what is kept in a database of its own: journal, snapshots, history


def back_up(config: VenueConfig, to: Path, show: Show) -> Copied:
    """Copy config.data into the new folder `to`, synced and read back; there under its name when it is whole.

    Raises OperatorError when there is no venue, or the folder exists or fails; JournalError when the journal is
    damaged, and then keeps nothing.
    """
    data = config.data.absolute()
    if not data.is_dir():
        raise OperatorError(f"there is no data folder {data}: name another, --data")
    to = to.absolute()
    if to.exists():
        raise OperatorError(f"{to} exists: name a folder that does not")
    if to.is_relative_to(data):
        raise OperatorError(f"{to} is inside the data folder: name one elsewhere, best on another disk")
    unfinished = to.with_name(to.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        audit, elsewhere = _copy(config, data, unfinished, show)
        files = [path for path in sorted(unfinished.rglob("*")) if path.is_file()]
        for path in (*files, *(path for path in unfinished.rglob("*") if path.is_dir()), unfinished):
            _sync(path)
        copied = Copied(to, len(files), sum(path.stat().st_size for path in files), audit, elsewhere)
        unfinished.rename(to)
        _sync(to.parent)
    except OSError as error:
        raise OperatorError(f"the backup could not be written: {error.strerror}: {error.filename}") from error
    except sqlite3.Error as error:
        raise OperatorError(f"the backup could not be written: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return copied


def _copy(config: VenueConfig, data: Path, to: Path, show: Show) -> tuple[Audit | None, tuple[str, ...]]:
    databases = {
        "history": config.recorder.url or sqlite_url(data, "history"),
        "snapshots": snapshots_url(config.snapshots, data),
        "journal": journal_url(config.journal, data),
    }
    places = {name: sqlite_path(parse_url(url, name)) for name, url in databases.items()}
    fix = data / "fix"  # what is handed over is read before the stores, which then hold all that it says
    handed = {number: Handed(fix, number).told() for number in numbers(fix)}
    for name in _OF_ANY_VENUE:
        _copy_files(data / name, to / name)
    for number, told in handed.items():
        Handed(to / "fix", number).write(told.journal_seq, told.stores, IN_DOUBT if told.stores else told.boot)
    for name, path in places.items():
        if path and path.exists():
            _copy_database(path, to / f"{name}.sqlite", show)
    _copy_files(archive_folder(data), archive_folder(to))
    elsewhere = tuple(name for name, path in places.items() if path is None)
    if places["journal"] is None:
        return None, elsewhere
    with show("reading the copy back", "commands") as tell:
        return verify(open_reader(sqlite_url(to, "journal")), tell), elsewhere


def _copy_files(source: Path, to: Path) -> None:
    """A file or a folder, where there is one. What is taken away meanwhile was of no use any more."""
    if source.is_dir():
        to.mkdir()
        for path in source.iterdir():
            if path.name not in _OF_A_PROCESS:
                _copy_files(path, to / path.name)
    else:
        with suppress(FileNotFoundError):
            shutil.copy2(source, to)


def _copy_database(source: Path, to: Path, show: Show) -> None:
    """As it is at this moment: the transaction that is begun first keeps what others write meanwhile out of it."""
    with closing(sqlite3.connect(source, isolation_level=None)) as origin, closing(sqlite3.connect(to)) as copy:
        origin.execute("PRAGMA query_only = ON")
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with show(f"copying {source.name}", "pages") as tell:
            origin.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, total: tell(total - left, total), sleep=0)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself


def _sync(path: Path) -> None:
    """A file, or a folder with the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
