"""Archiving and pruning: the journal gets shorter at its beginning, and what is left is as whole as before."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.journals import append_batches, execute, fill, orders
from tests.journal.writing_process import writing_process
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.journal import Batch, archive_folder, open_reader, open_writer, verify
from venue.journal.archives import Archive
from venue.journal.retention import Removed, archive, prune, retain


class _StopInTheFirstPause(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return archive_folder(tmp_path / "data")


@pytest.mark.parametrize(
    ("before_seq", "last_seq"), [(1, 0), (3, 0), (4, 3), (8, 4), (10, 9), (11, 9), (26, 25), (31, 25), (32, 25)]
)
def test_prune_deletes_whole_batches_that_end_before(url: str, before_seq: int, last_seq: int) -> None:
    """Never beyond what it is given, never half a batch, never the newest one."""
    batches = fill(url)
    removed = prune(url, before_seq)
    assert removed == (Removed(1, last_seq) if last_seq else None)
    reader = open_reader(url)
    assert list(reader.read(last_seq + 1)) == [batch for batch in batches if batch.first_seq > last_seq]
    assert (reader.first_seq(), reader.last_seq()) == (last_seq + 1, 31)
    assert verify(reader).chain_hash == batches[-1].chain_hash


def test_prune_of_what_is_gone_does_nothing(url: str) -> None:
    """The next run with an older position, as after a snapshot was deleted, finds nothing to do."""
    fill(url)
    prune(url, 26)
    assert [prune(url, before_seq) for before_seq in (1, 10, 26, 31)] == [None] * 4


def test_archived_batches_are_read_as_before(url: str, folder: Path) -> None:
    """With the folder a reader does not see that anything was moved; it has every batch once, in order."""
    batches = fill(url)
    (first,) = _files(archive(url, folder, 10))
    (second,) = _files(archive(url, folder, 26))
    assert [path.name for path in (first, second)] == [
        "journal-000000000001-000000000009.sqlite",
        "journal-000000000010-000000000025.sqlite",
    ]
    reader = open_reader(url, folder)
    assert list(reader.read()) == batches
    assert reader.first_seq() == 1
    assert verify(reader) == verify(reader)
    for from_seq in range(1, 32):
        expected = [batch for batch in batches if batch.last_seq >= from_seq]
        assert list(reader.read(from_seq)) == expected
        assert list(reader.read(from_seq, from_seq)) == expected[:1]


def test_file_of_the_archive_is_a_journal_of_its_own(url: str, folder: Path) -> None:
    """It has its base and its writers: whoever has nothing but the file can check and read it."""
    batches = fill(url)
    archive(url, folder, 10)
    archive(url, folder, 26)
    newest = Archive(folder).parts()[1]
    reader = open_reader(str(newest.url))
    assert list(reader.read(10)) == batches[4:7]
    assert (verify(reader).first_seq, verify(reader).last_seq) == (10, 25)
    assert newest.path.stat().st_mode & 0o222 == 0


def test_what_was_removed_is_refused(url: str, folder: Path) -> None:
    """Who asks for it learns where the journal begins now, and what to do."""
    fill(url)
    archive(url, folder, 10)
    for reader in (open_reader(url), open_reader(url, folder / "elsewhere")):
        with pytest.raises(JournalError, match=r"the journal begins at journal_seq 10, it was asked for 9: .*snapshot"):
            list(reader.read(9))
        with pytest.raises(JournalError, match="begins at journal_seq 10, it was asked for 1"):
            next(reader.follow(1, threading.Event()))
        assert [batch.first_seq for batch in reader.read(10, 10)] == [10]


def test_missing_file_of_the_archive_is_named_by_what_is_missing(url: str, folder: Path) -> None:
    """A file somebody has taken away is a gap, and the reading ends there."""
    fill(url)
    for before_seq in (5, 10, 26):
        archive(url, folder, before_seq)
    Archive(folder).parts()[1].path.unlink()
    read: list[int] = []
    with pytest.raises(JournalError, match=r"begins at journal_seq 26, it was asked for 5: .*not into .*archive"):
        read.extend(batch.first_seq for batch in open_reader(url, folder).read())
    assert open_reader(url, folder).first_seq() == 10


def test_changed_file_of_the_archive_is_found(url: str, folder: Path) -> None:
    """The chain goes through the archive into the journal."""
    fill(url)
    (path,) = _files(archive(url, folder, 26))
    path.chmod(0o644)
    execute(f"sqlite:///{path}", "UPDATE journal_batch SET time_ns = time_ns + 1 WHERE first_seq = 10")
    with pytest.raises(JournalError, match="journal_seq 10 to 14: the chain hash was"):
        verify(open_reader(url, folder))


def test_writer_goes_on_after_everything_else_was_removed(url: str) -> None:
    """A shortened journal is continued by the next writer, and its chain by the next batch."""
    fill(url)
    prune(url, 31)
    batches = fill_more(url)
    assert [batch.first_seq for batch in batches] == [26, 32, 34]
    assert [command for batch in batches for command in batch.commands()] == orders(26, 9)


def test_removing_goes_on_where_it_was_stopped(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after the copy and a first piece: batches stand in both, and the next run removes the rest of them."""
    monkeypatch.setattr("venue.journal.retention.PIECE_BATCHES", 2)
    batches = fill(url)
    stop = _StopInTheFirstPause()
    assert archive(url, folder, 26, stop=stop) == Removed(1, 4, (Archive(folder).parts()[0].path,))
    assert list(open_reader(url, folder).read()) == batches
    assert open_reader(url).first_seq() == 5
    assert archive(url, folder, 26) == Removed(5, 25, (Archive(folder).parts()[0].path,))
    assert list(open_reader(url, folder).read()) == batches


