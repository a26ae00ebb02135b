"""Analytics of an instrument as they are told, over REST and WebSocket alike.

Averages of prices are rounded half-even to two decimals more than the tick has. Numbers that are no strings are
statistics. null: not defined now. The definitions stand in venue/marketdata.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.market import Statistics, statistics_of
from admin_api.models.values import JournalSeq, Money, Price, Qty, Symbol, Time, time_text
from venue import marketdata as md
from venue.increments import Increment
from venue.units import Units

Bp = Annotated[float | None, Field(description="In basis points.", examples=[1.11])]
Fraction = Annotated[float | None, Field(description="Annualised; 0.5 is 50 % a year.", examples=[0.52])]


class AveragePrices(BaseModel):
    """Over the last 60 minutes, the last 1,440 minutes (the one under way is one of them) and the trading day."""

    hour: Price | None
    day_24h: Price | None
    trading_day: Price | None


class Volatility(BaseModel):
    """Of 1-minute log returns of the mid. ewma: exponentially weighted, lambda 0.94."""

    realized_1h: Fraction
    realized_24h: Fraction
    ewma: Fraction


class Spread(BaseModel):
    """Best offer less best bid. Averages are weighted with the time the quotes stood."""

    spread: Price | None
    spread_bp: Bp
    mid: Price | None
    average: AveragePrices
    average_bp_1h: Bp
    average_bp_24h: Bp
    average_bp_trading_day: Bp


class DepthWithin(BaseModel):
    """The visible book within so many basis points of the mid."""

    bp: Annotated[int, Field(examples=[10])]
    bid_quantity: Qty
    bid_notional: Money
    ask_quantity: Qty
    ask_notional: Money


class Imbalance(BaseModel):
    """(bid quantity - ask quantity) / (bid quantity + ask quantity), from -1 to 1."""

    best: Annotated[float | None, Field(description="Of the best level.", examples=[0.25])]
    ten_levels: Annotated[float | None, Field(description="Of the best ten.", examples=[-0.1])]


class Analytics(BaseModel):
    """Everything that is computed of one instrument, as of `time`."""

    symbol: Symbol
    journal_seq: JournalSeq
    time: Time
    vwap: Annotated[AveragePrices, Field(description="Volume-weighted average price of the trades.")]
    twap: Annotated[AveragePrices, Field(description="Time-weighted average of the last price.")]
    volatility: Volatility
    spread: Spread
    depth: Annotated[list[DepthWithin], Field(description="Empty without a mid.")]
    imbalance: Imbalance
    last_24h: Statistics
    trading_day: Statistics


def analytics_of(analytics: md.Analytics, units: Units) -> Analytics:
    symbol, price = analytics.symbol, units.price(analytics.symbol)
    volatility, imbalance = analytics.volatility, analytics.imbalance
    return Analytics(
        symbol=symbol,
        journal_seq=analytics.journal_seq,
        time=time_text(analytics.time_ns),
        vwap=_averages(analytics.vwap, price),
        twap=_averages(analytics.twap, price),
        volatility=Volatility(
            realized_1h=volatility.realized_1h, realized_24h=volatility.realized_24h, ewma=volatility.ewma
        ),
        spread=_spread(analytics.spread, price),
        depth=[_depth(within, symbol, units) for within in analytics.depth],
        imbalance=Imbalance(best=imbalance.best, ten_levels=imbalance.ten_levels),
        last_24h=statistics_of(symbol, analytics.last_24h, units),
        trading_day=statistics_of(symbol, analytics.trading_day, units),
    )


def _averages(windowed: md.Windowed, price: Increment) -> AveragePrices:
    return AveragePrices(
        hour=_average(windowed.hour, price),
        day_24h=_average(windowed.day_24h, price),
        trading_day=_average(windowed.trading_day, price),
    )


def _average(ratio: md.Ratio | None, price: Increment) -> str | None:
    return None if ratio is None else amounts.average_price(price, ratio.numerator, ratio.denominator)


def _spread(spread: md.Spread, price: Increment) -> Spread:
    return Spread(
        spread=None if spread.spread_ticks is None else price.to_text(spread.spread_ticks),
        spread_bp=spread.spread_bp,
        mid=amounts.mid_price(price, spread.mid_half_ticks or 0),
        average=_averages(spread.average_ticks, price),
        average_bp_1h=spread.average_bp_1h,
        average_bp_24h=spread.average_bp_24h,
        average_bp_trading_day=spread.average_bp_trading_day,
    )


def _depth(within: md.DepthWithin, symbol: str, units: Units) -> DepthWithin:
    return DepthWithin(
        bp=within.bp,
        bid_quantity=amounts.qty(units, symbol, within.bid_lots),
        bid_notional=amounts.notional(units, symbol, within.bid_notional),
        ask_quantity=amounts.qty(units, symbol, within.ask_lots),
        ask_notional=amounts.notional(units, symbol, within.ask_notional),
    )
