"""`venue watch`: book and tape of a running venue, told line by line where there is no terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.shell import ROOT, Shell, demo_venue
from tests.support.venue_process import WITH_API, VenueProcess
from venue.cli.watching import _Ladder
from venue.client.feed_book import FeedBook

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder: Path = tmp_path_factory.mktemp("watch")
    venue = demo_venue(folder, WITH_API)
    venue.start()
    venue.wait_for_output("the admin API is ready")
    yield Shell(venue, folder / "home")
    venue.kill_if_running()


def watching(venue: VenueProcess, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "venue", "watch", "BTC-USD", "--url", f"ws://127.0.0.1:{venue.api_port}", *options],
        cwd=ROOT,
        env=os.environ | {"VENUE_API__ENABLED": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_watch_tells_best_prices_and_trades_as_they_change(shell: Shell) -> None:
    """A line for each change of the best prices and each trade, with its journal_seq."""
    with watching(shell.venue, "--changes", "5") as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline().startswith("– / – (journal_seq ")
        assert shell.run("order", "sell", "0.5", "BTC-USD", "@", "45000", "--session", "DEMO1").status == 0
        assert watch.stdout.readline().startswith("– / 0.50000 @ 45000.00 (journal_seq ")
        assert shell.run("order", "buy", "0.2", "BTC-USD", "@", "45000", "--session", "DEMO2").status == 0
        assert {watch.stdout.readline().split(" (")[0].split(" ", 1)[-1] for _ in range(2)} == {
            "/ 0.30000 @ 45000.00",
            "trade 0.20000 @ 45000.00 bought",
        }
        shell.run("order", "buy", "0.1", "BTC-USD", "@", "44000", "--session", "DEMO2")
        assert watch.wait(PATIENCE_S) == 0


def test_watch_ends_with_control_c(shell: Shell) -> None:
    """No traceback, exit status 0."""
    with watching(shell.venue) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        assert watch.wait(PATIENCE_S) == 0
        assert watch.stderr is not None
        assert watch.stderr.read() == ""


def test_watch_of_an_unknown_instrument_says_which_there_is(shell: Shell) -> None:
    """One sentence and exit status 2, as for every command."""
    answer = shell.run("watch", "BTC-USDX", "--url", f"ws://127.0.0.1:{shell.venue.api_port}")
    assert answer.status == 2
    assert answer.errors == ["venue: the venue refused: symbol was BTC-USDX: did you mean BTC-USD?"]


def test_watch_without_a_venue_says_that_nobody_answers(shell: Shell) -> None:
    """At once, and not for ever."""
    answer = shell.run("watch", "BTC-USD", "--url", "ws://127.0.0.1:1")
    assert answer.status == 2
    assert answer.errors[0].startswith("venue: nobody answers at ws://127.0.0.1:1/ws (")


def test_ladder_shows_book_and_tape_side_by_side() -> None:
    """On a terminal: asks above bids, the newest trade first, and whether the connection is lost."""
    book = FeedBook()
    side = {"bids": [["99.00", "1.0", 1]], "asks": [["101.00", "2.5", 3]]}
    snapshot = {"type": "book_snapshot", "feed_seq": 4, "journal_seq": 9, "checksum": 1641853648, **side}
    book.take(snapshot)
    ladder, console = _Ladder("BTC-USD"), Console(width=120)
    trade = {"type": "trade", "time": "2026-11-24T10:00:01.5Z", "quantity": "0.7", "price": "100.00", "side": "buy"}
    assert ladder.tell(snapshot, book)
    assert ladder.tell(trade, book)
    with console.capture() as shown:
        console.print(ladder._picture())
    lines = shown.get().splitlines()
    assert "feed_seq 4" in lines[0]
    rows = [line.split() for line in lines if "." in line]
    assert rows == [["3", "2.5", "101.00", "10:00:01.5Z", "0.7", "100.00"], ["1", "1.0", "99.00"]]
    ladder.tell({"type": "disconnected"}, book)
    with console.capture() as shown:
        console.print(ladder._picture())
    assert "connecting again" in shown.get()
