"""One writer: the older one is fenced, a second venue on one data folder refused, a killed one lost nothing."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.journal.journals import FIRST_NS, ONE, append_batches, orders, take_over
from tests.journal.writing_process import writing_process
from tests.support.waiting import wait_until
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.journal import JournalWriter, open_reader, open_writer, verify

ROUNDS = 6


def test_older_writer_is_fenced_by_a_newer_one(url: str) -> None:
    """Whoever opened last writes; the older writer's append is refused, names the newer, and stays refused."""
    with closing(open_writer(url, ENGINE_VERSION)) as older:
        append_batches(older, (3,))
        with closing(take_over(url)) as newer:
            assert (newer.epoch, newer.last_seq, newer.last_time_ns) == (2, 3, older.last_time_ns)
            append_batches(newer, (2,))
            for _ in range(2):
                with pytest.raises(JournalError, match=r"epoch 1 has ended, process .* with epoch 2"):
                    older.append(ONE, FIRST_NS * 2)
            append_batches(newer, (2,))
    assert [(batch.first_seq, batch.epoch) for batch in open_reader(url).read()] == [(1, 1), (4, 2), (6, 2)]


def test_fenced_writer_adds_nothing_even_before_the_newer_one_did(url: str) -> None:
    """The fence is the epoch, not a clash of sequences: opening is enough."""
    with closing(open_writer(url, ENGINE_VERSION)) as older, closing(take_over(url)) as newer:
        with pytest.raises(JournalError, match="epoch 1 has ended"):
            older.append(orders(1, 1), FIRST_NS)
        assert newer.append(orders(1, 1), FIRST_NS) == 1
    assert verify(open_reader(url)).last_seq == 1


def test_append_waits_for_a_writer_that_is_just_opening(postgresql_url: str) -> None:
    """Taking the epoch and appending cannot overlap: the append waits, then it is fenced."""
    writer = open_writer(postgresql_url, ENGINE_VERSION)
    opening = create_engine(postgresql_url, poolclass=NullPool)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with closing(writer), ThreadPoolExecutor(1) as other_thread:
        with opening.begin() as connection:
            connection.execute(text("UPDATE journal_meta SET epoch = epoch + 1"))
            append = other_thread.submit(writer.append, ONE, FIRST_NS)
            wait_until(lambda: connection.scalar(waiting) == 1, "the append waits for the opening writer")
            assert not append.done()
        with pytest.raises(JournalError, match="epoch 1 has ended"):
            append.result()
    assert open_reader(postgresql_url).last_seq() == 0


def test_second_venue_on_one_data_folder_is_refused_at_once(sqlite_url: str) -> None:
    """The second start is told which process holds the journal; the first one is not disturbed."""
    with writing_process(sqlite_url) as writing:
        writing.acknowledged(5)
        with pytest.raises(OperatorError, match=f"in use by process {writing.pid} "):
            open_writer(sqlite_url, ENGINE_VERSION)
        writing.acknowledged(5)
        writing.kill()
    with closing(open_writer(sqlite_url, ENGINE_VERSION)) as next_writer:
        assert next_writer.epoch == 2


def test_closed_writer_gives_the_lock_back(sqlite_url: str) -> None:
    """The lock lasts as long as the writer, within one process too; a refused start takes no epoch."""
    with closing(open_writer(sqlite_url, ENGINE_VERSION)), pytest.raises(OperatorError, match="in use"):
        open_writer(sqlite_url, ENGINE_VERSION)
    with closing(open_writer(sqlite_url, ENGINE_VERSION)) as writer:
        assert writer.epoch == 2


def test_writers_opening_at_once_get_an_epoch_each(postgresql_url: str) -> None:
    """First starts of several machines at the same moment make one journal, and one of them its writer."""
    together = threading.Barrier(4)
    writers: list[JournalWriter] = []

    def start() -> None:
        together.wait()
        writers.append(open_writer(postgresql_url, ENGINE_VERSION))

    threads = [threading.Thread(target=start) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(writer.epoch for writer in writers) == [1, 2, 3, 4]
    for writer in sorted(writers, key=lambda writer: writer.epoch):
        if writer.epoch == together.parties:
            assert writer.append(ONE, FIRST_NS) == 1
        else:
            with pytest.raises(JournalError, match=re.escape(f"epoch {writer.epoch} has ended")):
                writer.append(ONE, FIRST_NS)
        writer.close()


def test_killed_writer_keeps_every_acknowledged_batch(url: str) -> None:
    """kill -9 at any moment, round after round: what was acknowledged is there, the chain holds."""
    acknowledged = 0
    for seed in range(ROUNDS):
        with writing_process(url, seed=seed) as writing:
            (started,) = writing.acknowledged(1)
            assert started >= acknowledged
            lines = writing.acknowledged(20 * seed + 7)
            writing.kill()
            acknowledged = max(lines + writing.acknowledged())
        audit = verify(open_reader(url))
        assert audit.last_seq >= acknowledged > started
        assert audit.writers == seed + 1
    commands = [command for batch in open_reader(url).read() for command in batch.commands()]
    assert commands == orders(1, len(commands))
