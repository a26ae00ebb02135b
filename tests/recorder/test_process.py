"""The process: one of a data folder at a time, an end with its stdin, and reasons that are said."""

from pathlib import Path

import pytest

from tests.recorder.conftest import MakeRecorder
from tests.recorder.histories import Place, flow
from tests.support.recorder_process import recorder_config
from venue.errors import OperatorError
from venue.journal.database import sqlite_url
from venue.recorder_process import RecorderProcess


def test_second_recorder_of_a_data_folder_waits_for_the_first(make_recorder: MakeRecorder, sqlite_place: Place) -> None:
    """A venue that was killed and started again: the new recorder goes on when the old one has ended."""
    sqlite_place.grow(flow("all", 300), 100)
    first = make_recorder()
    first.start()
    first.wait_until_ready()
    second = make_recorder()
    second.start()
    second.wait_for_log("the recorder of a venue that ended is still at work here: waiting for it")
    first.kill()
    second.wait_until_ready()
    assert second.stop() == 0
    assert second.told("error") == second.told("critical") == []


def test_recorder_that_cannot_go_on_says_why(make_recorder: MakeRecorder, sqlite_place: Place, tmp_path: Path) -> None:
    """A history of another journal: one sentence, exit status 1, and the history is what it was."""
    sqlite_place.grow(flow("all", 300), 60)
    other = Place(sqlite_url(tmp_path, "other"), sqlite_place.history_url)
    other.grow(flow("deep", 300), 60)
    other.project()
    before = other.rows()
    recorder = make_recorder()
    recorder.start()
    assert recorder.wait() == 1
    assert [sentence[:38] for sentence in recorder.told("critical")] == ["the history is of another journal: the"]
    assert other.rows() == before


def test_history_in_the_journals_file_is_refused(tmp_path: Path) -> None:
    """SQLite's writers take turns: the venue would wait for the history."""
    config = recorder_config(tmp_path, recorder={"url": sqlite_url(tmp_path, "journal")})
    with pytest.raises(OperatorError, match="which is the journal's file: the venue would wait"):
        RecorderProcess(config)


def test_url_that_is_none_is_refused_with_the_setting(tmp_path: Path) -> None:
    """Before anything is started, as the journal's is; the password is not repeated."""
    with pytest.raises(OperatorError, match=r"recorder\.url was 'history', which is no SQLAlchemy URL"):
        RecorderProcess(recorder_config(tmp_path, recorder={"url": "history"}))
    config = recorder_config(tmp_path, recorder={"url": "postgresql+psycopg://venue:secret@db/history"})
    assert "secret" not in "".join(RecorderProcess(config).told())
