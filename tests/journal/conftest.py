"""Each test of the journal runs on both databases: `url` is an empty place for a journal of its own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.journal.postgres import postgres_server
from venue.config import JournalConfig
from venue.journal import journal_url

_numbers = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of this test process's own server, started by the first test that needs it."""
    with postgres_server() as host:
        yield host


@pytest.fixture
def postgresql_url(postgres: str) -> str:
    name = f"journal_{next(_numbers)}"
    with psycopg.connect(host=postgres, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://postgres@/{name}?host={postgres}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return journal_url(JournalConfig(), tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found
