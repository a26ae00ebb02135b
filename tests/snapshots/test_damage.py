"""A snapshot that is damaged, or not of this venue, is refused in a sentence, and the one before it is used."""

from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.journal.journals import execute
from tests.snapshots.places import TAKEN_NS, Place, refuse_none
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import OperatorError
from venue.journal import open_reader, open_writer
from venue.messages import ExpireOrders
from venue.replica import Replica
from venue.snapshots import load, newest_valid, prune, take, verify
from venue.snapshots.taking import save_state

NEWEST: Final = 600
BEFORE: Final = 300


@pytest.fixture
def two(place: Place) -> Place:
    """Snapshots of 300 and of 600."""
    place.take(BEFORE)
    place.take(NEWEST)
    return place


def refusal(place: Place) -> str:
    """Why the newest one is refused; the one before must then be used, and be as good as ever."""
    used, refusals = place.used()
    assert (used, len(refusals)) == (BEFORE, 1)
    newest = next(snapshot for snapshot in place.store.newest_first() if snapshot.journal_seq != BEFORE)
    for refuse in (load, verify):
        with pytest.raises(OperatorError) as refused:
            refuse(place.store, newest, place.reader)
        assert str(refused.value) == refusals[0]
    newest_whole = newest_valid(place.store, place.reader, on_refusal=lambda _: None)
    assert newest_whole is not None
    engine = newest_whole[1]
    Replica(engine).catch_up(place.reader)
    assert engine.state_hash() == place.replayed().state_hash()
    return refusals[0]


def test_flipped_bit_in_a_chunk_is_reported_and_the_one_before_is_used(two: Place) -> None:
    """Whichever bit it is: the first, some inside, the last."""
    (chunk,) = two.store.chunks(two.store.newest_first()[0], lambda *_: None)
    for bit in (0, 1_001, len(chunk) * 4 + 3, len(chunk) * 8 - 1):
        changed = bytearray(chunk)
        changed[bit // 8] ^= 1 << bit % 8
        execute(
            two.snapshots_url,
            "UPDATE snapshot_chunk SET payload = :payload WHERE journal_seq = 600",
            payload=bytes(changed),
        )
        assert refusal(two).startswith("snapshot 600 is damaged in chunk 0: ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("time_ns = time_ns + 1", "snapshot 600 is damaged: the state it holds is the one after 600 at "),
        ("state_hash = :other", "snapshot 600 is damaged: its "),
        ("chain_hash = :other", "snapshot 600 is of another journal: the chain hash at its journal_seq is not"),
        ("codec = 'zstd'", "snapshot 600 is coded in zstd, this venue reads zlib: take a new one"),
        ("journal_seq = 599", "snapshot 599 is of another journal: the chain hash at its journal_seq is not"),
    ],
)
def test_changed_column_is_reported_and_the_one_before_is_used(two: Place, change: str, sentence: str) -> None:
    """Every column that says which state it is of."""
    values = {"other": bytes(32)} if ":other" in change else {}
    execute(two.snapshots_url, f"UPDATE snapshot SET {change} WHERE journal_seq = 600", **values)
    assert refusal(two).startswith(sentence)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM snapshot_chunk WHERE journal_seq = 600",
        "UPDATE snapshot_chunk SET journal_seq = 601 WHERE journal_seq = 600",
    ],
)
def test_missing_chunk_is_reported(two: Place, change: str) -> None:
    """What is there is not what was hashed."""
    execute(two.snapshots_url, change)
    assert refusal(two).startswith("snapshot 600 is damaged: its 0 bytes are not those its state hash was made of")


def test_chunk_of_another_snapshot_is_reported(two: Place) -> None:
    """A chunk that is whole, in the place of another."""
    other = "(SELECT payload FROM snapshot_chunk WHERE journal_seq = 300)"
    execute(two.snapshots_url, f"UPDATE snapshot_chunk SET payload = {other} WHERE journal_seq = 600")
    assert refusal(two).startswith("snapshot 600 is damaged: its ")


def test_wrong_type_in_a_chunk_is_reported(sqlite_place: Place) -> None:
    """SQLite keeps any type in any column; a chunk must be bytes."""
    sqlite_place.take(BEFORE)
    sqlite_place.take(NEWEST)
    execute(sqlite_place.snapshots_url, "UPDATE snapshot_chunk SET payload = 7 WHERE journal_seq = 600")
    assert refusal(sqlite_place).startswith("snapshot 600 is damaged in chunk 0: ")


