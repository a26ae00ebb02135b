"""One bit of the journal's files flipped, wherever: it is found and told, or it is in a place that means nothing.

VENUE_FAULT_FLIPS sets how many are tried (`make soak`).
"""

import os
import random
from pathlib import Path
from typing import Final

import pytest

from tests.journal.journals import execute, fill
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.journal import Batch, journal_url, open_reader, open_writer

FLIPS: Final = int(os.environ.get("VENUE_FAULT_FLIPS", "160"))
PAGE_BYTES: Final = 4_096
HEADER_BYTES: Final = 12  # of a page of SQLite's B-tree: how many rows it has, and where
SIZES: Final = (5,) * 60 + (40,) * 10 + (1,) * 6


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Batch]]:
    """The file of a journal, and what it holds. It was opened once more: where it ended is known since."""
    folder = tmp_path_factory.mktemp("written")
    url = journal_url(JournalConfig(), folder)
    batches = fill(url, SIZES)
    open_writer(url, ENGINE_VERSION).close()
    return (folder / "journal.sqlite").read_bytes(), batches


def test_flipped_bit_anywhere_is_found_or_changes_nothing(written: tuple[bytes, list[Batch]], tmp_path: Path) -> None:
    """Never another command, never one less, and no other error than ours: half of the bits are of page headers."""
    octets, batches = written
    chance, found = random.Random(20261129), 0
    for number in range(FLIPS):
        at = chance.randrange(len(octets))
        if number % 2:
            at = at // PAGE_BYTES * PAGE_BYTES + chance.randrange(HEADER_BYTES)
        found += is_found(octets, at, chance.randrange(8), batches, tmp_path)
    assert found > FLIPS / 10


@pytest.mark.parametrize("bit", range(3))
def test_flipped_count_of_the_newest_rows_is_found(
    written: tuple[bytes, list[Batch]], tmp_path: Path, bit: int
) -> None:
    """A page that says it has fewer rows than it has hides the newest batches: no chain can tell, later writers can."""
    octets, batches = written
    last_page = octets.rindex(b"order-706") // PAGE_BYTES * PAGE_BYTES
    assert is_found(octets, last_page + 4, bit, batches, tmp_path)


def is_found(octets: bytes, at: int, bit: int, batches: list[Batch], folder: Path) -> bool:
    """Whether a reader refuses the journal with that bit flipped; one that does not has read all of it."""
    changed = bytearray(octets)
    changed[at] ^= 1 << bit
    (folder / "journal.sqlite").write_bytes(changed)
    url = journal_url(JournalConfig(), folder)
    try:
        read = list(open_reader(url).read())
    except (JournalError, OperatorError):
        return True
    assert read == batches, f"byte {at}, bit {bit}: {len(read)} of {len(batches)} batches were read, or others"
    return False


def test_end_that_a_later_writer_began_behind_is_missed(url: str) -> None:
    """The newest batches are gone: reader and writer name where the journal ends and where it must have ended."""
    fill(url, (3, 2))
    open_writer(url, ENGINE_VERSION).close()
    execute(url, "DELETE FROM journal_batch WHERE first_seq = 4")
    told = "ends at journal_seq 3, and epoch 2 began at 6: what was between is lost"
    with pytest.raises(JournalError, match=told):
        list(open_reader(url).read())
    with pytest.raises(JournalError, match=told):
        open_writer(url, ENGINE_VERSION)
