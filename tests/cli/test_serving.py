"""`venue serve`: how it starts, why it refuses to, how it ends."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import DEMO_CONFIG, Shell, demo_venue
from tests.support.venue_process import VenueProcess
from venue.server import end_on_signals

STOP_S_MAX = 2.0  # the promise; a busy machine gets PATIENCE_S before a test fails
PATIENCE_S = 15.0


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    process = demo_venue(tmp_path)
    process.start()
    yield process
    process.kill_if_running()


def test_serve_says_where_it_listens_and_what_it_lists(venue: VenueProcess) -> None:
    """Version, engine, address, sessions, instruments, and how to stop it."""
    venue.wait_for_output("ready; Ctrl-C stops the venue")
    output = "\n".join(venue.output)
    assert "venue 0.1.0, engine " in output
    assert f"FIX order entry at 127.0.0.1:{venue.port}, TargetCompID VENUE" in output
    assert "DEMO16" in output
    assert "BTC-USD, ETH-USD, SOL-USD" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_cleanly_on_a_signal(venue: VenueProcess, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it with status 0, within two seconds on a machine that is not busy."""
    venue.wait_for_output("ready")
    started = time.monotonic()
    assert venue.stop(number) == 0
    elapsed_s = time.monotonic() - started
    print(f"{number.name}: stopped after {elapsed_s:.2f} s (promised: {STOP_S_MAX})")
    assert elapsed_s < PATIENCE_S
    assert venue.output[-1] == "stopped"


def test_a_signal_is_taken_in_the_middle_of_anything() -> None:
    """Also while the main thread holds the lock of what the signal sets, and while the signal before is handled."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ended = threading.Event()
    try:
        end_on_signals(ended)
        with ended._cond:  # type: ignore[attr-defined]  # as Event.wait does
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM):
                signal.raise_signal(number)
        assert ended.wait(PATIENCE_S)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_second_venue_on_the_same_data_is_refused(venue: VenueProcess, tmp_path: Path) -> None:
    """One writer: the second start says so, and the first one is not disturbed."""
    refused = Shell(venue, tmp_path).run("serve", "--config", str(DEMO_CONFIG), "--fix-port", "0")
    assert refused.status == 2
    assert refused.errors[-1].startswith("venue: ")
    assert str(venue.data) in refused.errors[-1]
    assert venue.is_running


def test_a_taken_port_is_named(venue: VenueProcess, tmp_path: Path) -> None:
    """The sentence names the port, and nothing was started."""
    refused = Shell(venue, tmp_path).run("serve", "--config", str(DEMO_CONFIG), "--data", str(tmp_path / "other"))
    assert refused.status == 2
    assert refused.errors[-1].startswith("venue: ")
    assert str(venue.port) in refused.errors[-1]


def test_wrong_configuration_is_status_2_and_all_of_it(venue: VenueProcess, tmp_path: Path) -> None:
    """No traceback: the lines of venue.settings."""
    refused = Shell(venue, tmp_path).run("serve", "--set", "fix.prot=1", "--set", "fix.resend_max=x")
    assert refused.status == 2
    assert refused.errors[1:] == [
        "  fix.resend_max was 'x': must be a whole number",
        "  fix.prot is no setting: did you mean fix.port?",
    ]


def test_a_restart_continues_with_the_same_orders(venue: VenueProcess, tmp_path: Path) -> None:
    """Books, ids and sequence numbers survive: an order entered before is there, and canceled, after."""
    shell = Shell(venue, tmp_path / "home")
    assert shell.order("buy 1 ETH-USD @ 2000", "--tif", "gtc").status == 0
    port = venue.port
    assert venue.stop() == 0
    again = VenueProcess(venue.config, venue.data, {"VENUE_FIX__PORT": str(port)})
    again.start()
    try:
        canceled = Shell(again, tmp_path / "home").run("cancel", "1")
        assert (canceled.status, canceled.lines) == (0, ["canceled: order 1, 0.0000 of 1.0000 were filled"])
    finally:
        again.kill_if_running()


def test_what_the_venue_refuses_of_a_new_configuration_stops_the_start(venue: VenueProcess, tmp_path: Path) -> None:
    """Another number of decimals for a currency that is no longer configured: found by the venue, not by the file."""
    assert venue.stop() == 0
    other = tmp_path / "other.toml"
    sizes = 'tick = "0.01"\nlot = "0.01"\nmin_qty = "1"\nmax_qty = "9"\nquote_decimals = 6\n'
    names = '[accounts.NEW]\n[sessions.NEW]\ntrades = ["NEW"]\n[instruments.LTC-USD]\nbase = "LTC"\nquote = "USD"\n'
    other.write_text(names + sizes)
    refused = Shell(venue, tmp_path).run("serve", "--config", str(other))
    assert refused.status == 2
    assert refused.errors[-3] == "venue: the venue refused what the configuration says:"
    assert refused.errors[-2].startswith("  list LTC-USD LTC/USD tick 0.01 lot 0.01")
    assert refused.errors[-1].startswith("  prices LTC-USD")
    assert refused.errors[-1].endswith('by=configuration why="first start": unknown symbol')
