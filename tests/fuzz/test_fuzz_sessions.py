"""Mutated messages through sessions that are logged on: the venue refuses or does each, and nothing else happens.

VENUE_FUZZ_MESSAGES and VENUE_FUZZ_SEED make it longer and different (`make fuzz`). Only what the frame rules of
admission.py let through is sent, and garbled frames.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.attacker import Attacker, AttackingClient
from tests.fuzz.originals import SYMBOLS
from tests.support.progress import Progress
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.journal import JournalReader, journal_url, open_reader
from venue.messages import MassCancel

MESSAGES: Final = int(os.environ.get("VENUE_FUZZ_MESSAGES", "20000"))
SEED: Final = int(os.environ.get("VENUE_FUZZ_SEED", "42"))
SESSIONS: Final = tuple(f"F{number}" for number in range(1, 9))
SENT: Final = ("plain", "wild", "garbled")


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in SESSIONS}
    config = write_config(tmp_path / "venue.toml", sessions, instruments=len(SYMBOLS))
    process = VenueProcess(config, tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


class Audit:
    """Reads the journal on, and gives each session's commands to the attacker who should have asked for them."""

    def __init__(self, reader: JournalReader, attackers: list[Attacker]) -> None:
        self._reader = reader
        self._attackers = {attacker.client.sender: attacker for attacker in attackers}
        self._next_seq = reader.last_seq() + 1

    def check(self) -> None:
        """Called when every attacker has heard the answer to its mark, so that all it asked is journaled."""
        for batch in self._reader.read(self._next_seq):
            for command in batch.commands():
                attacker = self._attackers.get(getattr(command, "session", ""))
                if attacker and not (isinstance(command, MassCancel) and command.reason):  # of a lost connection
                    attacker.journaled(command)
            self._next_seq = batch.last_seq + 1
        for attacker in self._attackers.values():
            attacker.expect_all_journaled()


@pytest.mark.timeout(120 + MESSAGES // 100)
def test_mutated_messages_are_refused_or_done(venue: VenueProcess, capfd: pytest.CaptureFixture[str]) -> None:
    """No exit, no exception, no stalled session; what is refused changes nothing, what is not is as it was asked."""
    print(f"VENUE_FUZZ_SEED={SEED}")
    chance, counts = random.Random(SEED), Counter[str]()
    attackers = [Attacker(AttackingClient(venue.port, name), chance, counts) for name in SESSIONS]
    audit = Audit(open_reader(journal_url(JournalConfig(), venue.data)), attackers)
    tell = Progress("fuzz, sessions", MESSAGES, capfd.disabled, "messages", MESSAGES > 20_000)
    while (sent := sum(counts[kind] for kind in SENT)) < MESSAGES:
        tell(sent)
        attack(attackers)
        audit.check()
        assert_unharmed(venue)
    tell.say(str(dict(counts)))
    assert min(counts[kind] for kind in (*SENT, "refused", "journaled")) > MESSAGES // 100
    for attacker in attackers:
        attacker.client.close()
    assert venue.stop() == 0, venue.printed()


def attack(attackers: list[Attacker]) -> None:
    for attacker in attackers:
        del attacker.client.dialogue[:-200]
        attacker.log_on()
        attacker.send_plain()
    for attacker in attackers:
        attacker.hear()
    for attacker in attackers:
        attacker.go_wild()


def assert_unharmed(venue: VenueProcess) -> None:
    """Exceptions that callbacks keep from QuickFIX are in the log, with their tracebacks."""
    assert venue.is_running, venue.printed()
    harm = [line for line in venue.output if "Traceback" in line or '"level": "error"' in line]
    assert not harm, "\n".join(harm[:5])
