"""A copied journal is the same journal: `venue journal copy`."""

from pathlib import Path

import pytest

from tests.journal.journals import SIZES, append_batches, execute, fill
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.journal import archive_folder, open_reader, open_writer, verify
from venue.journal.copying import copy, without_writer
from venue.journal.retention import archive


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A journal in SQLite, whatever it is copied to."""
    url = f"sqlite:///{tmp_path}/source.sqlite"
    fill(url)
    return url


def test_copy_has_the_same_chain_and_can_be_written_on(source: str, url: str) -> None:
    """Batches, epochs and hashes are equal; the next writer of the copy takes a new epoch behind them."""
    told: list[tuple[int, int]] = []
    audit = copy(open_reader(source), url, progress=lambda done, total: told.append((done, total)))
    assert audit == verify(open_reader(source))
    assert told[-1] == (sum(SIZES), sum(SIZES))
    assert list(open_reader(url).read()) == list(open_reader(source).read())
    assert open_reader(url).epochs() == open_reader(source).epochs()
    writer = open_writer(url, ENGINE_VERSION)
    append_batches(writer, [2])
    writer.close()
    assert writer.epoch == 2
    assert verify(open_reader(url)).last_seq == sum(SIZES) + 2


def test_copy_until_ends_with_the_last_whole_batch(source: str, url: str) -> None:
    """journal_seq 10 is in the middle of the batch 10 to 14, which stays away."""
    assert copy(open_reader(source), url, 10).last_seq == 9
    assert copy(open_reader(source), f"{source}.2", 14).last_seq == 14


def test_what_is_whole_of_a_damaged_journal_can_be_kept(source: str, url: str) -> None:
    """The whole copy is refused with the position and leaves an empty journal; up to there it can be copied."""
    execute(source, "UPDATE journal_batch SET payload = x'00' WHERE first_seq = 15")
    with pytest.raises(JournalError, match="journal_seq 15 to 23"):
        copy(open_reader(source), url)
    assert copy(open_reader(source), url, 14).last_seq == 14


def test_copy_onto_a_journal_is_refused(source: str, url: str) -> None:
    """Nothing of it is touched."""
    before = fill(url, [1])
    with pytest.raises(OperatorError, match="already: name an empty database"):
        copy(open_reader(source), url)
    assert list(open_reader(url).read()) == before


def test_copy_of_a_shortened_journal_begins_where_it_does(source: str, url: str, tmp_path: Path) -> None:
    """With its archive it is whole again, without it keeps its base."""
    folder = archive_folder(tmp_path)
    archive(source, folder, 10)
    assert copy(open_reader(source), url).first_seq == 10
    assert open_reader(url).first_seq() == 10
    whole = copy(open_reader(source, archive=folder), f"{source}.2")
    assert (whole.first_seq, whole.last_seq) == (1, sum(SIZES))


def test_empty_journal_is_copied_as_one(tmp_path: Path, url: str) -> None:
    """A venue that never had a command moves all the same."""
    source = f"sqlite:///{tmp_path}/source.sqlite"
    open_writer(source, ENGINE_VERSION).close()
    assert copy(open_reader(source), url).last_seq == 0


def test_journal_in_use_is_known(source: str) -> None:
    """Who copies to go on there must not leave behind what is still being written."""
    writer = open_writer(source, ENGINE_VERSION)
    with pytest.raises(OperatorError, match="is in use by process"), without_writer(source):
        pass
    writer.close()
    with without_writer(source):
        pass
