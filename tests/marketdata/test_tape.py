"""Trades as they printed, and what busts and corrections make of them on the tape and in the candles."""

import pytest

from tests.engine.builders import ACCOUNTS, SESSIONS, X, enter
from tests.marketdata.stage import Stage
from tests.support.order_flow import batch_time_ns, placed, seeded_drafts
from venue.marketdata import Candle, Print, PrintAmended, Ratio
from venue.marketdata.candles import DAY_NS, HOUR_NS, MINUTE_NS, SECOND_NS
from venue.marketdata.market import PRINTS_MAX
from venue.marketdata.tape import TAPE_MAX
from venue.messages import (
    ALLOW,
    AUCTION,
    BUY,
    OPEN,
    SELL,
    AnyCommand,
    BustTrade,
    CorrectTrade,
    OpenAccount,
    RollDay,
    SetTradingState,
)

OPENING: tuple[AnyCommand, ...] = (X, *(OpenAccount(account, ALLOW) for account in ACCOUNTS), *SESSIONS)
NOON_NS = 20_000 * DAY_NS + 12 * HOUR_NS
BY = ("operator", "mistaken")


@pytest.fixture
def stage() -> Stage:
    return Stage(*OPENING, time_ns=NOON_NS)


def trade(stage: Stage, name: str, price_ticks: int, lots: int = 1) -> Print:
    stage(enter(f"a{name}", SELL, lots, price_ticks), enter(f"b{name}", BUY, lots, price_ticks))
    return stage.instrument().tape.newest(1)[0]


def test_print_has_the_side_that_took(stage: Stage) -> None:
    """aggressor is the incoming order's side; journal_seq and time are its command's."""
    stage(enter("a1", SELL, 5, 100), enter("b1", BUY, 3, 101))
    bought = Print(1, "X", stage.engine.journal_seq, NOON_NS, 100, 3, BUY, is_auction=False)
    stage(enter("c1", BUY, 2, 99))
    stage.at(NOON_NS + 5, enter("d1", SELL, 1, 99))
    sold = Print(2, "X", stage.engine.journal_seq, NOON_NS + 5, 99, 1, SELL, is_auction=False)
    assert stage.market.take_prints() == [bought, sold]
    assert stage.market.take_prints() == []
    assert stage.instrument().tape.newest(10) == [sold, bought]
    assert stage.instrument().tape.newest(1) == [sold]


def test_print_of_an_auction_has_no_aggressor(stage: Stage) -> None:
    """Both sides rested."""
    stage(SetTradingState("X", AUCTION, *BY), enter("a1", SELL, 2, 99), enter("b1", BUY, 2, 101))
    stage(SetTradingState("X", OPEN, *BY))
    assert stage.market.take_prints() == [Print(1, "X", stage.engine.journal_seq, NOON_NS, 99, 2, 0, is_auction=True)]


def test_bust_is_told_and_leaves_the_trade_on_the_tape_with_no_lots(stage: Stage) -> None:
    """The amendment says what the trade was; the last price is again the one before."""
    first, second = trade(stage, "1", 100), trade(stage, "2", 105, lots=4)
    stage.market.take_prints()
    stage.at(NOON_NS + MINUTE_NS, BustTrade(2, *BY))
    amended = PrintAmended(2, "X", stage.engine.journal_seq, NOON_NS + MINUTE_NS, 105, 0, former=second)
    assert stage.market.take_prints() == [amended]
    busted = stage.instrument().tape.find(2)
    assert busted == Print(
        2, "X", second.journal_seq, NOON_NS, 105, 0, second.aggressor, is_auction=False, is_amended=True
    )
    assert stage.instrument().tape.newest(2) == [busted, first]
    assert stage.market.take_changed() == ["X"]


def test_correction_changes_every_candle_the_trade_is_in(stage: Stage) -> None:
    """Prices, volume and notional are those of the corrected trade, from the second to the day."""
    trade(stage, "1", 100, lots=2)
    trade(stage, "2", 150, lots=9)
    stage.at(NOON_NS + SECOND_NS)
    trade(stage, "3", 101)
    stage(CorrectTrade(2, 103, 4, *BY))
    instrument = stage.instrument()
    assert instrument.candles("1s", 9) == [
        Candle(NOON_NS, 100, 103, 100, 103, 6, 612, 2),
        Candle(NOON_NS + SECOND_NS, 101, 101, 101, 101, 1, 101, 1),
    ]
    assert instrument.candles("1m", 9) == [Candle(NOON_NS, 100, 103, 100, 101, 7, 713, 3)]
    assert instrument.candles("1d", 9) == [Candle(NOON_NS - 12 * HOUR_NS, 100, 103, 100, 101, 7, 713, 3)]


