"""Appending: what is acknowledged is there, and a writer that failed stays failed."""

import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journal.journals import FIRST_NS, ONE, append_batches, execute, fill, orders
from venue.engine.engine import ENGINE_VERSION
from venue.errors import InvariantError, JournalError
from venue.journal import open_reader, open_writer
from venue.messages import AnyCommand, EnterOrder, RollDay


def test_append_returns_the_first_journal_seq_of_a_durable_batch(url: str) -> None:
    """When append returns, every other process reads the batch, at the sequence it returned."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        reader = open_reader(url)
        assert (writer.last_seq, writer.last_time_ns, reader.last_seq()) == (0, 0, 0)
        for first_seq, size in ((1, 3), (4, 1), (5, 1000)):
            commands = orders(first_seq, size)
            assert writer.append(commands, FIRST_NS + first_seq) == first_seq
            assert writer.last_seq == reader.last_seq() == first_seq + size - 1
            assert writer.last_time_ns == FIRST_NS + first_seq
            (batch,) = reader.read(first_seq)
            assert (batch.first_seq, batch.last_seq) == (first_seq, writer.last_seq)
            assert batch.time_ns == FIRST_NS + first_seq
            assert batch.commands() == commands


def test_open_writer_continues_where_the_last_one_ended(url: str) -> None:
    """A reopened journal goes on with the next journal_seq, the next epoch and the same chain."""
    for opened in (1, 2, 3):
        with closing(open_writer(url, ENGINE_VERSION)) as writer:
            assert writer.epoch == opened
            assert writer.last_seq == (opened - 1) * 5
            append_batches(writer, (2, 3))
            newest_ns = writer.last_time_ns
    batches = list(open_reader(url).read())
    assert [(batch.first_seq, batch.epoch) for batch in batches] == [(1, 1), (3, 1), (6, 2), (8, 2), (11, 3), (13, 3)]
    assert [command for batch in batches for command in batch.commands()] == orders(1, 15)
    assert batches[-1].time_ns == newest_ns


@pytest.mark.parametrize(
    ("commands", "time_ns"),
    [
        ([], FIRST_NS),
        (ONE, FIRST_NS - 1),
        ([RollDay(1 << 64)], FIRST_NS),
        (ONE, 1 << 63),
    ],
    ids=["no command", "time goes back", "number beyond 64 bits", "time beyond 64 bits"],
)
def test_append_of_what_is_no_batch_writes_nothing(url: str, commands: list[AnyCommand], time_ns: int) -> None:
    """A caller's bug is an InvariantError before anything is written, and leaves the journal whole."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        writer.append(ONE, FIRST_NS)
        with pytest.raises(InvariantError):
            writer.append(commands, time_ns)
        assert writer.append(ONE, FIRST_NS) == 2
    assert len(list(open_reader(url).read())) == 2


def test_append_after_close_is_refused(url: str) -> None:
    """A closed writer appends nothing."""
    writer = open_writer(url, ENGINE_VERSION)
    writer.close()
    with pytest.raises(JournalError, match="closed"):
        writer.append(ONE, FIRST_NS)


def test_lost_connection_ends_the_writer(postgresql_url: str) -> None:
    """When the server ends the connection the outcome is unknown: the writer never tries again."""
    with closing(open_writer(postgresql_url, ENGINE_VERSION)) as writer:
        append_batches(writer, (3,))
        execute(
            postgresql_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        _assert_fails_for_good(lambda: writer.append(orders(4, 2), FIRST_NS + 10**10))
    assert [batch.last_seq for batch in fill(postgresql_url, (1,))] == [3, 4]


class LostAnswer:
    """A driver's cursor whose statement is done, and whose connection breaks before it can say so."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, *statement: Any) -> None:
        self._cursor.execute(*statement)
        raise ConnectionError("the answer was lost")


def test_commit_whose_answer_is_lost_is_found_by_the_next_writer(url: str) -> None:
    """The batch is in, and nobody was told: the writer refuses to go on, the next one begins behind it."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        append_batches(writer, (3,))
        writer._wal_bytes = 0  # no checkpoint is due, which would be the first statement
        writer._cursor = LostAnswer(writer._cursor)
        _assert_fails_for_good(lambda: writer.append(orders(4, 2), FIRST_NS + 10**10))
        assert writer.last_seq == 3
    assert [batch.last_seq for batch in fill(url, (1,))] == [3, 5, 6]


def test_full_disk_ends_the_writer(sqlite_url: str) -> None:
    """A WAL that cannot grow is a JournalError; with room again the writer still refuses, a new one goes on."""
    with closing(open_writer(sqlite_url, ENGINE_VERSION)) as writer:
        append_batches(writer, (3,))
        with _files_no_larger_than(100_000):
            _assert_fails_for_good(lambda: writer.append(orders(4, 2_000), FIRST_NS + 10**10))
        _assert_fails_for_good(lambda: writer.append(ONE, FIRST_NS + 10**10))
    assert [batch.last_seq for batch in fill(sqlite_url, (1,))] == [3, 4]


def test_failed_checkpoint_ends_the_writer(sqlite_url: str) -> None:
    """SQLite keeps an automatic checkpoint's failure to itself; ours ends the writer, and nothing is lost."""
    with closing(open_writer(sqlite_url, ENGINE_VERSION)) as writer:
        with _files_no_larger_than(2_000_000), pytest.raises(JournalError, match="not known"):
            # 60 kB each: the WAL stays below the limit, the database comes to it.
            append_batches(writer, (1_000,) * 100)
        acknowledged = writer.last_seq
        assert acknowledged > 20_000
        _assert_fails_for_good(lambda: writer.append(ONE, writer.last_time_ns))
    assert fill(sqlite_url, (1,))[-1].last_seq == acknowledged + 1


def test_wal_is_bounded_while_somebody_reads(sqlite_url: str) -> None:
    """A reader in the middle of the journal holds no transaction: the WAL is used again from its start."""
    with closing(open_writer(sqlite_url, ENGINE_VERSION)) as writer:
        append_batches(writer, (1_000,) * 20)
        reading = open_reader(sqlite_url).read()
        next(reading)
        append_batches(writer, (1_000,) * 80)
        wal = Path(sqlite_url.removeprefix("sqlite:///") + "-wal")
        assert wal.stat().st_size < 2_500_000 < writer.last_seq * 60
        assert 1 + sum(1 for _ in reading) == 100


def test_commands_keep_every_field(url: str) -> None:
    """Every field of a command comes back as it went in, empty and extreme values too."""
    order = EnterOrder("s", "", "ü\x00", "X" * 300, 2, 4, 5, -(1 << 63), (1 << 64) - 1, 1, 2, 3, 4, True, 5, 6, True)
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        writer.append([order], FIRST_NS)
    (batch,) = open_reader(url).read()
    assert batch.commands() == [order]


def _assert_fails_for_good(append: Callable[[], object]) -> None:
    with pytest.raises(JournalError) as first:
        append()
    with pytest.raises(JournalError) as second:
        append()
    assert str(second.value) == str(first.value)


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
