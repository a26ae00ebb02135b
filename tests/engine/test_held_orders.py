"""Order lists, one triggers the other and brackets: what releases held orders, and what they then meet."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import cancel, change, enter
from tests.engine.market import depth, limits, listed, market, open_ids, opening, set_state, stop
from venue.messages import (
    AUCTION,
    BRACKET,
    BUY,
    FOK,
    GTD,
    IOC,
    MARKET,
    OTO,
    POST_ONLY,
    SELL,
    STOP,
    STOP_LIMIT,
    EnterList,
    ExpireOrders,
    SetOrderLimits,
)

ENTRY = enter("a1", BUY, 5, 100)
TARGET, GUARD = enter("a2", SELL, 5, 110), stop("a3", SELL, STOP, 90, 5)
ONE_TRIGGERS = listed(OTO, ENTRY, TARGET)
SURROUNDED = listed(BRACKET, ENTRY, TARGET, GUARD)


@pytest.mark.parametrize("request_", [ONE_TRIGGERS, SURROUNDED])
def test_held_orders_are_open_and_not_in_the_book(request_: EnterList) -> None:
    """Accepted with the first one, known and canceled like any other, and nothing to trade with."""
    play = opening()
    assert play(request_)[1:] == [f"accepted {order.cl_ord_id} 5" for order in request_.orders]
    assert open_ids(play) == [("a1", False), *((order.cl_ord_id, True) for order in request_.orders[1:])]
    assert depth(play) == ([(100, 5)], [])


def test_fill_of_the_first_releases_the_second_and_a_part_does_not() -> None:
    """Only FILLED counts; the released order then works like any other, with a list of its own end."""
    play = opening()
    play(ONE_TRIGGERS)
    assert play(enter("b1", SELL, 4, 100)) == ["accepted b1 4", "traded a1 x b1 4 @ 100"]
    assert play(enter("b2", SELL, 1, 100)) == ["accepted b2 1", "traded a1 x b2 1 @ 100", "released a2"]
    assert open_ids(play) == [("a2", False)]
    assert play(enter("b3", BUY, 5, 110)) == [
        "accepted b3 5",
        "traded a2 x b3 5 @ 110",
        "ended L: a1 FILLED, a2 FILLED",
    ]


@pytest.mark.parametrize(("request_", "held"), [(ONE_TRIGGERS, ["a2"]), (SURROUNDED, ["a2", "a3"])])
@pytest.mark.parametrize("lots", [0, 2])
def test_other_end_of_the_first_cancels_the_held_ones(request_: EnterList, held: list[str], lots: int) -> None:
    """A cancel of the first, also after a part was filled: nothing is released."""
    play = opening()
    play(request_, *([enter("b1", SELL, lots, 100)] * (lots > 0)))
    assert play(cancel("a9", "a1")) == [
        "canceled a9 requested",
        *(f"canceled {name} contingency" for name in held),
        "ended L: " + ", ".join(["a9 CANCELED", *(f"{name} CANCELED" for name in held)]),
    ]


def test_first_that_is_filled_on_entry_releases_in_the_same_command() -> None:
    """An entry by market order, then its target and its guard."""
    play = opening(enter("b1", SELL, 9, 101))
    entry = replace(ENTRY, ord_type=MARKET, price_ticks=0)
    assert play(listed(BRACKET, entry, TARGET, GUARD)) == [
        "list L [4, 5, 6]",
        "accepted a1 5",
        "accepted a2 5",
        "accepted a3 5",
        "traded b1 x a1 5 @ 101",
        "released a2",
        "released a3",
    ]
    assert depth(play) == ([], [(101, 4), (110, 5)])


@pytest.mark.parametrize(
    "terms", [{"time_in_force": IOC}, {"time_in_force": FOK}, {"ord_type": MARKET, "price_ticks": 0}]
)
def test_first_that_is_canceled_on_entry_takes_the_held_ones_along(terms: dict[str, Any]) -> None:
    """IOC, FOK and market orders may be the first; unfilled they end the list at once."""
    lines = opening()(listed(OTO, replace(ENTRY, **terms), TARGET))
    assert lines[-2:] == ["canceled a2 contingency", "ended L: a1 CANCELED, a2 CANCELED"]
    assert len(lines) == 6


def test_bracket_legs_are_an_oco_once_the_first_is_filled() -> None:
    """The guard fires, and the target is canceled; before the fill each leg could end alone."""
    play = opening()
    play(SURROUNDED, enter("b1", SELL, 5, 100), enter("b2", BUY, 9, 85))
    assert play(enter("c1", BUY, 1, 89), enter("d1", SELL, 1, 89)) == [
        "accepted d1 1",
        "traded c1 x d1 1 @ 89",
        "triggered a3",
        "canceled a2 contingency",
        "traded b2 x a3 5 @ 85",
        "ended L: a1 FILLED, a2 CANCELED, a3 FILLED",
    ]


def test_held_leg_that_is_canceled_leaves_the_others() -> None:
    """Not yet an OCO: the target goes, the entry works on, and the guard alone is released."""
    play = opening()
    play(SURROUNDED)
    assert play(cancel("a9", "a2")) == ["canceled a9 requested"]
    assert play(enter("b1", SELL, 5, 100)) == ["accepted b1 5", "traded a1 x b1 5 @ 100", "released a3"]
    assert play(cancel("a8", "a3")) == ["canceled a8 requested", "ended L: a1 FILLED, a9 CANCELED, a8 CANCELED"]


def test_target_that_trades_on_release_cancels_the_guard_in_the_queue() -> None:
    """Both are released by one fill; the first one's trade takes the second before its turn."""
    play = opening(enter("b1", BUY, 9, 112), enter("b2", SELL, 5, 113))
    entry = enter("a1", BUY, 5, 113)
    assert play(listed(BRACKET, entry, TARGET, GUARD))[4:] == [
        "traded b2 x a1 5 @ 113",
        "released a2",
        "traded b1 x a2 5 @ 112",
        "canceled a3 contingency",
        "ended L: a1 FILLED, a2 FILLED, a3 CANCELED",
    ]


