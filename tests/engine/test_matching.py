"""Matching: price, then time; what is left over; all or nothing; minimum quantity; icebergs."""

from typing import Any

import pytest

from tests.engine.builders import accepted, cancel, canceled, change, enter, flipped, opened, traded
from venue import reasons
from venue.engine.engine import Engine
from venue.messages import (
    ALLOW,
    BUY,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DAY,
    DECREMENT,
    FOK,
    GTC,
    IOC,
    SELL,
    STOP,
    EnterOrder,
    SelfMatchPrevented,
    Side,
)


def book_of(side: Side) -> list[EnterOrder]:
    """Five orders of BOB on three levels, worst price first: 102, 101, 100 to sell or 98, 99, 100 to buy."""
    away = 1 if side == SELL else -1
    rows = (("b1", 2), ("b2", 1), ("b3", 0), ("b4", 0), ("b5", 1))
    return [enter(name, side, 2, 100 + away * distance) for name, distance in rows]


@pytest.mark.parametrize("side", [BUY, SELL])
def test_incoming_order_trades_best_price_first_then_oldest(side: Side) -> None:
    """Price, then time; every trade prints at the resting order's price; both sides are mirrors."""
    resting = book_of(flipped(side))
    away = 1 if side == BUY else -1
    order = enter("a1", side, 7, 100 + away)
    assert opened(*resting)(order) == [
        accepted(6, 6, order),
        traded(1, 100, 2, (3, 7, resting[2]), (2, 0, 200), (6, 8, order), (2, 5, 200)),
        traded(2, 100, 2, (4, 9, resting[3]), (2, 0, 200), (6, 10, order), (4, 3, 400)),
        traded(3, 100 + away, 2, (2, 11, resting[1]), (2, 0, 200 + 2 * away), (6, 12, order), (6, 1, 600 + 2 * away)),
        traded(4, 100 + away, 1, (5, 13, resting[4]), (1, 1, 100 + away), (6, 14, order), (7, 0, 700 + 3 * away)),
    ]


@pytest.mark.parametrize("side", [BUY, SELL])
def test_limit_rests_with_what_no_price_takes(side: Side) -> None:
    """What is left of a LIMIT rests at its own price, behind nothing and before later orders."""
    resting = book_of(flipped(side))
    away = 1 if side == BUY else -1
    order = enter("a1", side, 5, 100)
    play = opened(*resting)
    assert [type(event).__name__ for event in play(order)] == ["OrderAccepted", "OrderTraded", "OrderTraded"]
    own, other = play.engine.depth("X", 9) if side == BUY else play.engine.depth("X", 9)[::-1]
    assert own == [(100, 1, 1)]
    assert other == [(100 + away, 4, 2), (100 + 2 * away, 2, 1)]


@pytest.mark.parametrize("time_in_force", [DAY, GTC, IOC])
def test_market_order_takes_any_price_and_the_rest_is_canceled(time_in_force: Any) -> None:
    """MARKET_REMAINDER ends what the book has not, whatever the time in force."""
    resting = enter("b1", SELL, 2, 999_999)
    order = enter("a1", BUY, 5, time_in_force=time_in_force)
    assert opened(resting)(order) == [
        accepted(2, 2, order),
        traded(1, 999_999, 2, (1, 3, resting), (2, 0, 1_999_998), (2, 4, order), (2, 3, 1_999_998)),
        canceled(2, 5, order, reasons.MARKET_REMAINDER, cum_lots=2, notional=1_999_998),
    ]


def test_ioc_rest_is_canceled() -> None:
    """IOC_REMAINDER ends what does not trade at once (I.1.b)."""
    resting = enter("b1", SELL, 2, 100)
    order = enter("a1", BUY, 5, 100, time_in_force=IOC)
    assert opened(resting, enter("b2", SELL, 9, 101))(order) == [
        accepted(3, 3, order),
        traded(1, 100, 2, (1, 4, resting), (2, 0, 200), (3, 5, order), (2, 3, 200)),
        canceled(3, 6, order, reasons.IOC_REMAINDER, cum_lots=2, notional=200),
    ]


@pytest.mark.parametrize("price_ticks", [0, 101])
def test_fok_that_cannot_fill_is_canceled_whole(price_ticks: int) -> None:
    """FOK is decided before anything trades: no trade at all if the quantity is not there (I.1.a)."""
    order = enter("a1", BUY, 5, price_ticks, time_in_force=FOK)
    play = opened(enter("b1", SELL, 2, 100), enter("b2", SELL, 2, 101))
    assert play(order) == [accepted(3, 3, order), canceled(3, 4, order, reasons.FOK_UNFILLABLE)]
    assert play.engine.best("X") == (0, 0, 100, 2, 0)


