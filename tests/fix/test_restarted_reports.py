"""A venue that was killed neither loses nor repeats a report: copies, list statuses and amended trades too."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.fix.test_order_lists import BUY, OTO, SELL, enter_list, order
from tests.support.fix_message import FixMessage
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import write_config
from tests.support.venue_process import VenueProcess
from venue.journal.remote import RemoteJournal
from venue.messages import BustTrade

SYMBOL: Final = "S001-USD"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    """MAKER and TAKER trade, TAPE watches MAKER."""
    sessions = {"MAKER": {"trades": ["MAKER"]}, "TAKER": {"trades": ["TAKER"]}, "TAPE": {"watches": ["MAKER"]}}
    process = VenueProcess(write_config(tmp_path / "venue.toml", sessions, instruments=1), tmp_path / "data")
    process.start()
    yield process
    process.kill_if_running()


def told(messages: list[FixMessage]) -> list[tuple[str, ...]]:
    """Type, ClOrdID and kind of each: ("8", "A", "F"), ("N", "A", "6")."""
    kinds = [message.get("ExecType") or message.get("ListOrderStatus") or "" for message in messages]
    return [(message.msg_type, message["ClOrdID"], kind) for message, kind in zip(messages, kinds, strict=True)]


def test_killed_venue_tells_each_report_once(venue: VenueProcess) -> None:
    """Who was there is told nothing again; who was away gets everything, in order, across two kills."""
    with ExitStack() as stack:
        maker, taker, tape = (
            stack.enter_context(RecoveringClient(venue.port, name)) for name in ("MAKER", "TAKER", "TAPE")
        )
        maker.log_on()
        taker.log_on()
        enter_list(maker, "L", OTO, SYMBOL, order("A", BUY, "10.00"), order("B", SELL, "12.00"))
        assert told([maker.receive_next() for _ in range(3)]) == [("N", "A", "3"), ("8", "A", "0"), ("8", "B", "0")]

        venue.kill()
        venue.start()
        assert maker.log_on_and_recover(venue.port) == []
        assert taker.log_on_and_recover(venue.port) == []
        copies = [("8", "A", "0"), ("8", "B", "0")]
        missed = tape.log_on_and_recover(venue.port)
        assert told(missed) == copies
        assert {report["CopyMsgIndicator"] for report in missed} == {"Y"}
        tape.close()
        maker.close()

        taker.enter("T", "sell", "10", SYMBOL, price="10.00")
        assert told([taker.receive_next() for _ in range(2)]) == [("8", "T", "0"), ("8", "T", "F")]
        with RemoteJournal(venue.data) as journal:
            journal.append([BustTrade(1, "operator", "typing error")])
        taker.expect("8", ExecType="H", OrdStatus="4")
        taker.cancel("C", "B", "sell", SYMBOL)  # another session's order: refused, and nobody is told but the taker
        taker.expect("9", CxlRejReason="1")

        venue.kill()
        venue.start()
        assert taker.log_on_and_recover(venue.port) == []
        after = [("8", "A", "F"), ("8", "B", "D"), ("8", "A", "H")]
        assert told(maker.log_on_and_recover(venue.port)) == after
        assert told(tape.log_on_and_recover(venue.port)) == after
        maker.cancel("X", "B", "sell", SYMBOL)
        assert told([maker.receive_next() for _ in range(2)]) == [("8", "X", "4"), ("N", "A", "6")]
        assert told([tape.receive_next()]) == [("8", "X", "4")]


def test_trade_from_before_a_restart_can_be_busted(venue: VenueProcess) -> None:
    """The restarted venue remembers its trades: 150=H refers to the report of before."""
    with RecoveringClient(venue.port, "MAKER") as maker, RecoveringClient(venue.port, "TAKER") as taker:
        maker.log_on()
        taker.log_on()
        maker.enter("A", "buy", "10", SYMBOL, price="10.00", TimeInForce="1")
        maker.expect("8", ExecType="0")
        taker.enter("T", "sell", "10", SYMBOL, price="10.00")
        traded = maker.expect("8", ExecType="F")
        venue.kill()
        venue.start()
        assert maker.log_on_and_recover(venue.port) == []
        with RemoteJournal(venue.data) as journal:
            journal.append([BustTrade(int(traded["TrdMatchID"]), "operator", "typing error")])
        maker.expect("8", ExecType="H", ExecRefID=traded["ExecID"], OrdStatus="4", Text="typing error")
