"""The bounds a session meets: rate of orders, size of a resend, size of a mass status, its own numbers."""

from collections.abc import Iterator

import pytest

from tests.fix.conftest import BOUNDS
from tests.fix.test_session_cases import order
from tests.support.fix_message import FixMessage, utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import LIMITED, ORDERS_PER_S_MAX, STEADY
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.journal import journal_url, open_reader


@pytest.fixture
def limited(venue: VenueProcess) -> Iterator[RawClient]:
    """A client that may enter ORDERS_PER_S_MAX orders a second, logged on."""
    with RawClient(venue.port, LIMITED) as client:
        client.log_on_when_free()
        yield client


def answers_to_burst(client: RawClient, symbol: str, prefix: str, count: int) -> list[FixMessage]:
    """Send so many orders in one packet; what is answered, up to a Logout(5) if there is one."""
    client.send_bytes(
        b"".join(client.message("D", **order(symbol, f"{symbol}-{prefix}-{number}")) for number in range(count))
    )
    answers: list[FixMessage] = []
    while len(answers) < count and (answer := client.receive()) is not None:
        answers.append(answer)
        if answer.msg_type == "5":
            break
    return answers


def test_orders_over_the_rate_are_refused_and_cancels_are_not(limited: RawClient, symbol: str) -> None:
    """Over the limit: 150=8 103=99 for new orders, 9 102=99 for replaces; every cancel is done."""
    entered: list[FixMessage] = []
    refused: list[FixMessage] = []
    burst = 0
    while not refused:  # a slow machine may take a burst for an even flow
        burst += 1
        answers = answers_to_burst(limited, symbol, str(burst), ORDERS_PER_S_MAX + 3)
        entered += [answer for answer in answers if answer["ExecType"] == "0"]
        refused += [answer for answer in answers if answer["ExecType"] == "8"]
    assert len(entered) >= ORDERS_PER_S_MAX
    for answer in refused:
        assert not list(answer.differences({"OrdStatus": "8", "OrdRejReason": "99", "Text": "rate limit exceeded"}))

    limited.replace(f"{symbol}-R", entered[0]["ClOrdID"], "buy", symbol, OrderQty="20", Price="5.00")
    replaced = limited.receive()
    assert replaced is not None
    assert (replaced.msg_type, replaced.get("CxlRejReason")) in (("9", "99"), ("8", None)), limited.told()

    for number, report in enumerate(entered):
        limited.cancel(f"{symbol}-C-{number}", report["ClOrdID"], "buy", symbol)
    for _ in entered:
        limited.expect("8", ExecType="4")


def test_session_at_twice_its_rate_is_logged_out(limited: RawClient, symbol: str) -> None:
    """More than twice the limit is answered with Logout(5) that says why; the client may return."""
    answers: list[FixMessage] = []
    burst = 0
    while not answers or answers[-1].msg_type != "5":
        burst += 1
        answers = answers_to_burst(limited, symbol, str(burst), 20 * ORDERS_PER_S_MAX)
    assert "twice the limit" in answers[-1]["Text"]
    limited.receive_until_closed()
    limited.log_on_when_free()
    limited.expect_quiet()


def test_storm_costs_the_journal_little(venue: VenueProcess, limited: RawClient, symbol: str) -> None:
    """What a session sends while it is being logged out is refused with j 380=4, not journaled like an order."""
    storm = 400 * ORDERS_PER_S_MAX
    limited.send_bytes(b"".join(limited.message("D", **order(symbol, f"{symbol}-{n}")) for n in range(storm)))
    said = limited.receive_until_closed()
    assert any("twice the limit" in (message.get("Text") or "") for message in said)
    limited.log_on_when_free()
    limited.expect_nothing_more(symbol)
    batches = open_reader(journal_url(JournalConfig(), venue.data)).read()
    journaled = sum(getattr(command, "symbol", "") == symbol for batch in batches for command in batch.commands())
    assert 0 < journaled < storm / 4


