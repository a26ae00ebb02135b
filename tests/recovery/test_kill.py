"""kill -9 under load and restart: nothing acknowledged is lost, nothing is told twice.

Three traders on raw sockets, whose sequence numbers go on for the whole test, trade with each other
until enough requests are acknowledged; then the venue is killed in the middle of it, started again on
the same data, and every trader compares what it is told with what it knew.

VENUE_CRASH_ROUNDS sets the number of rounds (`make crash`).
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.journal.postgres import postgres_server
from tests.recovery.crash_trader import CrashTrader
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import write_config
from tests.support.venue_process import VenueProcess, run_venue_command

ROUNDS: Final = int(os.environ.get("VENUE_CRASH_ROUNDS", "20"))
TRADERS: Final = ("T1", "T2", "T3")
SYMBOLS: Final = ["S001-USD", "S002-USD", "S003-USD"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    sessions = {name: {"trades": [name]} for name in TRADERS}
    bounds = {"status_reports_max": 100_000}
    return write_config(tmp_path / "venue.toml", sessions, instruments=len(SYMBOLS), fix=bounds)


@contextmanager
def crashing_venue(config: Path, **environment: str) -> Iterator[tuple[VenueProcess, list[CrashTrader]]]:
    """A venue not yet started, and the traders."""
    venue = VenueProcess(config, config.parent / "data", environment)
    traders = [CrashTrader(RecoveringClient(0, name), SYMBOLS, seed) for seed, name in enumerate(TRADERS)]
    try:
        yield venue, traders
    finally:
        for trader in traders:
            trader.client.close()
        venue.kill_if_running()


def trade_until_killed(venue: VenueProcess, traders: list[CrashTrader], acknowledgements: int) -> None:
    """Trade until so many more requests are acknowledged, kill the venue, take what was still on its way."""
    enough = sum(trader.acknowledged for trader in traders) + acknowledgements
    while sum(trader.acknowledged for trader in traders) < enough:
        for trader in traders:
            trader.ask_more()
        for trader in traders:
            trader.hear_all(patience_s=0.01)
    for trader in traders:
        trader.ask_more()
    venue.kill()
    for trader in traders:
        trader.hear_all(patience_s=1.0)
        trader.client.close()


def survive_crashes(venue: VenueProcess, traders: list[CrashTrader], rounds: int) -> None:
    """Trade, kill, start, compare, so many times; one trader in four stays away for a round."""
    chance = random.Random(20261123)
    for round_number in range(rounds):
        present = [trader for trader in traders if chance.random() < 0.75] or traders
        venue.start()
        for trader in present:
            trader.client.resends = bool(round_number % 2)
            trader.come_back(venue.port)
        trade_until_killed(venue, present, chance.randint(0, 500))
    venue.start()
    for trader in traders:
        trader.come_back(venue.port)
    exec_ids = [exec_id for trader in traders for exec_id in trader.exec_ids]
    assert len(exec_ids) == len(set(exec_ids))
    assert sum(trader.acknowledged for trader in traders) > 100 * rounds


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_nothing_acknowledged_is_lost_and_nothing_told_twice(config: Path) -> None:
    """Over all rounds every report follows from the ones before it, and ExecIDs are unique for ever."""
    with crashing_venue(config) as (venue, traders):
        survive_crashes(venue, traders, ROUNDS)
        assert venue.stop() == 0
        assert replayed_hash(venue) == replayed_hash(venue)


def test_the_same_holds_with_the_journal_in_postgresql(config: Path) -> None:
    """A few rounds with a journal that outlives the venue's process in a server of its own."""
    with postgres_server() as host:
        url = f"postgresql+psycopg://postgres@/postgres?host={host}"
        with crashing_venue(config, VENUE_JOURNAL__URL=url) as (venue, traders):
            survive_crashes(venue, traders, 3)
            assert venue.stop() == 0


def replayed_hash(venue: VenueProcess) -> str:
    """The hash of the state that `venue replay` rebuilds from the journal."""
    printed = run_venue_command("replay", "--config", str(venue.config), "--data", str(venue.data))
    return next(line for line in printed.splitlines() if line.startswith("state hash"))
