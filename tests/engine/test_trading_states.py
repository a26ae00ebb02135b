"""Trading states: what each accepts, how it ends by itself, and what is uncrossed on the way."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter
from tests.engine.market import depth, limits, market, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BUY,
    CANCEL_ONLY,
    CLOSED,
    FOK,
    HALTED,
    IOC,
    OPEN,
    POST_ONLY,
    PRE_OPEN,
    SELL,
    STOP,
    STOP_LIMIT,
    TRAILING_STOP,
    AdvanceStates,
    OrdType,
    TradingState,
    TradingStateChanged,
)

ACCEPTING: list[TradingState] = [POST_ONLY, PRE_OPEN, AUCTION]
REFUSING: list[TradingState] = [HALTED, CANCEL_ONLY, CLOSED]
UNTIMED: list[TradingState] = [OPEN, CANCEL_ONLY, POST_ONLY, CLOSED]


@pytest.mark.parametrize("state", REFUSING)
def test_halted_cancel_only_and_closed_accept_no_order(state: TradingState) -> None:
    """No order and no replace is accepted there; a cancel is."""
    play = market(enter("a1", BUY, 5, 90), set_state(state))
    assert play(enter("b1", SELL, 5, 110)) == ["rejected b1 not_accepted_now"]
    assert play(change("a2", "a1", price_ticks=91)) == ["refused a2 not_accepted_now"]
    assert play(cancel("a3", "a1")) == ["canceled a3 requested"]


@pytest.mark.parametrize("state", ACCEPTING)
def test_states_without_matching_accept_only_limits_that_may_rest(state: TradingState) -> None:
    """Market orders, stops, IOC, FOK and minimum quantities have nothing to do where nothing trades."""
    play = market(*trade_at(100, "1"), set_state(state))
    assert play(enter("a1", BUY, 5, 90)) == ["accepted a1 5"]
    for terms in ({"time_in_force": IOC}, {"time_in_force": FOK}, {"min_lots": 1}):
        assert play(enter("a2", BUY, 5, 90, **terms)) == ["rejected a2 not_accepted_now"]
    assert play(enter("a2", BUY, 5)) == ["rejected a2 not_accepted_now"]
    assert play(stop("a2", BUY, STOP, 110)) == ["rejected a2 not_accepted_now"]
    assert play(enter("a2", BUY, 5, ord_type=TRAILING_STOP, trail_ticks=5)) == ["rejected a2 not_accepted_now"]


@pytest.mark.parametrize("state", [PRE_OPEN, AUCTION])
def test_book_crosses_before_an_auction_and_nothing_trades(state: TradingState) -> None:
    """Orders rest across each other; post-only ones too, because nothing takes."""
    play = market(set_state(state), enter("a1", BUY, 5, 110))
    assert play(enter("b1", SELL, 3, 100, post_only=True)) == ["accepted b1 3"]
    assert depth(play) == ([(110, 5)], [(100, 3)])


@pytest.mark.parametrize("state", [PRE_OPEN, AUCTION])
def test_replace_before_an_auction_rests_across_the_book(state: TradingState) -> None:
    """New terms enter again, which is to rest; a stop that would be reached goes on waiting."""
    waiting = stop("b1", SELL, STOP_LIMIT, 90, price_ticks=80)
    play = market(*trade_at(100, "1"), enter("a1", BUY, 5, 90), waiting, set_state(state), enter("b2", SELL, 5, 95))
    assert play(change("a2", "a1", price_ticks=99)) == ["replaced a2 5"]
    assert play(change("b3", "b1", stop_ticks=105)) == ["replaced b3 1"]
    assert depth(play) == ([(99, 5)], [(95, 5)])
    assert play(set_state(OPEN)) == [
        "uncrossed X 5 @ 99 + 0",
        "traded a2 x b2 5 @ 99 in auction",
        "state X " + "PRE_OPEN -> OPEN" * (state == PRE_OPEN) + "AUCTION -> OPEN" * (state == AUCTION),
        "triggered b3",
    ]


@pytest.mark.parametrize("state", UNTIMED)
def test_only_halted_pre_open_and_auction_have_an_end(state: TradingState) -> None:
    """until_ns with any other state is no command that could be obeyed."""
    play = market()
    assert play(set_state(state, 50)) == ["refused bad_value"]
    assert play.engine.trading_state("X") == OPEN


def test_state_is_told_with_its_end() -> None:
    """Without a look at the book; of an instrument nobody listed there is none."""
    play = market(set_state(HALTED, 50))
    assert play.engine.timed_state("X") == (HALTED, 50)
    assert play.engine.timed_state("Y") is None


@pytest.mark.parametrize("until_ns", [-1, 1, 9, 10])
def test_end_of_a_state_lies_ahead(until_ns: int) -> None:
    """until_ns must be after the time of the command."""
    play = market()
    play.time_ns = 10
    assert play(set_state(HALTED, until_ns)) == ["refused bad_value"]
    assert play(set_state(HALTED, 11)) == ["state X OPEN -> HALTED until 11"]


def test_unknown_symbol_has_no_state() -> None:
    """A state for an instrument that is not listed is refused."""
    assert market()(set_state(HALTED, symbol="Y")) == ["refused unknown_symbol"]


def test_state_that_is_already_is_announced_again() -> None:
    """A command is obeyed and answered also when it changes nothing but the end."""
    play = market(set_state(HALTED, 50))
    assert play.engine.next_state_ns == 50
    assert play(set_state(HALTED)) == ["state X HALTED -> HALTED"]
    assert play.engine.next_state_ns == 0


@pytest.mark.parametrize("first", [HALTED, PRE_OPEN])
def test_timed_states_go_on_to_auction_and_open(first: TradingState) -> None:
    """HALTED and PRE_OPEN end in an auction of auction_ns, the auction in OPEN; each at or after its time."""
    play = market(limits(auction_ns=30), set_state(first, 50))
    assert play.engine.next_state_ns == 50
    play.time_ns = 49
    assert play(AdvanceStates()) == []
    play.time_ns = 55
    (to_auction,) = play.events(AdvanceStates())
    assert to_auction == TradingStateChanged("X", AUCTION, first, "clock", "its time is over", 85)
    assert play.engine.next_state_ns == 85
    play.time_ns = 85
    (to_open,) = play.events(AdvanceStates())
    assert to_open == TradingStateChanged("X", OPEN, AUCTION, "clock", "its time is over", 0)
    assert play.engine.next_state_ns == 0
    assert play(AdvanceStates()) == []


def test_auction_without_a_length_is_over_at_the_next_advance() -> None:
    """auction_ns 0: the auction's end is the time it began; one command makes one step."""
    play = market(set_state(HALTED, 50))
    play.time_ns = 60
    assert play(AdvanceStates()) == ["state X HALTED -> AUCTION until 60"]
    assert play(AdvanceStates()) == ["state X AUCTION -> OPEN"]


