"""Pre-trade risk: each limit at its bound and one beyond, in its words, and that reducing is never blocked."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, enter
from tests.engine.market import Market, limits, listed, market, stop, trade_at
from venue.messages import (
    BUY,
    FOK,
    IOC,
    LIMIT,
    NO_LIMIT,
    OCO,
    OTO,
    SELL,
    STOP,
    STOP_LIMIT,
    TRAILING_STOP,
    AnyCommand,
    EnterOrder,
    ListRejected,
    OrderRejected,
    SetAccountLimits,
    SetLossCap,
    SetOrderLimits,
    SettingChanged,
)


def order_limits(**terms: int) -> SetOrderLimits:
    return replace(SetOrderLimits("ANN", "X", by="operator", why="test"), **terms)


def open_orders_max(count: int) -> SetAccountLimits:
    return SetAccountLimits("ANN", count, "operator", "test")


def long(lots: int) -> list[AnyCommand]:
    """ANN's position of this many lots, bought from BOB at 100."""
    return [enter("b0", SELL, lots, 100), enter("a0", BUY, lots, 100)]


def short(lots: int) -> list[AnyCommand]:
    return [enter("b0", BUY, lots, 100), enter("a0", SELL, lots, 100)]


def refusal(play: Market, order: EnterOrder) -> str:
    """The text of the one refusal the order meets."""
    (event,) = play.events(order)
    assert isinstance(event, OrderRejected)
    return event.text


# ---------------------------------------------------------------------------------------------------
# One order: quantity, price, value


def test_quantity_of_an_order() -> None:
    """order_lots_max lots are accepted; one more is refused in the base currency with the lot's decimals."""
    play = market(order_limits(order_lots_max=5))
    assert play(enter("a1", BUY, 6, 100)) == ["rejected a1 order_qty_limit"]
    assert refusal(play, enter("a1", BUY, 6, 100)) == "limit 0.005 BASE, was 0.006 BASE"
    assert play(enter("a1", BUY, 5, 100)) == ["accepted a1 5"]


@pytest.mark.parametrize(
    ("order", "limit"),
    [
        (enter("a1", BUY, 1, 106), "1.05"),
        (enter("a1", SELL, 1, 94), "0.95"),
        (enter("a1", BUY, 1, 106, time_in_force=IOC), "1.05"),
        (stop("a1", BUY, STOP_LIMIT, 120, price_ticks=127), "1.26"),
        (stop("a1", SELL, STOP_LIMIT, 80, price_ticks=75), "0.76"),
    ],
)
def test_price_beyond_the_collar(order: EnterOrder, limit: str) -> None:
    """5 % around the reference price, or around its own stop; a tick nearer is accepted."""
    play = market(*trade_at(100, "0"), limits(collar_bp=500))
    was = f"{order.price_ticks / 100:.2f}"
    assert refusal(play, order) == f"limit {limit} USD, was {was} USD"
    nearer = order.price_ticks + (-1 if order.side == BUY else 1)
    assert play(replace(order, price_ticks=nearer))[0] == "accepted a1 1"


def test_price_far_on_the_own_side_is_no_matter_of_the_collar() -> None:
    """A bid near 0 and an offer at the sky take nothing from anybody."""
    play = market(*trade_at(100, "0"), limits(collar_bp=500))
    assert play(enter("a1", BUY, 1, 1)) == ["accepted a1 1"]
    assert play(enter("a2", SELL, 1, 900)) == ["accepted a2 1"]


@pytest.mark.parametrize(
    ("terms", "value"),
    [
        ({"price_ticks": 101, "ord_type": LIMIT}, 505),
        ({"ord_type": STOP, "stop_ticks": 120}, 600),
        ({"ord_type": STOP_LIMIT, "stop_ticks": 120, "price_ticks": 130}, 650),
        ({}, 500),
        ({"ord_type": TRAILING_STOP, "trail_ticks": 7}, 500),
    ],
)
def test_value_of_an_order(terms: dict[str, Any], value: int) -> None:
    """5 lots at the price, else the stop, else (market, trailing stop) the reference price of 100."""
    order = enter("a1", BUY, 5, **terms)
    play = market(*trade_at(100, "0"), order_limits(order_notional_max=value - 1))
    assert refusal(play, order) == f"limit {(value - 1) / 100_000:.5f} USD, was {value / 100_000:.5f} USD"
    play(order_limits(order_notional_max=value))
    assert play(order)[0] == "accepted a1 5"


def test_value_of_a_market_order_without_a_reference() -> None:
    """The best opposite price then; with an empty book there is nothing to value it at."""
    play = market(order_limits(order_notional_max=499))
    assert play(enter("a1", BUY, 5)) == ["accepted a1 5", "canceled a1 market_remainder"]
    play(enter("b1", SELL, 9, 100))
    assert play(enter("a2", BUY, 5)) == ["rejected a2 order_notional_limit"]
    assert play(enter("a3", BUY, 4)) == ["accepted a3 4", "traded b1 x a3 4 @ 100"]


