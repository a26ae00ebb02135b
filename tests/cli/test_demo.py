"""`venue demo`: traders trade, Ctrl-C leaves nothing behind, the next start continues."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.shell import ROOT
from tests.support.processes import children_of, is_alive
from tests.support.venue_process import run_venue_command
from tests.support.waiting import wait_until

STOP_S_MAX = 2.0  # the promise; a busy machine gets PATIENCE_S before a test fails
PATIENCE_S = 60.0


class Demo:
    """A running `venue demo` without a terminal; what it prints is in `output`. `is_whole`: with the admin API and the
    recorder beside it."""

    def __init__(self, data: Path, *, is_whole: bool) -> None:
        self.output = data.parent / f"{data.name}.{time.monotonic_ns()}.out"
        beside = "true" if is_whole else "false"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "venue", "demo", "--data", str(data), "--fix-port", "0", "--api-port", "0"],
                cwd=ROOT,
                env=os.environ | {"VENUE_API__ENABLED": beside, "VENUE_RECORDER__ENABLED": beside},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        return self.output.read_text()

    def wait_for(self, pattern: str) -> None:
        def is_there() -> bool:
            assert self.process.poll() is None, f"the demo ended:\n{self.printed()}"
            return re.search(pattern, self.printed()) is not None

        wait_until(is_there, f"the demo prints {pattern}", PATIENCE_S)


@contextmanager
def running_demo(data: Path, *, is_whole: bool = False) -> Iterator[Demo]:
    demo = Demo(data, is_whole=is_whole)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.wait()


def last_seq(data: Path) -> int:
    told = run_venue_command("journal", "verify", "--data", str(data))
    found = re.search(r"whole: ([\d,]+) commands", told)
    assert found
    return int(found[1].replace(",", ""))


def test_books_move_trades_happen_and_a_restart_continues(tmp_path: Path) -> None:
    """Traders reach the venue over FIX; after Ctrl-C and a new start the journal goes on where it was."""
    data = tmp_path / "data"
    with running_demo(data) as demo:
        demo.wait_for(r"FIX order entry at 127\.0\.0\.1:\d+, TargetCompID VENUE")
        demo.wait_for(r"BTC-USD [\d.]+/[\d.]+ last [\d.]+")
        demo.wait_for(r"[1-9]\d* orders/s, [1-9]\d* trades/s, order to report [\d.]+ ms \(p50\) [\d.]+ ms \(p99\)")
        started = time.monotonic()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(PATIENCE_S) == 0
        print(f"stopped after {time.monotonic() - started:.2f} s (promised: {STOP_S_MAX})")
        assert demo.printed().splitlines()[-1] == "stopped"
        assert (data / "traders.log").read_text() == ""
    before = last_seq(data)
    with running_demo(data) as demo:
        demo.wait_for(r"BTC-USD [\d.]+/[\d.]+ last [\d.]+")
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(PATIENCE_S) == 0
    assert last_seq(data) > before
    replayed = run_venue_command("replay", "--data", str(data))
    assert ": 0 open orders" in replayed, "the traders' orders go with them"


def test_no_trader_outlives_a_demo_that_was_killed(tmp_path: Path) -> None:
    """kill -9: the traders' process and the gate, through which they trade, see their stdin end."""
    with running_demo(tmp_path / "data") as demo:
        demo.wait_for(r"BTC-USD [\d.]+/[\d.]+ last")
        children = children_of(demo.process.pid)
        assert len(children) == 2
        demo.process.kill()
        demo.process.wait()
        wait_until(lambda: not any(map(is_alive, children)), "the traders' process and the gate end", PATIENCE_S)


def test_admin_api_and_recorder_are_beside_the_demo_and_end_with_it(tmp_path: Path) -> None:
    """The address is on the screen, their logs in the data folder; kill -9 of the demo leaves no process behind."""
    data = tmp_path / "data"
    with running_demo(data, is_whole=True) as demo:
        demo.wait_for(r"REST and WebSocket at http://127\.0\.0\.1:\d+/api/v3 \(docs at http://127\.0\.0\.1:\d+/docs\)")
        demo.wait_for(r"no API key is asked of programs of this machine: each is an operator")
        told = "traders, gate, admin API and recorder"
        wait_until(lambda: len(children_of(demo.process.pid)) == 4, f"{told} run", PATIENCE_S)
        children = children_of(demo.process.pid)
        demo.process.kill()
        demo.process.wait()
        wait_until(lambda: not any(map(is_alive, children)), f"{told} end", PATIENCE_S)
    assert (data / "admin.log").is_file()
    assert (data / "recorder.log").is_file()
    assert (data / "history.sqlite").is_file()
