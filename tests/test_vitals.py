"""What a venue tells of itself over its command port, and what replicas tell it."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.bare_venue import BareVenue
from tests.support.waiting import wait_until
from venue.config import SequencerConfig
from venue.errors import OperatorError
from venue.journal.frames import ACCOUNTS, VITALS
from venue.journal.remote import RemoteJournal
from venue.messages import FixSessionStatus, OpenAccount
from venue.pulse import NAME_LEN_MAX, REPLICAS_MAX

QUEUE_MAX = 3


@pytest.fixture
def make_venue(tmp_path: Path) -> Iterator[Callable[[], BareVenue]]:
    """A venue whose port listens; its sequencer is not started."""
    venues: list[BareVenue] = []

    def make() -> BareVenue:
        venues.append(BareVenue(tmp_path, SequencerConfig(queue_max=QUEUE_MAX, enter_timeout_s=30)))
        venues[-1].port.start()
        return venues[-1]

    yield make
    for venue in venues:
        if venue.sequencer._thread.ident is None:  # its test never started it
            venue.sequencer.start()
        venue.stop()


@pytest.fixture
def venue(make_venue: Callable[[], BareVenue]) -> BareVenue:
    made = make_venue()
    made.sequencer.start()
    return made


def opening(account: str) -> OpenAccount:
    return OpenAccount(account, by="ann", why="test")


def test_vitals_count_commands_and_batches(venue: BareVenue) -> None:
    """Two requests are two batches, of three commands; each batch is one sample of the commit latency."""
    before_ns = time.time_ns()
    with RemoteJournal(venue.data) as remote:
        remote.append([opening("A"), opening("B")])
        remote.append([opening("C")])
        vitals = remote.ask(VITALS)
        first, _ = remote.append([opening("D")])[0]
    assert (vitals.commands, vitals.batches) == (first - 1, vitals.commit_latency.count)
    assert vitals.journal_seq == first - 1
    assert vitals.batches >= 2
    assert 0 < vitals.commit_latency.p50_us <= vitals.commit_latency.p99_us <= vitals.commit_latency.max_us
    assert vitals.started_ns <= before_ns <= vitals.time_ns <= time.time_ns()
    assert (vitals.is_accepting, vitals.failure) == (True, "")


def test_vitals_are_told_while_the_queue_is_full(make_venue: Callable[[], BareVenue]) -> None:
    """They go past the sequencer: who wants to know why nothing moves is told, and how full the queue is."""
    venue = make_venue()  # nobody takes from its queue
    for number in range(QUEUE_MAX):
        assert venue.sequencer.submit(opening(f"A{number}"))
    with RemoteJournal(venue.data) as remote:
        waiting = threading.Thread(target=remote.append, args=([opening("LATE")],))
        waiting.start()
        with RemoteJournal(venue.data) as other:
            wait_until(lambda: venue.sequencer._waiting_for_room == 1, "the request waits for room")
            vitals = other.ask(VITALS)
        venue.sequencer.start()
        waiting.join()
    assert (vitals.queue_len, vitals.queue_max, vitals.commands) == (QUEUE_MAX, QUEUE_MAX, 0)


def test_a_replica_says_how_far_it_is(venue: BareVenue) -> None:
    """Its last word counts, and all who ask are told of all replicas."""
    with RemoteJournal(venue.data) as remote:
        remote.ask(VITALS, "recorder", 5)
        remote.ask(VITALS, "admin_api", 6)
        told = remote.ask(VITALS, "recorder", 7)
        assert [(position.name, position.journal_seq) for position in told.replicas] == [
            ("admin_api", 6),
            ("recorder", 7),
        ]
        assert told.replicas[0].seen_ns <= told.replicas[1].seen_ns == told.time_ns
        assert remote.ask(VITALS).replicas == told.replicas, "who does not name itself is no replica"


def test_replicas_are_bounded(venue: BareVenue) -> None:
    """Of REPLICAS_MAX + 1 the one not heard of for longest is forgotten; a name is cut."""
    with RemoteJournal(venue.data) as remote:
        for number in range(REPLICAS_MAX):
            remote.ask(VITALS, f"r{number:03d}", number)
        remote.ask(VITALS, "r000", 1)
        remote.ask(VITALS, "z" * 1000, 2)
        names = {position.name for position in remote.ask(VITALS).replicas}
    assert len(names) == REPLICAS_MAX
    assert "r001" not in names
    assert {"r000", "z" * NAME_LEN_MAX} <= names


def test_an_order_gateway_tells_of_its_sessions(venue: BareVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last word counts, and all who ask hear it. When it is silent nobody is logged on there."""
    before, now = (FixSessionStatus("FAR", True, number, 2, 0, 9, 5, ("FAR",), (), 77, 1, 1) for number in (3, 4))
    with RemoteJournal(venue.data) as remote:
        for status in (before, now):
            remote.ask(VITALS, "gateway-1", 5, msgspec.json.encode([status]).decode())
        assert remote.ask(VITALS).fix_sessions == [now]
        monkeypatch.setattr("venue.pulse.SILENT_S", 0.0)
        gone = msgspec.structs.replace(now, is_logged_on=False, connected_since_ns=0)
        assert remote.ask(VITALS).fix_sessions == [gone]


@pytest.mark.parametrize("arguments", [("replica", "x"), ("replica", 1, 2), ("replica", 1, "[1]")])
def test_wrong_arguments_harm_nobody(venue: BareVenue, arguments: tuple[str | int, ...]) -> None:
    """They are refused in words, and what others are told stays right."""
    with RemoteJournal(venue.data) as remote:
        with pytest.raises(OperatorError, match="question vitals could not be answered"):
            remote.ask(VITALS, *arguments)
        assert remote.ask(VITALS).replicas == []
        assert remote.ask(ACCOUNTS) == []


def test_a_stopping_venue_says_that_it_accepts_nothing(venue: BareVenue) -> None:
    """is_accepting is False from the moment it stops; it did not fail."""
    with RemoteJournal(venue.data) as remote:
        venue.sequencer.stop()
        vitals = remote.ask(VITALS)
    assert (vitals.is_accepting, vitals.failure) == (False, "")
