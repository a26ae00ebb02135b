"""The replica of the admin process: told commands and read ones together make the state the journal says."""

import asyncio
import random
from contextlib import closing
from pathlib import Path

import pytest

from admin_api.follower import Follower
from tests.engine.builders import ACCOUNTS, SESSIONS, X, cancel, enter
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import JournalWriter, journal_url, open_reader, open_writer
from venue.messages import BUY, SELL, AnyCommand, AnyEvent, OpenAccount, Side
from venue.replica import Replica

BATCHES = 300


def batches() -> list[list[AnyCommand]]:
    """Orders that rest, trade and are canceled, in batches of one to five commands."""
    chance = random.Random(4)
    found: list[list[AnyCommand]] = [[X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS]]
    number = 0
    for _ in range(BATCHES):
        batch: list[AnyCommand] = []
        for _ in range(chance.randint(1, 5)):
            number += 1
            owner = chance.choice("abcd")
            if chance.random() < 0.3:
                batch.append(cancel(f"{owner}{number}", f"{owner}{chance.randint(1, number)}"))
            else:
                side: Side = BUY if chance.random() < 0.5 else SELL
                batch.append(enter(f"{owner}{number}", side, chance.randint(1, 9), 100 + chance.randint(-3, 3)))
        found.append(batch)
    return found


@pytest.mark.parametrize("offered_of_ten", [0, 5, 10])
def test_commands_offered_and_read_are_applied_once_and_in_order(tmp_path: Path, offered_of_ten: int) -> None:
    """Whether the venue's answer or the journal is there first, each command's events are told once, in order, and
    the state is that of a plain replay. An offer that is not the next one waits for the journal."""
    url = journal_url(JournalConfig(), tmp_path)
    told: list[int] = []

    def note(journal_seq: int, _time_ns: int, _command: AnyCommand, _events: list[AnyEvent]) -> None:
        told.append(journal_seq)

    async def run(journal: JournalWriter) -> Engine:
        engine, chance = Engine(), random.Random(7)
        failures: list[Exception] = []
        follower = Follower(open_reader(url), Replica(engine, [note]), lambda: None, failures.append)
        follower.start()
        try:
            for number, commands in enumerate(batches()):
                first_seq = journal.append(commands, number)
                if chance.randrange(10) < offered_of_ten:
                    follower.offer(first_seq, number, commands)
                    follower.offer(journal.last_seq + 2, number, commands)  # not the next one
                if not chance.randrange(5):
                    await asyncio.sleep(0)
            await asyncio.wait_for(follower.applied(journal.last_seq), 20)
        finally:
            await asyncio.to_thread(follower.stop)
        assert failures == []
        return engine

    with closing(open_writer(url, ENGINE_VERSION)) as journal:
        engine = asyncio.run(run(journal))
        last_seq = journal.last_seq
    assert told == list(range(1, last_seq + 1))
    plain = Replica(Engine())
    plain.catch_up(open_reader(url))
    assert engine.state_hash() == plain.engine.state_hash()