def test_leftovers_of_a_killed_run_are_written_anew(url: str, folder: Path) -> None:
    """What has not its name yet was never whole: nothing has left the journal for it."""
    batches = fill(url)
    folder.mkdir(parents=True)
    for name in ("unfinished.sqlite", "unfinished.sqlite-journal"):
        (folder / name).write_bytes(b"half of a file")
    archive(url, folder, 26)
    assert list(open_reader(url, folder).read()) == batches
    assert len(list(folder.iterdir())) == 1


def test_file_of_another_journal_is_not_taken_for_a_copy(url: str, folder: Path, tmp_path: Path) -> None:
    """Nothing is deleted for a file that only has the right name."""
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    fill(other)
    archive(other, folder, 26)
    batches = fill(url)
    with pytest.raises(JournalError, match="is of another journal: at 25 its chain hash was"):
        archive(url, folder, 26)
    assert list(open_reader(url).read()) == batches


def test_damaged_journal_is_not_archived(url: str, folder: Path) -> None:
    """A copy of what is broken is no reason to delete it."""
    fill(url)
    execute(url, "UPDATE journal_batch SET time_ns = 1 WHERE first_seq = 10")
    with pytest.raises(JournalError, match="journal_seq 10 to 14: the chain hash was"):
        archive(url, folder, 26)
    assert open_reader(url).first_seq() == 1
    assert Archive(folder).parts() == []


def test_more_than_the_journal_has_is_refused(url: str) -> None:
    """A position of another journal must not shorten this one."""
    fill(url)
    with pytest.raises(OperatorError, match="before_seq was 33: the journal ends at 31"):
        prune(url, 33)


def test_folder_that_cannot_be_written_leaves_the_journal_alone(sqlite_url: str, folder: Path) -> None:
    """No copy, no deletion: the text says why."""
    fill(sqlite_url)
    folder.parent.mkdir()
    folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(OperatorError, match="the archive could not be written: File exists"):
        archive(sqlite_url, folder, 26)
    assert open_reader(sqlite_url).first_seq() == 1


@pytest.mark.parametrize("removing", ["prune", "archive"])
def test_followers_and_the_writer_do_not_notice(url: str, folder: Path, removing: str) -> None:
    """While a writer appends and a reader reads from the beginning, all before them is removed again and again."""
    with writing_process(url, batches=120) as writing:
        writing.acknowledged(20)
        reader = open_reader(url, folder)
        read: list[Batch] = []
        while len(read) < 120:
            for batch in reader.read(read[-1].last_seq + 1 if read else 1):
                read.append(batch)
                if len(read) % 30 == 0:
                    done = read[-1].first_seq if removing == "prune" else reader.last_seq()
                    prune(url, done) if removing == "prune" else archive(url, folder, done)
    commands = [command for batch in read for command in batch.commands()]
    assert commands == orders(1, len(commands))
    verify(open_reader(url, folder))


@pytest.mark.parametrize(("retention", "first_seq", "files"), [("keep", 1, 0), ("archive", 26, 1), ("prune", 26, 0)])
def test_retention_does_what_the_configuration_says(tmp_path: Path, retention: str, first_seq: int, files: int) -> None:
    """keep, archive into <data>/archive, prune."""
    config = JournalConfig.model_validate({"retention": retention})
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    fill(url)
    retain(config, tmp_path, 31, threading.Event(), commands_min=10)
    assert open_reader(url).first_seq() == first_seq
    assert len(Archive(archive_folder(tmp_path)).parts()) == files


def test_archive_waits_until_there_is_enough_for_a_file(tmp_path: Path) -> None:
    """A venue of few orders must not leave a file for every quarter of an hour."""
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    fill(url)
    config = JournalConfig(retention="archive")
    assert retain(config, tmp_path, 31, threading.Event(), commands_min=31) is None
    assert retain(config, tmp_path, 31, threading.Event(), commands_min=30) is not None


def fill_more(url: str) -> list[Batch]:
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        append_batches(writer, (2, 1))
    reader = open_reader(url)
    return list(reader.read(reader.first_seq()))


def _files(removed: Removed | None) -> tuple[Path, ...]:
    assert removed is not None
    return removed.files
