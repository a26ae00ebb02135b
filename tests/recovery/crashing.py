"""Rounds of trading, kill and start, and what must hold after each and over every client's whole life.

Traders on raw sockets, whose sequence numbers go on for their whole lives, trade with each other; one of them stays
away for three rounds of five; OPS, who trades nothing, watches them all. In the middle of it the venue is killed, and
started again on the same data, now and then only to be killed before its port opens. Each client comes back with its
own numbers and compares what it is told with what it knew (crash_trader.py). At the end all that each has heard is
compared with the journal, replayed from nothing.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pytest

from tests.recovery.copy_watcher import CopyWatcher
from tests.recovery.crash_trader import CrashTrader
from tests.recovery.whole_life import whole_life
from tests.support import forgetful_disk
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.progress import Progress
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.config import JournalConfig, SnapshotsConfig
from venue.journal import journal_url, open_reader
from venue.snapshots import open_snapshots, snapshots_url, take

ROUNDS: Final = int(os.environ.get("VENUE_CRASH_ROUNDS", "25"))  # over all tests
TRADERS: Final = ("T1", "T2", "T3")
AWAY: Final = "T3"
WATCHER: Final = "OPS"
SERVED_BY: Final = {"T1": 0, "T2": 1, "T3": 1, "OPS": 1}  # OPS, who watches all, hears of the first one's sessions too
TWO_GATEWAYS: Final = (
    WITH_GATE
    | {"VENUE_FIX__GATEWAYS": "2", "VENUE_GATE__ATTEMPTS_PER_S_MAX": "1000"}
    | {f"VENUE_SESSIONS__{name}__GATEWAY": str(number) for name, number in SERVED_BY.items()}
)
SYMBOLS: Final = ["S001-USD", "S002-USD", "S003-USD"]
SNAPSHOT_EVERY: Final = 4  # rounds
ACKNOWLEDGED_MAX: Final = 500  # requests of a round
KILLED_STARTS: Final = 0.25  # of the rounds: the start after it is killed too, and tried again
START_S: Final = 1.5  # about what it takes


def share(of_25: int) -> int:
    """Of the rounds asked for, those of a test that has so many of every 25."""
    return max(1, ROUNDS * of_25 // 25)


class CrashingVenue:
    """`settings` are parts of the environment."""

    def __init__(
        self,
        folder: Path,
        journal: str = "",
        program: Sequence[str] = ("venue",),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        sessions = {name: {"trades": [name]} for name in TRADERS} | {WATCHER: {"watches": list(TRADERS)}}
        bounds = {"status_reports_max": 100_000}
        config = write_config(folder / "venue.toml", sessions, instruments=len(SYMBOLS), fix=bounds)
        environment = {**(settings or {})} | ({"VENUE_JOURNAL__URL": journal} if journal else {})
        self.data: Final = folder / "data"
        self.process: Final = VenueProcess(config, self.data, environment, program)
        self.traders: Final = [CrashTrader(RecoveringClient(0, name), SYMBOLS, n) for n, name in enumerate(TRADERS)]
        self.watcher: Final = CopyWatcher(RecoveringClient(0, WATCHER))
        self.losses = 0  # of power
        self.kills = 0
        self._journal = journal or journal_url(JournalConfig(), self.data)

    def close(self) -> None:
        for client in self.clients:
            client.client.close()
        self.process.kill_if_running()

    @property
    def clients(self) -> list[CrashTrader | CopyWatcher]:
        return [*self.traders, self.watcher]

    def survive(self, rounds: int, tell: Progress, lose_power: Callable[[], bool] = lambda: False) -> None:
        """Trade, kill, start, compare, so many times, and at the end compare everybody's whole life.

        `lose_power`, asked while the venue is down, has taken what was not synced when it says so."""
        chance = random.Random(20261123)
        for number in range(rounds):
            present = [trader for trader in self.traders if not is_away(trader.client.sender, number)]
            self.process.start()
            self.come_back(present, resends=bool(chance.randint(0, 1)))
            self.trade_until_killed(present, chance.randint(0, ACKNOWLEDGED_MAX))
            self.perhaps_lose(lose_power)
            if chance.random() < KILLED_STARTS:
                self.kill_a_start(chance.uniform(0.0, START_S))
                self.perhaps_lose(lose_power)
            if number % SNAPSHOT_EVERY == 1:
                self.take_snapshot()
            tell(number + 1)
        self.process.start()
        self.come_back(self.traders, resends=True)
        self.compare_whole_lives()
        tell.say(self.told())
        assert sum(trader.acknowledged for trader in self.traders) > 100 * rounds

    def perhaps_lose(self, lose_power: Callable[[], bool]) -> None:
        if lose_power():
            self.losses += 1
            for client in self.clients:
                client.hearing.may_come_again = True

    def kill_a_start(self, after_s: float) -> None:
        """Anywhere in it, also just before the port opens; no client is there yet."""
        self.process.begin()
        time.sleep(after_s)  # what is tried is the moment, not a condition
        self.process.kill()
        self.kills += 1

    def told(self) -> str:
        reports = sum(len(client.hearing.exec_ids) for client in self.clients)
        again = sum(client.hearing.came_again for client in self.clients)
        return f"{self.kills:,} kills, {self.losses:,} power losses; {reports:,} reports heard once, {again:,} again"

    def come_back(self, present: Sequence[CrashTrader], resends: bool) -> None:
        self.watcher.come_back(self.process.port)
        for trader in present:
            trader.client.resends = resends
            trader.come_back(self.process.port)

    def trade_until_killed(self, traders: Sequence[CrashTrader], acknowledgements: int) -> None:
        """Trade until so many more requests are acknowledged, kill the venue, take what was still on its way."""
        self.trade(traders, acknowledgements)
        self.process.kill()
        self.kills += 1
        self.leave([*traders, self.watcher])

    def trade(self, traders: Sequence[CrashTrader], acknowledgements: int) -> None:
        """Until so many more requests are acknowledged; some are under way then."""
        enough = sum(trader.acknowledged for trader in traders) + acknowledgements
        while sum(trader.acknowledged for trader in traders) < enough:
            for trader in traders:
                trader.ask_more()
            for trader in traders:
                trader.hear_all(patience_s=0.01)
            self.watcher.hear_all(patience_s=0.0)
        for trader in traders:
            trader.ask_more()

    def leave(self, clients: Sequence[CrashTrader | CopyWatcher]) -> None:
        """Take what was still on its way."""
        for client in clients:
            client.hear_all(patience_s=1.0)
            client.client.close()

    def take_snapshot(self) -> None:
        """Of the journal's end, as the recorder does: a later start begins there."""
        store = open_snapshots(snapshots_url(SnapshotsConfig(), self.data))
        take(store, open_reader(self._journal), on_refusal=_fail)

    def compare_whole_lives(self) -> None:
        """Everybody is here and has heard all: each ExecID of its orders once, in the journal's order, and each order
        as the journal has it."""
        life = whole_life(open_reader(self._journal), {WATCHER: TRADERS})
        for client in self.clients:
            name, deadline = client.client.sender, Deadline(PATIENCE_S)
            while len(client.hearing.exec_ids) < len(life.told[name]) and deadline.left():
                client.hear_all(0.1)  # what the others did when they came back
            _require_same(name, client.hearing.exec_ids, life.told[name])
        for trader in self.traders:
            for order_id, order in trader.orders.items():
                assert order.told() == life.order(order_id), f"order {order_id} of {trader.client.sender}"


def _require_same(name: str, heard: list[str], told: list[str]) -> None:
    differing = [pair for pair in zip_longest(heard, told) if pair[0] != pair[1]]
    assert not differing, f"{name} heard {len(heard)} of {len(told)} reports, then (heard, told) {differing[:20]}"


def _fail(reason: str) -> None:
    raise AssertionError(reason)


def is_away(name: str, round_number: int) -> bool:
    return name == AWAY and round_number % 5 in (1, 2, 3)


def power_loss(venue: CrashingVenue, shadow: Path, seed: int, of_rounds: float) -> Callable[[], bool]:
    """In so many of the rounds: the folder of the FIX gateway as it may come back from the disk."""
    chance = random.Random(seed)

    def lose_power() -> bool:
        if chance.random() >= of_rounds:
            return False
        forgetful_disk.forget(shadow, (venue.data / "fix").resolve(), chance)
        return True

    return lose_power


@contextmanager
def crashing(venue: CrashingVenue) -> Iterator[CrashingVenue]:
    try:
        yield venue
    finally:
        venue.close()


def progress(name: str, rounds: int, capfd: pytest.CaptureFixture[str]) -> Progress:
    return Progress(name, rounds, capfd.disabled, "rounds", ROUNDS > 25)
