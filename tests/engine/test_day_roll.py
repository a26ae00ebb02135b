"""The day roll: what ends, what moves on, what begins anew, and in which order it is told."""

from typing import Any

from msgspec.structs import replace

from tests.engine.builders import X, canceled, enter
from tests.engine.ledger import Ledger, funded, ledger
from venue import reasons
from venue.messages import (
    BUY,
    DAY,
    HALTED,
    SELL,
    DailyLoss,
    DayRolled,
    FeeTier,
    OrderExpired,
    RollDay,
    SetFeeSchedule,
    SetLossCap,
    SetPriceLimits,
)

ROLL = RollDay(1000)
TIERS = SetFeeSchedule("USD", (FeeTier(0, 0, 0), FeeTier(100, 20_000, 50_000)), "operator", "test")
CAP = SetLossCap("ANN", "USD", 50, "operator", "test")


def ten_traded(*before: Any) -> Ledger:
    """ANN buys 10 at 100 of BOB's offer, 1000 of volume each."""
    return ledger(*before, enter("b1", SELL, 10, 100), enter("a1", BUY, 10, 100))


def test_day_orders_expire_before_anything_else_and_the_roll_is_told_last() -> None:
    """Expiries, then what the new tier has canceled, then DayRolled."""
    play = ten_traded(TIERS, *funded("ANN", "USD", 1950))
    day, stays = enter("c1", BUY, 1, 90, time_in_force=DAY), enter("a2", BUY, 10, 95)
    play(day, stays)  # 950 of 950 are locked, and 48 more were at 5 %
    assert play(ROLL) == [
        OrderExpired(3, 7, day, 0, 0, 0),
        canceled(4, 8, stays, reasons.INSUFFICIENT_BALANCE),
        DayRolled(1000),
    ]


def test_locks_follow_the_new_tier() -> None:
    """At 5 % the same order locks 5 a lot more, where that is available."""
    play = ten_traded(TIERS, *funded("ANN", "USD", 2000))
    play(enter("a2", BUY, 10, 95))
    assert [balance.locked_units for balance in play.engine.balances("ANN")] == [0, 950]
    assert play(ROLL) == [DayRolled(1000)]
    assert [balance.locked_units for balance in play.engine.balances("ANN")] == [0, 1000]


def test_figures_of_the_day_begin_anew_and_the_last_price_stays() -> None:
    """The breaker's reference is the last price, wherever it was before."""
    limits = SetPriceLimits("X", breaker_bp=1000, reference_ticks=95, by="operator", why="test")
    play = ten_traded(limits)
    before = play.engine.instrument("X")
    assert before is not None
    assert (before.reference_ticks, before.trades, before.volume_lots, before.notional) == (95, 1, 10, 1000)
    play(ROLL)
    assert play.engine.instrument("X") == replace(
        before, reference_ticks=100, open_ticks=0, high_ticks=0, low_ticks=0, volume_lots=0, notional=0, trades=0
    )


def test_reference_stays_where_there_is_no_last_price() -> None:
    """A day without a trade moves nothing."""
    play = ledger(SetPriceLimits("X", breaker_bp=1000, reference_ticks=95, by="operator", why="test"), ROLL)
    status = play.engine.instrument("X")
    assert status is not None
    assert status.reference_ticks == 95


def test_positions_and_fees_are_no_figures_of_the_day() -> None:
    """What is held and what was paid goes on; what was lost today is lost yesterday."""
    play = ten_traded(CAP, SetFeeSchedule("USD", (FeeTier(0, 10_000, 10_000),), "operator", "test"))
    positions = play.engine.positions("ANN")
    assert losses(play) == [DailyLoss(CAP, -10, False)]
    play(ROLL)
    assert play.engine.positions("ANN") == positions
    assert losses(play) == [DailyLoss(CAP, 0, False)]


def losses(play: Ledger) -> list[DailyLoss]:
    limits = play.engine.limits("ANN")
    assert limits is not None
    return list(limits.losses)


def test_trading_states_and_open_orders_stand_through_the_roll() -> None:
    """Only DAY orders and the figures of the day end."""
    play = ledger(replace(X, symbol="Y", state=HALTED), enter("a1", BUY, 1, 100))
    orders = play.engine.open_orders("ANN")
    assert play(ROLL) == [DayRolled(1000)]
    assert play.engine.trading_state("Y") == HALTED
    assert play.engine.open_orders("ANN") == orders
