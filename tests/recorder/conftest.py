"""Each test of the history runs on both databases: `history_url` is an empty place for one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.journal.conftest import postgres, postgresql_url  # noqa: F401  # fixtures
from tests.recorder.histories import Place
from tests.support.recorder_process import RecorderProcess, recorder_config
from venue.config import JournalConfig, RecorderConfig
from venue.journal import journal_url
from venue.recorder.database import history_url as configured_url

MakeRecorder: TypeAlias = Callable[..., RecorderProcess]


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


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(journal_url(JournalConfig(), tmp_path), configured_url(RecorderConfig(), tmp_path))


@pytest.fixture
def make_recorder(tmp_path: Path) -> Iterator[MakeRecorder]:
    """A recorder of the data folder tmp_path; the arguments are sections of its configuration."""
    made: list[RecorderProcess] = []

    def make(**sections: Any) -> RecorderProcess:
        made.append(RecorderProcess(recorder_config(tmp_path, **sections)))
        return made[-1]

    yield make
    for recorder in made:
        recorder.kill_if_running()