def test_value_of_an_order_for_cash_is_its_cash() -> None:
    """Whatever the lots it comes to are worth."""
    play = market(order_limits(order_notional_max=499), enter("b1", SELL, 9, 100))
    assert play(enter("a1", BUY, 0, cash_units=500)) == ["rejected a1 order_notional_limit"]
    assert play(enter("a1", BUY, 0, cash_units=499)) == ["accepted a1 4", "traded b1 x a1 4 @ 100"]


# ---------------------------------------------------------------------------------------------------
# Open orders


def test_number_of_open_orders() -> None:
    """Two may be open, not three; one that ends makes room."""
    play = market(open_orders_max(2), enter("a1", BUY, 1, 90), stop("a2", BUY, STOP, 110))
    assert refusal(play, enter("a3", BUY, 1, 90)) == "limit 2 orders, was 3 orders"
    assert play(cancel("a4", "a1"), enter("a3", BUY, 1, 90)) == ["accepted a3 1"]


@pytest.mark.parametrize(
    "terms", [{}, {"price_ticks": 90, "ord_type": LIMIT, "time_in_force": IOC}, {"time_in_force": FOK}]
)
def test_orders_that_do_not_stay_are_not_counted(terms: dict[str, Any]) -> None:
    """Market, IOC and FOK orders are over with their own command."""
    play = market(open_orders_max(1), enter("a1", BUY, 1, 90))
    assert play(enter("a2", BUY, 1, **terms))[0] == "accepted a2 1"


def test_order_that_reduces_is_not_counted_among_the_open_ones() -> None:
    """Long 5: a sell of 5 is possible at the limit, a sell of 6 is not, nor one more behind it."""
    play = market(*long(5), open_orders_max(0))
    assert play(enter("a1", SELL, 6, 110)) == ["rejected a1 open_orders_limit"]
    assert play(enter("a1", SELL, 5, 110)) == ["accepted a1 5"]
    assert play(enter("a2", SELL, 1, 110)) == ["rejected a2 open_orders_limit"]


def test_orders_of_a_list_count_all_at_once() -> None:
    """A bracket's three with the first; held ones stay counted."""
    play = market(open_orders_max(1))
    both = listed(OTO, enter("a1", BUY, 1, 90), enter("a2", SELL, 1, 110))
    (event,) = play.events(both)
    assert isinstance(event, ListRejected)
    assert (event.leg, event.text) == (0, "limit 1 orders, was 2 orders")
    assert play(open_orders_max(2), both)[1:] == ["accepted a1 1", "accepted a2 1"]
    assert play(enter("a3", BUY, 1, 90)) == ["rejected a3 open_orders_limit"]


# ---------------------------------------------------------------------------------------------------
# The position at worst


def test_position_counts_open_orders_as_if_filled() -> None:
    """Long limit 10: 4 held and 5 open leave 1; orders of the other side help nobody."""
    play = market(*long(4), order_limits(long_lots_max=10), enter("a1", BUY, 5, 90), enter("a2", SELL, 4, 110))
    assert refusal(play, enter("a3", BUY, 2, 90)) == "limit 0.010 BASE, was 0.011 BASE"
    assert play(enter("a3", BUY, 1, 90)) == ["accepted a3 1"]


def test_short_position_has_its_own_limit() -> None:
    """Short limit 10: short 4 and 5 open leave 1."""
    play = market(*short(4), order_limits(short_lots_max=10), enter("a1", SELL, 5, 110))
    assert refusal(play, enter("a3", SELL, 2, 110)) == "limit 0.010 BASE, was 0.011 BASE"
    assert play(enter("a3", SELL, 1, 110)) == ["accepted a3 1"]


def test_limit_of_zero_is_a_limit() -> None:
    """No long position at all; NO_LIMIT takes it away again."""
    play = market(order_limits(long_lots_max=0))
    assert play(enter("a1", BUY, 1, 90)) == ["rejected a1 position_limit"]
    assert play(order_limits(), enter("a1", BUY, 1, 90)) == ["accepted a1 1"]


def test_order_that_reduces_is_never_blocked_by_the_position() -> None:
    """Far above a limit that came later: what only closes is accepted, what would flip is asked."""
    play = market(*long(5), order_limits(long_lots_max=0, short_lots_max=0))
    assert play(enter("a1", SELL, 6, 110)) == ["rejected a1 position_limit"]
    assert play(enter("a1", SELL, 3, 110)) == ["accepted a1 3"]
    assert play(enter("a2", SELL, 3, 110)) == ["rejected a2 position_limit"]
    assert play(enter("a2", SELL, 2, 110)) == ["accepted a2 2"]
    play = market(*short(5), order_limits(long_lots_max=0, short_lots_max=0))
    assert play(enter("a1", BUY, 6, 90)) == ["rejected a1 position_limit"]
    assert play(enter("a1", BUY, 5, 90)) == ["accepted a1 5"]


