"""Every figure of market data against a plain NumPy computation over everything that was recorded."""

import math
from typing import Any

import numpy as np
import pytest

from tests.marketdata.recording import DAY_NS, SECOND_NS, SYMBOL, Recording, Times, Whole, recorded
from venue.marketdata import INTERVALS, Analytics, Candle, DepthWithin, Ratio, Statistics, Windowed

MINUTE_NS = 60 * SECOND_NS
WINDOWS = {"hour": 60, "day_24h": 1_440}


def compared(compare: Any, seed: int = 7) -> Recording:
    """Compare the analytics with the recording about a hundred times along a flow of a day and a half."""
    looks: list[int] = []

    def look(recording: Recording) -> None:
        if recording.trades:
            for later_ns in (0, 1 + len(looks) % 3 * 7 * MINUTE_NS):
                now_ns = recording.stage.time_ns + later_ns
                compare(recording, recording.stage.instrument(SYMBOL).analytics(now_ns), now_ns)
            looks.append(now_ns)

    recording = recorded(8_000, seed, look)
    assert len(looks) > 80
    assert looks[-1] - looks[0] > 1.2 * DAY_NS
    return recording


def window_start_ns(now_ns: int, minutes: int) -> int:
    return (now_ns // MINUTE_NS - (minutes - 1)) * MINUTE_NS


def ratio(numerator: Any, denominator: Any) -> Ratio | None:
    return Ratio(int(numerator), int(denominator)) if denominator else None


def windowed(recording: Recording, now_ns: int, figure: Any) -> Windowed:
    """A figure of a start in time, and of the trades from one on."""
    hour, day_24h = (figure(window_start_ns(now_ns, minutes), 0) for minutes in WINDOWS.values())
    return Windowed(hour, day_24h, figure(recording.day_start_ns, recording.day_first_trade_id))


def test_vwap_is_the_notional_of_the_windows_trades_by_their_lots() -> None:
    """Exactly, busts and corrections included."""

    def compare(recording: Recording, analytics: Analytics, now_ns: int) -> None:
        def vwap(from_ns: int, first_trade_id: int) -> Ratio | None:
            _, prices, lots = recording.standing(from_ns, first_trade_id)
            return ratio(np.dot(prices, lots), np.sum(lots))

        assert analytics.vwap == windowed(recording, now_ns, vwap)

    recording = compared(compare)
    assert sum(lots == 0 for _, _, lots in recording.trades.values()) > 5


def stood_ns(times: Times, from_ns: int, now_ns: int) -> Whole:
    """How long each of the values that begin at `times` stood between from_ns and now."""
    begins = np.clip(times, from_ns, now_ns)
    return (np.append(begins[1:], now_ns) - begins).astype(object)


def test_twap_is_the_last_price_weighted_with_its_time() -> None:
    """Exactly; the time before the first trade does not count."""

    def compare(recording: Recording, analytics: Analytics, now_ns: int) -> None:
        times, lasts = map(np.array, zip(*recording.lasts, strict=True))

        def twap(from_ns: int, _: int) -> Ratio | None:
            stood = stood_ns(times, from_ns, now_ns)
            return ratio(np.dot(lasts.astype(object), stood), np.dot((lasts > 0).astype(object), stood))

        assert analytics.twap == windowed(recording, now_ns, twap)

    compared(compare)


def test_spread_now_and_weighted_with_time() -> None:
    """In ticks exactly, in bp as the spread's integral by the mid's; no quote in a halt, or on one side."""

    def compare(recording: Recording, analytics: Analytics, now_ns: int) -> None:
        times, bids, asks = map(np.array, zip(*recording.quotes, strict=True))
        spread = analytics.spread
        if bids[-1]:
            assert (spread.spread_ticks, spread.mid_half_ticks) == (asks[-1] - bids[-1], asks[-1] + bids[-1])
            assert spread.spread_bp == pytest.approx(10_000 * (asks[-1] - bids[-1]) / ((asks[-1] + bids[-1]) / 2))
        else:
            assert (spread.spread_ticks, spread.spread_bp, spread.mid_half_ticks) == (None, None, None)

        def average(from_ns: int, _: int) -> Ratio | None:
            stood = stood_ns(times, from_ns, now_ns)
            return ratio(np.dot((asks - bids).astype(object), stood), np.dot((bids > 0).astype(object), stood))

        def average_bp(from_ns: int) -> object:
            stood = stood_ns(times, from_ns, now_ns).astype(float)
            mid_integral = np.dot((asks + bids) / 2, stood)
            return pytest.approx(10_000 * np.dot(asks - bids, stood) / mid_integral) if mid_integral else None

        assert spread.average_ticks == windowed(recording, now_ns, average)
        assert spread.average_bp_1h == average_bp(window_start_ns(now_ns, 60))
        assert spread.average_bp_24h == average_bp(window_start_ns(now_ns, 1_440))
        assert spread.average_bp_trading_day == average_bp(recording.day_start_ns)

    recording = compared(compare)
    assert sum(bid == 0 for _, bid, _ in recording.quotes) > 10


def minute_returns(recording: Recording, now_ns: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Log returns of the mid from minute's end to minute's end since the recording began; nan: none."""
    times, bids, asks = map(np.array, zip(*recording.quotes, strict=True))
    ends = np.arange(times[0] // MINUTE_NS, now_ns // MINUTE_NS + 1) * MINUTE_NS
    in_force = np.searchsorted(times, ends, side="left") - 1  # the last change before the minute's end
    twice_mids = np.where(in_force >= 0, (bids + asks)[in_force], 0)
    samples = np.where(twice_mids > 0, twice_mids / 2, np.nan)
    return np.diff(np.log(samples))


def test_volatility_is_that_of_the_minute_returns_of_the_mid() -> None:
    """Realized over 60 and 1,440 minutes, and EWMA with 0.94 from the first return on; annualised."""
    seen: list[float] = []

    def compare(recording: Recording, analytics: Analytics, now_ns: int) -> None:
        returns = minute_returns(recording, now_ns)
        for minutes, found in (
            (60, analytics.volatility.realized_1h),
            (1_440, analytics.volatility.realized_24h),
        ):
            in_window = returns[-minutes:]
            squares = in_window[~np.isnan(in_window)] ** 2
            assert found == (pytest.approx(math.sqrt(525_600 * squares.mean())) if squares.size else None)
        ewma: float | None = None
        for change in returns[~np.isnan(returns)]:
            ewma = change**2 if ewma is None else 0.94 * ewma + 0.06 * change**2
        assert analytics.volatility.ewma == (None if ewma is None else pytest.approx(math.sqrt(525_600 * ewma)))
        seen.append(analytics.volatility.realized_24h or 0.0)

    recording = compared(compare)
    assert min(seen[-20:]) > 0
    assert np.isnan(minute_returns(recording, recording.stage.time_ns)).any()


def test_depth_and_imbalance_are_those_of_the_engines_book() -> None:
    """Lots and notional within 10, 50 and 100 bp of the mid; imbalance of the best and of ten levels."""
    seen = set[DepthWithin]()

    def compare(recording: Recording, analytics: Analytics, _: int) -> None:
        bids, asks = (np.array(side, object) for side in recording.stage.engine.depth(SYMBOL, 10_000))
        _, bid, ask = recording.quotes[-1]
        expected = []
        for bp in (10, 50, 100) if bid else ():
            near_bids = bids[20_000 * bids[:, 0] >= (bid + ask) * (10_000 - bp)]
            near_asks = asks[20_000 * asks[:, 0] <= (bid + ask) * (10_000 + bp)]
            sums = [(near[:, 1].sum(), np.dot(near[:, 0], near[:, 1])) for near in (near_bids, near_asks)]
            expected.append(DepthWithin(bp, *sums[0], *sums[1]))
        assert analytics.depth == tuple(expected)
        seen.update(expected)
        for levels, found in ((1, analytics.imbalance.best), (10, analytics.imbalance.ten_levels)):
            bid_lots, ask_lots = bids[:levels, 1].sum(), asks[:levels, 1].sum()
            assert found == pytest.approx((bid_lots - ask_lots) / (bid_lots + ask_lots))

    compared(compare)
    assert len(seen) > 80


def statistics_of(prices: Whole, lots: Whole) -> Statistics:
    if not len(prices):
        return Statistics(0, 0, 0, 0, 0, None, 0, 0, 0)
    change = prices[-1] - prices[0]
    return Statistics(
        prices[0],
        prices.max(),
        prices.min(),
        prices[-1],
        change,
        100 * change / prices[0],
        lots.sum(),
        np.dot(prices, lots),
        len(prices),
    )


def test_statistics_are_those_of_the_trades_that_stand() -> None:
    """Of 24 hours and of the trading day; the day's are the engine's own."""

    def compare(recording: Recording, analytics: Analytics, now_ns: int) -> None:
        _, prices, lots = recording.standing(window_start_ns(now_ns, 1_440))
        assert analytics.last_24h == statistics_of(prices, lots)
        _, prices, lots = recording.standing(0, recording.day_first_trade_id)
        day = analytics.trading_day
        instrument = recording.stage.instrument(SYMBOL)
        assert (instrument.last_24h(now_ns), instrument.trading_day()) == (analytics.last_24h, day)
        assert day == statistics_of(prices, lots)
        of_engine = recording.stage.engine.instrument(SYMBOL)
        assert of_engine is not None
        assert (day.open_ticks, day.high_ticks, day.low_ticks) == (
            of_engine.open_ticks,
            of_engine.high_ticks,
            of_engine.low_ticks,
        )
        assert (day.volume_lots, day.notional, day.trades) == (
            of_engine.volume_lots,
            of_engine.notional,
            of_engine.trades,
        )

    compared(compare)


def candles_of(recording: Recording, interval_ns: int) -> list[Candle]:
    times, prices, lots = recording.standing()
    starts = times - times % interval_ns
    found = []
    for start_ns in np.unique(starts):
        of, sizes = prices[starts == start_ns], lots[starts == start_ns]
        found.append(Candle(int(start_ns), of[0], of.max(), of.min(), of[-1], sizes.sum(), np.dot(of, sizes), len(of)))
    return found


def test_candles_are_those_of_the_trades_that_stand() -> None:
    """All five intervals, oldest first, none for an interval without trades; the newest of them are kept."""

    def compare(recording: Recording, _: Analytics, now_ns: int) -> None:
        instrument = recording.stage.instrument(SYMBOL)
        for interval in ("5m", "1d"):
            assert instrument.candles(interval, 10_000) == candles_of(recording, INTERVALS[interval])

    recording = compared(compare)
    instrument = recording.stage.instrument(SYMBOL)
    for interval, interval_ns in INTERVALS.items():
        expected = candles_of(recording, interval_ns)
        assert instrument.candles(interval, 10_000) == expected
        assert instrument.candles(interval, 3) == expected[-3:]
        assert instrument.candles(interval, 0) == []
