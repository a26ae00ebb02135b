"""An operator sets a session's numbers back while it trades, and before the venue is killed: all is told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fix_message import FixMessage
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue.journal import RemoteJournal
from venue.journal.frames import VITALS
from venue.messages import RESET_NUMBERS, ControlSession, FixSessionStatus

SYMBOL = "S001-USD"
RESETS = 3
TRADES = 60  # between two resets


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    process = VenueProcess(write_config(tmp_path / "venue.toml", trading_sessions(), instruments=1), tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture
def traders(venue: VenueProcess) -> Iterator[tuple[RecoveringClient, RecoveringClient]]:
    """The maker, who has an order on the book, and the taker."""
    with RecoveringClient(venue.port, "MAKER") as maker, RecoveringClient(venue.port, "TAKER") as taker:
        maker.log_on()
        taker.log_on()
        maker.enter("A", "sell", "400", SYMBOL, price="10.00", TimeInForce="1")
        maker.expect("8", ClOrdID="A", ExecType="0")
        yield maker, taker


def set_back(venue: VenueProcess) -> None:
    with RemoteJournal(venue.data) as journal:
        journal.append([ControlSession("MAKER", RESET_NUMBERS, "ann", "asked")])


def maker_status(venue: VenueProcess) -> FixSessionStatus:
    with RemoteJournal(venue.data) as journal:
        [status] = [status for status in journal.ask(VITALS).fix_sessions if status.comp_id == "MAKER"]
        return status


def take(taker: RecoveringClient, name: str, count: int) -> None:
    for number in range(count):
        taker.enter(f"{name}-{number}", "buy", "1", SYMBOL, price="10.00", TimeInForce="3")


def heard_until_logged_out(client: RecoveringClient) -> list[FixMessage]:
    """Answers the Logout(5), after which only session messages may come: QuickFIX sometimes answers the answer."""
    heard: list[FixMessage] = []
    while (message := client.receive_next()).msg_type != "5":
        heard.append(message)
    client.send("5")
    assert all(message.is_admin for message in client.receive_until_closed())
    return heard


def begin_anew(venue: VenueProcess, maker: RecoveringClient) -> None:
    """Once the numbers are set back: before, a logon would be turned away."""
    wait_until(lambda: maker_status(venue).next_target_seq == 1, "the numbers are set back")
    maker.next_out = maker.next_in = 1


def test_resets_under_load_lose_and_repeat_nothing(
    venue: VenueProcess, traders: tuple[RecoveringClient, RecoveringClient]
) -> None:
    """A client that reads gets each report once: before its Logout(5), or from the new store after it."""
    maker, taker = traders
    heard: list[FixMessage] = []
    for number in range(RESETS):
        take(taker, str(number), TRADES)
        set_back(venue)
        heard += heard_until_logged_out(maker)
        begin_anew(venue, maker)
        heard += maker.log_on_and_recover()
    for number in range(RESETS):
        for order in range(TRADES):
            taker.expect("8", ClOrdID=f"{number}-{order}", ExecType="0")
            taker.expect("8", ClOrdID=f"{number}-{order}", ExecType="F")
    while sum(message.get("ExecType") == "F" for message in heard) < RESETS * TRADES:
        heard.append(maker.receive_next())
    maker.expect_nothing_more(SYMBOL)
    exec_ids = [message["ExecID"] for message in heard if message.get("ExecType") == "F"]
    assert len(set(exec_ids)) == len(exec_ids) == RESETS * TRADES


def test_report_after_a_reset_survives_kill(
    venue: VenueProcess, traders: tuple[RecoveringClient, RecoveringClient]
) -> None:
    """What came before is told no more, what came after is told once, and the replay sets nothing back."""
    maker, taker = traders
    maker.log_out()
    set_back(venue)
    wait_until(lambda: maker_status(venue).next_target_seq == 1, "the numbers are set back")
    take(taker, "B", 1)
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F")
    wait_until(lambda: maker_status(venue).next_sender_seq == 2, "the maker's report is in the new store")
    venue.kill()
    venue.start()
    assert maker_status(venue).next_sender_seq == 2
    begin_anew(venue, maker)
    missed = maker.log_on_and_recover(venue.port)
    assert [(message["ExecType"], message["LastQty"], message.get("PossDupFlag")) for message in missed] == [
        ("F", "1.0", "Y")
    ]
