"""An upgrade, with real processes of both versions: newer code goes on from a snapshot that the older one took, or
refuses to trade; and the older one refuses what the newer one has traded."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.support.next_version import NEXT_VERSION, build_next_version
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_RECORDER, VenueProcess
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.journal import RemoteJournal, journal_url, open_reader
from venue.messages import BUY, GTC, LIMIT, SELL, EnterOrder, OrderAccepted, OrderTraded, Side

SYMBOL = "S001-USD"
_numbers = count(1)


@dataclass(frozen=True)
class Versions:
    """Both on one data folder, never at the same time."""

    older: VenueProcess
    newer: VenueProcess
    environment: dict[str, str]  # of the newer one

    def last_seq(self) -> int:
        return open_reader(journal_url(JournalConfig(), self.older.data)).last_seq()

    def run(self, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
        """A command of either version: exit status, and what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "venue", *arguments, "--config", self.older.config, "--data", self.older.data],
            env=os.environ | environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    accounts: dict[str, dict[str, Value]] = {"MAKER": {}, "TAKER": {}}
    config = write_config(tmp_path / "venue.toml", {"DESK": {"trades": list(accounts)}}, accounts, instruments=1)
    newer = build_next_version(tmp_path / "next")
    data = tmp_path / "data"
    return Versions(VenueProcess(config, data, WITH_RECORDER), VenueProcess(config, data, WITH_RECORDER | newer), newer)


def enter(venue: VenueProcess, account: str, side: Side, lots: int) -> list[type]:
    """A limit order at one price; the kinds of events."""
    with RemoteJournal(venue.data) as journal:
        order = EnterOrder("DESK", account, f"order-{next(_numbers)}", SYMBOL, side, LIMIT, GTC, lots, 10_000)
        ((_, events),) = journal.append([order])
    return [type(event) for event in events]


def test_a_newer_version_goes_on_from_the_snapshot_of_a_clean_stop(versions: Versions) -> None:
    """Nothing of the older one's is replayed; orders rest on, the history goes on, and all is verified. Killed, it
    starts again from there; the older version then refuses."""
    versions.older.start()
    assert enter(versions.older, "MAKER", SELL, 100) == [OrderAccepted]
    assert enter(versions.older, "TAKER", BUY, 30) == [OrderAccepted, OrderTraded]
    assert versions.older.stop() == 0
    stopped_seq = versions.last_seq()
    versions.newer.start()
    assert enter(versions.newer, "TAKER", BUY, 70) == [OrderAccepted, OrderTraded]
    versions.newer.kill()
    versions.newer.start()
    recovered = [line for line in versions.newer.output if "recovered: " in line]
    assert [f"snapshot {stopped_seq} loaded" in line for line in recovered] == [True, True]
    assert versions.newer.stop() == 0
    status, told = versions.run(versions.environment, "verify")
    assert (status, told.splitlines()[-1]) == (0, "nothing differs")
    assert f"the replay begins at snapshot {stopped_seq}" in told
    assert "the history is what the journal gives" in told
    with pytest.raises(AssertionError, match="the venue did not start"):
        versions.older.start()
    assert re.search(
        rf"the commands {stopped_seq + 1} to \d+ of the journal were traded by engine version {NEXT_VERSION}; this is "
        rf"engine version {ENGINE_VERSION}",
        versions.older.printed(),
    )


def test_a_newer_version_refuses_what_the_older_one_left_without_a_snapshot(versions: Versions) -> None:
    """After a kill -9, with what to do; nothing is changed. Once the older one was started and stopped cleanly, the
    newer one goes on."""
    versions.older.start()
    assert enter(versions.older, "MAKER", SELL, 100) == [OrderAccepted]
    versions.older.kill()
    killed_seq = versions.last_seq()
    with pytest.raises(AssertionError, match="the venue did not start"):
        versions.newer.start()
    assert (
        f"the commands 1 to {killed_seq} of the journal were traded by engine version {ENGINE_VERSION}; this is engine "
        f"version {NEXT_VERSION}, which may trade them otherwise and was to replay from 1: run the version that wrote "
        "them once more and stop it cleanly"
    ) in versions.newer.printed()
    assert versions.last_seq() == killed_seq
    versions.older.start()
    assert versions.older.stop() == 0
    versions.newer.start()
    assert enter(versions.newer, "TAKER", BUY, 100) == [OrderAccepted, OrderTraded]
    assert versions.newer.stop() == 0