def test_guard_reached_on_release_fires_and_cancels_the_target() -> None:
    """The entry traded at the guard's stop already."""
    play = opening(enter("b1", SELL, 5, 100), enter("b2", BUY, 2, 80))
    guard = stop("a3", SELL, STOP, 100, 5)
    assert play(listed(BRACKET, ENTRY, TARGET, guard))[4:] == [
        "traded b1 x a1 5 @ 100",
        "released a2",
        "released a3",
        "triggered a3",
        "canceled a2 contingency",
        "traded b2 x a3 2 @ 80",
        "canceled a3 market_remainder",
        "ended L: a1 FILLED, a2 CANCELED, a3 CANCELED",
    ]


def test_held_orders_join_the_queue_before_what_the_trade_releases() -> None:
    """One trade fills the entry and reaches a stop: the held order's turn comes first."""
    play = opening(stop("d1", BUY, STOP_LIMIT, 102, 1, price_ticks=103))
    play(listed(OTO, enter("a1", SELL, 1, 102), enter("a2", BUY, 1, 50)))
    assert play(enter("b1", BUY, 1, 102)) == [
        "accepted b1 1",
        "traded a1 x b1 1 @ 102",
        "released a2",
        "triggered d1",
    ]


def test_released_order_must_fit_the_position_limit() -> None:
    """While held it counted for nothing; in its turn it is canceled, and its partner right after it."""
    play = opening()
    play(SetOrderLimits("ANN", "X", long_lots_max=7, by="operator"))
    more, less = enter("a2", BUY, 5, 95), stop("a3", BUY, STOP, 120, 5)
    play(listed(BRACKET, ENTRY, more, less))
    assert play(enter("b1", SELL, 5, 100)) == [
        "accepted b1 5",
        "traded a1 x b1 5 @ 100",
        "released a2",
        "canceled a2 position_limit",
        "canceled a3 position_limit",
        "ended L: a1 FILLED, a2 CANCELED, a3 CANCELED",
    ]


