"""A journal and its snapshots on SQLite: venue.verify replays the same on every database."""

from pathlib import Path

import pytest

from tests.snapshots.places import Place
from venue.config import JournalConfig, SnapshotsConfig
from venue.journal import journal_url
from venue.snapshots import snapshots_url


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(journal_url(JournalConfig(), tmp_path), snapshots_url(SnapshotsConfig(), tmp_path))