def test_fok_counts_only_prices_it_takes() -> None:
    """Quantity behind the limit does not help a FOK."""
    order = enter("a1", BUY, 4, 100, time_in_force=FOK)
    assert opened(enter("b1", SELL, 3, 100), enter("b2", SELL, 2, 101))(order) == [
        accepted(3, 3, order),
        canceled(3, 4, order, reasons.FOK_UNFILLABLE),
    ]


def test_fok_counts_hidden_quantity() -> None:
    """An iceberg's hidden lots would trade, so a FOK for them fills."""
    iceberg = enter("b1", SELL, 5, 100, display_lots=2)
    order = enter("a1", BUY, 5, 100, time_in_force=FOK)
    assert opened(iceberg)(order) == [
        accepted(2, 2, order),
        traded(1, 100, 2, (1, 3, iceberg), (2, 3, 200), (2, 4, order), (2, 3, 200)),
        traded(2, 100, 2, (1, 5, iceberg), (4, 1, 400), (2, 6, order), (4, 1, 400)),
        traded(3, 100, 1, (1, 7, iceberg), (5, 0, 500), (2, 8, order), (5, 0, 500)),
    ]


@pytest.mark.parametrize(
    ("self_match", "fillable"),
    [(ALLOW, 9), (CANCEL_RESTING, 6), (CANCEL_INCOMING, 3), (CANCEL_BOTH, 3), (DECREMENT, 3)],
)
def test_fok_counts_own_orders_as_self_match_prevention_would_let_it(self_match: Any, fillable: int) -> None:
    """ALLOW: in full; CANCEL_RESTING: not at all; the others end the count where the own order is met.

    On that level only visible slices queued ahead count: of b1's four lots the first, of b2 two.
    """
    before = (
        enter("b1", SELL, 4, 100, display_lots=1),
        enter("b2", SELL, 2, 100),
        enter("a1", SELL, 3, 100),
    )
    most = enter("a2", BUY, fillable, 100, time_in_force=FOK, self_match=self_match)
    more = enter("a2", BUY, fillable + 1, 100, time_in_force=FOK, self_match=self_match)
    assert opened(*before)(more)[1:] == [canceled(4, 5, more, reasons.FOK_UNFILLABLE)]
    last = [event for event in opened(*before)(most) if not isinstance(event, SelfMatchPrevented)][-1]
    assert getattr(last, "taker_leaves_lots", None) == 0


def test_own_order_at_a_worse_price_does_not_limit_what_is_before_it() -> None:
    """Levels before the own order count whole, hidden quantity included."""
    before = enter("b1", SELL, 4, 100, display_lots=1), enter("a1", SELL, 3, 101)
    order = enter("a2", BUY, 4, 101, time_in_force=FOK)
    assert [type(event).__name__ for event in opened(*before)(order)] == ["OrderAccepted"] + ["OrderTraded"] * 4


@pytest.mark.parametrize("price_ticks", [0, 100])
def test_min_lots_that_cannot_trade_cancels_the_whole_order(price_ticks: int) -> None:
    """MIN_QTY_UNFILLABLE: less than min_lots would trade at entry, so nothing does."""
    order = enter("a1", BUY, 9, price_ticks, min_lots=3)
    assert opened(enter("b1", SELL, 2, 100))(order) == [
        accepted(2, 2, order),
        canceled(2, 3, order, reasons.MIN_QTY_UNFILLABLE),
    ]


def test_min_lots_that_trade_let_the_rest_rest() -> None:
    """With min_lots traded at entry the rest of the order rests."""
    resting = enter("b1", SELL, 3, 100)
    order = enter("a1", BUY, 9, 100, min_lots=3)
    play = opened(resting)
    assert play(order) == [
        accepted(2, 2, order),
        traded(1, 100, 3, (1, 3, resting), (3, 0, 300), (2, 4, order), (3, 6, 300)),
    ]
    assert play.engine.best("X") == (100, 6, 0, 0, 100)


def test_fok_reason_comes_before_min_lots_reason() -> None:
    """A FOK with min_lots that can do neither says FOK_UNFILLABLE."""
    order = enter("a1", BUY, 9, 100, time_in_force=FOK, min_lots=3)
    assert opened()(order) == [accepted(1, 1, order), canceled(1, 2, order, reasons.FOK_UNFILLABLE)]


