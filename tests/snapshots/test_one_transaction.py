"""A snapshot is whole or not there: whoever is killed while he takes one, whoever takes one at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.snapshots.places import Place, refuse_none
from tests.snapshots.taking_process import taking_process
from venue.snapshots import take, verify


@pytest.mark.parametrize("stop_at", [1, 3])
def test_kill_in_the_middle_of_writing_leaves_no_half_snapshot(place: Place, stop_at: int) -> None:
    """kill -9 after so many chunks: the snapshots are those of before, and the next is taken as if nothing had been."""
    before = place.take(100)
    place.grow(300)
    with taking_process(place, stop_at) as process:
        assert process.printed(1) == [stop_at]
        assert place.store.newest_first() == [before]
        process.kill()
    assert place.used() == (100, [])
    taken = take(place.store, place.reader, on_refusal=refuse_none)
    assert (taken.snapshot.journal_seq, taken.from_seq, taken.is_new) == (300, 100, True)
    for snapshot in place.store.newest_first():
        verify(place.store, snapshot, place.reader, replays=True)


@pytest.mark.parametrize("taken", [1, 4])
def test_kill_at_any_time_loses_no_snapshot_that_was_taken(place: Place, taken: int) -> None:
    """What it said it had taken is there, at most one more is, and all of them are whole."""
    with taking_process(place) as process:
        told = process.printed(taken)
        process.kill()
        told += process.printed()
    there = place.taken()
    assert told == [10 * number for number in range(1, len(told) + 1)]
    assert there[-len(told) :] == told[::-1]
    assert len(there) - len(told) in (0, 1)
    for snapshot in place.store.newest_first():
        verify(place.store, snapshot, place.reader, replays=True)


def test_two_takings_of_the_first_snapshot_at_once_take_turns(place: Place) -> None:
    """Both make the tables, both write the same journal_seq: one snapshot comes of it, and it is whole."""
    place.grow(300)
    together = threading.Barrier(2)

    def take_with_the_other(*_: object) -> int:
        together.wait(30)
        return take(place.store, place.reader, on_refusal=refuse_none).snapshot.journal_seq

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(take_with_the_other, range(2))) == [300, 300]
    (snapshot,) = place.store.newest_first()
    verify(place.store, snapshot, place.reader)
