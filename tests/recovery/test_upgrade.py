"""An upgrade, with real processes of both versions: newer code goes on from a snapshot that the older one took, or
refuses to trade; and the older one refuses what the newer one has traded."""

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.support.next_version import NEXT_VERSION, build_next_version
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_API, WITH_RECORDER, VenueProcess, run_venue_command
from tests.support.waiting import wait_until
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


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    accounts: dict[str, dict[str, Value]] = {"MAKER": {}, "TAKER": {}}
    config = write_config(tmp_path / "venue.toml", {"DESK": {"trades": list(accounts)}}, accounts, instruments=1)
    newer = build_next_version(tmp_path / "next")
    data, with_all = tmp_path / "data", WITH_RECORDER | WITH_API | {"VENUE_API__ANONYMOUS": "operator"}
    return Versions(VenueProcess(config, data, WITH_RECORDER), VenueProcess(config, data, with_all | newer), newer)


def enter(venue: VenueProcess, account: str, side: Side, lots: int) -> list[type]:
    """A limit order at one price; the kinds of events."""
    with RemoteJournal(venue.data) as journal:
        order = EnterOrder("DESK", account, f"order-{next(_numbers)}", SYMBOL, side, LIMIT, GTC, lots, 10_000)
        ((_, events),) = journal.append([order])
    return [type(event) for event in events]


def told_orders(venue: VenueProcess) -> tuple[list[int], int]:
    """The ids that the admin API tells, and its journal_seq, once it has replayed what it may: what was closed before
    the snapshot is not among them."""
    with httpx.Client(base_url=f"http://127.0.0.1:{venue.api_port}/api/v3", timeout=30) as http:
        wait_until(lambda: http.get("/readiness").is_success, "the admin API is ready", 60)
        page = http.get("/orders").json()
    return [order["order_id"] for order in page["orders"]], page["journal_seq"]


def test_a_newer_version_goes_on_from_the_snapshot_of_a_clean_stop(versions: Versions) -> None:
    """Nothing of the older one's is replayed, by the admin API neither; orders rest on, the history goes on, and all
    is verified. Killed, it starts again from there; the older version then refuses."""
    versions.older.start()
    assert enter(versions.older, "MAKER", SELL, 100) == [OrderAccepted]
    assert enter(versions.older, "TAKER", BUY, 30) == [OrderAccepted, OrderTraded]
    assert versions.older.stop() == 0
    stopped_seq = versions.last_seq()
    versions.newer.start()
    order_ids, state_seq = told_orders(versions.newer)
    assert (order_ids, state_seq >= stopped_seq) == ([1], True)
    assert enter(versions.newer, "TAKER", BUY, 70) == [OrderAccepted, OrderTraded]
    versions.newer.kill()
    versions.newer.start()
    recovered = [line for line in versions.newer.output if "recovered: " in line]
    assert [f"snapshot {stopped_seq} loaded" in line for line in recovered] == [True, True]
    assert versions.newer.stop() == 0
    where = ("--config", str(versions.newer.config), "--data", str(versions.newer.data))
    told = run_venue_command("verify", *where, environment=versions.environment)
    assert told.splitlines()[-1] == "nothing differs"
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
