"""Intervals of the clock, what is kept of them, and figures when little or nothing happens."""

import math

import pytest

from tests.engine.builders import ACCOUNTS, SESSIONS, X, cancel, enter
from tests.marketdata.stage import Stage
from venue.marketdata import INTERVALS, Candle, Ratio, Statistics, Windowed
from venue.marketdata.candles import CANDLES_MAX, DAY_NS, HOUR_NS, MINUTE_NS, SECOND_NS
from venue.messages import BUY, HALTED, SELL, AnyCommand, OpenAccount, SetTradingState

OPENING: tuple[AnyCommand, ...] = (X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS)
MIDNIGHT_NS = 20_000 * DAY_NS
NOTHING = Windowed(None, None, None)


def traded(*prices: tuple[int, int]) -> Stage:
    """A trade of one lot at each time since midnight and price; nothing is left in the book."""
    stage = Stage(*OPENING, time_ns=MIDNIGHT_NS)
    for number, (after_ns, price_ticks) in enumerate(prices):
        sell, buy = enter(f"a{number}", SELL, 1, price_ticks), enter(f"b{number}", BUY, 1, price_ticks)
        stage.at(MIDNIGHT_NS + after_ns, sell, buy)
    return stage


@pytest.mark.parametrize("interval", INTERVALS)
def test_candle_begins_at_a_multiple_of_its_interval(interval: str) -> None:
    """The last nanosecond belongs to the interval, the next one to the next."""
    length_ns = INTERVALS[interval]
    instrument = traded((0, 100), (length_ns - 1, 102), (length_ns, 101)).instrument()
    assert instrument.candles(interval, 9) == [
        Candle(MIDNIGHT_NS, 100, 102, 100, 102, 2, 202, 2),
        Candle(MIDNIGHT_NS + length_ns, 101, 101, 101, 101, 1, 101, 1),
    ]


def test_candle_read_within_its_second_goes_on() -> None:
    """Reading it does not end it."""
    stage = traded((0, 100))
    assert stage.instrument().candles("1s", 1) == [Candle(MIDNIGHT_NS, 100, 100, 100, 100, 1, 100, 1)]
    stage.at(MIDNIGHT_NS + 5, enter("a9", SELL, 2, 98), enter("b9", BUY, 2, 98))
    assert stage.instrument().candles("1s", 1) == [Candle(MIDNIGHT_NS, 100, 100, 98, 98, 3, 296, 2)]


def test_candles_are_kept_up_to_their_number() -> None:
    """The oldest are forgotten, in each interval by itself."""
    instrument = traded(*((number * SECOND_NS, 100) for number in range(CANDLES_MAX["1s"] + 5))).instrument()
    seconds = instrument.candles("1s", 10_000)
    assert len(seconds) == CANDLES_MAX["1s"]
    assert seconds[0].start_ns == MIDNIGHT_NS + 5 * SECOND_NS
    assert sum(candle.trades for candle in instrument.candles("1h", 9)) == CANDLES_MAX["1s"] + 5


def test_candles_of_an_unknown_interval_are_no_candles() -> None:
    """Only those of INTERVALS."""
    with pytest.raises(KeyError):
        traded().instrument().candles("2m", 1)


def test_analytics_before_anything_happened_are_none() -> None:
    """No trade, no quote: no price, no average, no volatility."""
    analytics = traded().instrument().analytics(0)
    assert analytics.time_ns == MIDNIGHT_NS
    assert (analytics.vwap, analytics.twap, analytics.spread.average_ticks) == (NOTHING, NOTHING, NOTHING)
    assert (analytics.volatility.realized_1h, analytics.volatility.ewma) == (None, None)
    assert (analytics.spread.spread_ticks, analytics.spread.average_bp_1h, analytics.depth) == (None, None, ())
    assert (analytics.imbalance.best, analytics.imbalance.ten_levels) == (None, None)
    assert analytics.last_24h == analytics.trading_day == Statistics(0, 0, 0, 0, 0, None, 0, 0, 0)


