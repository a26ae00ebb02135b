"""What market data tells of an instrument besides its book, trades and candles.

Prices are in ticks, quantities in lots, notionals in ticks x lots. What is an average is a Ratio of whole
numbers, exact. Floats are statistics only: bp, percent, volatility, imbalance. None: not defined now.
"""

import msgspec


class Ratio(msgspec.Struct, frozen=True, gc=False):
    """numerator / denominator, exact; the denominator is above 0."""

    numerator: int
    denominator: int


class Windowed(msgspec.Struct, frozen=True, gc=False):
    """One average over three windows: the last 60 minutes, the last 1,440 minutes, the trading day.

    The minute under way counts as one of them, so that "1 h" is between 59 and 60 minutes; the day begins with
    the last RollDay. All in ticks.
    """

    hour: Ratio | None
    day_24h: Ratio | None
    trading_day: Ratio | None


class Volatility(msgspec.Struct, frozen=True, gc=False):
    """Annualised, as fractions (0.5 is 50 % a year). Definitions in volatility.py."""

    realized_1h: float | None
    realized_24h: float | None
    ewma: float | None


class Spread(msgspec.Struct, frozen=True, gc=False):
    """Best offer less best bid. Definitions in spread.py.

    mid_half_ticks is bid + offer, twice the mid. Averages are weighted with the time the quotes stood.
    """

    spread_ticks: int | None
    spread_bp: float | None
    mid_half_ticks: int | None
    average_ticks: Windowed
    average_bp_1h: float | None
    average_bp_24h: float | None
    average_bp_trading_day: float | None


class DepthWithin(msgspec.Struct, frozen=True, gc=False):
    """What stands on the book's public side within `bp` basis points of the mid, both ends included."""

    bp: int
    bid_lots: int
    bid_notional: int
    ask_lots: int
    ask_notional: int


class Imbalance(msgspec.Struct, frozen=True, gc=False):
    """(bid lots - ask lots) / (bid lots + ask lots), from -1 to 1: of the best level, and of the best ten."""

    best: float | None
    ten_levels: float | None


class Statistics(msgspec.Struct, frozen=True, gc=False):
    """The trades of the last 24 hours (as Windowed has them) or of the trading day; no trades: prices are 0."""

    open_ticks: int
    high_ticks: int
    low_ticks: int
    last_ticks: int
    change_ticks: int
    change_percent: float | None
    volume_lots: int
    notional: int
    trades: int


class Analytics(msgspec.Struct, frozen=True, gc=False):
    """Everything of one instrument as of time_ns, with all commands up to journal_seq."""

    symbol: str
    journal_seq: int
    time_ns: int
    vwap: Windowed
    twap: Windowed
    volatility: Volatility
    spread: Spread
    depth: tuple[DepthWithin, ...]
    imbalance: Imbalance
    last_24h: Statistics
    trading_day: Statistics