def test_bust_of_a_trade_of_an_earlier_minute_is_out_of_the_averages_at_once(stage: Stage) -> None:
    """Also when they were asked for a moment before."""
    trade(stage, "1", 100)
    trade(stage, "2", 104)
    stage.at(NOON_NS + MINUTE_NS)
    trade(stage, "3", 108)
    vwap = [stage.instrument().analytics(0).vwap]
    stage(BustTrade(1, *BY))
    vwap.append(stage.instrument().analytics(0).vwap)
    assert [v.hour for v in vwap] == [v.day_24h for v in vwap] == [v.trading_day for v in vwap]
    assert [v.hour for v in vwap] == [Ratio(312, 3), Ratio(212, 2)]


def test_bust_of_the_only_trade_of_a_candle_takes_the_candle_away(stage: Stage) -> None:
    """As if the trade had never been; the next trade makes it anew."""
    trade(stage, "1", 100)
    stage.at(NOON_NS + MINUTE_NS)
    trade(stage, "2", 105)
    stage(BustTrade(2, *BY))
    instrument = stage.instrument()
    assert instrument.candles("1m", 9) == [Candle(NOON_NS, 100, 100, 100, 100, 1, 100, 1)]
    assert instrument.analytics(0).vwap.hour == instrument.analytics(0).vwap.trading_day
    trade(stage, "3", 99)
    assert instrument.candles("1m", 1) == [Candle(NOON_NS + MINUTE_NS, 99, 99, 99, 99, 1, 99, 1)]


def test_bust_of_a_trade_of_another_trading_day_leaves_the_day_alone(stage: Stage) -> None:
    """Even when both were at the same time: the day began between them. 24 hours have both."""
    trade(stage, "1", 100)
    stage(RollDay(NOON_NS + DAY_NS))
    trade(stage, "2", 105, lots=3)
    stage(BustTrade(1, *BY))
    analytics = stage.instrument().analytics(0)
    for statistics in (analytics.trading_day, analytics.last_24h):
        assert (statistics.open_ticks, statistics.volume_lots, statistics.trades) == (105, 3, 1)


def test_trade_that_the_tape_has_forgotten_is_amended_in_no_candle(stage: Stage) -> None:
    """The amendment is told, without what it was; candles whose trades are not all remembered keep their prices."""
    trade(stage, "old", 50, lots=7)
    stage(enter("a1", SELL, 1_000, 100), enter("a2", SELL, 1_000, 100))
    volume = 7
    for number in range(TAPE_MAX):
        if number % 1_000 == 999:
            stage(enter(f"c{number}", SELL, 1_000, 100))
        stage(enter(f"d{number}", BUY, 1, 100))
        volume += 1
    instrument = stage.instrument()
    assert instrument.tape.find(1) is None
    (before,) = instrument.candles("1d", 9)
    assert (before.open_ticks, before.volume_lots, before.trades) == (50, volume, TAPE_MAX + 1)
    stage.market.take_prints()
    stage(BustTrade(1, *BY))
    (told,) = stage.market.take_prints()
    assert isinstance(told, PrintAmended)
    assert (told.trade_id, told.qty_lots, told.former) == (1, 0, None)
    assert instrument.candles("1d", 9) == [before]
    stage(BustTrade(2, *BY))
    (after,) = instrument.candles("1d", 9)
    assert (after.open_ticks, after.volume_lots, after.trades) == (50, volume - 1, TAPE_MAX)


def test_prints_that_nobody_takes_are_bounded_and_counted(stage: Stage) -> None:
    """The newest PRINTS_MAX wait; how many are missing is known."""
    printed = trade(stage, "1", 100)
    for _ in range(PRINTS_MAX + 2):
        stage.market._tell(printed)
    stage.market._tell(last := trade(stage, "2", 101))
    assert stage.market.prints_missed == 5
    prints = stage.market.take_prints()
    assert len(prints) == PRINTS_MAX
    assert prints[-1] == last


def test_tape_and_day_of_any_flow_are_the_engines() -> None:
    """Every trade as the engine has it, amended or not, and the engine's own figures of the trading day."""
    stage = Stage()
    for seq, command in enumerate(placed(seeded_drafts(11, 4_000)), 1):
        stage.at(batch_time_ns(seq), command)
        for symbol in stage.market.symbols():
            day, of_engine = stage.instrument(symbol).analytics(0).trading_day, stage.engine.instrument(symbol)
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
    on_tape = [printed for symbol in stage.market.symbols() for printed in stage.instrument(symbol).tape.newest(9_999)]
    assert sorted((p.trade_id, p.symbol, p.price_ticks, p.qty_lots, p.is_auction) for p in on_tape) == [
        (t.trade_id, t.symbol, t.price_ticks, t.qty_lots, t.is_auction)
        for t in reversed(stage.engine.newest_trades(9_999))
    ]
    assert any(printed.qty_lots == 0 for printed in on_tape)
