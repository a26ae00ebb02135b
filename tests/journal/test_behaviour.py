"""The upgrade rule: which commands were traded by which engine version, and who may replay them."""

from contextlib import closing

import pytest

from tests.journal.journals import append_batches, fill
from venue.errors import OperatorError
from venue.journal import open_reader, open_writer, require_same_behaviour, same_behaviour_from
from venue.journal.behaviour import Stretch, stretches
from venue.journal.retention import prune


def write(url: str, *epochs: tuple[int, tuple[int, ...]]) -> None:
    """A writer of each engine version, one after the other, appends batches of these sizes."""
    for engine_version, sizes in epochs:
        with closing(open_writer(url, engine_version)) as writer:
            append_batches(writer, sizes)


@pytest.fixture
def upgraded(url: str) -> str:
    """Version 1 for 10 commands (two starts), version 2 for 7, which once started without a command."""
    write(url, (1, (4, 2)), (1, (4,)), (2, ()), (2, (5,)), (3, ()), (2, (2,)))
    return url


def test_stretches_join_writers_of_one_version(upgraded: str) -> None:
    """Starts without a command, of whatever version, count for nothing."""
    assert stretches(open_reader(upgraded)) == [Stretch(1, 10, 1), Stretch(11, 17, 2)]
    assert stretches(open_reader(upgraded), 12) == [Stretch(1, 10, 1), Stretch(11, 12, 2)]
    assert stretches(open_reader(upgraded), 10) == [Stretch(1, 10, 1)]
    assert stretches(open_reader(upgraded), 0) == []


@pytest.mark.parametrize(
    ("engine_version", "to_seq", "from_seq"),
    [(2, None, 11), (1, None, 18), (3, None, 18), (1, 10, 1), (1, 11, 12), (2, 10, 11), (2, 11, 11)],
)
def test_where_a_version_may_begin(upgraded: str, engine_version: int, to_seq: int | None, from_seq: int) -> None:
    """Behind the last command of another version; behind everything when that is the newest."""
    assert same_behaviour_from(open_reader(upgraded), engine_version, to_seq) == from_seq


@pytest.mark.parametrize(
    ("from_seq", "engine_version", "to_seq"), [(11, 2, None), (18, 1, None), (18, 3, None), (1, 1, 10), (4, 1, 9)]
)
def test_own_commands_may_be_replayed(upgraded: str, from_seq: int, engine_version: int, to_seq: int | None) -> None:
    """Those of one's own version, and none at all."""
    require_same_behaviour(open_reader(upgraded), from_seq, engine_version, to_seq)


def test_commands_of_another_version_are_refused_with_the_remedy(upgraded: str) -> None:
    """The text says which commands, which versions, from where it would have begun, and what to do."""
    with pytest.raises(OperatorError) as refused:
        require_same_behaviour(open_reader(upgraded), 7, 2)
    assert str(refused.value) == (
        "the commands 1 to 10 of the journal were traded by engine version 1; this is engine version 2, which may "
        "trade them otherwise and was to replay from 7: run the version that wrote them once more and stop it cleanly: "
        "its recorder takes a snapshot then (where none is enabled, `venue snapshot take` does), from which this one "
        "goes on"
    )


@pytest.mark.parametrize(("from_seq", "engine_version"), [(10, 2), (1, 1), (17, 1), (1, 3)])
def test_older_code_is_refused_too(upgraded: str, from_seq: int, engine_version: int) -> None:
    """Neither direction: who goes back to older code would trade the newer one's commands otherwise."""
    with pytest.raises(OperatorError, match="were traded by engine version"):
        require_same_behaviour(open_reader(upgraded), from_seq, engine_version)


def test_removed_commands_are_remembered(upgraded: str) -> None:
    """The writers stay known when their batches are gone."""
    prune(upgraded, 16)
    assert stretches(open_reader(upgraded)) == [Stretch(1, 10, 1), Stretch(11, 17, 2)]


def test_empty_journal_may_be_begun_by_any_version(url: str) -> None:
    """There is nothing to replay."""
    write(url, (1, ()), (2, ()))
    for engine_version in (1, 2, 3):
        require_same_behaviour(open_reader(url), 1, engine_version)
    assert len(fill(url)) == 8
