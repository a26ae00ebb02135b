"""Reading: whole batches, in order, from anywhere to anywhere."""

from contextlib import closing

import pytest

from tests.journal.journals import SIZES, append_batches, fill, orders
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError
from venue.journal import Audit, open_reader, open_writer, verify
from venue.journal.pages import PAGE_BATCHES


def test_read_gives_every_batch_once_in_order(url: str) -> None:
    """A journal of several pages comes back batch by batch, command by command."""
    sizes = SIZES * (PAGE_BATCHES // 4)
    batches = fill(url, sizes)
    assert [batch.last_seq - batch.first_seq + 1 for batch in batches] == list(sizes)
    assert [command for batch in batches for command in batch.commands()] == orders(1, sum(sizes))


@pytest.mark.parametrize(
    ("from_seq", "to_seq", "first_seqs"),
    [
        (1, 1, [1]),
        (1, 3, [1]),
        (2, 4, [1, 4]),
        (4, 4, [4]),
        (6, 9, [5, 9]),
        (10, None, [10, 15, 24, 26]),
        (14, 16, [10, 15]),
        (31, 31, [26]),
        (32, None, []),
        (32, 31, []),
        (5, 0, []),
    ],
)
def test_read_gives_the_batches_that_hold_the_range(
    url: str, from_seq: int, to_seq: int | None, first_seqs: list[int]
) -> None:
    """Batches come whole, so the first may begin before from_seq and the last end after to_seq."""
    fill(url)
    assert [batch.first_seq for batch in open_reader(url).read(from_seq, to_seq)] == first_seqs


@pytest.mark.parametrize(("from_seq", "to_seq"), [(33, None), (1, 32), (33, 32), (100, 100)])
def test_read_of_what_the_journal_has_not_is_refused(url: str, from_seq: int, to_seq: int | None) -> None:
    """Who knows a journal_seq that is missing at the end learns where the journal ends."""
    fill(url)
    with pytest.raises(JournalError, match="ends at journal_seq 31"):
        next(open_reader(url).read(from_seq, to_seq))


def test_empty_journal_reads_as_empty(url: str) -> None:
    """A venue that has never had a command starts from nothing."""
    open_writer(url, ENGINE_VERSION).close()
    reader = open_reader(url)
    assert (reader.last_seq(), list(reader.read()), verify(reader).batches) == (0, [], 0)


def test_read_sees_batches_appended_meanwhile(url: str) -> None:
    """A read without an end goes on to what is there when it comes to it."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        append_batches(writer, (1,) * PAGE_BATCHES)
        reading = open_reader(url).read()
        next(reading)
        append_batches(writer, (1,) * PAGE_BATCHES)
        assert [batch.first_seq for batch in reading] == list(range(2, 2 * PAGE_BATCHES + 1))


def test_verify_sums_up_a_faultless_journal(url: str) -> None:
    """The audit counts what was read, and reports its progress up to the end."""
    fill(url)
    batches = fill(url, (2,))
    steps: list[tuple[int, int]] = []
    audit = verify(open_reader(url), lambda done, end: steps.append((done, end)))
    assert audit == Audit(
        batches=9,
        first_seq=1,
        last_seq=33,
        writers=2,
        payload_bytes=sum(len(batch.payload) for batch in batches),
        first_time_ns=batches[0].time_ns,
        last_time_ns=batches[-1].time_ns,
        chain_hash=batches[-1].chain_hash,
    )
    assert steps == [(batch.last_seq, 33) for batch in batches]
