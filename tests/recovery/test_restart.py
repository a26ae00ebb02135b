"""Stopping and starting: what a session, an order and a ClOrdID are after it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.fix_message import utc_timestamp
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import trading_sessions, write_config
from tests.support.venue_process import VenueProcess

SYMBOL = "S001-USD"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    process = VenueProcess(write_config(tmp_path / "venue.toml", trading_sessions(), instruments=1), tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture
def maker(venue: VenueProcess) -> Iterator[RecoveringClient]:
    with RecoveringClient(venue.port, "MAKER") as client:
        yield client


@pytest.fixture
def taker(venue: VenueProcess) -> Iterator[RecoveringClient]:
    with RecoveringClient(venue.port, "TAKER") as client:
        yield client


def rest_order(client: RecoveringClient, cl_ord_id: str, side: str, price: str, **more: str) -> None:
    client.enter(cl_ord_id, side, "10", SYMBOL, price=price, TimeInForce="1", **more)
    client.expect("8", ClOrdID=cl_ord_id, ExecType="0")


def test_clean_stop_logs_clients_out_and_the_next_start_goes_on(
    venue: VenueProcess, maker: RecoveringClient, taker: RecoveringClient
) -> None:
    """SIGTERM: Logout(5) to everybody, exit status 0; after the start numbers, orders and queues go on."""
    maker.log_on()
    taker.log_on()
    rest_order(maker, "A", "sell", "10.00")
    rest_order(taker, "B", "sell", "10.00")
    maker.enter("S", "buy", "10", SYMBOL, OrdType="3", StopPx="10.00", TimeInForce="1")
    maker.expect("8", ExecType="0", WorkingIndicator="N")

    status = venue.stop()

    assert status == 0
    for client in (maker, taker):
        assert "clos" in client.expect("5")["Text"]
        client.expect_closed()
    venue.start()
    assert maker.log_on_and_recover(venue.port) == []
    assert taker.log_on_and_recover(venue.port) == []
    # The maker's order is still the older one, and the stop is still held: a trade of 10 releases it.
    with RecoveringClient(venue.port, "OTHER") as other:
        other.log_on()
        other.enter("T", "buy", "10", SYMBOL, price="10.00")
        other.expect("8", ExecType="0")
        other.expect("8", ExecType="F", LastQty="10.0")
    maker.expect("8", ClOrdID="A", ExecType="F", OrdStatus="2")
    maker.expect("8", ClOrdID="S", ExecType="D", WorkingIndicator="Y")
    maker.expect("8", ClOrdID="S", ExecType="F", LastPx="10.00", OrdStatus="2")
    taker.expect("8", ClOrdID="B", ExecType="F", OrdStatus="2")


@pytest.mark.parametrize("end", [VenueProcess.stop, VenueProcess.kill], ids=["stop", "kill"])
def test_used_cl_ord_ids_are_remembered(
    venue: VenueProcess, maker: RecoveringClient, end: Callable[[VenueProcess], object]
) -> None:
    """A ClOrdID(11) used before the restart is a duplicate after it, that of a canceled order too."""
    maker.log_on()
    rest_order(maker, "A", "sell", "10.00")
    maker.cancel("C", "A", "sell", SYMBOL)
    maker.expect("8", ExecType="4", ClOrdID="C")
    rest_order(maker, "B", "sell", "10.00")
    end(venue)
    venue.start()
    assert maker.log_on_and_recover(venue.port) == []
    for cl_ord_id, ord_status in (("A", "4"), ("C", "4"), ("B", "0")):
        maker.enter(cl_ord_id, "buy", "10", SYMBOL, price="5.00")
        maker.expect("8", ClOrdID=cl_ord_id, ExecType="8", OrdRejReason="6", OrdStatus=ord_status)


def test_counters_go_on_after_kill(venue: VenueProcess, maker: RecoveringClient) -> None:
    """OrderID(37), ExecID(17) and JournalSeq(5001) of the first order after a crash are new and higher."""
    maker.log_on()
    maker.enter("A", "sell", "10", SYMBOL, price="10.00")
    before = maker.expect("8", ExecType="0")
    venue.kill()
    venue.start()
    assert maker.log_on_and_recover(venue.port) == []
    maker.enter("B", "sell", "10", SYMBOL, price="10.00")
    after = maker.expect("8", ExecType="0")
    for name in ("OrderID", "ExecID", "JournalSeq"):
        assert int(after[name]) == int(before[name]) + 1


def test_reports_for_a_client_that_is_away_survive_kill(
    venue: VenueProcess, maker: RecoveringClient, taker: RecoveringClient
) -> None:
    """A trade while its maker is away, then a crash: the maker is told when it returns, once."""
    maker.log_on()
    rest_order(maker, "A", "sell", "10.00")
    maker.close()
    taker.log_on()
    taker.enter("T", "buy", "4", SYMBOL, price="10.00")
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F")
    venue.kill()
    venue.start()
    (report,) = maker.log_on_and_recover(venue.port)
    assert (report["ClOrdID"], report["ExecType"], report["LeavesQty"]) == ("A", "F", "6.0")
    venue.kill()
    venue.start()
    assert maker.log_on_and_recover(venue.port) == []


def test_client_that_resets_its_numbers_is_not_told_again(venue: VenueProcess, maker: RecoveringClient) -> None:
    """ResetSeqNumFlag(141)=Y after a crash, and after the next: old reports do not come, new ones do."""
    maker.log_on_afresh()
    rest_order(maker, "A", "sell", "10.00")
    for cl_ord_id in ("B", "C"):
        venue.kill()
        venue.start()
        maker.port = venue.port
        maker.log_on_afresh()
        maker.expect_nothing_more(SYMBOL)
        rest_order(maker, cl_ord_id, "sell", "10.00")
    maker.send("AF", MassStatusReqID="Q", MassStatusReqType="7")
    for cl_ord_id in ("A", "B", "C"):
        maker.expect("8", ClOrdID=cl_ord_id, ExecType="I", TotNumReports="3")


def test_kill_of_the_venue_is_a_disconnect(venue: VenueProcess, maker: RecoveringClient) -> None:
    """Orders of a session with CancelOrdersOnDisconnect(8013)=Y are canceled by the start after a crash."""
    maker.log_on(CancelOrdersOnDisconnect="Y")
    rest_order(maker, "A", "sell", "10.00")
    venue.kill()
    venue.start()
    reports = maker.log_on_and_recover(venue.port) or [maker.receive_next()]
    assert [(report["ClOrdID"], report["ExecType"], report["ExecRestatementReason"]) for report in reports] == [
        ("A", "4", "99")
    ]


def test_gtd_order_that_ran_out_while_the_venue_was_down_expires_at_the_start(
    venue: VenueProcess, maker: RecoveringClient
) -> None:
    """An order whose ExpireTime(126) passed during the outage is not tradable for a moment after it."""
    maker.log_on()
    maker.enter("A", "sell", "10", SYMBOL, price="10.00", TimeInForce="6", ExpireTime=utc_timestamp(0.5))
    maker.expect("8", ExecType="0")
    venue.kill()
    venue.start()
    reports = maker.log_on_and_recover(venue.port) or [maker.receive_next()]
    assert [(report["ClOrdID"], report["ExecType"], report["OrdStatus"]) for report in reports] == [("A", "C", "C")]
