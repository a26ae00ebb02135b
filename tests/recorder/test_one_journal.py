"""A history belongs to one journal and has one writer; what does not fit is refused in a sentence."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.journal.journals import execute
from tests.recorder.histories import Place, flow
from venue.errors import JournalError, OperatorError
from venue.journal.database import sqlite_url
from venue.journal.retention import prune
from venue.recorder.database import open_to_write
from venue.recorder.recording import begin
from venue.snapshots import open_snapshots, take


def refuse(reason: str) -> None:
    raise AssertionError(reason)


def test_history_of_another_journal_is_refused(place: Place, tmp_path: Path) -> None:
    """Also when it goes exactly as far: the chain hash tells."""
    place.grow(flow("all", 60), 30)
    place.project()
    before = place.rows()
    other = Place(sqlite_url(tmp_path, "other"), place.history_url)
    other.grow(flow("deep", 60), 33)
    with pytest.raises(OperatorError, match="the history is of another journal: the chain hash at its journal_seq 30"):
        other.project()
    assert place.rows() == before


def test_history_beyond_the_journal_is_refused(place: Place, tmp_path: Path) -> None:
    """The journal was put back from an older copy: commands are lost, and somebody must look into it."""
    place.grow(flow("all", 60), 30)
    place.project()
    shorter = Place(sqlite_url(tmp_path, "shorter"), place.history_url)
    shorter.grow(flow("all", 60), 12)
    with pytest.raises(OperatorError, match="goes up to journal_seq 30, the journal ends at 12"):
        shorter.project()


def test_changed_journal_is_found_and_nothing_of_it_projected(place: Place) -> None:
    """A flipped bit: the history ends with the batch before."""
    place.grow(flow("all", 60), 30)
    execute(place.journal_url, "UPDATE journal_batch SET time_ns = time_ns + 1 WHERE last_seq = 20")
    with pytest.raises(JournalError, match="journal_seq 18 to 20: the chain hash"):
        place.project(3)
    assert place.rows()["history_progress"][0][1] == 17


def test_two_recorders_of_one_history_cannot_both_write(place: Place) -> None:
    """The second to write finds that the history has moved, and stops; what the first wrote is there once."""
    place.grow(flow("all", 60), 30)
    one = begin(open_to_write(place.history_url), place.reader, on_refusal=refuse)
    other = begin(open_to_write(place.history_url), place.reader, on_refusal=refuse)
    for number, batch in enumerate(place.reader.read()):
        one.apply(batch, batch.commands())
        if number < 3:
            other.apply(batch, batch.commands())
    one.write()
    before = place.rows()
    with pytest.raises(OperatorError, match="this recorder brought it to 0: another one writes it"):
        other.write()
    one.close()
    assert place.rows() == before


def test_commit_whose_outcome_was_not_seen_is_not_written_twice(place: Place) -> None:
    """The connection broke just when it was committed: the next attempt finds it there."""
    place.grow(flow("all", 60), 30)
    one = begin(open_to_write(place.history_url), place.reader, on_refusal=refuse)
    other = begin(open_to_write(place.history_url), place.reader, on_refusal=refuse)
    for batch in place.reader.read():
        one.apply(batch, batch.commands())
        other.apply(batch, batch.commands())
    one.write()
    before = place.rows()
    other.write()  # as if it had been its own
    assert other.position == one.position
    assert place.rows() == before
    one.close()
    other.close()


def test_history_begins_from_nothing_only_where_the_journal_does(place: Place, tmp_path: Path) -> None:
    """Pruned, and the history gone: it cannot be made anew, and that is said; a history that is there goes on from a
    snapshot."""
    place.grow(flow("all", 60), 30)
    place.project()
    store = open_snapshots(sqlite_url(tmp_path, "snapshots"))
    take(store, place.reader, on_refusal=refuse)
    place.grow(flow("all", 60), 60)
    prune(place.journal_url, 30)
    recording = begin(open_to_write(place.history_url), place.reader, store, on_refusal=refuse)
    assert recording.engine.journal_seq == recording.position.journal_seq == 30
    new = open_to_write(sqlite_url(tmp_path, "new"))
    with pytest.raises(OperatorError, match="the journal begins at journal_seq 30, and there is no snapshot at or be"):
        begin(new, place.reader, store, on_refusal=refuse)


def test_damaged_snapshot_is_told_and_the_one_before_is_used(sqlite_place: Place, tmp_path: Path) -> None:
    """Which one a start begins from does not change the history."""
    store = open_snapshots(sqlite_url(tmp_path, "snapshots"))
    for to_seq in (30, 60):
        sqlite_place.grow(flow("all", 90), to_seq)
        take(store, sqlite_place.reader, on_refusal=refuse)
    sqlite_place.project()
    execute(sqlite_url(tmp_path, "snapshots"), "UPDATE snapshot_chunk SET payload = x'00' WHERE journal_seq = 60")
    refusals: list[str] = []
    recording = begin(open_to_write(sqlite_place.history_url), sqlite_place.reader, store, on_refusal=refusals.append)
    assert recording.engine.state_hash() == sqlite_place.replayed().state_hash()
    assert [reason[:32] for reason in refusals] == ["snapshot 60 is damaged in chunk "]


def test_rows_and_progress_are_one_transaction(place: Place) -> None:
    """A write that fails on the way leaves neither; the next one writes all of it."""
    place.grow(flow("all", 60), 60)
    database = open_to_write(place.history_url)
    recording = begin(database, place.reader, on_refusal=refuse)
    for batch in place.reader.read():
        recording.apply(batch, batch.commands())
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE history_candle RENAME TO away"))
    with pytest.raises(Exception, match="history_candle"):
        recording.write()
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO history_candle"))
    assert not any(place.rows().values())
    recording.write()
    recording.close()
    rows = place.rows()
    assert rows["history_progress"][0][1] == 60
    assert len(rows["history_order"]) == sum(
        place.replayed().find_order_by_id(number) is not None for number in range(99)
    )
