"""Each test runs on both databases: two files on SQLite, tables of one database on PostgreSQL."""

from pathlib import Path

import pytest

from tests.journal.conftest import postgres, postgresql_url  # noqa: F401  # fixtures
from tests.snapshots.places import Place
from venue.config import JournalConfig, SnapshotsConfig
from venue.journal import journal_url
from venue.snapshots import snapshots_url


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(journal_url(JournalConfig(), tmp_path), snapshots_url(SnapshotsConfig(), tmp_path))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "sqlite":
        found: Place = request.getfixturevalue("sqlite_place")
        return found
    url: str = request.getfixturevalue("postgresql_url")
    return Place(url, url)
