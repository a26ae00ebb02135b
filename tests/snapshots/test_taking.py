"""Taking snapshots, going on from them, and deleting the old ones."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.snapshots.places import TAKEN_NS, Place, refuse_none
from venue.config import JournalConfig, SnapshotsConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import OperatorError
from venue.journal import journal_url, open_writer
from venue.journal.retention import prune as prune_journal
from venue.messages import AnyCommand, AnyEvent
from venue.replica import Replica
from venue.snapshots import load, newest_valid, open_snapshots, prune, snapshots_url, take, verify
from venue.snapshots.chunks import CHUNK_BYTES, CODEC, cut, joined


def test_snapshot_is_the_state_at_the_journals_end(place: Place) -> None:
    """It has the hash of the engine that replayed everything, and says what it is of."""
    taken = place.take(300)
    engine = place.replayed()
    assert (taken.journal_seq, taken.time_ns, taken.taken_ns) == (300, engine.time_ns, TAKEN_NS + 300)
    assert (taken.engine_version, taken.codec, taken.chunks) == (ENGINE_VERSION, CODEC, 1)
    assert (taken.state_hash, taken.state_bytes) == (engine.state_hash(), len(engine.dump()))
    assert taken.chain_hash == list(place.reader.read())[-1].chain_hash
    assert place.store.newest_first() == [taken]
    verify(place.store, taken, place.reader, replays=True)


def test_restored_engine_goes_on_as_the_one_that_replayed_everything(place: Place) -> None:
    """The same events for every later command, and the same state hash at the end."""
    place.take(450)
    place.grow(900)
    told: list[tuple[int, int, AnyCommand, list[AnyEvent]]] = []
    newest = newest_valid(place.store, place.reader, on_refusal=refuse_none)
    assert newest is not None
    restored = newest[1]
    Replica(restored, [lambda *happened: told.append(happened)]).catch_up(place.reader)
    replayed = place.replayed(450)
    expected: list[tuple[int, int, AnyCommand, list[AnyEvent]]] = []
    Replica(replayed, [lambda *happened: expected.append(happened)]).catch_up(place.reader)
    assert told == expected
    assert len(told) == 450
    assert restored.state_hash() == replayed.state_hash()


def test_snapshot_is_taken_from_the_one_before(place: Place) -> None:
    """Only what the journal has beyond it is read: the batches long before it may even be gone."""
    place.take(300)
    place.grow(600)
    expected = place.replayed().state_hash()
    prune_journal(place.journal_url, 290)
    taken = take(place.store, place.reader, on_refusal=refuse_none)
    assert (taken.from_seq, taken.snapshot.journal_seq, taken.snapshot.state_hash) == (300, 600, expected)


def test_snapshot_of_the_same_end_is_not_taken_twice(place: Place) -> None:
    """Nothing is written while the journal stands still."""
    first = place.take(300)
    again = take(place.store, place.reader, on_refusal=refuse_none)
    assert (again.is_new, again.snapshot, again.from_seq) == (False, first, 300)
    assert place.store.newest_first() == [first]


def test_empty_journal_has_no_snapshot(place: Place) -> None:
    """There is no state before the first command, and nothing is made by looking for it."""
    open_writer(place.journal_url, ENGINE_VERSION).close()
    with pytest.raises(OperatorError, match="there is nothing to take a snapshot of: the journal is empty"):
        take(place.store, place.reader, on_refusal=refuse_none)
    assert place.taken() == []


def test_newest_at_or_before_a_moment_is_used(place: Place) -> None:
    """For a replay that ends earlier a later snapshot is of no use; before the first there is none."""
    for to_seq in (300, 600):
        place.take(to_seq)
    place.grow(700)
    assert [place.used(until)[0] for until in (299, 300, 599, 600, 700, None)] == [0, 300, 300, 600, 600, 600]


def test_the_newest_are_kept(place: Place) -> None:
    """prune leaves as many as it is told, the others are gone with their chunks."""
    for to_seq in (100, 200, 300, 400):
        place.take(to_seq)
    assert prune(place.store, place.reader, 5) == []
    assert prune(place.store, place.reader, 2) == [200, 100]
    assert place.taken() == [400, 300]
    for snapshot in place.store.newest_first():
        verify(place.store, snapshot, place.reader)
    assert prune(place.store, place.reader, 2) == []


def test_snapshots_are_read_while_one_is_written(place: Place) -> None:
    """Whoever lists or loads meets the old ones until the new one is whole."""
    first = place.take(300)
    seen: list[list[int]] = []

    def look(_done: int, _total: int) -> None:
        seen.append(place.taken())
        load(place.store, first, place.reader)

    place.store.save(first, [b"", b""], look)
    assert seen == [[300], [300]]


def test_looking_for_snapshots_makes_none(sqlite_place: Place, tmp_path: Path) -> None:
    """Where none was taken there is no file afterwards either."""
    sqlite_place.grow(3)
    assert (sqlite_place.taken(), sqlite_place.used()) == ([], (0, []))
    assert prune(sqlite_place.store, sqlite_place.reader, 1) == []
    assert {path.name for path in tmp_path.iterdir()} == {"journal.sqlite", "journal.sqlite.lock"}


def test_snapshots_url_is_a_file_in_the_data_folder_unless_configured(tmp_path: Path) -> None:
    """Beside the journal's, whatever the folder's name; a configured URL is used as it is."""
    data = tmp_path / "per%cent ?query"
    data.mkdir()
    place = Place(journal_url(JournalConfig(), data), snapshots_url(SnapshotsConfig(), data))
    place.take(3)
    assert (data / "snapshots.sqlite").exists()
    assert snapshots_url(SnapshotsConfig(url="postgresql+psycopg://venue@db/venue"), data).endswith("@db/venue")


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("snapshots", "snapshots.url was 'snapshots', which is no SQLAlchemy URL"),
        ("mysql://venue:secret@db/venue", r"snapshots.url was mysql://venue:\*\*\*@db/venue: must be sqlite:"),
        ("postgresql+psycopg://venue:secret@127.0.0.1:1/v", r"venue:\*\*\*@127.0.0.1:1/v could not be read"),
    ],
)
def test_unusable_url_is_refused_without_its_password(url: str, refusal: str) -> None:
    """The message names the setting, or the database that could not be reached."""
    with pytest.raises(OperatorError, match=refusal) as refused:
        open_snapshots(url).newest_first()
    assert "secret" not in str(refused.value)


@settings(max_examples=20)
@given(st.integers(0, 3), st.integers(-2, 2), st.integers())
def test_chunks_are_the_dump_again_and_none_is_large(whole: int, more: int, seed: int) -> None:
    """Around whole numbers of chunks too, and where nothing can be compressed: 1 MiB at most."""
    dump = random.Random(seed).randbytes(max(0, whole * CHUNK_BYTES + more))
    chunks = cut(dump)
    assert joined(chunks, "snapshot 1") == dump
    assert len(chunks) == -(-len(dump) // CHUNK_BYTES)
    assert max(map(len, chunks), default=0) <= 1 << 20
