"""What a client finds after a power loss that took all it did from the logon on, but for the journal."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support import forgetful_disk
from tests.support.fix_message import utc_timestamp
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import CAREFUL, trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from venue.fix.restoring import MARGIN

SYMBOL: Final = "S001-USD"
OTHER_SYMBOL: Final = "S002-USD"


class FailingMachine:
    """A venue whose disk forgets."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._shadow = folder / "synced"
        config = write_config(folder / "venue.toml", trading_sessions(), instruments=2)
        program = ("tests.support.forgetful_disk", str(self._shadow), str(self.data / "fix"))
        self.venue = VenueProcess(config, self.data, program=program)

    def start(self) -> None:
        self.venue.start()

    def lose_from_here(self) -> None:
        forgetful_disk.stop_syncing(self._shadow)

    def lose_power(self) -> None:
        self.venue.kill()
        forgetful_disk.forget(self._shadow, (self.data / "fix").resolve(), random.Random(1))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[FailingMachine]:
    made = FailingMachine(tmp_path)
    made.start()
    yield made
    made.venue.kill_if_running()


def told_again(client: RecoveringClient, machine: FailingMachine) -> list[tuple[str, str, str | None]]:
    """ClOrdID(11), ExecType(150) or else MsgType(35), and PossResend(97) of all that comes after the client has logged
    on with its own numbers, and has sent again what it was asked for."""
    messages = client.log_on_and_recover(machine.venue.port)
    client.ask_status("THE END", "buy", SYMBOL)
    while (message := client.receive_next()).get("ClOrdID") != "THE END":
        messages.append(message)
    return [
        (message["ClOrdID"], message.get("ExecType") or message.msg_type, message.get("PossResend"))
        for message in messages
        if not message.is_admin
    ]


def test_requests_sent_again_are_done_once(machine: FailingMachine) -> None:
    """Asked for all it sent, a client sends it with PossDupFlag(43)=Y: orders are answered with their status, what was
    refused stays refused though it could be taken now, a mass cancel cancels nothing that came behind it; also when
    the venue is killed once more before the client returns."""
    machine.lose_from_here()
    with RecoveringClient(machine.venue.port, "MAKER") as maker, RecoveringClient(machine.venue.port, "TAKER") as taker:
        maker.log_on()
        taker.log_on()
        maker.enter("ASK", "sell", "10", SYMBOL, price="10.00", TimeInForce="1")
        maker.expect("8", ExecType="0")
        taker.enter("POST", "buy", "10", SYMBOL, price="10.00", ExecInst="6", TimeInForce="1")
        taker.expect("8", ExecType="8", ClOrdID="POST")
        taker.send("q", ClOrdID="MASS", MassCancelRequestType="7", TransactTime=utc_timestamp())
        taker.expect("r", ClOrdID="MASS")
        taker.enter("BEHIND", "buy", "10", OTHER_SYMBOL, price="9.00", TimeInForce="1")
        taker.expect("8", ExecType="0", ClOrdID="BEHIND")
        maker.cancel("GONE", "ASK", "sell", SYMBOL)
        maker.expect("8", ExecType="4", ClOrdID="GONE")

        machine.lose_power()
        machine.start()
        machine.venue.kill()
        machine.start()

        assert told_again(taker, machine) == [
            ("POST", "8", "Y"),
            ("MASS", "r", "Y"),
            ("BEHIND", "0", "Y"),
            ("BEHIND", "I", None),
        ]
        assert told_again(maker, machine) == [
            ("ASK", "0", "Y"),
            ("GONE", "4", "Y"),
            ("GONE", "I", None),
            ("GONE", "I", None),
        ]
        taker.enter("POST", "buy", "10", SYMBOL, price="10.00", ExecInst="6", TimeInForce="1")
        taker.expect("8", ExecType="0", ClOrdID="POST")  # a new order, which takes the ClOrdID that was free


def test_numbers_go_on_behind_what_the_client_has_seen(machine: FailingMachine) -> None:
    """Both numbers of a client that had reset them are taken on; the numbers left out may be asked for by their range;
    orders to be canceled with the connection are canceled."""
    with (
        RecoveringClient(machine.venue.port, "OTHER") as other,
        RecoveringClient(machine.venue.port, CAREFUL) as careful,
    ):
        other.log_on()
        other.enter("A", "buy", "1", SYMBOL, price="9.00", TimeInForce="1")
        other.expect("8", ExecType="0")
        other.expect_nothing_more(SYMBOL)  # what is behind it is sent when it is noted as told
        other.close()
        other.log_on_when_free()  # resets its numbers
        careful.log_on()
        machine.lose_from_here()
        careful.enter("C", "buy", "1", SYMBOL, price="9.00", TimeInForce="1")
        careful.expect("8", ExecType="0")
        other.cancel("B", "A", "buy", SYMBOL)
        other.expect("8", ExecType="4")
        seen = other.next_in

        machine.lose_power()
        machine.start()

        assert told_again(other, machine) == [("B", "4", "Y"), ("B", "I", None)]
        assert other.next_in > MARGIN
        other.send("2", BeginSeqNo=str(seen), EndSeqNo=str(other.next_in - 1))
        first = super(RecoveringClient, other).receive()
        assert first is not None
        assert (first.msg_type, first.get("GapFillFlag"), first.msg_seq_num) == ("4", "Y", seen)
        assert told_again(careful, machine) == [("C", "0", "Y"), ("C", "4", None), ("C", "I", None)]
