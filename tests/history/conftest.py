"""Each test of the history runs on both databases: `url` is an empty place for one."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.journal.conftest import postgres  # noqa: F401  # a fixture
from venue.config import RecorderConfig
from venue.recorder import tables
from venue.recorder.database import history_url


@pytest.fixture(scope="session")
def history_database(postgres: str) -> str:  # noqa: F811
    """One for all tests: a new one takes longer than most of them."""
    with psycopg.connect(host=postgres, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE history")
    return f"postgresql+psycopg://postgres@/history?host={postgres}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return history_url(RecorderConfig(), tmp_path)
    found: str = request.getfixturevalue("history_database")
    tables.metadata.drop_all(create_engine(found, poolclass=NullPool))
    return found
