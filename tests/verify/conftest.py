"""A journal and its snapshots on SQLite, and a history on either database."""

from pathlib import Path

import pytest

from tests.journal.conftest import postgres, postgresql_url  # noqa: F401  # fixtures
from tests.snapshots.places import Place
from venue.config import JournalConfig, RecorderConfig, SnapshotsConfig
from venue.journal import journal_url
from venue.recorder.database import history_url as configured_url
from venue.snapshots import snapshots_url


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(journal_url(JournalConfig(), tmp_path), snapshots_url(SnapshotsConfig(), tmp_path))


@pytest.fixture
def sqlite_history_url(tmp_path: Path) -> str:
    return configured_url(RecorderConfig(), tmp_path)


@pytest.fixture(params=["sqlite_history_url", "postgresql_url"])
def history_url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found
