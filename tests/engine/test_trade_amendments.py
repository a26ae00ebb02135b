"""Bust and correction of a trade: orders, positions, fees, volumes, balances and the instrument's day."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, cancel, enter
from tests.engine.ledger import Ledger, figures, funded, ledger
from venue import reasons
from venue.messages import (
    BUY,
    CANCELED,
    FILLED,
    NEW,
    PARTIALLY_FILLED,
    SELL,
    STOP,
    UNITS_MAX,
    AnyCommand,
    Balance,
    BustTrade,
    CorrectTrade,
    FeeTier,
    OperationRefused,
    Position,
    RollDay,
    SetAccountFees,
    SetFeeSchedule,
    TradeAmended,
    TradeSide,
)

SELL_5 = enter("a1", SELL, 5, 100)
BUY_3 = enter("b1", BUY, 3, 100)
BUST = BustTrade(1, "operator", "fat finger")
FEES = SetFeeSchedule("USD", (FeeTier(0, -10_000, 20_000),), "operator", "test")  # maker -1 %, taker 2 %


def correction(price_ticks: int, qty_lots: int, trade_id: int = 1) -> CorrectTrade:
    return CorrectTrade(trade_id, price_ticks, qty_lots, "operator", "fat finger")


def traded_once(*before: AnyCommand) -> Ledger:
    """ANN's sale of 5 has traded 3 at 100 with BOB's buy: exec_ids 3 and 4."""
    return ledger(*before, SELL_5, BUY_3)


def test_bust_takes_the_lots_off_both_orders() -> None:
    """The open order shrinks and keeps its leaves, the filled one is CANCELED; each side gets an exec_id."""
    play = traded_once()
    assert play(BUST) == [
        TradeAmended(
            1, 100, 0,
            TradeSide(1, 5, 3, replace(SELL_5, qty_lots=2), NEW, 0, 2, 0, 0),
            TradeSide(2, 6, 4, BUY_3, CANCELED, 0, 0, 0, 0),
            False, "operator", "fat finger",
        )
    ]  # fmt: skip
    assert play.engine.positions("ANN") == [Position("ANN", "X", 0, 0, 0, 0, 0, 0, 0, 2)]
    assert play.engine.positions("BOB") == []


def test_correction_gives_both_orders_the_new_price_and_quantity() -> None:
    """The lots taken off do not come back to the open order; a second correction refers to the first."""
    play = traded_once()
    (first,) = play(correction(90, 2))
    assert first == TradeAmended(
        1, 90, 2,
        TradeSide(1, 5, 3, replace(SELL_5, qty_lots=4), PARTIALLY_FILLED, 2, 2, 180, 0),
        TradeSide(2, 6, 4, BUY_3, CANCELED, 2, 0, 180, 0),
        False, "operator", "fat finger",
    )  # fmt: skip
    (second,) = play(correction(95, 2))
    assert isinstance(second, TradeAmended)
    assert (second.maker.exec_id, second.maker.exec_ref_id) == (7, 5)
    assert (second.taker.exec_id, second.taker.exec_ref_id) == (8, 6)
    assert second.taker.notional == 190


def test_correction_of_the_price_alone_leaves_a_filled_order_filled() -> None:
    """Nothing was taken off."""
    (amended,) = traded_once()(correction(90, 3))
    assert isinstance(amended, TradeAmended)
    assert (amended.taker.ord_status, amended.taker.cum_lots, amended.taker.notional) == (FILLED, 3, 270)


@pytest.mark.parametrize(
    ("price_ticks", "qty_lots"),
    [(0, 3), (-1, 3), (100, 0), (100, -1), (100, 4), (100, 3), (2**62 // 1000 + 1, 3)],
)
def test_impossible_correction_is_refused(price_ticks: int, qty_lots: int) -> None:
    """Below 1, above the trade's quantity, above the price bound, or nothing new: BAD_VALUE, nothing changes."""
    play = traded_once()
    before = figures(play)
    assert play(correction(price_ticks, qty_lots)) == [OperationRefused(reasons.BAD_VALUE, "")]
    assert figures(play) == before


