"""The history's database goes away and comes back: the journal grows meanwhile, and nothing is missing afterwards."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.recorder.conftest import MakeRecorder
from tests.recorder.histories import Place, flow, history_rows
from tests.recorder.test_stretches import history_seq
from tests.support.waiting import wait_until
from venue.config import JournalConfig
from venue.journal import journal_url
from venue.journal.database import sqlite_url
from venue.recorder.outage import Outage, is_away

PATIENCE_S = 60.0


@contextmanager
def away(postgres: str, url: str) -> Iterator[None]:
    """The database takes no connections, and those there are have broken."""
    name = make_url(url).database
    with psycopg.connect(host=postgres, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def test_history_catches_up_once_its_database_is_back(
    postgres: str, postgresql_url: str, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    """Away while it runs, and away when it starts: told once each time, and then every event is there, once."""
    place, commands = Place(journal_url(JournalConfig(), tmp_path), postgresql_url), flow("all", 900)
    recorder = make_recorder(recorder={"url": postgresql_url})
    place.grow(commands, 100)
    recorder.start()
    recorder.wait_until_ready()
    with away(postgres, postgresql_url):
        place.grow(commands, 400)
        recorder.wait_for_log("does not take what happens")
    wait_until(lambda: history_seq(postgresql_url) == 400, "the history has caught up", PATIENCE_S)
    recorder.wait_for_log("the history's database is back")
    assert recorder.stop() == 0
    assert len(recorder.told("error")) == 1
    with away(postgres, postgresql_url):
        recorder.start()
        wait_until(lambda: len(recorder.told("error")) == 2, "it tells that the database is away", PATIENCE_S)
        place.grow(commands)
    recorder.wait_until_ready()
    assert recorder.stop() == 0
    assert len(recorder.told("error")) == 2
    whole = Place(place.journal_url, sqlite_url(tmp_path, "whole"))
    whole.project()
    assert place.rows() == history_rows(whole.history_url)


def test_end_does_not_wait_for_a_database_that_is_away(
    postgres: str, postgresql_url: str, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    """The venue stops: the recorder ends too, and says what the history lacks."""
    place = Place(journal_url(JournalConfig(), tmp_path), postgresql_url)
    place.grow(flow("all", 300), 100)
    recorder = make_recorder(recorder={"url": postgresql_url})
    recorder.start()
    recorder.wait_until_ready()
    with away(postgres, postgresql_url):
        place.grow(flow("all", 300), 200)
        recorder.wait_for_log("does not take what happens")
        assert recorder.stop() == 0
    assert recorder.told("warning")[-1] == "the history lacks the last 100 commands: the next start goes on there"
    assert history_seq(postgresql_url) == 100


def error_of(action: Callable[[], object]) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        action()
    return caught.value


def test_what_is_worth_trying_again(tmp_path: Path) -> None:
    """A locked file, a full disk and a file that cannot be opened, but not tables that are gone."""
    path = tmp_path / "history.sqlite"
    database = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 0})
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE there (number INTEGER)"))
        missing = error_of(lambda: connection.execute(text("SELECT * FROM gone")))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with database.connect() as connection:
        locked = error_of(lambda: connection.execute(text("INSERT INTO there VALUES (1)")))
    holder.close()
    with database.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 3"))
        full = error_of(lambda: connection.execute(text("INSERT INTO there VALUES (zeroblob(100000))")))
    nowhere = error_of(create_engine(f"sqlite:///{tmp_path}/none/history.sqlite", poolclass=NullPool).connect)
    assert [is_away(error) for error in (missing, locked, full, nowhere)] == [False, True, True, True]


def test_other_errors_are_no_outage(tmp_path: Path) -> None:
    """They end the recorder, which the venue starts again: it then makes its tables anew."""
    with create_engine(f"sqlite:///{tmp_path}/history.sqlite", poolclass=NullPool).connect() as connection:
        outage = Outage(threading.Event())
        error_of(lambda: outage.outlast(lambda: connection.execute(text("SELECT * FROM gone"))))
