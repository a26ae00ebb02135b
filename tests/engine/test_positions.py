"""Positions and P&L: what each trade does to both accounts, and at which mark they are valued."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.engine.builders import X, cancel, enter, flipped, opened
from tests.engine.market import Market, market, set_state
from venue.messages import (
    AUCTION,
    BUY,
    CLOSED,
    HALTED,
    OPEN,
    POST_ONLY,
    SELL,
    EnterOrder,
    FeeTier,
    Position,
    SetFeeSchedule,
    Side,
    TradingState,
)

FILLS: Final = st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 50)), max_size=12)


def fill(number: int, lots: int, price_ticks: int, symbol: str = "X") -> tuple[EnterOrder, EnterOrder]:
    """ANN buys (lots > 0) from BOB or sells to him, at this price."""
    side: Side = BUY if lots > 0 else SELL
    maker = enter(f"b{number}", flipped(side), abs(lots), price_ticks, symbol=symbol)
    return maker, enter(f"a{number}", side, abs(lots), price_ticks, symbol=symbol)


def filled(*fills: tuple[int, int]) -> Market:
    play = market()
    for number, (lots, price_ticks) in enumerate(fills):
        play(*fill(number, lots, price_ticks))
    return play


def position(play: Market, account: str = "ANN") -> Position:
    (found,) = play.engine.positions(account)
    return found


@pytest.mark.parametrize(
    ("fills", "qty_lots", "open_notional", "realized"),
    [
        ([(5, 100)], 5, 500, 0),
        ([(-5, 100)], -5, 500, 0),
        ([(5, 100), (3, 110)], 8, 830, 0),
        ([(5, 100), (-2, 110)], 3, 300, 20),
        ([(-5, 100), (2, 110)], -3, 300, -20),
        ([(5, 100), (-5, 90)], 0, 0, -50),
        ([(5, 100), (-8, 110)], -3, 330, 50),
        ([(-5, 100), (8, 110)], 3, 330, -50),
        ([(1, 100), (2, 101), (-1, 110)], 2, 201, 9),  # 302 / 3 = 100.67: 101 is taken off
        ([(1, 100), (1, 101), (-1, 110)], 1, 101, 10),  # 100.5: the even neighbour, 100
        ([(1, 101), (1, 102), (-1, 110)], 1, 101, 8),  # 101.5: the even neighbour, 102
    ],
)
def test_position_after_increase_decrease_and_flip(
    fills: list[tuple[int, int]], qty_lots: int, open_notional: int, realized: int
) -> None:
    """An increase adds, a decrease realizes the part it closes (rounded half-even), a flip closes and opens."""
    found = position(filled(*fills))
    assert (found.qty_lots, found.open_notional, found.realized_units) == (qty_lots, open_notional, realized)


def test_both_sides_of_a_trade_change() -> None:
    """What ANN is long BOB is short, at the same price."""
    play = filled((5, 100))
    assert position(play, "BOB") == Position("BOB", "X", -5, 500, 0, 0, 0, 200, 0, 0)
    assert position(play, "ANN") == Position("ANN", "X", 5, 500, 0, 0, 0, 200, 0, 0)


@settings(max_examples=200, deadline=None)
@given(FILLS)
def test_profit_is_what_was_received_less_what_was_paid(fills: list[tuple[int, int]]) -> None:
    """Whatever is rounded on the way: realized and unrealized are the cash plus the position at its mark."""
    play = opened()
    cash = qty_lots = mark_ticks = 0
    for number, (lots, price_ticks) in enumerate(fills):
        play(*fill(number, lots, price_ticks))
        cash, qty_lots, mark_ticks = cash - lots * price_ticks, qty_lots + lots, price_ticks
    profit = cash + qty_lots * mark_ticks
    for account, sign in (("ANN", 1), ("BOB", -1)):
        found = [
            (held.qty_lots, held.realized_units + held.unrealized_units) for held in play.engine.positions(account)
        ]
        assert (found or [(0, 0)]) == [(sign * qty_lots, sign * profit)]


def test_profit_is_money_of_the_quote_currency() -> None:
    """Ticks x lots x notional_factor; lots and open_notional stay as they are."""
    play = market(replace(X, symbol="Y", notional_factor=7), *fill(1, 5, 100, "Y"), *fill(2, -2, 103, "Y"))
    assert position(play) == Position("ANN", "Y", 3, 300, 2 * 3 * 7, 3 * 3 * 7, 0, 206, 0, 0)


@pytest.mark.parametrize("state", [OPEN, POST_ONLY])
def test_mark_is_the_mid_where_quotes_can_trade(state: TradingState) -> None:
    """Two-sided quotes of 100 and 103 give 101.5; with one of them gone it is the last price again."""
    play = filled((2, 110))
    play(enter("c1", BUY, 1, 100), enter("c2", SELL, 1, 103), set_state(state))
    assert (position(play).mark_half_ticks, position(play).unrealized_units) == (203, -17)
    play(cancel("c3", "c2"))
    assert (position(play).mark_half_ticks, position(play).unrealized_units) == (220, 0)


@pytest.mark.parametrize("state", [HALTED, AUCTION, CLOSED])
def test_mark_is_the_last_price_where_nothing_trades(state: TradingState) -> None:
    """A book that may cross has no mid to value at."""
    play = filled((2, 110))
    play(enter("c1", BUY, 1, 100), enter("c2", SELL, 1, 103), set_state(state))
    assert position(play).mark_half_ticks == 220


def test_half_units_of_unrealized_profit_are_rounded_half_even() -> None:
    """One lot at a mid between two ticks: 0.5 becomes 0, 1.5 becomes 2, and -0.5 becomes 0."""
    play = filled((1, 100))
    play(enter("c1", BUY, 1, 99), enter("c2", SELL, 1, 102))
    assert (position(play).mark_half_ticks, position(play).unrealized_units) == (201, 0)
    assert position(play, "BOB").unrealized_units == 0
    play(enter("c3", BUY, 1, 101))
    assert (position(play).mark_half_ticks, position(play).unrealized_units) == (203, 2)
    assert position(play, "BOB").unrealized_units == -2


def test_open_lots_follow_the_leaves_of_open_orders() -> None:
    """What rests counts on its side until it trades or ends."""
    play = market(enter("a1", BUY, 5, 90), enter("a2", SELL, 7, 110), enter("a3", SELL, 1, 120))
    assert position(play) == Position("ANN", "X", 0, 0, 0, 0, 0, 200, 5, 8)
    play(enter("b1", SELL, 2, 90), cancel("a4", "a3"))
    found = position(play)
    assert (found.qty_lots, found.open_buy_lots, found.open_sell_lots) == (2, 3, 7)


def test_positions_are_told_in_the_order_of_listing_and_only_where_there_is_something() -> None:
    """A request that came to nothing leaves no position, nor does an account nobody knows."""
    play = market(replace(X, symbol="W"), *fill(1, 5, 100, "W"), *fill(2, 5, 100), enter("c1", BUY, 5_000, 100))
    assert [found.symbol for found in play.engine.positions("ANN")] == ["X", "W"]
    assert play.engine.positions("CAT") == play.engine.positions("NOBODY") == []


def test_closed_position_keeps_its_profit_and_fees() -> None:
    """Flat again: realized and fees stay, nothing is unrealized, and the two are kept apart."""
    schedule = SetFeeSchedule("USD", (FeeTier(0, 10_000, 20_000),), "operator", "test")
    play = market(schedule, *fill(1, 5, 100), *fill(2, -5, 110))
    assert position(play) == Position("ANN", "X", 0, 0, 50, 0, 21, 220, 0, 0)  # 2 % of 500 and of 550
    assert position(play, "BOB") == Position("BOB", "X", 0, 0, -50, 0, 11, 220, 0, 0)  # 1 %: 5, and 5.5, rounded to 6


def test_position_within_one_account_closes_itself() -> None:
    """Both sides of one account: the position is what it was, and so is the profit of a trade at one price."""
    play = market(enter("a1", SELL, 5, 100, self_match=5))
    assert play(enter("a2", BUY, 5, 100, self_match=5)) == ["accepted a2 5", "traded a1 x a2 5 @ 100"]
    assert play.engine.positions("ANN") == []
