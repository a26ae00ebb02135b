"""`venue verify` and the snapshots: each one must be what a replay from nothing gives."""

import pytest

from tests.journal.journals import execute
from tests.snapshots.places import Place
from tests.verify.verifying import verified
from venue.errors import JournalError
from venue.recorder.reading import open_history
from venue.verify import verify

OTHER: bytes = bytes(32)


def test_snapshots_that_are_what_the_journal_gives_differ_in_nothing(place: Place, sqlite_history_url: str) -> None:
    """Each is told in the order of the journal, then its end with the state hash there."""
    for to_seq in (300, 600):
        place.take(to_seq)
    place.grow(900)
    told, differences = verified(place, sqlite_history_url)
    assert differences == []
    assert told[1:] == [
        "journal_seq 300: snapshot 300 is what the journal gives",
        "journal_seq 600: snapshot 600 is what the journal gives",
        f"journal_seq 900: the end, state hash {place.replayed().state_hash().hex()}",
    ]


def test_a_snapshot_of_another_state_is_found(place: Place, sqlite_history_url: str) -> None:
    """Both hashes are named; the others are compared all the same."""
    for to_seq in (300, 600):
        place.take(to_seq)
    execute(place.snapshots_url, "UPDATE snapshot SET state_hash = :other WHERE journal_seq = 300", other=OTHER)
    told, differences = verified(place, sqlite_history_url)
    given = place.replayed(300).state_hash().hex()
    assert differences == [f"snapshot 300: state hash is kept as {OTHER.hex()}, the journal gives {given}"]
    assert told[1] == "journal_seq 600: snapshot 600 is what the journal gives"


def test_a_snapshot_that_is_not_whole_is_found(place: Place, sqlite_history_url: str) -> None:
    """Its hash is right, its bytes are not there."""
    place.take(300)
    execute(place.snapshots_url, "DELETE FROM snapshot_chunk WHERE journal_seq = 300")
    (difference,) = verified(place, sqlite_history_url)[1]
    assert difference.startswith("snapshot 300 is damaged")


def test_a_snapshot_of_another_journal_is_found(place: Place, sqlite_history_url: str) -> None:
    """Its chain hash is none of this journal's."""
    place.take(300)
    execute(place.snapshots_url, "UPDATE snapshot SET chain_hash = :other", other=OTHER)
    (difference,) = verified(place, sqlite_history_url)[1]
    assert difference.startswith("snapshot 300 is of another journal")


def test_a_snapshot_of_another_engine_version_is_told_and_not_compared(place: Place, sqlite_history_url: str) -> None:
    """Its state is written in another way: that is no difference."""
    place.take(300)
    execute(place.snapshots_url, "UPDATE snapshot SET engine_version = 1")
    told, differences = verified(place, sqlite_history_url)
    assert differences == []
    assert told[1].startswith("snapshot 300 was taken by engine version 1")


def test_a_broken_journal_ends_the_verification(place: Place, sqlite_history_url: str) -> None:
    """What was replayed before is told; the break is named with its journal_seq."""
    place.take(300)
    place.grow(600)
    execute(
        place.journal_url, "UPDATE journal_batch SET time_ns = time_ns + 1 WHERE first_seq > 400 AND first_seq < 410"
    )
    told: list[str] = []
    history = open_history(sqlite_history_url)
    with pytest.raises(JournalError, match="journal_seq 4"):
        list(verify(place.reader, place.store, history, tell=told.append))
    assert told[1:] == ["journal_seq 300: snapshot 300 is what the journal gives"]