def test_another_engine_version_is_refused(two: Place) -> None:
    """Its rules were others: nothing may go on from its state."""
    other = ENGINE_VERSION + 1
    execute(two.snapshots_url, "UPDATE snapshot SET engine_version = :other WHERE journal_seq = 600", other=other)
    assert refusal(two) == (
        f"snapshot 600 was taken by engine version {other}, this venue has {ENGINE_VERSION}: take a new one"
    )


def test_snapshot_beyond_the_journal_is_refused(two: Place) -> None:
    """The journal lost its end, or is another one: who went on from there would trade on what nobody can replay."""
    execute(two.journal_url, "DELETE FROM journal_batch WHERE last_seq > 500")
    assert refusal(two) == (
        "snapshot 600 is beyond the journal, which ends at 500: the journal has lost commands, or the snapshot is of "
        "another one"
    )


def test_snapshot_of_another_journal_is_refused(place: Place, tmp_path: Path) -> None:
    """A journal as long, of other commands, in the same place: what it is known by is the chain hash."""
    place.take(BEFORE)
    (tmp_path / "other").mkdir()
    other = f"sqlite:///{tmp_path}/other/journal.sqlite"
    with closing(open_writer(other, ENGINE_VERSION)) as writer:
        for seq in range(1, BEFORE + 1):
            writer.append([ExpireOrders()], seq)
    (snapshot,) = place.store.newest_first()
    with pytest.raises(OperatorError, match="snapshot 300 is of another journal"):
        load(place.store, snapshot, open_reader(other))


def test_refused_snapshots_are_not_counted_and_newer_ones_not_deleted(two: Place) -> None:
    """Of a journal that lost its end: a new one is taken, the one beyond stays for whoever looks into it."""
    execute(two.journal_url, "DELETE FROM journal_batch WHERE last_seq > 500")
    refusals: list[str] = []
    taken = take(two.store, two.reader, on_refusal=refusals.append)
    assert (taken.snapshot.journal_seq, taken.from_seq, len(refusals)) == (500, 300, 1)
    assert prune(two.store, two.reader, 2) == []
    assert prune(two.store, two.reader, 1) == [300]
    assert two.taken() == [600, 500]


def test_damaged_snapshot_of_the_journals_end_is_taken_anew(two: Place) -> None:
    """It is replaced by a whole one of the same journal_seq."""
    execute(two.snapshots_url, "DELETE FROM snapshot_chunk WHERE journal_seq = 600")
    refusals: list[str] = []
    taken = take(two.store, two.reader, on_refusal=refusals.append)
    assert (taken.is_new, taken.from_seq, len(refusals)) == (True, 300, 1)
    assert two.used() == (600, [])


def test_snapshot_that_is_not_what_the_journal_gives_is_found_by_replaying(two: Place) -> None:
    """A state that is whole by every hash, and yet another one."""
    newest = two.store.newest_first()[0]
    two.store.delete([NEWEST])
    odd = Engine(closed_orders_max=5)
    Replica(odd).catch_up(two.reader)
    grown = save_state(two.store, odd, two.reader, TAKEN_NS, lambda *_: None)
    assert grown.chain_hash == newest.chain_hash
    verify(two.store, grown, two.reader)
    with pytest.raises(OperatorError, match=r"snapshot 600 is wrong: .*, replayed from the journal it is "):
        verify(two.store, grown, two.reader, replays=True)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_cut_database_file_is_a_sentence(sqlite_place: Place, share: float) -> None:
    """Whichever page is missing: an OperatorError with the remedy, or a refused snapshot."""
    sqlite_place.take(BEFORE)
    sqlite_place.take(NEWEST)
    path = Path(sqlite_place.snapshots_url.removeprefix("sqlite:///"))
    octets = path.read_bytes()
    path.write_bytes(octets[: int(len(octets) * share)])
    with pytest.raises(OperatorError, match=r"so they may be deleted and taken anew|snapshot 600 is damaged"):
        load(sqlite_place.store, sqlite_place.store.newest_first()[0], sqlite_place.reader)
    path.unlink()
    sqlite_place.store.newest_first()
    assert take(sqlite_place.store, sqlite_place.reader, on_refusal=refuse_none).is_new


def test_file_that_is_no_database_is_not_overwritten(sqlite_place: Place) -> None:
    """Something else under the snapshots' name stays as it is."""
    path = Path(sqlite_place.snapshots_url.removeprefix("sqlite:///"))
    path.write_bytes(b"no database at all" * 1000)
    sqlite_place.grow(3)
    with pytest.raises(OperatorError, match="not a database"):
        take(sqlite_place.store, sqlite_place.reader, on_refusal=refuse_none)
    assert path.read_bytes() == b"no database at all" * 1000
