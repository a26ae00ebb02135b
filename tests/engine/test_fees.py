"""Fees: which rate each side of a trade pays, how a tier is come to, and what the venue earns."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.engine.builders import X, enter, opened
from tests.engine.market import Market, market, set_state
from venue.messages import (
    AUCTION,
    BUY,
    OPEN,
    SELL,
    Currency,
    EnterOrder,
    FeeStatus,
    FeeTier,
    OrderTraded,
    RollDay,
    SetAccountFees,
    SetFeeSchedule,
    SettingChanged,
)

DAY_NS: Final = 1_000
TIERS: Final = (FeeTier(0, 10_000, 20_000), FeeTier(1_000, 5_000, 15_000), FeeTier(5_000, -1_000, 10_000))


def schedule(*tiers: FeeTier, currency: str = "USD") -> SetFeeSchedule:
    return SetFeeSchedule(currency, tiers, "operator", "test")


def own_rates(account: str, rates: tuple[int, int] | None) -> SetAccountFees:
    return SetAccountFees(account, "USD", rates, "operator", "test")


def fees_of(play: Market, maker: str, taker: str, lots: int, price_ticks: int) -> tuple[int, int]:
    """Of a trade in which the account of the first ClOrdID sells and that of the second buys."""
    play.events(enter(maker, SELL, lots, price_ticks))
    (trade,) = [event for event in play.events(enter(taker, BUY, lots, price_ticks)) if isinstance(event, OrderTraded)]
    return trade.maker_fee, trade.taker_fee


def traded(name: str, lots: int, price_ticks: int) -> tuple[EnterOrder, EnterOrder]:
    """BOB sells to ANN."""
    return enter(f"b{name}", SELL, lots, price_ticks), enter(f"a{name}", BUY, lots, price_ticks)


def usd(play: Market) -> Currency:
    return next(currency for currency in play.engine.currencies() if currency.currency == "USD")


def status(play: Market, account: str = "ANN") -> FeeStatus:
    (found,) = play.engine.fees(account)
    return found


def test_no_schedule_no_fee() -> None:
    """Nothing is charged until an operator says so."""
    play = market()
    assert fees_of(play, "b1", "a1", 10, 100) == (0, 0)
    assert usd(play).revenue_units == 0
    assert status(play) == FeeStatus("ANN", "USD", 0, 0, False, 0, 1_000)


@pytest.mark.parametrize(
    ("rate", "notional", "fee"),
    [
        (10_000, 100, 1),
        (10_000, 149, 1),
        (10_000, 151, 2),
        (10_000, 50, 0),  # 0.5: the even neighbour
        (10_000, 150, 2),  # 1.5
        (10_000, 250, 2),  # 2.5
        (-10_000, 150, -2),
        (-10_000, 250, -2),
        (-10_000, 50, 0),
        (1, 499_999, 0),
        (100_000, 999, 100),
    ],
)
def test_fee_is_rounded_half_even_to_the_unit(rate: int, notional: int, fee: int) -> None:
    """Rate x notional / 1,000,000; a rebate is rounded as the fee of its size."""
    play = market(replace(X, symbol="Y", max_lots=1_000_000), own_rates("ANN", (0, rate)))
    play(enter("b1", SELL, notional, 1, symbol="Y"))
    trade = play.events(enter("a1", BUY, notional, 1, symbol="Y"))[-1]
    assert isinstance(trade, OrderTraded)
    assert (trade.maker_fee, trade.taker_fee) == (0, fee)
    assert usd(play).revenue_units == fee


def test_resting_order_pays_the_makers_rate_and_incoming_the_takers() -> None:
    """One fill, two fees, both on the trade's event and in the venue's revenue."""
    play = market(schedule(*TIERS))
    assert fees_of(play, "b1", "a1", 5, 100) == (5, 10)
    assert usd(play) == Currency("USD", 5, 15, TIERS)


def test_fee_is_computed_for_each_fill() -> None:
    """Three fills of 0.5 are three times 0, not once 1.5."""
    play = market(own_rates("ANN", (0, 10_000)), *(enter(f"b{n}", SELL, 1, 50) for n in range(3)))
    trades = [event for event in play.events(enter("a1", BUY, 3, 50)) if isinstance(event, OrderTraded)]
    assert [trade.taker_fee for trade in trades] == [0, 0, 0]


def test_both_sides_of_an_uncross_pay_the_makers_rate() -> None:
    """Nobody takes in an auction."""
    play = market(schedule(*TIERS), set_state(AUCTION), enter("a1", BUY, 5, 100), enter("b1", SELL, 5, 100))
    (_, trade, _) = play.events(set_state(OPEN))
    assert isinstance(trade, OrderTraded)
    assert (trade.maker_fee, trade.taker_fee, trade.is_auction) == (5, 5, True)


def test_notional_factor_is_part_of_the_fee() -> None:
    """Money is ticks x lots x notional_factor, and so is the volume."""
    play = market(replace(X, symbol="Y", notional_factor=7), schedule(*TIERS))
    play(enter("b1", SELL, 5, 100, symbol="Y"))
    trade = play.events(enter("a1", BUY, 5, 100, symbol="Y"))[-1]
    assert isinstance(trade, OrderTraded)
    assert (trade.maker_fee, trade.taker_fee) == (35, 70)
    assert status(play).volume_today_units == 3_500


def test_tier_is_come_to_at_the_day_roll() -> None:
    """The volume of today counts from the next RollDay on, for both sides."""
    play = market(schedule(*TIERS), *traded("1", 10, 100))
    assert status(play) == FeeStatus("ANN", "USD", 10_000, 20_000, False, 0, 1_000)
    play(RollDay(DAY_NS))
    for account in ("ANN", "BOB"):
        assert status(play, account) == FeeStatus(account, "USD", 5_000, 15_000, False, 1_000, 0)
    assert status(play, "CAT") == FeeStatus("CAT", "USD", 10_000, 20_000, False, 0, 0)
    assert fees_of(play, "b2", "a2", 10, 100) == (5, 15)


@pytest.mark.parametrize(("lots", "rates"), [(9, (10_000, 20_000)), (10, (5_000, 15_000)), (50, (-1_000, 10_000))])
def test_tier_applies_from_its_volume_on(lots: int, rates: tuple[int, int]) -> None:
    """900 is below the second tier, 1,000 in it, 5,000 in the third."""
    play = market(schedule(*TIERS), *traded("1", lots, 100), RollDay(DAY_NS))
    assert (status(play).maker_rate, status(play).taker_rate) == rates


def test_volume_counts_for_thirty_complete_days() -> None:
    """Rolled out of the window, it is gone, and the tier with it."""
    play = market(schedule(*TIERS), *traded("1", 10, 100))
    volumes: list[int] = []
    for day in range(1, 33):
        play(RollDay(day * DAY_NS))
        volumes.append(status(play).volume_30d_units)
    assert volumes == [1_000] * 30 + [0, 0]
    assert status(play).taker_rate == 20_000


def test_rebate_is_paid_by_the_venue() -> None:
    """A negative rate is a negative fee: the venue's revenue is what is left of the other side's."""
    play = market(schedule(FeeTier(0, -10_000, 20_000)))
    assert fees_of(play, "b1", "a1", 5, 100) == (-5, 10)
    assert usd(play).revenue_units == 5


def test_own_rates_replace_the_schedules_until_they_are_taken_away() -> None:
    """SetAccountFees applies at once, to this account alone; None gives the tier back."""
    play = market(schedule(*TIERS), own_rates("ANN", (0, 1_000)))
    assert fees_of(play, "b1", "a1", 10, 100) == (10, 1)
    assert status(play) == FeeStatus("ANN", "USD", 0, 1_000, True, 0, 1_000)
    play(RollDay(DAY_NS))
    assert status(play) == FeeStatus("ANN", "USD", 0, 1_000, True, 1_000, 0)
    asked = own_rates("ANN", None)
    assert play.events(asked) == [SettingChanged(asked)]
    assert status(play) == FeeStatus("ANN", "USD", 5_000, 15_000, False, 1_000, 0)


def test_new_schedule_applies_at_once() -> None:
    """The next trade pays it, by the volume as of the last roll."""
    play = market(schedule(*TIERS), *traded("1", 10, 100), RollDay(DAY_NS))
    asked = schedule(FeeTier(0, 1_000, 2_000), FeeTier(999, 3_000, 4_000))
    assert play.events(asked) == [SettingChanged(asked)]
    assert fees_of(play, "b2", "a2", 10, 100) == (3, 4)
    assert fees_of(play, "d2", "c2", 10, 100) == (1, 2)


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (FeeTier(1, 0, 0),),
        (FeeTier(0, 0, 0), FeeTier(0, 0, 0)),
        (FeeTier(0, 0, 0), FeeTier(5, 0, 0), FeeTier(4, 0, 0)),
        (FeeTier(0, 100_001, 0),),
        (FeeTier(0, 0, -100_001),),
    ],
)
def test_impossible_schedules_are_refused(tiers: tuple[FeeTier, ...]) -> None:
    """No tiers, a first one not from 0, one not above the one before it, a rate out of bounds."""
    assert market()(schedule(*tiers)) == ["refused bad_value"]


def test_refusals_of_fees_name_what_is_unknown_first() -> None:
    """Who asks, then account, currency, value."""
    play = market()
    bound = own_rates("ANN", (100_001, 0))
    assert play(replace(bound, by="", account="NOBODY")) == ["refused bad_value"]
    assert play(replace(bound, account="NOBODY", currency="EUR")) == ["refused unknown_account"]
    assert play(replace(bound, currency="EUR")) == ["refused unknown_currency"]
    assert play(bound) == ["refused bad_value"]
    assert play(own_rates("ANN", (-100_000, 100_000))) == ["SettingChanged"]
    assert play(schedule(currency="EUR")) == ["refused unknown_currency"]
    assert play(replace(schedule(*TIERS), by="")) == ["refused bad_value"]


def test_fees_are_told_for_every_quote_currency() -> None:
    """In alphabetical order, also where the account never traded; none for an account nobody knows."""
    play = market(replace(X, symbol="Y", quote="EUR"))
    assert [found.currency for found in play.engine.fees("ANN")] == ["EUR", "USD"]
    assert play.engine.fees("NOBODY") == []


RATE: Final = st.integers(-100_000, 100_000)
TRADES: Final = st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), max_size=9)


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(RATE, RATE),
    st.tuples(RATE, RATE),
    st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), max_size=9),
)
def test_revenue_is_the_sum_of_all_fees(
    ann: tuple[int, int], bob: tuple[int, int], trades: list[tuple[int, int]]
) -> None:
    """To the last unit, rebates taken off: of the events, of the positions, and of the venue."""
    play = opened(own_rates("ANN", ann), own_rates("BOB", bob))
    charged = 0
    for number, (lots, price_ticks) in enumerate(trades):
        play(enter(f"b{number}", SELL, lots, price_ticks))
        for event in play(enter(f"a{number}", BUY, lots, price_ticks)):
            if isinstance(event, OrderTraded):
                charged += event.maker_fee + event.taker_fee
    held = [found.fees_units for account in ("ANN", "BOB") for found in play.engine.positions(account)]
    assert sum(held) == charged
    assert [found.revenue_units for found in play.engine.currencies()] == [0, charged]
