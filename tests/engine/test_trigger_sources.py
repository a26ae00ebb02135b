"""Trigger sources: stops and take profits that look at the best bid, the best offer or the mid of both."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter
from tests.engine.market import market, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BUY,
    HALTED,
    ON_BID,
    ON_LAST,
    ON_MID,
    ON_OFFER,
    OPEN,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TRAILING_STOP,
    AdvanceStates,
    AnyCommand,
    EnterOrder,
    MassCancel,
    OrdType,
    Side,
    TriggerSource,
)

RISING: list[tuple[Side, OrdType]] = [(BUY, STOP), (SELL, TAKE_PROFIT)]
FALLING: list[tuple[Side, OrdType]] = [(SELL, STOP), (BUY, TAKE_PROFIT)]
BID, OFFER = enter("b1", BUY, 9, 98), enter("b2", SELL, 9, 102)  # mid 100
LIFT = [change("b3", "b2", price_ticks=104), change("b4", "b1", price_ticks=99)]  # mid 101, then 101.5
DROP = [change("b3", "b1", price_ticks=96), change("b4", "b2", price_ticks=101)]  # mid 99, then 98.5


def firing_replace(order: EnterOrder, replaces: list[AnyCommand]) -> int:
    """Which of the replaces fires the order, from 1; 0: none."""
    play = market(BID, OFFER, order)
    for number, command in enumerate(replaces, 1):
        if "triggered a1" in play(command):
            return number
    return 0


@pytest.mark.parametrize(("side", "ord_type"), RISING)
@pytest.mark.parametrize(
    ("source", "stop_ticks", "fires_at"),
    [
        (ON_OFFER, 103, 1),
        (ON_OFFER, 104, 1),
        (ON_OFFER, 105, 0),
        (ON_BID, 99, 2),
        (ON_BID, 100, 0),
        (ON_MID, 101, 1),
        (ON_MID, 102, 0),
    ],
)
def test_rising_orders_fire_when_their_quote_is_at_or_above(
    side: Side, ord_type: OrdType, source: TriggerSource, stop_ticks: int, fires_at: int
) -> None:
    """Buy stops and sell take profits: source >= stop_ticks; a mid between two ticks has not reached the upper."""
    assert firing_replace(stop("a1", side, ord_type, stop_ticks, trigger=source), [*LIFT]) == fires_at


@pytest.mark.parametrize(("side", "ord_type"), FALLING)
@pytest.mark.parametrize(
    ("source", "stop_ticks", "fires_at"),
    [
        (ON_BID, 97, 1),
        (ON_BID, 96, 1),
        (ON_BID, 95, 0),
        (ON_OFFER, 101, 2),
        (ON_OFFER, 100, 0),
        (ON_MID, 99, 1),
        (ON_MID, 98, 0),
    ],
)
def test_falling_orders_fire_when_their_quote_is_at_or_below(
    side: Side, ord_type: OrdType, source: TriggerSource, stop_ticks: int, fires_at: int
) -> None:
    """Sell stops and buy take profits: source <= stop_ticks; a mid between two ticks has not reached the lower."""
    assert firing_replace(stop("a1", side, ord_type, stop_ticks, trigger=source), [*DROP]) == fires_at


@pytest.mark.parametrize("source", [ON_BID, ON_OFFER, ON_MID])
def test_quoted_order_reached_on_entry_fires_within_its_command(source: TriggerSource) -> None:
    """Satisfied on entry: accepted, triggered and traded at once."""
    play = market(BID, OFFER)
    assert play(stop("a1", BUY, STOP, 98, 2, trigger=source)) == [
        "accepted a1 2",
        "triggered a1",
        "traded b2 x a1 2 @ 102",
    ]


def test_trades_do_not_fire_orders_on_quotes() -> None:
    """A last price of 100 reaches every one of these stops; their own sources do not."""
    play = market(BID, OFFER, *(stop(f"a{s}", SELL, STOP, 97, trigger=s) for s in (ON_BID, ON_OFFER, ON_MID)))
    play(enter("b5", BUY, 1, 97))
    assert play(enter("c1", SELL, 9, 98)) == [
        "accepted c1 9",
        "traded b1 x c1 9 @ 98",
        "triggered a1",
        "traded b5 x a1 1 @ 97",
    ]


def test_empty_side_fires_nothing() -> None:
    """No bid, no best bid and no mid: what looks at them waits, though any price would reach it."""
    play = market(OFFER)
    for name, source in (("a1", ON_BID), ("a2", ON_MID)):
        assert play(stop(name, BUY, STOP, 1, trigger=source)) == [f"accepted {name} 1"]
        assert play(stop(f"{name}9", SELL, STOP, 900, trigger=source)) == [f"accepted {name}9 1"]
    assert play(enter("b1", BUY, 9, 98)) == [
        "accepted b1 9",
        "triggered a1",
        "traded b2 x a1 1 @ 102",
        "triggered a19",
        "traded b1 x a19 1 @ 98",
        "triggered a2",
        "traded b2 x a2 1 @ 102",
        "triggered a29",
        "traded b1 x a29 1 @ 98",
    ]


def test_quotes_release_bid_offer_mid_and_rising_before_falling() -> None:
    """One look releases all: per source rising ones by ascending stop, falling ones by descending, then by entry."""
    waiting = [
        stop("a1", SELL, STOP_LIMIT, 105, price_ticks=200, trigger=ON_MID),
        stop("a2", SELL, STOP_LIMIT, 105, price_ticks=200, trigger=ON_OFFER),
        stop("a3", SELL, STOP_LIMIT, 104, price_ticks=200, trigger=ON_BID),
        stop("a4", SELL, STOP_LIMIT, 105, price_ticks=200, trigger=ON_BID),
        stop("a5", SELL, TAKE_PROFIT, 92, trigger=ON_BID),
        stop("a6", SELL, TAKE_PROFIT, 91, trigger=ON_BID),
        stop("a7", SELL, TAKE_PROFIT, 91, trigger=ON_BID),
    ]
    play = market(*waiting, set_state(AUCTION), BID, OFFER)
    fired = [line for line in play(set_state(OPEN)) if line.startswith("triggered")]
    assert fired == [f"triggered {name}" for name in ("a6", "a7", "a5", "a4", "a3", "a2", "a1")]


def test_look_at_the_quotes_follows_the_queue() -> None:
    """Orders a trade released run first; the quotes are looked at when that queue is empty."""
    play = market(*trade_at(100, "1"), BID, OFFER, stop("a1", BUY, STOP, 99, trigger=ON_BID))
    play(stop("a2", SELL, STOP_LIMIT, 98, 1, price_ticks=120), enter("b5", BUY, 1, 97))
    assert play(enter("c2", SELL, 8, 98)) == ["accepted c2 8", "traded b1 x c2 8 @ 98", "triggered a2"]
    assert play(enter("b6", BUY, 3, 99)) == ["accepted b6 3", "triggered a1", "traded b2 x a1 1 @ 102"]


def test_fired_order_moves_the_quotes_that_fire_the_next() -> None:
    """A loop between queue and quotes: each stop sweeps a level, and the new offer reaches the next."""
    offers = [enter(f"b{price}", SELL, 1, price) for price in (102, 103, 104, 105)]
    waiting = [stop(f"a{price}", BUY, STOP, price, trigger=ON_OFFER) for price in (103, 104, 105)]
    assert market(*offers, *waiting)(enter("c1", BUY, 1, 102)) == [
        "accepted c1 1",
        "traded b102 x c1 1 @ 102",
        "triggered a103",
        "traded b103 x a103 1 @ 103",
        "triggered a104",
        "traded b104 x a104 1 @ 104",
        "triggered a105",
        "traded b105 x a105 1 @ 105",
    ]


def test_instruments_are_looked_at_in_the_order_of_listing() -> None:
    """Two auctions end with one command: what their quotes reach fires in X first, which was listed first."""
    w = replace(X, symbol="W")
    waiting = [stop("a1", BUY, STOP, 90, symbol="W", trigger=ON_OFFER), stop("a2", BUY, STOP, 90, trigger=ON_OFFER)]
    play = market(w, *waiting, set_state(AUCTION, 10, "W"), set_state(AUCTION, 10))
    play(enter("b1", SELL, 1, 95, symbol="W"), enter("b2", SELL, 1, 95))
    play.time_ns = 10
    assert play(AdvanceStates()) == [
        "state X AUCTION -> OPEN",
        "state W AUCTION -> OPEN",
        "triggered a2",
        "traded b2 x a2 1 @ 95",
        "triggered a1",
        "traded b1 x a1 1 @ 95",
    ]


def test_quotes_fire_nothing_in_an_instrument_that_is_not_open() -> None:
    """A reached order waits through a halt, and fires when the book is open again with that quote."""
    play = market(BID, OFFER, stop("a1", SELL, STOP, 96, trigger=ON_BID), set_state(HALTED))
    assert play(cancel("b3", "b1")) == ["canceled b3 requested"]
    assert play(set_state(OPEN)) == ["state X HALTED -> OPEN"]
    play(set_state(HALTED), set_state(OPEN))
    assert play(enter("b4", BUY, 5, 96)) == ["accepted b4 5", "triggered a1", "traded b4 x a1 1 @ 96"]


def test_canceled_and_replaced_quoted_orders_leave_and_wait_anew() -> None:
    """They stand in a trigger book like any other stop."""
    play = market(BID, OFFER, stop("a1", SELL, STOP, 96, trigger=ON_BID), stop("a2", SELL, STOP, 96, trigger=ON_BID))
    assert play(cancel("a3", "a1")) == ["canceled a3 requested"]
    assert play(change("a4", "a2", stop_ticks=98)) == ["replaced a4 1", "triggered a4", "traded b1 x a4 1 @ 98"]


@pytest.mark.parametrize("source", [ON_BID, ON_OFFER, ON_MID])
def test_only_stops_and_take_profits_have_a_source(source: TriggerSource) -> None:
    """Limit, market and trailing orders are refused with another trigger than the last trade."""
    play = market(*trade_at(100, "1"))
    assert play(enter("a1", BUY, 1, 100, trigger=source)) == ["rejected a1 field_not_allowed"]
    assert play(enter("a1", BUY, 1, trigger=source)) == ["rejected a1 field_not_allowed"]
    trailing = enter("a1", BUY, 1, ord_type=TRAILING_STOP, trail_ticks=5, trigger=source)
    assert play(trailing) == ["rejected a1 field_not_allowed"]
    assert play(replace(trailing, trigger=ON_LAST)) == ["accepted a1 1"]


def test_mass_cancel_moves_the_quotes_of_several_instruments() -> None:
    """One command takes the best bids of X and W away: what looked at them fires in the order of listing."""
    w = replace(X, symbol="W")
    bids = [enter(f"b{number}", BUY, 1, 98, symbol=symbol) for number, symbol in enumerate("WX")]
    lower = [enter(f"c{number}", BUY, 1, 90, symbol=symbol) for number, symbol in enumerate("WX")]
    waiting = [stop(f"a{number}", SELL, STOP, 95, symbol=symbol, trigger=ON_BID) for number, symbol in enumerate("WX")]
    assert market(w, *bids, *lower, *waiting)(MassCancel("BOB", "BOB", "b9")) == [
        "canceled b0 mass_canceled",
        "canceled b1 mass_canceled",
        "mass canceled 2",
        "triggered a1",
        "traded c1 x a1 1 @ 90",
        "triggered a0",
        "traded c0 x a0 1 @ 90",
    ]
