"""The demo's screen and the progress of long work, on a terminal and without one."""

import io

import pytest
from rich.console import Console

from venue.cli.terminal import progress
from venue.demo.screen import Quote, Screen
from venue.demo.script import Figures
from venue.demo.tally import Tally
from venue.messages import HALTED, ListInstrument

BTC = ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 8, 10, 1, 10_000_000)
QUOTES = [Quote(BTC, (4_500_000, 50_000, 4_500_100, 20_000, 4_500_050), 150_000, HALTED)]
FIGURES = Figures(sent=10, p50_us=1_234, p99_us=5_678)


def test_on_a_terminal_the_table_is_drawn_in_place() -> None:
    """Bid, ask, last and volume as decimals, the latencies in milliseconds, the trouble if there is one."""
    drawn, tally = io.StringIO(), Tally()
    with Screen(Console(file=drawn, force_terminal=True, width=120, highlight=False), ["welcome"], tally) as screen:
        screen.show(QUOTES, "7.50 USD", tally, FIGURES, "the traders are gone")
    for text in (
        "welcome",
        "45000.00",
        "45001.00",
        "45000.50",
        "0.50000",
        "1.50000",
        "1.2 ms (p50) 5.7 ms (p99)",
        "halted",
    ):
        assert text in drawn.getvalue()
    assert "fees 7.50 USD" in drawn.getvalue()
    assert "the traders are gone" in drawn.getvalue()


def test_without_a_terminal_there_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """The second state comes too soon for a line of its own."""
    tally = Tally()
    with Screen(Console(file=io.StringIO(), force_terminal=False), ["welcome"], tally) as screen:
        screen.show(QUOTES, "7.50 USD", tally, FIGURES, "")
        screen.show(QUOTES, "7.50 USD", tally, FIGURES, "")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "welcome"
    assert len(lines) == 2
    assert lines[1].endswith("fees 7.50 USD; BTC-USD 45000.00/45001.00 last 45000.50 halted")


def test_work_of_less_than_a_second_shows_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """A start on a short journal prints nothing about it."""
    with progress("replaying") as tell:
        tell(1, 2)
        tell(2, 2)
    assert capsys.readouterr().out == ""
