"""Which snapshots stay for whom, and from where on the journal is needed."""

import pytest

from tests.journal.journals import execute
from tests.snapshots.places import Place, refuse_none
from venue.journal.retention import prune as prune_journal
from venue.snapshots import first_needed, prune


@pytest.fixture
def four(place: Place) -> Place:
    """Snapshots at 100, 200, 300 and 400, the journal's end."""
    for to_seq in (100, 200, 300, 400):
        place.take(to_seq)
    return place


@pytest.mark.parametrize(
    ("positions", "deleted"),
    [
        ((), [300, 200, 100]),
        ((400, 400), [300, 200, 100]),
        ((399,), [200, 100]),
        ((400, 250), [300, 100]),
        ((250, 150), [300]),
        ((300, 0), [200, 100]),
    ],
)
def test_newest_for_each_position_stays(four: Place, positions: tuple[int, ...], deleted: list[int]) -> None:
    """Whoever starts at a position of its own finds the snapshot before it, however many newer ones there are."""
    assert prune(four.store, four.reader, 1, positions) == deleted


@pytest.mark.parametrize(
    ("positions", "needed"), [((), 100), ((400, 100), 100), ((400, 99), 0), ((0,), 0), ((400, 150), 100)]
)
def test_journal_is_needed_from_the_oldest_snapshot(four: Place, positions: tuple[int, ...], needed: int) -> None:
    """Unless somebody starts before it: then from the beginning."""
    assert first_needed(four.store, four.reader, positions, on_refusal=refuse_none) == needed


def test_damaged_snapshot_is_none_to_begin_from(four: Place) -> None:
    """Nothing is removed on the word of a snapshot nobody could load; the oldest whole one counts."""
    execute(four.snapshots_url, "UPDATE snapshot_chunk SET payload = :wrong WHERE journal_seq = 100", wrong=b"wrong")
    refusals: list[str] = []
    assert first_needed(four.store, four.reader, (400,), on_refusal=refusals.append) == 200
    assert [text[:33] for text in refusals] == ["snapshot 100 is damaged in chunk "]
    assert first_needed(four.store, four.reader, (199,), on_refusal=refusals.append) == 0


def test_no_snapshot_needs_the_whole_journal(place: Place) -> None:
    """Where none was taken a start replays everything."""
    place.grow(100)
    assert first_needed(place.store, place.reader, (100,), on_refusal=refuse_none) == 0


def test_all_snapshots_can_be_used_on_the_shortened_journal(four: Place) -> None:
    """What first_needed says may be removed is needed by none of them; one step further it is."""
    prune_journal(four.journal_url, first_needed(four.store, four.reader, (400,), on_refusal=refuse_none))
    assert four.used() == (400, [])
    assert four.used(100) == (100, [])
    prune_journal(four.journal_url, 300)
    first_seq = four.reader.first_seq()
    assert 200 < first_seq <= 300
    reason = f"the journal, which begins at {first_seq}: what came after it was archived or pruned"
    assert four.used(250) == (0, [f"snapshot {seq} is before {reason}" for seq in (200, 100)])