def test_resend_of_too_many_messages_is_refused(client: RawClient) -> None:
    """A ResendRequest(2) over more than fix.resend_max messages is a Reject(3) 373=5; 16=0 is served."""
    client.log_on()
    client.send("2", BeginSeqNo="1", EndSeqNo=str(BOUNDS["resend_max"] + 1))
    client.expect("3", RefTagID="16", RefMsgType="2", SessionRejectReason="5")
    client.expect_quiet()


def test_mass_status_of_too_many_orders_is_refused(client: RawClient, symbol: str) -> None:
    """More open orders than fix.status_reports_max: BusinessMessageReject(j) 380=0 that names the bound."""
    client.log_on()
    too_many = BOUNDS["status_reports_max"] + 1
    client.send_bytes(b"".join(client.message("D", **order(symbol, f"A{number}")) for number in range(too_many)))
    for _ in range(too_many):
        client.expect("8", ExecType="0")
    client.send("AF", MassStatusReqID="Q", MassStatusReqType="7")
    refusal = client.expect("j", RefMsgType="AF", BusinessRejectRefID="Q", BusinessRejectReason="0")
    assert str(BOUNDS["status_reports_max"]) in refusal["Text"]


def test_ids_longer_than_64_characters_are_refused(client: RawClient, symbol: str) -> None:
    """64 characters are an ID, 65 are a Reject(3) 373=5."""
    client.log_on()
    client.send("D", **order(symbol, "A" * 64))
    client.expect("8", ClOrdID="A" * 64, ExecType="0")
    client.send("D", **order(symbol, "A" * 65))
    client.expect("3", RefTagID="11", SessionRejectReason="5")


@pytest.mark.parametrize("heartbeat_s", ["0", "-1", "301"])
def test_heartbeat_interval_out_of_bounds_is_refused(client: RawClient, heartbeat_s: str) -> None:
    """HeartBtInt(108) is 1 to 300 seconds; another is answered with Logout(5), and the number may be used again."""
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt=heartbeat_s)
    said = client.receive_until_closed()
    assert [message.msg_type for message in said if message.msg_type != "5"] == []
    client.log_on_when_free()


def test_session_that_may_not_reset_keeps_its_numbers(venue: VenueProcess, symbol: str) -> None:
    """ResetSeqNumFlag(141)=Y against the session's policy is not answered, and nothing is forgotten."""
    with RecoveringClient(venue.port, STEADY) as client:
        client.log_on()
        client.enter(f"{symbol}-A", "buy", "10", symbol, price="5.00")
        client.expect("8", ExecType="0")
        client.log_out()

        client.connect()
        client.send_as(1, "A", EncryptMethod="0", HeartBtInt="30", ResetSeqNumFlag="Y")
        client.close()

        assert client.log_on_and_recover() == []
        client.next_in = 1
        client.send("2", BeginSeqNo="1", EndSeqNo="0")
        client.expect("4", GapFillFlag="Y", NewSeqNo="2")
        client.expect("8", PossDupFlag="Y", ClOrdID=f"{symbol}-A")


def test_order_that_comes_again_over_the_rate_is_not_reported_rejected(limited: RawClient, symbol: str) -> None:
    """With PossResend(97) or PossDupFlag(43) it may have been taken before: j 380=4, which says nothing of the order;
    and nobody is logged out for sending again what was asked for."""
    refused: list[FixMessage] = []
    again = {"PossDupFlag": "Y", "OrigSendingTime": utc_timestamp(-0.001)}
    while not refused:  # a slow machine may take them for an even flow
        for number in range(3 * ORDERS_PER_S_MAX):
            flags = again if number % 2 else {"PossResend": "Y"}
            limited.send("D", **order(symbol, f"{symbol}-AGAIN"), **flags)
        answers = [limited.receive() for _ in range(3 * ORDERS_PER_S_MAX)]
        refused = [answer for answer in answers if answer and answer.msg_type != "8"]
        assert {answer.get("ExecType") for answer in answers if answer} <= {"0", "I", None}, limited.told()
    for answer in refused:
        assert not list(answer.differences({"T35": "j", "BusinessRejectReason": "4"})), limited.told()
        assert "PossResend(97)=Y" in answer["Text"]