def test_correction_past_64_bits_is_refused() -> None:
    """The price bound rises when only smaller orders are allowed; a trade of before may be too large for it."""
    play = traded_once()
    play(replace(X, max_lots=1))
    before = figures(play)
    bound = UNITS_MAX // 3
    assert play(correction(bound + 1, 3)) == [OperationRefused(reasons.BAD_VALUE, "")]
    assert figures(play) == before
    (amended,) = play(correction(bound, 3))
    assert isinstance(amended, TradeAmended)
    assert amended.maker.notional == 3 * bound


def test_unknown_or_busted_trade_is_refused() -> None:
    """UNKNOWN_TRADE for an id that was never given, and for a trade busted before."""
    refused = [OperationRefused(reasons.UNKNOWN_TRADE, "")]
    play = traded_once()
    assert ledger()(BUST) == refused
    assert play(replace(BUST, trade_id=0)) == refused
    assert play(replace(BUST, trade_id=2)) == refused
    play(BUST)
    assert play(BUST) == refused
    assert play(correction(90, 1)) == refused


def test_trade_is_forgotten_after_enough_newer_ones() -> None:
    """Of the last trades_max only."""
    play = ledger(SELL_5, BUY_3, enter("b2", BUY, 1, 100), trades_max=1)
    assert play(BUST) == [OperationRefused(reasons.UNKNOWN_TRADE, "")]
    assert isinstance(play(replace(BUST, trade_id=2))[0], TradeAmended)


def test_trade_of_a_forgotten_order_is_refused() -> None:
    """UNKNOWN_TRADE once one of its orders is no longer remembered."""
    play = ledger(SELL_5, BUY_3, enter("c1", BUY, 1, 90), cancel("c2", "c1"), closed_orders_max=1)
    assert play(BUST) == [OperationRefused(reasons.UNKNOWN_TRADE, "")]


# ---------------------------------------------------------------------------------------------------
# Positions, fees, volumes


def test_position_is_changed_by_a_trade_the_other_way_round() -> None:
    """BOB bought 3 at 100 and sold them at 110; without the first trade he is short 3 from 100, having realized 30."""
    play = traded_once()
    play(cancel("a2", "a1"), enter("c2", BUY, 3, 110), enter("b2", SELL, 3, 110))
    assert play.engine.positions("BOB") == [Position("BOB", "X", 0, 0, 30, 0, 0, 220, 0, 0)]
    play(BUST)
    assert play.engine.positions("BOB") == [Position("BOB", "X", -3, 300, 30, -30, 0, 220, 0, 0)]


def test_fees_are_those_of_the_amended_trade_at_the_rates_it_had() -> None:
    """Charged -3 and 6 on 300; corrected to 200 they are -2 and 4, whatever the rates are by now; busted 0."""
    play = traded_once(FEES)
    play(SetAccountFees("BOB", "USD", (0, 0), "operator", "test"))
    assert fees_of(play) == (-3, 6, 3)
    (corrected,) = play(correction(100, 2))
    assert isinstance(corrected, TradeAmended)
    assert (corrected.maker.fee, corrected.taker.fee) == (-2, 4)
    assert fees_of(play) == (-2, 4, 2)
    play(BUST)
    assert fees_of(play) == (0, 0, 0)


def fees_of(play: Ledger) -> tuple[int, int, int]:
    """Fees of ANN and of BOB, and what the venue earned."""
    (ann,), bob = play.engine.positions("ANN"), play.engine.positions("BOB")
    revenue = [currency.revenue_units for currency in play.engine.currencies() if currency.currency == "USD"]
    return ann.fees_units, bob[0].fees_units if bob else 0, revenue[0]


