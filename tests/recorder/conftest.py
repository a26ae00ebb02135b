"""Each test of the history runs on both databases: `history_url` is an empty place for one."""

from pathlib import Path

import pytest

from tests.journal.conftest import postgres, postgresql_url  # noqa: F401  # fixtures
from tests.recorder.histories import Place
from venue.config import JournalConfig, RecorderConfig
from venue.journal import journal_url
from venue.recorder.database import history_url as configured_url


@pytest.fixture(params=["sqlite", "postgresql"])
def history_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return configured_url(RecorderConfig(), tmp_path)
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def place(history_url: str, tmp_path: Path) -> Place:
    """The journal is SQLite's: what is read there is the same on both, as tests/journal shows."""
    return Place(journal_url(JournalConfig(), tmp_path), history_url)
