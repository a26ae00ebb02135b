"""Volume-weighted averages and statistics of the trades in a window: 60 or 1,440 minutes of the clock, or the day.

VWAP: the notional of the window's trades (sum of price_ticks x qty_lots) / their lots, exact; auctions count,
busted trades do not, corrected ones count as corrected (see amending.py for which are known). The windows are
made of the 1m candles: the minute under way and the 59 or 1,439 before it.
"""

from functools import reduce
from itertools import islice
from typing import Final

from venue.marketdata.candles import Candle, CandleSeries, joined
from venue.marketdata.figures import Ratio, Statistics
from venue.marketdata.time_sums import window_start_ns

HOUR_MINUTES: Final = 60
DAY_MINUTES: Final = 1_440


class TradeWindow:
    """The trades of the last so many minutes as one candle.

    Cost: O(1); O(minutes with trades in it) once for every new minute, and after an amendment.
    """

    def __init__(self, series: CandleSeries, minutes: int) -> None:
        self._series = series
        self._minutes = minutes
        self._closed: Candle | None = None  # of all minutes but the last
        self._closed_at = (0, 0)

    def candle(self, now_ns: int) -> Candle | None:
        candles, start_ns = self._series.candles, window_start_ns(now_ns, self._minutes)
        if not candles or candles[-1].start_ns < start_ns:
            return None
        if self._closed_at != (start_ns, self._series.changes):
            closed = [candle for candle in islice(candles, len(candles) - 1) if candle.start_ns >= start_ns]
            self._closed = reduce(joined, closed) if closed else None
            self._closed_at = (start_ns, self._series.changes)
        return joined(self._closed, candles[-1]) if self._closed else candles[-1]


def vwap(candle: Candle | None) -> Ratio | None:
    return Ratio(candle.notional, candle.volume_lots) if candle and candle.volume_lots else None


def statistics(candle: Candle | None) -> Statistics:
    """Open is the first trade's price, change the last price less that."""
    if candle is None:
        return Statistics(0, 0, 0, 0, 0, None, 0, 0, 0)
    change_ticks = candle.close_ticks - candle.open_ticks
    return Statistics(
        candle.open_ticks,
        candle.high_ticks,
        candle.low_ticks,
        candle.close_ticks,
        change_ticks,
        100 * change_ticks / candle.open_ticks,
        candle.volume_lots,
        candle.notional,
        candle.trades,
    )
