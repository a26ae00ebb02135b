"""The machine's clock steps back and forward under a running venue, and before a start."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from tests.support.faulty_storage import FaultyStorage
from tests.support.fix_message import utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.journal import journal_url, open_reader

SYMBOL: Final = "S001-USD"
HOUR_S: Final = 3_600.0


@pytest.fixture
def clock(tmp_path: Path) -> FaultyStorage:
    return FaultyStorage(tmp_path)


@pytest.fixture
def venue(tmp_path: Path, clock: FaultyStorage) -> Iterator[VenueProcess]:
    desk: dict[str, dict[str, Value]] = {"DESK": {"trades": ["DESK"], "reset_allowed": True}}
    config = write_config(tmp_path / "venue.toml", desk, instruments=1)
    process = VenueProcess(config, tmp_path / "data", clock.environment)
    process.start()
    yield process
    process.kill_if_running()


def transact_time(client: RawClient, cl_ord_id: str, off_s: float = 0.0) -> str:
    """Enter an order, by a client's clock that is off by so much; the TransactTime(60) of its report."""
    client.enter(cl_ord_id, "buy", "1", SYMBOL, price="5.00", SendingTime=utc_timestamp(off_s))
    return client.expect("8", ClOrdID=cl_ord_id, ExecType="0")["TransactTime"]


def test_time_of_the_venue_never_goes_back(venue: VenueProcess, clock: FaultyStorage) -> None:
    """However the clock steps, orders are taken, reports and journal stand still in time rather than going back, and
    no more is asked of a client than that its own clock agrees with the venue's."""
    with RawClient(venue.port, "DESK") as client:
        client.log_on()
        told = [transact_time(client, "before")]
        clock.put_clock_off(-5)
        told.append(transact_time(client, "five seconds back"))

        clock.put_clock_off(-HOUR_S)
        client.send("0")
        client.expect("3", SessionRejectReason="10")  # SendingTime(52) accuracy
        client.expect("5")
        client.hang_up()

        assert venue.stop() == 0
        venue.start()
        client.port = venue.port
        client.log_on_afresh(SendingTime=utc_timestamp(-HOUR_S))
        told.append(transact_time(client, "an hour back", -HOUR_S))
        client.hang_up()

        clock.put_clock_off(0)
        client.log_on_afresh()
        told.append(transact_time(client, "right again"))
        assert told == sorted(told)
        assert told[1] == told[2] < told[3]  # stood still, then went on
    times = [batch.time_ns for batch in open_reader(journal_url(JournalConfig(), venue.data)).read()]
    assert all(before <= after for before, after in pairwise(times))
