"""However the journal is cut into transactions, and whoever is killed between two of them, the history is the same."""

import os
import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from tests.recorder.conftest import MakeRecorder
from tests.recorder.histories import Place, flow, history_rows
from tests.support.waiting import wait_until
from venue.journal.database import sqlite_url
from venue.recorder.progress import read_position

ROUNDS = int(os.environ.get("VENUE_RECORDER_KILLS", "2"))
PATIENCE_S = 60.0


def history_seq(url: str) -> int:
    """0: there is no history yet."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        try:
            return read_position(connection).journal_seq
        except (OperationalError, ProgrammingError):
            return 0


def test_history_is_the_same_however_long_the_stretches_are(place: Place, tmp_path: Path) -> None:
    """One transaction for each batch, for some, for all: the same rows, and so on SQLite as on PostgreSQL."""
    commands = flow("all", 800)
    place.grow(commands)
    place.project(1)
    whole = Place(place.journal_url, sqlite_url(tmp_path, "whole"))
    whole.project(len(commands))
    some = Place(place.journal_url, sqlite_url(tmp_path, "some"))
    some.project(100)
    assert place.rows() == whole.rows() == some.rows()


def test_history_that_follows_the_journal_is_the_same_as_one_from_nothing(place: Place, tmp_path: Path) -> None:
    """Begun and ended again and again, as the journal grows: each time it goes on where it ended."""
    commands = flow("money", 400)
    for to_seq in (1, 2, 40, 41, 300, len(commands)):
        place.grow(commands, to_seq)
        assert place.project(70) == to_seq
        assert place.project() == to_seq
    whole = Place(place.journal_url, sqlite_url(tmp_path, "whole"))
    whole.project()
    assert place.rows() == whole.rows()


@pytest.mark.timeout(60 * (ROUNDS + 4))
def test_recorder_killed_again_and_again_has_every_event_once(
    place: Place, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    """kill -9 while the journal grows: at the end the rows are those of a history made from nothing."""
    commands, chance = flow("all", 600 * (ROUNDS + 1)), random.Random(11)
    recorder = make_recorder(recorder={"url": place.history_url}, snapshots={"commands": 150})
    place.grow(commands, 100)
    for number in range(1, ROUNDS + 1):
        recorder.start()
        end = len(commands) * number // (ROUNDS + 1)
        growing = threading.Thread(target=place.grow, args=(commands, end))
        growing.start()
        target = chance.randint(history_seq(place.history_url) + 1, end - 1)
        wait_until(lambda at=target: history_seq(place.history_url) >= at, f"command {target}", PATIENCE_S)  # type: ignore[misc]
        recorder.kill()
        growing.join()
    place.grow(commands)
    recorder.start()
    recorder.wait_until_ready()
    assert recorder.stop() == 0
    assert history_seq(place.history_url) == len(commands)
    whole = Place(place.journal_url, sqlite_url(tmp_path, "whole"))
    whole.project()
    assert place.rows() == history_rows(whole.history_url)
    assert recorder.told("error") == recorder.told("critical") == []
