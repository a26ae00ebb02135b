"""Halted, cancel-only and post-only instruments as clients see them, and the end of the day.

There is no operator's interface yet: the state changes and the day's end are written into the journal
of a stopped venue, as the commands an operator's interface will enter.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.fix.timestamps import utc_text
from venue.journal import journal_url, open_writer
from venue.messages import CANCEL_ONLY, HALTED, OPEN, POST_ONLY, AnyCommand, RollDay, SetTradingState, TradingState

SYMBOL: Final = "S001-USD"


@pytest.fixture
def stopped_venue(tmp_path: Path) -> Iterator[VenueProcess]:
    config = write_config(tmp_path / "venue.toml", trading_sessions(), instruments=2)
    process = VenueProcess(config, tmp_path / "data")
    yield process
    process.kill_if_running()


@pytest.fixture
def maker() -> Iterator[RecoveringClient]:
    with RecoveringClient(0, "MAKER") as client:
        yield client


@pytest.fixture
def taker() -> Iterator[RecoveringClient]:
    with RecoveringClient(0, "TAKER") as client:
        yield client


@contextmanager
def open_for(venue: VenueProcess, *clients: RecoveringClient) -> Iterator[None]:
    """The venue runs and the clients are logged on; afterwards it is stopped."""
    venue.start()
    for client in clients:
        assert client.log_on_and_recover(venue.port) == []
    yield
    for client in clients:
        client.close()
    assert venue.stop() == 0


def operate(venue: VenueProcess, *commands: AnyCommand) -> None:
    """Enter an operator's commands while the venue is closed."""
    venue.data.mkdir(exist_ok=True)
    writer = open_writer(journal_url(JournalConfig(), venue.data), ENGINE_VERSION)
    writer.append(list(commands), max(time.time_ns(), writer.last_time_ns))
    writer.close()


def set_state(state: TradingState) -> SetTradingState:
    return SetTradingState(SYMBOL, state, "operator", "a test")


def rest_order(client: RecoveringClient, cl_ord_id: str, side: str, price: str) -> None:
    client.enter(cl_ord_id, side, "10", SYMBOL, price=price, TimeInForce="1")
    client.expect("8", ClOrdID=cl_ord_id, ExecType="0")


def expect_status(client: RecoveringClient, status: str, text: str) -> None:
    client.send("e", SecurityStatusReqID="S", Symbol=SYMBOL, SubscriptionRequestType="0")
    client.expect("f", SecurityTradingStatus=status, Text=text)


def test_k_1_a_trading_halt_and_reinstatement(
    stopped_venue: VenueProcess, maker: RecoveringClient, taker: RecoveringClient
) -> None:
    """K.1.a: an order rests through a halt without a report, and trades afterwards with its old terms."""
    venue = stopped_venue
    with open_for(venue, maker):
        rest_order(maker, "A", "buy", "10.00")
        rest_order(maker, "B", "buy", "9.00")
    operate(venue, set_state(HALTED))
    with open_for(venue, maker, taker):
        expect_status(taker, "2", "halted")
        taker.enter("S1", "sell", "10", SYMBOL, price="10.00")
        taker.expect("8", ExecType="8", OrdStatus="8", OrdRejReason="2")
        maker.replace("R", "A", "buy", SYMBOL, OrderQty="20", Price="10.00")
        maker.expect("9", OrdStatus="0", CxlRejReason="99", CxlRejResponseTo="2")
        maker.cancel("C", "B", "buy", SYMBOL)
        maker.expect("8", ExecType="4", OrigClOrdID="B")
        maker.expect_nothing_more(SYMBOL)
    operate(venue, set_state(OPEN))
    with open_for(venue, maker, taker):
        expect_status(taker, "17", "open")
        taker.enter("S2", "sell", "10", SYMBOL, price="10.00")
        taker.expect("8", ExecType="0")
        taker.expect("8", ExecType="F", LastPx="10.00", OrdStatus="2")
        maker.expect("8", ExecType="F", ClOrdID="A", LastPx="10.00", OrdStatus="2")


def test_cancel_only_and_post_only_states(
    stopped_venue: VenueProcess, maker: RecoveringClient, taker: RecoveringClient
) -> None:
    """Cancel-only takes cancels and nothing else; post-only takes what rests and refuses what would take."""
    venue = stopped_venue
    with open_for(venue, maker):
        rest_order(maker, "A", "buy", "10.00")
        rest_order(maker, "B", "buy", "9.00")
    operate(venue, set_state(CANCEL_ONLY))
    with open_for(venue, maker, taker):
        expect_status(taker, "18", "cancel-only")
        taker.enter("S1", "sell", "10", SYMBOL, price="11.00")
        taker.expect("8", ExecType="8", OrdRejReason="2")
        maker.cancel("C", "B", "buy", SYMBOL)
        maker.expect("8", ExecType="4", OrigClOrdID="B")
    operate(venue, set_state(POST_ONLY))
    with open_for(venue, maker, taker):
        expect_status(taker, "21", "post-only")
        rest_order(taker, "S2", "sell", "11.00")
        taker.enter("S3", "sell", "10", SYMBOL, price="10.00")
        taker.expect("8", ExecType="8", OrdRejReason="99", Text="post-only order would take liquidity")
        taker.enter("S4", "sell", "10", SYMBOL, price="11.00", TimeInForce="3")
        taker.expect("8", ExecType="8", OrdRejReason="2")
        taker.enter("S5", "sell", "10", SYMBOL)
        taker.expect("8", ExecType="8", OrdRejReason="2")


def test_day_orders_expire_when_the_day_ends(stopped_venue: VenueProcess, maker: RecoveringClient) -> None:
    """At the end of the day Day orders end with 150=C, a report nobody asked for; GTC orders stay."""
    venue = stopped_venue
    while not entered_before_the_day_ended(venue, maker):
        venue.kill()  # a machine that takes so long to start gets another day
    maker.expect("8", ClOrdID="DAY", ExecType="C", OrdStatus="C", LeavesQty="0.0")
    maker.expect_nothing_more(SYMBOL)
    maker.ask_status("GTC", "buy", SYMBOL)
    maker.expect("8", ExecType="I", OrdStatus="0")


def entered_before_the_day_ended(venue: VenueProcess, maker: RecoveringClient) -> bool:
    """Open a venue whose day ends in a few seconds, and enter a Day and a GTC order."""
    shutil.rmtree(venue.data, ignore_errors=True)
    day_end_ns = time.time_ns() + 4_000_000_000
    operate(venue, RollDay(day_end_ns))
    venue.start()
    maker.port = venue.port
    maker.log_on_afresh()
    maker.enter("GTC", "buy", "10", SYMBOL, price="5.00", TimeInForce="1")
    maker.expect("8", ExecType="0", TimeInForce="1")
    maker.enter("DAY", "buy", "10", SYMBOL, price="5.00", TimeInForce="0")
    entered = maker.expect("8", ExecType="0", TimeInForce="0")
    return entered["TransactTime"] < utc_text(day_end_ns)