def test_flip_is_limited_on_its_new_side() -> None:
    """Long 5 with a short limit of 3: a sell of 8 is the most."""
    play = market(*long(5), order_limits(short_lots_max=3))
    assert refusal(play, enter("a1", SELL, 9, 110)) == "limit 0.003 BASE, was 0.004 BASE"
    assert play(enter("a1", SELL, 8, 110)) == ["accepted a1 8"]


def test_two_orders_of_an_oco_count_once() -> None:
    """Only one of them can trade."""
    pair = listed(OCO, enter("a1", SELL, 5, 110), stop("a2", SELL, STOP, 90, 5))
    play = market(*trade_at(100, "0"), order_limits(short_lots_max=7), pair)
    assert play(enter("a3", SELL, 3, 110)) == ["rejected a3 position_limit"]
    assert play(enter("a3", SELL, 2, 110)) == ["accepted a3 2"]


def test_held_order_counts_from_its_release_on() -> None:
    """While it is held its lots are nobody's risk."""
    play = market(order_limits(short_lots_max=5), listed(OTO, enter("a1", BUY, 1, 90), enter("a2", SELL, 6, 110)))
    assert play(enter("a3", SELL, 5, 120)) == ["accepted a3 5"]
    assert play(enter("b1", SELL, 1, 90))[2:] == [
        "released a2",
        "canceled a2 position_limit",
        "ended L: a1 FILLED, a2 CANCELED",
    ]


# ---------------------------------------------------------------------------------------------------
# Several at once, and the settings


def test_first_limit_in_their_order_decides() -> None:
    """Quantity, price, value, number, position, loss: taking one away shows the next."""
    cap = SetLossCap("ANN", "USD", 1, "operator", "test")
    play = market(*long(1), cap, *trade_at(90, "1"), limits(collar_bp=500))
    order = enter("a1", BUY, 9, 99)
    found: list[str] = []
    play(open_orders_max(0), order_limits(order_lots_max=1, order_notional_max=1, long_lots_max=1))
    found += play(order)
    play(order_limits(order_notional_max=1, long_lots_max=1))
    found += play(order)
    order = enter("a1", BUY, 9, 90)
    found += play(order)
    play(order_limits(long_lots_max=1))
    found += play(order)
    play(open_orders_max(NO_LIMIT))
    found += play(order)
    play(order_limits())
    found += play(order)
    assert found == [
        f"rejected a1 {reason}"
        for reason in (
            "order_qty_limit",
            "price_collar",
            "order_notional_limit",
            "open_orders_limit",
            "position_limit",
            "daily_loss",
        )
    ]


def test_limits_are_of_one_account_in_one_instrument() -> None:
    """Another account, and another instrument, have their own."""
    play = market(replace(X, symbol="Y"), order_limits(order_lots_max=1))
    assert play(enter("b1", BUY, 5, 90)) == ["accepted b1 5"]
    assert play(enter("a1", BUY, 5, 90, symbol="Y")) == ["accepted a1 5"]
    assert play(enter("a2", BUY, 5, 90)) == ["rejected a2 order_qty_limit"]


def test_limits_are_told() -> None:
    """What was set last, of the account and of each instrument, and how many orders are open."""
    set_orders, set_account = order_limits(order_lots_max=5), open_orders_max(3)
    play = market(enter("a1", BUY, 1, 90))
    assert play.events(set_orders) == [SettingChanged(set_orders)]
    assert play.events(set_account) == [SettingChanged(set_account)]
    found = play.engine.limits("ANN")
    assert found is not None
    assert (found.account, found.orders, found.open_orders, found.is_killed) == (set_account, (set_orders,), 1, False)
    assert play.engine.limits("NOBODY") is None


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (replace(order_limits(order_lots_max=-2), account="NOBODY", by=""), "bad_value"),
        (replace(order_limits(order_lots_max=-2), account="NOBODY", symbol="Y"), "unknown_account"),
        (replace(order_limits(order_lots_max=-2), symbol="Y"), "unknown_symbol"),
        (order_limits(order_lots_max=-2), "bad_value"),
        (order_limits(order_notional_max=-2), "bad_value"),
        (order_limits(long_lots_max=-2), "bad_value"),
        (order_limits(short_lots_max=-2), "bad_value"),
        (replace(open_orders_max(-2), account="NOBODY"), "unknown_account"),
        (open_orders_max(-2), "bad_value"),
        (replace(open_orders_max(1), by=""), "bad_value"),
    ],
)
def test_refused_limits(asked: AnyCommand, reason: str) -> None:
    """Who asks, then what is unknown, then a value below NO_LIMIT."""
    assert market()(asked) == [f"refused {reason}"]