def test_volume_of_the_trades_own_day_follows() -> None:
    """Of today at once; of an earlier day it counts in the tier from the next day roll on."""
    play = traded_once()
    play(correction(100, 2))
    assert volumes(play) == (0, 200)
    play(RollDay(10), correction(100, 1))
    assert volumes(play) == (200, 0)
    play(RollDay(20))
    assert volumes(play) == (100, 0)


def volumes(play: Ledger) -> tuple[int, int]:
    (fees,) = play.engine.fees("BOB")
    return fees.volume_30d_units, fees.volume_today_units


# ---------------------------------------------------------------------------------------------------
# Balances


def prefunded() -> Ledger:
    """BOB is prefunded with 400 USD, and buys 3 at 100 of ANN's sale."""
    return traded_once(*funded("BOB", "USD", 400))


def test_balances_move_back_and_again() -> None:
    """A bust returns the money and takes the base; a correction leaves what the corrected trade moves."""
    play = prefunded()
    assert play.engine.balances("BOB") == [Balance("BOB", "BASE", 3, 0), Balance("BOB", "USD", 100, 0)]
    play(correction(50, 2))
    assert play.engine.balances("BOB") == [Balance("BOB", "BASE", 2, 0), Balance("BOB", "USD", 300, 0)]
    play(BUST)
    assert play.engine.balances("BOB") == [Balance("BOB", "USD", 400, 0)]


@pytest.mark.parametrize("command", [BUST, correction(200, 3)], ids=["base", "quote"])
def test_amendment_that_overdraws_a_balance_is_refused(command: BustTrade | CorrectTrade) -> None:
    """Base that was sold on, or quote that is locked, is not there to move back: nothing changes at all."""
    play = prefunded()
    play(enter("b2", SELL, 3, 300))
    before = figures(play)
    assert play(command) == [OperationRefused(reasons.INSUFFICIENT_BALANCE, "")]
    assert figures(play) == before


# ---------------------------------------------------------------------------------------------------
# The instrument


def test_last_price_is_that_of_the_newest_trade_left() -> None:
    """A correction gives its price, a bust uncovers the trade before, the last bust leaves none."""
    play = ledger(SELL_5, BUY_3, enter("c1", SELL, 1, 120), cancel("a2", "a1"), enter("b2", BUY, 1, 120))
    lasts = [play.engine.best("X")[4]]
    for command in (correction(130, 1, trade_id=2), replace(BUST, trade_id=2), BUST):
        play(command)
        lasts.append(play.engine.best("X")[4])
    assert lasts == [120, 130, 100, 0]


def test_figures_of_the_day_follow() -> None:
    """Open, high, low, volume, notional and the number of trades are those of the trades left."""
    play = ledger(SELL_5, BUY_3, enter("c1", SELL, 1, 120), cancel("a2", "a1"), enter("b2", BUY, 1, 120))
    assert day(play) == (100, 120, 100, 4, 420, 2)
    play(correction(90, 2))
    assert day(play) == (90, 120, 90, 3, 300, 2)
    play(BUST)
    assert day(play) == (120, 120, 120, 1, 120, 1)
    play(RollDay(10), replace(BUST, trade_id=2))
    assert day(play) == (0, 0, 0, 0, 0, 0)


def day(play: Ledger) -> tuple[int, ...]:
    status = play.engine.instrument("X")
    assert status is not None
    return (
        status.open_ticks, status.high_ticks, status.low_ticks, status.volume_lots, status.notional, status.trades,
    )  # fmt: skip


def test_amendment_triggers_nothing() -> None:
    """A stop that the new last price would reach waits for the next trade."""
    stop = enter("c1", BUY, 1, ord_type=STOP, stop_ticks=150)
    play = traded_once(stop)
    assert len(play(correction(160, 3))) == 1
    assert play.engine.find_order("CAT", "c1").ord_status == NEW  # type: ignore[union-attr]
    order = enter("c2", BUY, 1, 100)
    assert play(order)[0] == accepted(4, 8, order)
