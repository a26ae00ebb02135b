"""A client that stops reading: it is cut off at the bound of its outbox, and nobody else notices.

Between the venue and the client lie the outbox and the kernel's buffers. So many reports are made that
all of them are full, however large the kernel lets the venue's send buffer grow (tcp_wmem, 4 MB).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.fix.test_session_cases import order
from tests.support.fix_message import FixMessage
from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess

SYMBOL: Final = "S001-USD"
ORDERS: Final = 20_000  # of the slow client; the report of a trade has about 350 bytes
PER_SWEEP: Final = 1_000
OUTBOX_MAX: Final = 2_000


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    sessions: dict[str, dict[str, Value]] = {
        name: {"trades": [name], "reset_allowed": True} for name in ("SLOW", "FAST")
    }
    config = write_config(tmp_path / "venue.toml", sessions, instruments=1, fix={"outbox_max": OUTBOX_MAX})
    process = VenueProcess(config, tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


def cl_ord_id(number: int) -> str:
    return f"{number:064d}"  # as long as one may be


def rest_orders(client: RawClient) -> None:
    """Enter ORDERS orders of quantity 1, a thousand at a time, and read their acknowledgements."""
    for start in range(0, ORDERS, PER_SWEEP):
        numbers = range(start, start + PER_SWEEP)
        terms = {"Side": "2", "OrderQty": "1"}
        client.send_bytes(b"".join(client.message("D", **order(SYMBOL, cl_ord_id(n)) | terms) for n in numbers))
        for number in numbers:
            client.expect("8", ClOrdID=cl_ord_id(number), ExecType="0")


def sweep(client: RawClient, number: int) -> None:
    """Take the next PER_SWEEP orders with one market order."""
    client.enter(f"sweep-{number}", "buy", str(PER_SWEEP), SYMBOL)
    client.expect("8", ExecType="0")
    for _ in range(PER_SWEEP - 1):
        client.expect("8", ExecType="F", OrdStatus="1")
    client.expect("8", ExecType="F", OrdStatus="2")


def test_client_that_does_not_read_is_cut_off_and_loses_nothing(venue: VenueProcess) -> None:
    """Its outbox full, it is logged out; others trade on; back again, it gets every report exactly once."""
    with (
        RecoveringClient(venue.port, "SLOW", receive_buffer=4096) as slow,
        RawClient(venue.port, "FAST") as fast,
    ):
        slow.log_on()
        fast.log_on()
        rest_orders(slow)

        for number in range(ORDERS // PER_SWEEP):  # the slow client does not read from here
            sweep(fast, number)
        venue.wait_for_output("SLOW is logged out: too slow")
        fast.expect_quiet()

        reports = [message for message in read_to_the_end(slow) if message.msg_type == "8"]
        assert len(reports) < ORDERS
        reports += slow.log_on_and_recover()
        assert [report["ClOrdID"] for report in reports] == [cl_ord_id(number) for number in range(ORDERS)]
        assert {(report["ExecType"], report["OrdStatus"]) for report in reports} == {("F", "2")}
        assert len({report["ExecID"] for report in reports}) == ORDERS


def read_to_the_end(client: RecoveringClient) -> list[FixMessage]:
    """What still lay in the kernel's buffers when the venue closed the connection."""
    said: list[FixMessage] = []
    while (message := client.receive()) is not None:
        said.append(message)
    client.close()
    return said
