"""What the gate passes on of a client that is logged on, and how it ends: through a real venue."""

from collections.abc import Iterator

import pytest

from tests.fix.gate.conftest import give_password
from tests.support.fix_message import seal_body, utc_timestamp
from tests.support.fix_party import PATIENCE_S
from tests.support.gate_client import GateClient
from tests.support.venue_process import VenueProcess


@pytest.fixture
def client(gated: VenueProcess, resetting: str) -> Iterator[GateClient]:
    """Logged on, with the number 2 next."""
    with GateClient(gated.port, resetting, password=give_password(gated.data, resetting)) as client:
        client.log_on_here()
        yield client


def test_a_low_number_is_answered_and_nothing_after_it_is_read(client: GateClient) -> None:
    """Logout(5) with the reason, then the end; the SequenceReset(4) behind it, which kills QuickFIX, and the order
    never get there."""
    low = client.message("0", MsgSeqNum="1")
    reset = client.message("4", MsgSeqNum="2", NewSeqNo="900", GapFillFlag="Y")
    client.send_bytes(low + reset)
    client.expect("5")
    client.expect_closed()
    client.log_on_here(MsgSeqNum=str(client.next_out))
    client.expect_quiet()


def test_a_sequence_reset_that_is_no_gap_fill_ends_the_connection(client: GateClient) -> None:
    """What was sent before it is served; the numbers stay."""
    client.enter("g1", "buy", "1", "S004-USD", "1.00")
    reset = client.message("4", MsgSeqNum=str(client.next_out), NewSeqNo="900")
    client.send_bytes(reset)
    client.receive_until_closed()
    client.next_in = 3  # the report of g1 had number 2, whether or not it came in time
    client.log_on_here()
    client.expect_quiet()
    client.ask_status("g1", "buy", "S004-USD")
    client.expect("8", ClOrdID="g1", ExecType="I", OrdStatus="0")


def test_garbage_ends_the_connection(client: GateClient) -> None:
    """A wrong checksum; the next Logon has the next number."""
    client.send_bytes(b"8=FIX.4.4\x019=5\x0135=0\x0110=999\x01")
    client.expect_closed()
    client.log_on_here()
    client.expect_quiet()


def test_a_message_that_is_too_long_ends_the_connection(client: GateClient) -> None:
    """4 KiB for an order; it is known from BodyLength(9), before the rest has come."""
    client.send_bytes(b"8=FIX.4.4\x019=5000\x0135=D\x01")
    client.expect_closed()


def test_a_gap_is_filled_through_the_gate(client: GateClient) -> None:
    """A number is left out: ResendRequest(2); the gap fill goes through, and what waited is served."""
    missing = client.next_out
    client.next_out += 1
    client.enter("w1", "buy", "1", "S005-USD", "1.00")
    client.expect("2", BeginSeqNo=str(missing))
    client.send_bytes(client.message("4", MsgSeqNum=str(missing), NewSeqNo=str(missing + 1), GapFillFlag="Y"))
    client.expect("8", ClOrdID="w1", ExecType="0")
    client.expect_quiet()


def test_a_gap_that_is_never_filled_ends_the_connection(gated: VenueProcess, resetting: str) -> None:
    """QuickFIX asks for it once. What waits behind it is no sign of life: after 2.4 heartbeats the client is gone, and
    asked anew when it comes back."""
    with GateClient(gated.port, resetting, password=give_password(gated.data, resetting)) as client:
        client.log_on_here(HeartBtInt="5")
        missing = client.next_out
        client.next_out += 1
        client.send("0")
        client.expect("2", BeginSeqNo=str(missing))
        client.send("0")
        while (said := client.receive(4 * PATIENCE_S)) is not None:
            assert said.msg_type in "01"
        client.log_on_here()
        client.expect("2", BeginSeqNo=str(missing))
        again = {"PossDupFlag": "Y", "OrigSendingTime": utc_timestamp()}
        client.send_as(missing, "4", NewSeqNo=str(client.next_out), GapFillFlag="Y", **again)
        client.expect_quiet()


def test_numbers_are_reset_on_a_session_that_is_logged_on(client: GateClient) -> None:
    """A Logon with ResetSeqNumFlag(141)=Y and number 1 on the same connection; without 141 it is the end."""
    client.next_out = 1
    client.send_bytes(client.logon(ResetSeqNumFlag="Y"))
    client.next_out = 2
    client.expect("A", ResetSeqNumFlag="Y")
    client.enter("n1", "buy", "1", "S006-USD", "1.00")
    client.expect("8", ClOrdID="n1", ExecType="0")
    client.send_bytes(client.logon())
    client.expect_closed()


def test_what_comes_behind_a_logon_is_served_after_it(gated: VenueProcess, resetting: str) -> None:
    """In one packet with it: held until the venue has answered the Logon."""
    with GateClient(gated.port, resetting, password=give_password(gated.data, resetting)) as client:
        client.connect()
        logon = client.logon()
        client.next_out += 1
        order = client.message(
            "D", ClOrdID="q1", Symbol="S007-USD", Side="1", TransactTime=utc_timestamp(), OrdType="2",
            OrderQty="1", Price="1.00",
        )  # fmt: skip
        client.send_bytes(logon + order)
        client.expect("A")
        client.expect("8", ClOrdID="q1", ExecType="0")


def test_a_logon_that_quickfix_refuses_is_told_and_closed(gated: VenueProcess, steady: str) -> None:
    """Its number is too low: Logout(5) with the numbers, to a client that has proven who it is."""
    with GateClient(gated.port, steady, password=give_password(gated.data, steady)) as client:
        client.log_on_here()
        client.expect_quiet()
        client.log_out()
        client.connect()
        client.send_bytes(_logon_with_low_number(client))
        client.expect("5")
        client.expect_closed()


def _logon_with_low_number(client: GateClient) -> bytes:
    client.next_out, right = 1, client.next_out
    message = client.logon()
    client.next_out = right
    return message


def test_the_throttle_refuses_and_then_logs_out(gated: VenueProcess) -> None:
    """5 orders a second: what is above gets 8 with 103=99, cancels are free, and twice the rate is Logout(5)."""
    with GateClient(gated.port, "SLOW", password=give_password(gated.data, "SLOW")) as client:
        client.log_on_here()
        for number in range(6):
            client.enter(f"t{number}", "buy", "1", "S008-USD", "1.00")
        for number in range(5):
            client.cancel(f"c{number}", f"t{number}", "buy", "S008-USD")
        for number in range(5):
            client.expect("8", ClOrdID=f"t{number}", ExecType="0")
        client.expect("8", ClOrdID="t5", ExecType="8", OrdRejReason="99")
        for number in range(5):
            client.expect("8", ClOrdID=f"c{number}", ExecType="4")
        for number in range(10):
            client.enter(f"u{number}", "buy", "1", "S008-USD", "1.00")
        said = client.receive_until_closed()
        assert said[-1].msg_type == "5"
        assert "twice the limit" in said[-1]["Text"]


def test_a_data_field_with_a_wrong_length_ends_the_connection(client: GateClient) -> None:
    """RawDataLength(95) is trusted by QuickFIX's kind of parser, and so is checked before it."""
    number, now = client.next_out, utc_timestamp()
    body = f"35=0|34={number}|49={client.sender}|52={now}|56=VENUE|95=900000|96=x|"
    client.send_bytes(seal_body(body))
    client.expect_closed()
