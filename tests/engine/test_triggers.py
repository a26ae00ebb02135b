"""Stops and take profits: what fires them, in which order they run, and what they become."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, canceled, enter, flipped, opened, traded
from venue.messages import (
    BUY,
    FILLED,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    AnyCommand,
    EnterOrder,
    OrderTriggered,
    OrdType,
    Side,
)
from venue.reasons import MARKET_REMAINDER

RISING = [(BUY, STOP), (SELL, TAKE_PROFIT)]
FALLING = [(SELL, STOP), (BUY, TAKE_PROFIT)]


def waiting(
    cl_ord_id: str, side: Side, ord_type: OrdType, stop_ticks: int, qty_lots: int = 1, **terms: Any
) -> EnterOrder:
    return enter(cl_ord_id, side, qty_lots, ord_type=ord_type, stop_ticks=stop_ticks, **terms)


def trade_at(price_ticks: int, name: str) -> tuple[AnyCommand, AnyCommand]:
    """Two orders of CAT and DAN that trade one lot at the price and leave nothing."""
    return enter(f"c{name}", SELL, 1, price_ticks), enter(f"d{name}", BUY, 1, price_ticks)


def fired(play: Any, *commands: AnyCommand) -> list[str]:
    """The ClOrdIDs the last command triggered, in their order."""
    return [event.terms.cl_ord_id for event in play(*commands) if isinstance(event, OrderTriggered)]


@pytest.mark.parametrize(("side", "ord_type"), RISING)
@pytest.mark.parametrize(("last", "fires"), [(99, False), (100, True), (101, True)])
def test_buy_stop_and_sell_take_profit_fire_at_or_above(side: Side, ord_type: OrdType, last: int, fires: bool) -> None:
    """A last trade at stop_ticks or above fires them, one below does not."""
    play = opened(*trade_at(50, "1"), waiting("a1", side, ord_type, 100))
    assert fired(play, *trade_at(last, "2")) == ["a1"] * fires


@pytest.mark.parametrize(("side", "ord_type"), FALLING)
@pytest.mark.parametrize(("last", "fires"), [(101, False), (100, True), (99, True)])
def test_sell_stop_and_buy_take_profit_fire_at_or_below(side: Side, ord_type: OrdType, last: int, fires: bool) -> None:
    """A last trade at stop_ticks or below fires them, one above does not."""
    play = opened(*trade_at(150, "1"), waiting("a1", side, ord_type, 100))
    assert fired(play, *trade_at(last, "2")) == ["a1"] * fires


def test_waiting_order_is_in_no_book_and_open() -> None:
    """Before it fires a stop limit is accepted and open, but nothing to trade with."""
    order = waiting("a1", SELL, STOP_LIMIT, 90, price_ticks=80)
    play = opened(*trade_at(100, "1"))
    assert play(order) == [accepted(3, 5, order)]
    assert play.engine.depth("X", 9) == ([], [])
    (status,) = play.engine.open_orders("ANN")
    assert (status.leaves_lots, status.triggered) == (1, False)


def test_no_stop_fires_before_the_first_trade() -> None:
    """Without a last price nothing is reached, however the book stands."""
    order = waiting("a1", BUY, STOP, 1)
    assert opened(enter("b1", SELL, 5, 100))(order) == [accepted(2, 2, order)]


@pytest.mark.parametrize(("side", "ord_type"), RISING + FALLING)
def test_stop_reached_on_entry_fires_within_its_command(side: Side, ord_type: OrdType) -> None:
    """Satisfied on entry: accepted, triggered and traded by the command that entered it."""
    resting = enter("b1", flipped(side), 1, 100)
    order = waiting("a1", side, ord_type, 100)
    play = opened(*trade_at(100, "1"), resting)
    assert play(order) == [
        accepted(4, 6, order),
        OrderTriggered(4, 7, order, 0, 1, 0),
        traded(2, 100, 1, (3, 8, resting), (1, 0, 100), (4, 9, order), (1, 0, 100)),
    ]
    status = play.engine.find_order_by_id(4)
    assert status is not None
    assert (status.ord_status, status.triggered) == (FILLED, True)


@pytest.mark.parametrize("ord_type", [STOP, TAKE_PROFIT])
def test_fired_stop_without_price_trades_as_market(ord_type: OrdType) -> None:
    """It takes any price, and what the book has not is canceled."""
    side: Side = BUY if ord_type == STOP else SELL
    order = waiting("a1", side, ord_type, 100, 5)
    play = opened(*trade_at(50, "1"), order)
    assert play(*trade_at(100, "2"))[1:] == [
        traded(
            2, 100, 1, (4, 8, enter("c2", SELL, 1, 100)), (1, 0, 100), (5, 9, enter("d2", BUY, 1, 100)), (1, 0, 100)
        ),
        OrderTriggered(3, 10, order, 0, 5, 0),
        canceled(3, 11, order, MARKET_REMAINDER),
    ]


@pytest.mark.parametrize("ord_type", [STOP_LIMIT, TAKE_PROFIT_LIMIT])
def test_fired_stop_with_price_rests_as_limit_with_new_priority(ord_type: OrdType) -> None:
    """It joins the back of its level, though it was entered first."""
    side: Side = BUY if ord_type == STOP_LIMIT else SELL
    order = waiting("a1", side, ord_type, 100, 5, price_ticks=100)
    later = enter("b1", side, 2, 100)
    play = opened(*trade_at(50, "1"), order, later)
    play(enter("c2", flipped(side), 1, 100))
    assert [status.triggered for status in play.engine.open_orders("ANN")] == [True]
    taker = enter("c3", flipped(side), 2, 100)
    makers = [event.maker.cl_ord_id for event in play(taker)[1:]]  # type: ignore[union-attr]
    assert makers == ["b1", "a1"]


def test_rise_fires_in_ascending_stop_price_then_by_entry() -> None:
    """One trade that rises past many: lowest stop first, equal ones by time of entry."""
    play = opened(*trade_at(50, "1"))
    play(waiting("a3", BUY, STOP, 92), waiting("a1", BUY, STOP, 90), waiting("a2", SELL, TAKE_PROFIT, 90))
    assert fired(play, *trade_at(100, "2")) == ["a1", "a2", "a3"]


def test_fall_fires_in_descending_stop_price_then_by_entry() -> None:
    """One trade that falls past many: highest stop first, equal ones by time of entry."""
    play = opened(*trade_at(150, "1"))
    play(waiting("a3", SELL, STOP, 108), waiting("a1", SELL, STOP, 110), waiting("a2", BUY, TAKE_PROFIT, 110))
    assert fired(play, *trade_at(100, "2")) == ["a1", "a2", "a3"]


def test_first_trade_fires_the_rising_ones_first() -> None:
    """Waiting orders of both kinds that the first trade of an instrument reaches: rising before falling."""
    play = opened(waiting("a1", SELL, STOP, 110), waiting("a2", BUY, STOP, 90))
    assert fired(play, *trade_at(100, "1")) == ["a2", "a1"]


def test_queue_runs_after_the_matching_then_under_way() -> None:
    """A stop released by the first of three trades runs after the third; its own trades release the next."""
    asks = [enter(f"b{n}", SELL, 1, 100 + n) for n in range(1, 6)]
    first, second = waiting("a1", BUY, STOP, 101), waiting("a2", BUY, STOP, 104)
    play = opened(*trade_at(50, "1"), *asks, first, second)
    taker = enter("d9", BUY, 3, 103)
    events = play(taker)
    assert [type(event).__name__ for event in events] == [
        "OrderAccepted", "OrderTraded", "OrderTraded", "OrderTraded",
        "OrderTriggered", "OrderTraded", "OrderTriggered", "OrderTraded",
    ]  # fmt: skip
    assert [event.price_ticks for event in events if hasattr(event, "price_ticks")] == [101, 102, 103, 104, 105]


def test_released_orders_run_first_in_first_out_over_several_trades() -> None:
    """Orders released by a trade of a fired order queue behind those released before."""
    asks = [enter("b1", SELL, 1, 101), enter("b2", SELL, 1, 110), enter("b3", SELL, 9, 120)]
    stops = [waiting("a1", BUY, STOP, 100), waiting("a2", BUY, STOP, 101), waiting("a3", BUY, STOP, 105)]
    play = opened(*trade_at(50, "1"), *asks, *stops)
    assert fired(play, enter("d9", BUY, 1, 101)) == ["a1", "a2", "a3"]


def test_fired_orders_of_one_owner_do_not_trade_with_each_other() -> None:
    """Self-match prevention applies to fired orders as to any other incoming order."""
    play = opened(*trade_at(50, "1"), enter("a1", SELL, 1, 200), waiting("a2", BUY, STOP, 100))
    names = [type(event).__name__ for event in play(*trade_at(100, "2"))]
    assert names == ["OrderAccepted", "OrderTraded", "OrderTriggered", "SelfMatchPrevented", "OrderCanceled"]


def test_only_the_traded_instruments_stops_fire() -> None:
    """A trade releases orders of its own instrument only."""
    play = opened(replace(X, symbol="Y"), waiting("a1", BUY, STOP, 90), waiting("a2", BUY, STOP, 90, symbol="Y"))
    assert fired(play, *trade_at(100, "1")) == ["a1"]
