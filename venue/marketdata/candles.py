"""Candles: open, high, low, close and volume of the trades in each interval of the clock.

An interval begins at a whole multiple of its length since the Unix epoch, UTC: the 1d candle is the UTC day,
whatever the venue's trading day. Only intervals with trades have a candle; nothing is filled in between.
Prices in ticks, volume in lots, notional the exact sum of price_ticks x qty_lots (its candle's VWAP is
notional / volume_lots); a trade counts once. Source of the trades: the engine's OrderTraded, auctions too.

A trade changes only the *piece* under way, which becomes part of the five candles when its second is over or
somebody reads them.
"""

from collections import deque
from itertools import islice
from typing import Final

import msgspec

SECOND_NS: Final = 1_000_000_000
MINUTE_NS: Final = 60 * SECOND_NS
HOUR_NS: Final = 60 * MINUTE_NS
DAY_NS: Final = 24 * HOUR_NS

INTERVALS: Final[dict[str, int]] = {
    "1s": SECOND_NS,
    "1m": MINUTE_NS,
    "5m": 5 * MINUTE_NS,
    "1h": HOUR_NS,
    "1d": DAY_NS,
}
CANDLES_MAX: Final[dict[str, int]] = {  # with the one under way; older ones are forgotten
    "1s": 3_600,
    "1m": 2_880,  # at least the 24 hours of the windows, see windows.py
    "5m": 2_016,
    "1h": 2_160,
    "1d": 1_000,
}


class Candle(msgspec.Struct, frozen=True, gc=False):
    """start_ns .. start_ns + interval; the newest one may still be under way."""

    start_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    volume_lots: int
    notional: int
    trades: int


class Piece:
    """The trades of the second under way, counted in place."""

    __slots__ = ("close_ticks", "end_ns", "high_ticks", "low_ticks", "notional", "open_ticks", "start_ns", "trades",
                 "volume_lots")  # fmt: skip

    def __init__(self) -> None:
        self.start_ns = self.end_ns = 0
        self.open_ticks = self.high_ticks = self.low_ticks = self.close_ticks = 0
        self.volume_lots = self.notional = self.trades = 0

    def begin(self, time_ns: int, price_ticks: int) -> None:
        self.start_ns = time_ns - time_ns % SECOND_NS
        self.end_ns = self.start_ns + SECOND_NS
        self.open_ticks = self.high_ticks = self.low_ticks = price_ticks
        self.volume_lots = self.notional = self.trades = 0

    def count(self, price_ticks: int, qty_lots: int) -> None:
        if price_ticks > self.high_ticks:
            self.high_ticks = price_ticks
        elif price_ticks < self.low_ticks:
            self.low_ticks = price_ticks
        self.close_ticks = price_ticks
        self.volume_lots += qty_lots
        self.notional += price_ticks * qty_lots
        self.trades += 1

    def forget(self) -> None:
        """It is counted elsewhere: the next trade begins another."""
        self.end_ns = self.trades = 0

    def candle(self) -> Candle:
        return Candle(
            self.start_ns,
            self.open_ticks,
            self.high_ticks,
            self.low_ticks,
            self.close_ticks,
            self.volume_lots,
            self.notional,
            self.trades,
        )


def joined(earlier: Candle, later: Candle) -> Candle:
    """One candle of the trades of two; it begins where the earlier one does."""
    return Candle(
        earlier.start_ns,
        earlier.open_ticks,
        max(earlier.high_ticks, later.high_ticks),
        min(earlier.low_ticks, later.low_ticks),
        later.close_ticks,
        earlier.volume_lots + later.volume_lots,
        earlier.notional + later.notional,
        earlier.trades + later.trades,
    )


class CandleSeries:
    """The candles of one interval, oldest first."""

    def __init__(self, interval_ns: int, candles_max: int) -> None:
        self.interval_ns = interval_ns
        self.candles: deque[Candle] = deque(maxlen=candles_max)
        self.changes = 0  # of all candles but the newest

    def add(self, piece: Candle) -> None:
        """Take in trades later than all before."""
        candles = self.candles
        start_ns = piece.start_ns - piece.start_ns % self.interval_ns
        if candles and candles[-1].start_ns == start_ns:
            candles.append(joined(candles.pop(), piece))
        else:
            candles.append(msgspec.structs.replace(piece, start_ns=start_ns))
            self.changes += 1

    def newest(self, count: int) -> list[Candle]:
        """The last ones, oldest first."""
        return list(islice(reversed(self.candles), count))[::-1]
