"""An order gateway's commands and questions, on a real command port and journal."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import pytest

from tests.support.bare_venue import BareVenue
from tests.support.waiting import wait_until
from venue.config import SequencerConfig
from venue.engine.engine import Engine
from venue.journal import RemoteJournal, open_reader
from venue.messages import OpenAccount
from venue.order_gateway.command_line import CommandLine
from venue.order_gateway.following import Following
from venue.replica import Replica

PATIENCE_S: Final = 30.0


class Gateway:
    """What of an order gateway has no FIX in it."""

    def __init__(self, venue: BareVenue, config: SequencerConfig) -> None:
        reader = open_reader(venue.url)
        self.failures: SimpleQueue[Exception] = SimpleQueue()
        self.remote = RemoteJournal(venue.data)
        self.following = Following(reader, Replica(Engine()), self.failures.put)
        self.line = CommandLine(self.remote, self.following, reader, config, self.failures.put)
        self.following.start()
        self.line.start()

    def accounts(self) -> list[str]:
        """As its own engine knows them, with everything applied that was submitted before."""
        told: SimpleQueue[list[str]] = SimpleQueue()
        assert self.line.query(lambda engine: told.put([each.account for each in engine.accounts()]))
        return told.get(timeout=PATIENCE_S)

    def stop(self) -> None:
        self.line.stop()
        self.following.stop()
        self.remote.close()


@pytest.fixture
def make_pair(tmp_path: Path) -> Iterator[Callable[..., tuple[BareVenue, Gateway]]]:
    pairs: list[tuple[BareVenue, Gateway]] = []

    def make(**bounds: float) -> tuple[BareVenue, Gateway]:
        config = SequencerConfig.model_validate(bounds)
        venue = BareVenue(tmp_path, config)
        venue.port.start()
        pairs.append((venue, Gateway(venue, SequencerConfig())))
        return pairs[-1]

    yield make
    for venue, gateway in pairs:
        gateway.stop()
        venue.stop()


def opening(number: int, why: str = "test") -> OpenAccount:
    return OpenAccount(f"A{number:05d}", by="ann", why=why)


def names(count: int) -> list[str]:
    return [opening(number).account for number in range(count)]


def journaled(venue: BareVenue) -> list[str]:
    commands = (command for batch in open_reader(venue.url).read() for command in batch.commands())
    return [command.account for command in commands if isinstance(command, OpenAccount)]


def test_question_sees_every_command_before_it(make_pair: Callable[..., tuple[BareVenue, Gateway]]) -> None:
    """Of its own gateway, in their order; and what others had been told is durable."""
    venue, gateway = make_pair()
    venue.sequencer.start()
    for number in range(600):
        assert gateway.line.submit(opening(number))
        if not number % 50:
            assert gateway.accounts() == names(number + 1)
    with RemoteJournal(venue.data) as other:
        for number in range(600, 650):
            other.append([opening(number)])
            assert gateway.accounts() == names(number + 1)
    assert journaled(venue) == names(650)


def test_stop_finishes_what_was_accepted(make_pair: Callable[..., tuple[BareVenue, Gateway]]) -> None:
    """After it nothing is accepted, and that is said."""
    venue, gateway = make_pair()
    venue.sequencer.start()
    for number in range(2_000):
        assert gateway.line.submit(opening(number))
    gateway.line.stop()
    assert journaled(venue) == names(2_000)
    assert not gateway.line.submit(opening(2_000), 0.0)
    assert not gateway.line.query(lambda _: None, 0.0)


def test_venue_that_is_busy_is_asked_again_in_order(
    make_pair: Callable[..., tuple[BareVenue, Gateway]], caplog: pytest.LogCaptureFixture
) -> None:
    """Its queue stays full for longer than it waits, several times: each command arrives once, none before another."""
    venue, gateway = make_pair(queue_max=1, enter_timeout_s=0.02)
    caplog.set_level(logging.WARNING)
    assert venue.sequencer.submit(opening(0))
    for number in range(1, 1_500):
        assert gateway.line.submit(opening(number))
    wait_until(lambda: len(caplog.records) > 2, "it was refused, and asked again")
    venue.sequencer.start()
    assert gateway.accounts() == names(1_500)
    assert journaled(venue) == names(1_500)


def test_group_that_is_too_long_for_a_request_is_divided(make_pair: Callable[..., tuple[BareVenue, Gateway]]) -> None:
    """Commands of many bytes each come in order too."""
    venue, gateway = make_pair()
    gate = threading.Event()

    def hold(_: Engine) -> None:
        gate.wait(PATIENCE_S)

    venue.sequencer.query(hold)
    venue.sequencer.start()
    for number in range(400):
        assert gateway.line.submit(opening(number, "x" * 10_000))
    gate.set()
    assert gateway.accounts() == names(400)
    assert journaled(venue) == names(400)


def test_venue_that_ends_is_told_once_and_nothing_is_accepted(
    make_pair: Callable[..., tuple[BareVenue, Gateway]],
) -> None:
    """What was under way may be in the journal or not: nobody is told that it is."""
    venue, gateway = make_pair()
    assert gateway.line.submit(opening(0))
    wait_until(lambda: venue.sequencer.queue_len == 1, "it is under way")
    venue.port.break_off()
    assert "whether it was done is not known" in str(gateway.failures.get(timeout=PATIENCE_S))
    wait_until(lambda: not gateway.line.submit(opening(1), 0.0), "nothing is accepted")
    assert gateway.failures.empty()
    venue.sequencer.start()


def test_journal_that_cannot_be_applied_ends_the_gateway(
    make_pair: Callable[..., tuple[BareVenue, Gateway]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica must not go on beside the venue's."""
    venue, gateway = make_pair()

    def refuse(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(gateway.following._replica, "apply_batch", refuse)
    venue.sequencer.start()
    assert gateway.line.submit(opening(0))
    assert str(gateway.failures.get(timeout=PATIENCE_S)) == "a fault"