# ---------------------------------------------------------------------------------------------------
# Iceberg


@pytest.mark.parametrize("side", [BUY, SELL])
def test_iceberg_shows_one_slice_and_each_next_one_queues_behind(side: Side) -> None:
    """When the slice is used up a new one joins the back of the level; never more is visible."""
    iceberg, plain = enter("b1", side, 7, 100, display_lots=3), enter("c1", side, 2, 100)
    play = opened(iceberg, plain)
    assert visible(play, side) == (100, 5, 2)
    order = enter("a1", flipped(side), 6, 100)
    assert play(order) == [
        accepted(3, 3, order),
        traded(1, 100, 3, (1, 4, iceberg), (3, 4, 300), (3, 5, order), (3, 3, 300)),
        traded(2, 100, 2, (2, 6, plain), (2, 0, 200), (3, 7, order), (5, 1, 500)),
        traded(3, 100, 1, (1, 8, iceberg), (4, 3, 400), (3, 9, order), (6, 0, 600)),
    ]
    assert visible(play, side) == (100, 2, 1)
    play(enter("a2", flipped(side), 2, 100))
    assert visible(play, side) == (100, 1, 1)  # the last slice is what is left


@pytest.mark.parametrize("side", [BUY, SELL])
def test_order_that_goes_to_the_back_of_its_queue_ranks_last_there(side: Side) -> None:
    """resting() tells side, price, visible lots and rank; an iceberg's next slice ranks behind, also after a load."""
    play = opened(enter("b1", side, 7, 100, display_lots=3), enter("c1", side, 2, 100), enter("d1", side, 4, 100))
    assert [play.engine.resting(order_id) for order_id in (1, 2, 3)] == [
        (side, 100, 3, 1),
        (side, 100, 2, 2),
        (side, 100, 4, 3),
    ]
    play(enter("a1", flipped(side), 3, 100))
    iceberg, plain, last = (play.engine.resting(order_id) for order_id in (1, 2, 3))
    assert iceberg == (side, 100, 3, 4)
    assert (plain, last) == ((side, 100, 2, 2), (side, 100, 4, 3))
    loaded = Engine.load(play.engine.dump())
    assert [loaded.resting(order_id) for order_id in (2, 3, 1)] == [
        (side, 100, 2, 1),
        (side, 100, 4, 2),
        (side, 100, 3, 3),
    ]


def test_order_that_returns_to_its_price_has_a_new_rank() -> None:
    """Whoever looks now and then sees that it stands behind one that came meanwhile, also when all others have gone."""
    play = opened(enter("a1", BUY, 1, 100), enter("b1", BUY, 1, 100))
    assert play.engine.resting(2) == (BUY, 100, 1, 2)
    play(change("b2", "b1", price_ticks=99), cancel("a2", "a1"), enter("c1", BUY, 1, 100))
    play(change("b3", "b2", price_ticks=100))
    assert [play.engine.resting(order_id) for order_id in (3, 2)] == [(BUY, 100, 1, 4), (BUY, 100, 1, 5)]


def test_order_that_stands_on_no_side_of_the_book_does_not_rest() -> None:
    """resting() is None for a stop that waits, a filled order and one nobody knows."""
    waiting = enter("a1", SELL, 1, ord_type=STOP, stop_ticks=90)
    play = opened(enter("b1", SELL, 2, 100), enter("c1", BUY, 2, 100), waiting)
    assert [play.engine.resting(order_id) for order_id in (1, 2, 3, 4)] == [None] * 4


def test_incoming_iceberg_trades_its_whole_quantity() -> None:
    """Incoming, an iceberg trades hidden lots too; what rests shows a full slice."""
    resting = enter("b1", SELL, 6, 100)
    iceberg = enter("a1", BUY, 11, 100, display_lots=2)
    play = opened(resting)
    assert play(iceberg) == [
        accepted(2, 2, iceberg),
        traded(1, 100, 6, (1, 3, resting), (6, 0, 600), (2, 4, iceberg), (6, 5, 600)),
    ]
    assert visible(play, BUY) == (100, 2, 1)


def visible(play: Any, side: Side) -> tuple[int, int, int]:
    bids, asks = play.engine.depth("X", 1)
    (level,) = bids if side == BUY else asks
    return level  # type: ignore[no-any-return]
