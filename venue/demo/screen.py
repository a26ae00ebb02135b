"""The demo's screen: a table refreshed in place on a terminal, else a line now and then."""

import time
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from venue.demo.script import Figures
from venue.demo.tally import Tally
from venue.increments import Increment
from venue.messages import OPEN, ListInstrument, TradingState
from venue.names import STATES

REFRESH_S: Final = 0.5
PLAIN_EVERY_S: Final = 5.0
RATE_S: Final = 5.0  # rates are means over this long


class Quote:
    """One instrument's row: decimals as text, empty where there is none, as is the state of an open one."""

    def __init__(
        self,
        instrument: ListInstrument,
        best: tuple[int, int, int, int, int],
        volume_lots: int,
        state: TradingState = OPEN,
    ) -> None:
        price, qty = Increment(instrument.tick_size).to_text, Increment(instrument.lot_size).to_text
        bid_ticks, bid_lots, ask_ticks, ask_lots, last_ticks = best
        self.symbol: Final = instrument.symbol
        self.bid: Final = price(bid_ticks) if bid_ticks else ""
        self.bid_qty: Final = qty(bid_lots) if bid_ticks else ""
        self.ask: Final = price(ask_ticks) if ask_ticks else ""
        self.ask_qty: Final = qty(ask_lots) if ask_ticks else ""
        self.last: Final = price(last_ticks) if last_ticks else ""
        self.volume: Final = qty(volume_lots)
        self.state: Final = "" if state == OPEN else STATES[state]


class Rates:
    """Orders and trades per second over the last RATE_S, from the tally's counters."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._marks: list[tuple[float, int, int]] = []

    def now(self) -> tuple[float, float]:
        self._marks.append((time.monotonic(), self._tally.orders, self._tally.trades))
        while len(self._marks) > 2 and self._marks[-1][0] - self._marks[0][0] > RATE_S:
            self._marks.pop(0)
        (before_s, orders, trades), (now_s, orders_now, trades_now) = self._marks[0], self._marks[-1]
        elapsed_s = max(now_s - before_s, 0.001)
        return (orders_now - orders) / elapsed_s, (trades_now - trades) / elapsed_s


class Screen:
    """`lines` stand above the table for good; `show` draws one state of the venue."""

    def __init__(self, console: Console, lines: list[str], tally: Tally) -> None:
        self._lines = lines
        self._rates = Rates(tally)
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._next_line_s = 0.0

    def __enter__(self) -> "Screen":
        if self._live:
            self._live.start()
        else:
            print("\n".join(self._lines), flush=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, quotes: list[Quote], earned: str, tally: Tally, figures: Figures, trouble: str) -> None:
        """`earned` are the venue's fees, as text."""
        summary = _summary(self._rates.now(), tally, figures) + (f", fees {earned}" if earned else "")
        if self._live:
            self._live.update(self._table(quotes, summary, trouble), refresh=True)
        elif time.monotonic() >= self._next_line_s:
            self._next_line_s = time.monotonic() + PLAIN_EVERY_S
            print(_plain(quotes, summary, trouble), flush=True)

    def _table(self, quotes: list[Quote], summary: str, trouble: str) -> RenderableType:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in ("", "bid qty", "bid", "ask", "ask qty", "last", "volume", "state"):
            table.add_column(name, justify="right" if name else "left", style="bold" if name == "last" else "")
        for quote in quotes:
            row = (quote.bid_qty, f"[green]{quote.bid}", f"[red]{quote.ask}", quote.ask_qty, quote.last, quote.volume)
            table.add_row(quote.symbol, *row, f"[yellow]{quote.state}")
        parts: list[RenderableType] = [*map(Text, self._lines), Text(), table, Text()]
        parts.append(Text(summary))
        if trouble:
            parts.append(Text(trouble, style="red"))
        return Group(*parts)


def _summary(rates: tuple[float, float], tally: Tally, figures: Figures) -> str:
    return (
        f"{rates[0]:.0f} orders/s, {rates[1]:.0f} trades/s, order to report {_ms(figures.p50_us)} (p50) "
        f"{_ms(figures.p99_us)} (p99), {tally.journal_seq:,} commands in the journal"
    )


def _ms(latency_us: int) -> str:
    return f"{latency_us / 1000:.1f} ms" if latency_us else "–"


def _plain(quotes: list[Quote], summary: str, trouble: str) -> str:
    prices = ", ".join(
        f"{quote.symbol} {quote.bid or '–'}/{quote.ask or '–'} last {quote.last or '–'} {quote.state}".rstrip()
        for quote in quotes
    )
    return f"{summary}; {prices}" + (f"; {trouble}" if trouble else "")
