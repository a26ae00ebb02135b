"""Price limits: what SetPriceLimits accepts, and the collar as the reach of orders without a price."""

import pytest

from tests.engine.builders import enter
from tests.engine.market import depth, limits, market, stop, trade_at
from venue.messages import (
    BUY,
    FOK,
    SELL,
    STOP,
    UNITS_MAX,
    SetPriceLimits,
    SettingChanged,
    Side,
)

PRICE_MAX = UNITS_MAX // 1_000  # X: 1,000 lots, notional_factor 1


@pytest.mark.parametrize(
    "terms",
    [
        {"collar_bp": -1},
        {"breaker_bp": -1},
        {"halt_ns": -1},
        {"auction_ns": -1},
        {"reference_ticks": -1},
        {"collar_bp": 10_000},
        {"breaker_bp": 10_000},
        {"reference_ticks": PRICE_MAX + 1},
        {"halt_ns": UNITS_MAX + 1},
        {"auction_ns": UNITS_MAX + 1},
    ],
)
def test_impossible_limits_are_refused(terms: dict[str, int]) -> None:
    """Negative values, bands of the whole price, a reference above the price bound, times without end: BAD_VALUE."""
    assert market()(limits(**terms)) == ["refused bad_value"]


def test_limits_are_set_and_told() -> None:
    """The greatest possible values are accepted; the event carries them with who and why."""
    asked = limits(collar_bp=9_999, breaker_bp=9_999, reference_ticks=PRICE_MAX)
    assert market().events(asked) == [SettingChanged(asked)]


def test_limits_name_an_instrument_and_who_sets_them() -> None:
    """An empty `by` is refused first, then an unknown symbol."""
    play = market()
    assert play(SetPriceLimits("Y")) == ["refused bad_value"]
    assert play(SetPriceLimits("Y", collar_bp=-1, by="operator")) == ["refused unknown_symbol"]


@pytest.mark.parametrize(
    ("side", "prices", "reached"),
    [(BUY, [100, 105, 106], [100, 105]), (SELL, [100, 95, 94], [100, 95])],
)
def test_market_order_reaches_to_the_collar(side: Side, prices: list[int], reached: list[int]) -> None:
    """5 % around the last price: what is left when only prices beyond are there is canceled for the collar."""
    other: Side = SELL if side == BUY else BUY
    play = market(*trade_at(100, "1"), limits(collar_bp=500))
    play(*(enter(f"b{price}", other, 1, price) for price in prices))
    assert play(enter("a1", side, 5)) == [
        "accepted a1 5",
        *(f"traded b{price} x a1 1 @ {price}" for price in reached),
        "canceled a1 price_collar",
    ]


def test_collar_is_rounded_towards_the_reference() -> None:
    """1 % of 149 is 1.49: a buy reaches 150, a sell 148, both whole ticks inside the band."""
    play = market(*trade_at(149, "1"), limits(collar_bp=100), enter("b1", SELL, 1, 150), enter("b2", SELL, 1, 151))
    assert play(enter("a1", BUY, 2)) == ["accepted a1 2", "traded b1 x a1 1 @ 150", "canceled a1 price_collar"]
    play = market(*trade_at(149, "1"), limits(collar_bp=100), enter("b1", BUY, 1, 148), enter("b2", BUY, 1, 147))
    assert play(enter("a1", SELL, 2)) == ["accepted a1 2", "traded b1 x a1 1 @ 148", "canceled a1 price_collar"]


def test_collar_is_taken_when_the_matching_begins() -> None:
    """The order's own trades do not move it on; the next order's reach begins where they ended."""
    offers = [enter("b1", SELL, 1, 105), enter("b2", SELL, 1, 110)]
    play = market(*trade_at(100, "1"), limits(collar_bp=500), *offers)
    assert play(enter("a1", BUY, 2)) == ["accepted a1 2", "traded b1 x a1 1 @ 105", "canceled a1 price_collar"]
    assert play(enter("a2", BUY, 2)) == ["accepted a2 2", "traded b2 x a2 1 @ 110", "canceled a2 market_remainder"]


def test_no_reference_no_collar() -> None:
    """Before the first trade a market order takes any price, unless an operator gave the reference."""
    offers = [enter("b1", SELL, 1, 100), enter("b2", SELL, 1, 900)]
    assert market(limits(collar_bp=500), *offers)(enter("a1", BUY, 2)) == [
        "accepted a1 2",
        "traded b1 x a1 1 @ 100",
        "traded b2 x a1 1 @ 900",
    ]
    assert market(limits(collar_bp=500, reference_ticks=100), *offers)(enter("a1", BUY, 2)) == [
        "accepted a1 2",
        "traded b1 x a1 1 @ 100",
        "canceled a1 price_collar",
    ]


def test_fired_stop_without_price_reaches_to_the_collar() -> None:
    """The reference is the last price when it fires, that of the trade that fired it."""
    play = market(*trade_at(100, "1"), limits(collar_bp=500), stop("a1", BUY, STOP, 102, 3))
    play(enter("b1", SELL, 1, 102), enter("b2", SELL, 1, 107), enter("b3", SELL, 1, 108))
    assert play(enter("c9", BUY, 1, 102)) == [
        "accepted c9 1",
        "traded b1 x c9 1 @ 102",
        "triggered a1",
        "traded b2 x a1 1 @ 107",
        "canceled a1 price_collar",
    ]


def test_fok_min_lots_and_cash_count_within_the_collar() -> None:
    """What lies beyond the reach of a market order is not there for it."""
    play = market(*trade_at(100, "1"), limits(collar_bp=500), enter("b1", SELL, 3, 105), enter("b2", SELL, 9, 106))
    assert play(enter("a1", BUY, 4, time_in_force=FOK)) == ["accepted a1 4", "canceled a1 fok_unfillable"]
    assert play(enter("a2", BUY, 4, min_lots=4)) == ["accepted a2 4", "canceled a2 min_qty_unfillable"]
    assert play(enter("a3", BUY, 0, cash_units=9_999)) == ["accepted a3 3", "traded b1 x a3 3 @ 105"]
    assert play(enter("a4", BUY, 0, cash_units=9_999)) == ["accepted a4 9", "traded b2 x a4 9 @ 106"]


def test_limit_order_is_not_ended_by_the_reach() -> None:
    """An order with a price trades to its price; the collar was a question of its entry."""
    play = market(*trade_at(100, "1"), enter("b1", SELL, 1, 100), enter("b2", SELL, 1, 105))
    play(enter("a1", BUY, 1, 90), limits(collar_bp=100))
    assert play(enter("a2", BUY, 1, 101)) == ["accepted a2 1", "traded b1 x a2 1 @ 100"]
    assert depth(play) == ([(90, 1)], [(105, 1)])