def test_analytics_are_as_of_now_and_never_before_the_journal() -> None:
    """A window moves on when the clock does; a clock behind the journal's time counts as that."""
    instrument = traded((0, 100), (HOUR_NS, 110)).instrument()
    assert instrument.analytics(MIDNIGHT_NS).time_ns == MIDNIGHT_NS + HOUR_NS
    assert instrument.analytics(0).vwap.hour == Ratio(110, 1)
    assert instrument.analytics(0).vwap.day_24h == Ratio(210, 2)
    later = instrument.analytics(MIDNIGHT_NS + DAY_NS + 2 * MINUTE_NS)
    assert later.vwap == Windowed(None, Ratio(110, 1), Ratio(210, 2))
    assert later.twap.hour == Ratio(110 * (59 * MINUTE_NS), 59 * MINUTE_NS)
    assert later.last_24h.trades == 1


def test_window_of_an_hour_is_sixty_minutes_of_the_clock() -> None:
    """The minute under way and the 59 before it: the first one is in until its hour is over, then out at once."""
    instrument = traded((0, 100), (5 * MINUTE_NS, 110)).instrument()
    last_ns = MIDNIGHT_NS + HOUR_NS - 1
    assert instrument.analytics(last_ns).vwap.hour == Ratio(210, 2)
    assert instrument.analytics(last_ns + 1).vwap.hour == Ratio(110, 1)
    only = traded((0, 100)).instrument()
    assert only.analytics(last_ns).vwap.hour == Ratio(100, 1)
    assert only.analytics(last_ns + 1).vwap.hour is None


def test_analytics_asked_ahead_of_the_next_command_change_nothing() -> None:
    """A clock that is ahead of a command still under way: the figures are the same as if nobody had asked."""
    asked, not_asked = traded((0, 100)), traded((0, 100))
    asked.instrument().analytics(MIDNIGHT_NS + DAY_NS)
    for stage in (asked, not_asked):
        stage.at(MIDNIGHT_NS + MINUTE_NS, enter("c1", BUY, 1, 90), enter("d1", SELL, 1, 96))
        stage.at(MIDNIGHT_NS + 3 * MINUTE_NS, enter("c2", BUY, 1, 92))
        stage.at(MIDNIGHT_NS + 5 * MINUTE_NS)
    now_ns = MIDNIGHT_NS + 5 * MINUTE_NS
    assert asked.instrument().analytics(now_ns) == not_asked.instrument().analytics(now_ns)


def test_volatility_of_days_without_a_change_is_none_but_known() -> None:
    """The mid stands still for two days: every return is 0, EWMA has faded away, the move is out of the window."""
    stage = traded((0, 100))
    stage(enter("c1", BUY, 1, 90), enter("d1", SELL, 1, 96))
    stage.at(MIDNIGHT_NS + MINUTE_NS, enter("c2", BUY, 1, 92))
    moved = stage.instrument().analytics(MIDNIGHT_NS + 2 * MINUTE_NS).volatility
    change = math.log(94 / 93)
    assert moved.realized_24h == moved.ewma == pytest.approx(math.sqrt(525_600) * change)
    still = stage.instrument().analytics(MIDNIGHT_NS + 2 * DAY_NS).volatility
    assert (still.realized_1h, still.realized_24h) == (0.0, 0.0)
    assert still.ewma == pytest.approx(0.0, abs=1e-12)
    stage.at(MIDNIGHT_NS + 2 * DAY_NS, cancel("c3", "c2"))
    assert stage.instrument().analytics(0).volatility == still


def test_volatility_has_no_return_across_minutes_without_a_quote() -> None:
    """A halt takes the mid away: the returns into it and out of it are missing, those after it are not."""
    stage = traded((0, 100))
    stage(enter("c1", BUY, 1, 90), enter("d1", SELL, 1, 96))
    stage.at(MIDNIGHT_NS + 90 * SECOND_NS, SetTradingState("X", HALTED, "operator", "news"))
    stage.at(MIDNIGHT_NS + 200 * SECOND_NS, enter("a7", BUY, 1, 95), cancel("c2", "c1"))
    assert stage.instrument().analytics(MIDNIGHT_NS + HOUR_NS).volatility.realized_1h is None
