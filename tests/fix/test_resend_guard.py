"""ResendRequest(2): how much of it is served, how often, and how far back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fix_message import FixMessage
from tests.support.initiator import Initiator
from tests.support.raw_fix import RawClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until

RANGE = 20  # fix.resend_max
AGE_S = 2  # fix.resend_age_s_max
NAMES = [f"R{number}" for number in range(4)]
SYMBOL = "S001-USD"


@pytest.fixture(scope="module")
def venue(module_folder: Path) -> Iterator[VenueProcess]:
    """Its bounds are small."""
    bounds = {"resend_max": RANGE, "resend_age_s_max": AGE_S}
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in NAMES}
    process = VenueProcess(
        write_config(module_folder / "venue.toml", sessions, instruments=1, fix=bounds), module_folder / "data"
    )
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture(scope="module")
def unused_comp_ids() -> Iterator[str]:
    return iter(NAMES)


def enter(client: RawClient, first: int, count: int) -> None:
    """Orders whose reports have the numbers from `first` on: the Logon was number 1."""
    for number in range(first, first + count):
        client.enter(f"A{number}", "buy", "1", SYMBOL, "1.00")
        client.expect("8", ClOrdID=f"A{number}", MsgSeqNum=str(number))


def resent(client: RawClient, count: int) -> list[FixMessage]:
    messages = [client.expect("8", PossDupFlag="Y") for _ in range(count)]
    client.expect_quiet()
    return messages


def test_an_open_range_is_served_as_far_as_the_longest_goes(client: RawClient) -> None:
    """EndSeqNo(16)=0 again and again: every message comes, once and in order. A given range that is longer is refused,
    and nothing is sent."""
    client.log_on()
    enter(client, 2, RANGE + 5)
    client.send("2", BeginSeqNo="2", EndSeqNo=str(RANGE + 2))
    client.expect("3", RefTagID="16", RefMsgType="2", SessionRejectReason="5")
    client.expect_quiet()
    client.send("2", BeginSeqNo="2", EndSeqNo="0")
    first = resent(client, RANGE)
    client.send("2", BeginSeqNo=str(RANGE + 2), EndSeqNo="0")
    second = [client.expect("8", PossDupFlag="Y") for _ in range(5)]
    client.expect("4", MsgSeqNum=str(RANGE + 7), NewSeqNo=str(RANGE + 10), GapFillFlag="Y")  # it was quiet twice
    assert [message.msg_seq_num for message in first + second] == list(range(2, RANGE + 7))


def test_two_requests_at_once_are_served_one_after_the_other(client: RawClient) -> None:
    """In one packet: the answer to the first is whole before the second begins."""
    client.log_on()
    enter(client, 2, 6)
    both = [client.message("2", BeginSeqNo=first, EndSeqNo=last) for first, last in (("2", "7"), ("2", "4"))]
    client.send_bytes(b"".join(both))
    assert [message.msg_seq_num for message in resent(client, 9)] == [2, 3, 4, 5, 6, 7, 2, 3, 4]


def test_who_asks_for_all_again_and_again_is_refused(client: RawClient) -> None:
    """Five of the longest ranges at once; the session itself goes on."""
    client.log_on()
    enter(client, 2, RANGE)
    for _ in range(5):
        client.send("2", BeginSeqNo="2", EndSeqNo=str(RANGE + 1))
        for number in range(2, RANGE + 2):
            client.expect("8", MsgSeqNum=str(number), PossDupFlag="Y")
    client.send("2", BeginSeqNo="2", EndSeqNo=str(RANGE + 1))
    client.expect("3", RefTagID="16", RefMsgType="2", SessionRejectReason="5")
    client.enter("after", "buy", "1", SYMBOL, "1.00")
    client.expect("8", ClOrdID="after", ExecType="0")


def test_what_is_older_than_its_age_is_filled_over(client: RawClient) -> None:
    """fix.resend_age_s_max: a gap fill up to the first report that is young enough."""
    client.log_on()
    enter(client, 2, 3)
    old_at = time.monotonic() + AGE_S + 0.1
    wait_until(lambda: time.monotonic() > old_at, "the reports are old")
    enter(client, 5, 2)
    client.send("2", BeginSeqNo="2", EndSeqNo="6")
    client.expect("4", MsgSeqNum="2", GapFillFlag="Y", NewSeqNo="5")
    assert [message.msg_seq_num for message in resent(client, 2)] == [5, 6]


def test_a_quickfix_client_that_missed_much_gets_all_of_it(tmp_path: Path) -> None:
    """More than fix.resend_max, which it asks for as an open range: it takes the beginning, waits for the rest, logs on
    again and asks on."""
    sessions: dict[str, dict[str, Value]] = {"AWAY": {"trades": ["AWAY"]}}
    config = write_config(tmp_path / "venue.toml", sessions, instruments=1, fix={"resend_max": RANGE})
    venue = VenueProcess(config, tmp_path / "data")
    venue.start()
    try:
        with RawClient(venue.port, "AWAY") as former:
            former.log_on()
            enter(former, 2, 2 * RANGE)
            former.log_out()
        store = tmp_path / "initiator" / "store"
        store.mkdir(parents=True)
        (store / "FIX.4.4-AWAY-VENUE.seqnums").write_text(f"{former.next_out:020d} : {1:020d}")
        client = Initiator(venue.port, ["AWAY"], tmp_path / "initiator", reset=False, heartbeat_s=1)
        client.start()
        try:
            reports = [client["AWAY"].expect("8", PossDupFlag="Y") for _ in range(2 * RANGE)]
        finally:
            client.stop()
    finally:
        venue.kill_if_running()
    assert [report["ClOrdID"] for report in reports] == [f"A{number}" for number in range(2, 2 + 2 * RANGE)]
