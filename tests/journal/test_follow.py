"""Following: each batch once, in order, while another process writes; and an end when asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.journal.journals import SIZES, append_batches, execute, fill, orders
from tests.journal.writing_process import writing_process
from tests.support.waiting import wait_until
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError
from venue.journal import Batch, open_reader, open_writer


class Follower:
    """A thread that follows a journal and keeps what it got."""

    def __init__(self, url: str, from_seq: int = 1) -> None:
        self.batches: list[Batch] = []
        self.error: JournalError | None = None
        self.stop = threading.Event()
        self._reader = open_reader(url)
        self._from_seq = from_seq
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        try:
            for batch in self._reader.follow(self._from_seq, self.stop):
                self.batches.append(batch)
        except JournalError as error:
            self.error = error

    def wait_for(self, last_seq: int) -> None:
        wait_until(
            lambda: bool(self.batches) and self.batches[-1].last_seq >= last_seq,
            f"the follower reaches journal_seq {last_seq}",
        )

    def end(self) -> bool:
        """Whether it ended soon after it was asked to; a loaded machine is given 3 s."""
        self.stop.set()
        self._thread.join(3.0)
        return not self._thread.is_alive()


@pytest.fixture
def follow(url: str) -> Iterator[Callable[..., Follower]]:
    followers: list[Follower] = []

    def start(from_seq: int = 1) -> Follower:
        followers.append(Follower(url, from_seq))
        return followers[-1]

    yield start
    ended = [follower.end() for follower in followers]
    assert all(ended)


def test_follow_gets_each_batch_once_in_order_from_another_process(url: str, follow: Callable[..., Follower]) -> None:
    """Two followers, from the start and from inside, agree with the journal another process writes."""
    fill(url, (2, 3))
    from_start, from_inside = follow(), follow(4)
    with writing_process(url, batches=300) as writing:
        last_seq = max(writing.acknowledged())
    from_start.wait_for(last_seq)
    from_inside.wait_for(last_seq)
    written = list(open_reader(url).read())
    assert from_start.batches == written
    assert from_inside.batches == written[1:]
    assert [command for batch in written for command in batch.commands()] == orders(1, last_seq)


def test_follow_waits_at_the_end_of_an_empty_journal(url: str, follow: Callable[..., Follower]) -> None:
    """A follower that is there before the first command gets it."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        follower = follow()
        append_batches(writer, (1,))
        follower.wait_for(1)
        append_batches(writer, (2,))
        follower.wait_for(3)
        assert [batch.first_seq for batch in follower.batches] == [1, 2]


def test_follow_stops_between_batches(url: str) -> None:
    """Once stop is set no further batch comes, even if the journal has more."""
    fill(url)
    stop = threading.Event()
    got = []
    for batch in open_reader(url).follow(1, stop):
        got.append(batch.first_seq)
        if len(got) == 2:
            stop.set()
    assert got == [1, 4]


def test_follow_refuses_a_journal_that_ends_before(url: str) -> None:
    """A replica ahead of the journal must not wait for it to be written again, differently."""
    fill(url)
    with pytest.raises(JournalError, match="ends at journal_seq 31, it was asked for 32"):
        next(open_reader(url).follow(33, threading.Event()))


def test_follow_names_the_break_it_comes_to(url: str, follow: Callable[..., Follower]) -> None:
    """The chain is verified while following too."""
    fill(url)
    follower = follow(sum(SIZES) + 1)
    newest = fill(url, (1,))[-1]
    follower.wait_for(32)
    execute(
        url,
        "INSERT INTO journal_batch VALUES (33, 33, 2, :time_ns, :payload, :chain_hash)",
        time_ns=newest.time_ns,
        payload=newest.payload,
        chain_hash=newest.chain_hash,
    )
    wait_until(lambda: follower.error is not None, "the follower meets the forged batch")
    assert "journal_seq 33 to 33: the chain hash was" in str(follower.error)
