"""The archive: a folder of files, each a journal of its own with the batches that were moved into it.

    journal-<first_seq>-<last_seq>.sqlite

A file has the base it goes on from, the batches and the epochs they were written in: whatever reads a journal
reads it. It is written, synced, checked and read-only before the first of its batches leaves the journal
(retention.py), so that after a crash batches may stand in both, never in none.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from venue.errors import JournalError
from venue.journal.database import check_format, connect_to_read

_NAME: Final = re.compile(r"journal-(\d{1,18})-(\d{1,18})\.sqlite")


class Part(msgspec.Struct, frozen=True):
    """One file of the archive."""

    first_seq: int
    last_seq: int
    path: Path

    @property
    def url(self) -> URL:
        return URL.create("sqlite", database=str(self.path.absolute()))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """To read. Raises JournalError when the file is no journal of ours."""
        try:
            with connect_to_read(self.url).connect() as connection:
                check_format(connection, self.url)
                yield connection
        except DBAPIError as error:
            raise JournalError(f"the archive's {self.path} could not be read: {error.orig}") from error


class Archive(msgspec.Struct, frozen=True):
    folder: Path

    def parts(self) -> list[Part]:
        """In the order of the journal; none when nothing was ever archived."""
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        found = (_NAME.fullmatch(name) for name in names)
        return sorted(
            (Part(int(name[1]), int(name[2]), self.folder / name[0]) for name in found if name),
            key=lambda part: part.first_seq,
        )

    def part_with(self, journal_seq: int) -> Part | None:
        """The file that holds the command; None: no file does."""
        return next((part for part in self.parts() if part.first_seq <= journal_seq <= part.last_seq), None)

    def part_of(self, first_seq: int, last_seq: int) -> Part:
        """The file those batches are to stand in."""
        return Part(first_seq, last_seq, self.folder / f"journal-{first_seq:012d}-{last_seq:012d}.sqlite")


def archive_folder(data: Path) -> Path:
    return data / "archive"
