"""Mutated Logons: the venue answers each or cuts its connection off, and the sessions stay free for good ones.

VENUE_FUZZ_MESSAGES (a hundredth of them are Logons) and VENUE_FUZZ_SEED make it longer and different.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.admission import refusal
from tests.fuzz.asked import Pairs
from tests.fuzz.mutations import mutated
from tests.fuzz.test_fuzz_sessions import MESSAGES, SEED, assert_unharmed
from tests.support.fix_message import frame, utc_timestamp
from tests.support.fix_party import Deadline
from tests.support.progress import Progress
from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess

LOGONS: Final = MESSAGES // 100
AT_ONCE: Final = 200
LOGGED_ON_AFTER: Final = 10  # one in so many; a gate makes a CompID wait whose Logon was refused
CUT_OFF_S: Final = 15.0  # the venue's own limits are 5 s, looked at every second
_NO_NUMBER_IS_LOW: Final = 10**9


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    names = ["WITNESS", *(f"L{number}" for number in range(1, AT_ONCE + 1))]
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in names}
    process = VenueProcess(write_config(tmp_path / "venue.toml", sessions, instruments=1), tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.mark.timeout(120 + LOGONS)
def test_mutated_logons_are_answered_or_cut_off(venue: VenueProcess, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing but a Logon comes before a logon; whatever it says, nobody else is stalled, and a good one is let in."""
    print(f"VENUE_FUZZ_SEED={SEED}")
    chance, counts = random.Random(SEED), Counter[str]()
    with RawClient(venue.port, "WITNESS") as witness:
        witness.log_on(heartbeat_s=300)  # longer than a batch takes: nothing comes that it does not ask for
        tell = Progress("fuzz, Logons", LOGONS, capfd.disabled, "Logons", LOGONS > 200)
        while counts["sent"] < LOGONS:
            tell(counts["sent"])
            clients = [RawClient(venue.port, f"L{number}") for number in range(1, AT_ONCE + 1)]
            for client in clients:
                client.connect()
                client.send_bytes(mutated_logon(client, chance, counts))
            witness.expect_quiet()
            expect_answers(clients, counts)
            for client in clients[::LOGGED_ON_AFTER]:
                client.log_on_when_free()
                client.hang_up()
            assert_unharmed(venue)
            witness.expect_quiet()
    tell.say(str(dict(counts)))
    assert min(counts["let in"], counts["answered"], counts["cut off"]) > 0
    assert venue.stop() == 0, venue.printed()


def mutated_logon(client: RawClient, chance: random.Random, counts: Counter[str]) -> bytes:
    """One that the gate lets through. Without ResetSeqNumFlag(141)=Y any number might be low."""
    comp_ids = (client.sender, client.target)
    while True:
        fields = mutated(logon(client), chance)
        data = frame(fields)
        if not refusal(data, 1 if ("141", "Y") in fields else _NO_NUMBER_IS_LOW, comp_ids):
            counts["sent"] += 1
            return data
        counts["not sent"] += 1


def logon(client: RawClient) -> Pairs:
    return [
        ("35", "A"), ("34", "1"), ("49", client.sender), ("56", client.target), ("52", utc_timestamp()),
        ("98", "0"), ("108", "30"), ("141", "Y"), ("8013", "N"),
    ]  # fmt: skip


def expect_answers(clients: list[RawClient], counts: Counter[str]) -> None:
    """A message to each, or the end of its connection."""
    deadline = Deadline(CUT_OFF_S)
    for client in clients:
        message = client.receive(deadline.left())
        assert deadline.left() > 0, f"{client.sender}: neither answered nor cut off\n{client.told()}"
        if message is None:
            counts["cut off"] += 1
        else:
            counts["let in" if message.msg_type == "A" else "answered"] += 1
        client.hang_up()
