"""Opening a journal: what is refused, in words that say what to change, and what durability is set."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.journal.journals import execute, fill
from tests.journal.postgres import postgres_server
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import OperatorError
from venue.journal import journal_url, open_reader, open_writer
from venue.journal.batch import FORMAT
from venue.journal.database import connect_to_read, connect_to_write, parse_url


@pytest.mark.parametrize(("found", "age"), [(FORMAT - 1, "an older"), (FORMAT + 1, "a newer")])
def test_another_format_is_refused(url: str, found: int, age: str) -> None:
    """A version neither reads nor writes another one's journal, and takes no epoch from its writer."""
    fill(url)
    execute(url, "UPDATE journal_meta SET format = :found", found=found)
    for refuse in (open_reader, lambda url: open_writer(url, ENGINE_VERSION)):
        with pytest.raises(OperatorError, match=f"was of format {found}, written by {age} version of the venue"):
            refuse(url)
    execute(url, "UPDATE journal_meta SET format = :written", written=FORMAT)
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        assert writer.epoch == 2


def test_half_created_journal_is_completed(url: str) -> None:
    """A first start that was killed between its statements does not need a person to clean up."""
    open_writer(url, ENGINE_VERSION).close()
    execute(url, "DELETE FROM journal_meta")
    with pytest.raises(OperatorError, match="there is no journal"):
        open_reader(url)
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        assert (writer.epoch, open_reader(url).last_seq()) == (2, 0)  # no epoch is given twice


def test_reader_makes_no_journal(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    """Looking at a journal that is not there says so, and leaves nothing behind."""
    for url in (sqlite_url, postgresql_url):
        with pytest.raises(OperatorError, match="there is no journal"):
            open_reader(url)
        with pytest.raises(OperatorError, match="there is no journal"):
            open_reader(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("journal", "which is no SQLAlchemy URL"),
        ("mysql://venue:secret@db/journal", r"was mysql://venue:\*\*\*@db/journal: must be"),
        ("sqlite://", "must be"),
        ("sqlite:////no/such/folder/journal.sqlite", "must exist"),
        ("postgresql+psycopg://venue:secret@127.0.0.1:1/journal", r"venue:\*\*\*@127.0.0.1:1/journal could not be"),
    ],
)
def test_unusable_url_is_refused_without_its_password(url: str, refusal: str) -> None:
    """The message names the URL as it was, its password left out, and what would do."""
    with pytest.raises(OperatorError, match=refusal) as refused:
        open_writer(url, ENGINE_VERSION)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["plain", "with space", "per%cent ?query #hash @at", "ünïcode"])
def test_journal_url_names_the_file_in_any_data_folder(tmp_path: Path, name: str) -> None:
    """A data folder may have any name."""
    data = tmp_path / name
    data.mkdir()
    fill(journal_url(JournalConfig(), data))
    assert {path.name for path in data.iterdir()} == {"journal.sqlite", "journal.sqlite.lock"}


def test_journal_url_of_the_configuration_wins(tmp_path: Path) -> None:
    """A configured URL is used as it is."""
    url = "postgresql+psycopg://venue@db/journal"
    assert journal_url(JournalConfig(url=url), tmp_path) == url


@pytest.mark.parametrize(("synchronous", "level"), [("FULL", 2), ("NORMAL", 1)])
def test_sqlite_writer_syncs_as_configured(sqlite_url: str, synchronous: str, level: int) -> None:
    """WAL always; FULL syncs each commit, NORMAL survives a kill only."""
    with connect_to_write(parse_url(sqlite_url), synchronous).connect() as connection:  # type: ignore[arg-type]
        assert connection.scalar(text("PRAGMA synchronous")) == level
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA auto_vacuum")) == 0
        assert connection.scalar(text("PRAGMA wal_autocheckpoint")) == 0  # its failed sync would not be told


def test_normal_writes_as_full_does(sqlite_url: str) -> None:
    """synchronous=NORMAL changes when the disk syncs, nothing else."""
    with closing(open_writer(sqlite_url, ENGINE_VERSION, synchronous="NORMAL")) as writer:
        assert writer.epoch == 1
    assert fill(sqlite_url)[-1].last_seq == 31


def test_postgresql_has_no_weaker_mode() -> None:
    """synchronous=NORMAL is SQLite's; on PostgreSQL it is refused rather than ignored."""
    with pytest.raises(OperatorError, match="on PostgreSQL it must be FULL"):
        open_writer("postgresql+psycopg://localhost/journal", ENGINE_VERSION, synchronous="NORMAL")


def test_sqlite_reader_cannot_write(sqlite_url: str) -> None:
    """Nothing that reads the journal can change it."""
    fill(sqlite_url)
    with (
        connect_to_read(parse_url(sqlite_url)).connect() as connection,
        pytest.raises(Exception, match="attempt to write a readonly database"),
    ):
        connection.execute(text("DELETE FROM journal_batch"))


@pytest.mark.parametrize(
    ("configured", "used"), [("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")]
)
def test_postgresql_writer_waits_for_the_sync(postgresql_url: str, configured: str, used: str) -> None:
    """synchronous_commit is on, or stronger, whatever the server, the user or the URL says."""
    url = f"{postgresql_url}&options=-csynchronous_commit%3D{configured}"
    with connect_to_write(parse_url(url), "FULL").connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == used


def test_postgresql_server_without_fsync_is_refused() -> None:
    """A server that may lose what it acknowledged keeps no journal."""
    with postgres_server({"fsync": "off"}) as host, pytest.raises(OperatorError, match="fsync was off"):
        open_writer(f"postgresql+psycopg://postgres@/postgres?host={host}", ENGINE_VERSION)
