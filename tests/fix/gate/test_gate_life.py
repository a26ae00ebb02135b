"""The gate's process: killed and started again, a clean stop with its notice, and what survives."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fix.gate.conftest import give_key
from tests.support.fix_message import FixMessage
from tests.support.gate_client import GateClient
from tests.support.processes import children_of
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from tests.support.waiting import wait_until

NAMES = ("ONE", "TWO", "KEYED")
MAINTENANCE_S = 3


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    """Behind its gate, and with notice of a stop; a session needs no credentials until it has some."""
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name]} for name in NAMES}
    config = write_config(tmp_path / "venue.toml", sessions, instruments=2)
    (tmp_path / "data").mkdir()
    process = VenueProcess(config, tmp_path / "data", WITH_GATE | {"VENUE_FIX__MAINTENANCE_S": str(MAINTENANCE_S)})
    process.start()
    yield process
    process.kill_if_running()


def gate_of(venue: VenueProcess) -> int:
    """The process id of its gate."""
    [gate] = [pid for pid in children_of(venue.pid) if b"venue.fix.gate" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return gate


def test_a_killed_gate_is_started_again_and_nothing_is_lost(venue: VenueProcess) -> None:
    """kill -9 amid orders, twice: both clients come back through the next gate with the numbers they had, and each
    order is reported New exactly once, whether it had arrived or had to be sent again."""
    with RecoveringClient(venue.port, "ONE") as one, RecoveringClient(venue.port, "TWO") as two:
        entered: dict[str, list[str]] = {one.sender: [], two.sender: []}
        reported: dict[str, list[str]] = {one.sender: [], two.sender: []}
        for client in (one, two):
            client.log_on()
        for number in range(2):
            for client in (one, two):
                for order in range(30):
                    entered[client.sender].append(f"k{number}-{order}")
                    client.enter(f"k{number}-{order}", "buy", "1", "S001-USD", "1.00")
            gate = gate_of(venue)
            os.kill(gate, signal.SIGKILL)
            for client in (one, two):
                reported[client.sender] += new_orders(client.receive_until_closed())
                reported[client.sender] += new_orders(client.log_on_and_recover())
            assert gate_of(venue) != gate
        for client in (one, two):
            reported[client.sender] += new_orders(up_to_a_mark(client))
            client.log_out()
        assert reported == entered


def new_orders(messages: list[FixMessage]) -> list[str]:
    """ClOrdIDs of the reports that say New."""
    return [message["ClOrdID"] for message in messages if message.msg_type == "8" and message["ExecType"] == "0"]


def up_to_a_mark(client: RecoveringClient) -> list[FixMessage]:
    """All that the venue has to say up to here: the answer to a question comes last."""
    client.ask_status("the-mark", "buy", "S001-USD")
    said: list[FixMessage] = []
    while (message := client.receive_next()).get("ClOrdID") != "the-mark":
        said.append(message)
    return said


def test_a_recorded_logon_is_worth_nothing_after_a_restart(venue: VenueProcess) -> None:
    """Its signature holds, its time is within the window; venue and gate were killed in between."""
    key, key_id = give_key(venue.data, "KEYED")
    with GateClient(venue.port, "KEYED", key=key, key_id=key_id) as owner:
        recorded = owner.logon()
        began = time.monotonic()
        owner.connect()
        owner.send_bytes(recorded)
        owner.next_out += 1
        owner.expect("A")
        venue.kill()
        venue.start()
        owner.port = venue.port
        with GateClient(venue.port, "KEYED", source="127.0.0.2") as thief:
            thief.connect()
            thief.send_bytes(recorded)
            thief.expect_closed()
        elapsed_s = time.monotonic() - began
        venue.wait_for_output('"refusal": "replay"' if elapsed_s < 8 else '"refusal": "')
        owner.log_on_here()
        owner.expect_quiet()


def test_a_stop_is_announced_counted_down_and_ends_with_logout(venue: VenueProcess) -> None:
    """News(B) at once and again with half the time; clients trade until Logout(5); the exit status is 0."""
    with GateClient(venue.port, "ONE") as client:
        client.log_on_here()
        os.kill(venue.pid, signal.SIGTERM)
        client.expect("B", Headline="maintenance", Text=f"the venue stops in {MAINTENANCE_S} s")
        client.enter("m1", "buy", "1", "S002-USD", "1.00")
        client.expect("8", ClOrdID="m1", ExecType="0")
        client.expect("B", Text="the venue stops in 1 s")
        client.expect("5", Text="the venue is closing")
        client.expect_closed()
    wait_until(lambda: not venue.is_running, "the venue has stopped")
    assert "stopped" in venue.output[-1]


def test_a_second_signal_stops_at_once(venue: VenueProcess) -> None:
    """Who presses Ctrl-C twice does not wait."""
    os.kill(venue.pid, signal.SIGINT)
    venue.wait_for_output(f"the venue stops in {MAINTENANCE_S} s")
    began = time.monotonic()
    assert venue.stop() == 0
    print(f"stopped {time.monotonic() - began:.2f} s after the second signal")