def test_released_post_only_order_that_would_take_is_canceled() -> None:
    """Its OCO partner follows, as after any other end."""
    play = opening(enter("b9", BUY, 1, 99))
    play(listed(BRACKET, ENTRY, replace(TARGET, price_ticks=98, post_only=True), GUARD))
    assert play(enter("b1", SELL, 5, 100))[2:] == [
        "released a2",
        "canceled a2 post_only_would_take",
        "canceled a3 contingency",
        "ended L: a1 FILLED, a2 CANCELED, a3 CANCELED",
    ]


def test_order_released_into_post_only_must_not_take() -> None:
    """Filled by the uncross on the way there: the target would take and is canceled; alone, a guard would wait."""
    play = opening(set_state(AUCTION))
    play(listed(BRACKET, ENTRY, replace(TARGET, price_ticks=98), GUARD))
    play(enter("b9", BUY, 1, 99), enter("b1", SELL, 5, 100))
    assert play(set_state(POST_ONLY)) == [
        "uncrossed X 5 @ 100 + 0",
        "traded a1 x b1 5 @ 100 in auction",
        "state X AUCTION -> POST_ONLY",
        "released a2",
        "canceled a2 post_only_would_take",
        "canceled a3 contingency",
        "ended L: a1 FILLED, a2 CANCELED, a3 CANCELED",
    ]
    guard = stop("a5", SELL, STOP, 120, 5)
    play(set_state(AUCTION), listed(OTO, enter("a4", BUY, 5, 100), guard), enter("b2", SELL, 5, 100))
    assert play(set_state(POST_ONLY))[-1] == "released a5"
    assert open_ids(play) == [("a5", False)]


def test_order_released_into_a_halt_rests_or_waits() -> None:
    """The fill that ends before a halt in the same command: a limit rests across the book, a stop waits."""
    play = market(limits(breaker_bp=500, reference_ticks=100), enter("b1", BUY, 1, 99), enter("b2", BUY, 9, 90))
    target, guard = enter("a2", SELL, 1, 90), stop("a3", SELL, STOP, 100, 1)
    play(listed(BRACKET, enter("a1", BUY, 1, 100), target, guard))
    assert play(enter("c1", SELL, 9, 90)) == [
        "accepted c1 9",
        "traded a1 x c1 1 @ 100",
        "traded b1 x c1 1 @ 99",
        "state X OPEN -> HALTED until 1",
        "released a2",
        "released a3",
    ]
    assert depth(play) == ([(90, 9)], [(90, 8)])
    assert [status.leaves_lots for status in play.engine.open_orders("ANN")] == [1, 1]


def test_held_order_is_replaced_and_stays_held() -> None:
    """New terms, no place in a book; not its quantity, which belongs to the list's."""
    play = opening()
    play(SURROUNDED)
    assert play(change("a5", "a2", price_ticks=105)) == ["replaced a5 5"]
    assert play(change("a6", "a3", stop_ticks=120)) == ["replaced a6 5"]
    assert play(change("a7", "a5", qty_lots=4)) == ["refused a7 field_not_allowed"]
    assert open_ids(play) == [("a1", False), ("a5", True), ("a6", True)]
    assert depth(play) == ([(100, 5)], [])


def test_held_order_expires() -> None:
    """Its own time is over while it is held: it is not there to be released."""
    play = opening()
    play(listed(OTO, ENTRY, replace(TARGET, time_in_force=GTD, expire_ns=50)))
    play.time_ns = 50
    assert play(ExpireOrders()) == ["expired a2"]
    assert play(enter("b1", SELL, 5, 100)) == [
        "accepted b1 5",
        "traded a1 x b1 5 @ 100",
        "ended L: a1 FILLED, a2 EXPIRED",
    ]


def test_min_lots_of_a_held_order_is_asked_when_it_enters() -> None:
    """In its turn so much must trade at once, else it is canceled."""
    play = opening(enter("b1", SELL, 5, 113), enter("b2", BUY, 2, 112))
    assert play(listed(OTO, replace(ENTRY, price_ticks=113), replace(TARGET, min_lots=3)))[3:] == [
        "traded b1 x a1 5 @ 113",
        "released a2",
        "canceled a2 min_qty_unfillable",
        "ended L: a1 FILLED, a2 CANCELED",
    ]