def test_advance_moves_the_instruments_in_the_order_of_listing() -> None:
    """All that are due move before the orders their auctions released fire; others stay."""
    play = market(replace(X, symbol="W"), replace(X, symbol="V"), *trade_at(100, "1"))
    play(stop("a9", SELL, STOP, 95), set_state(AUCTION, 20), set_state(HALTED, 30, "V"), set_state(HALTED, 10, "W"))
    play(enter("a1", BUY, 1, 90), enter("b1", SELL, 1, 90))
    assert play.engine.next_state_ns == 10
    play.time_ns = 20
    assert play(AdvanceStates()) == [
        "uncrossed X 1 @ 90 + 0",
        "traded a1 x b1 1 @ 90 in auction",
        "state X AUCTION -> OPEN",
        "state W HALTED -> AUCTION until 20",
        "triggered a9",
        "canceled a9 market_remainder",
    ]
    assert play.engine.next_state_ns == 20


@pytest.mark.parametrize("state", [HALTED, CANCEL_ONLY, CLOSED, PRE_OPEN])
def test_crossed_book_stays_crossed_until_it_opens(state: TradingState) -> None:
    """A move to a state in which nothing trades uncrosses nothing."""
    play = market(set_state(AUCTION), enter("a1", BUY, 5, 110), enter("b1", SELL, 3, 100))
    assert len(play(set_state(state))) == 1
    assert depth(play) == ([(110, 5)], [(100, 3)])
    assert play(set_state(OPEN))[0] == "uncrossed X 3 @ 100 + 2"
    assert depth(play) == ([(110, 2)], [])


def test_move_to_post_only_uncrosses_and_fires_nothing() -> None:
    """The uncross releases a stop, which waits again in POST_ONLY, and fires at the first trade of OPEN."""
    play = market(*trade_at(100, "1"), stop("a9", SELL, STOP, 95), set_state(AUCTION))
    play(enter("a1", BUY, 1, 90), enter("b1", SELL, 1, 90))
    assert play(set_state(POST_ONLY)) == [
        "uncrossed X 1 @ 90 + 0",
        "traded a1 x b1 1 @ 90 in auction",
        "state X AUCTION -> POST_ONLY",
    ]
    assert play(set_state(OPEN)) == ["state X POST_ONLY -> OPEN"]
    assert play(*trade_at(96, "2")) == ["accepted d2 1", "traded c2 x d2 1 @ 96"]
    assert play(*trade_at(95, "3"))[2:] == ["triggered a9", "canceled a9 market_remainder"]


@pytest.mark.parametrize("ord_type", [STOP, STOP_LIMIT])
def test_stops_wait_where_nothing_matches(ord_type: OrdType) -> None:
    """A stop entered before a halt is not fired by it, and a cancel finds it."""
    terms: dict[str, Any] = {"price_ticks": 80} if ord_type == STOP_LIMIT else {}
    play = market(*trade_at(100, "1"), stop("a1", SELL, ord_type, 95, **terms), set_state(HALTED))
    assert play(set_state(OPEN)) == ["state X HALTED -> OPEN"]
    assert play(set_state(CLOSED), cancel("a2", "a1")) == ["canceled a2 requested"]
