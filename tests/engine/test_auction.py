"""The uncross: which price wins, who trades with whom, and what follows."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.builders import enter, opened
from tests.engine.market import depth, limits, listed, market, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BUY,
    CANCEL_ONLY,
    CLOSED,
    HALTED,
    OCO,
    OPEN,
    OTO,
    POST_ONLY,
    PRE_OPEN,
    SELL,
    STOP,
    AuctionUncrossed,
    OrderTraded,
    SetOrderGroup,
    TradingState,
)

PRICES: Final = st.integers(1, 40)
LOTS: Final = st.integers(1, 30)
SIDE: Final = st.lists(st.tuples(PRICES, LOTS), max_size=8)


def willing(orders: list[tuple[int, int]], price_ticks: int, sign: int) -> int:
    return sum(lots for limit, lots in orders if sign * limit >= sign * price_ticks)


def best_price(
    buys: list[tuple[int, int]], sells: list[tuple[int, int]], reference_ticks: int
) -> tuple[int, int, int] | None:
    """The rule as it is written: every tick between the best ask and the best bid is looked at."""
    if not buys or not sells:
        return None
    found: list[tuple[int, int, int, int, int]] = []
    for price in range(min(price for price, _ in sells), max(price for price, _ in buys) + 1):
        bought, sold = willing(buys, price, 1), willing(sells, price, -1)
        distance = abs(price - reference_ticks) if reference_ticks else 0
        found.append((-min(bought, sold), abs(bought - sold), distance, price, bought - sold))
    if not found:
        return None
    volume, _, _, price, surplus = min(found)
    return price, -volume, surplus


@settings(max_examples=300, deadline=None)
@given(buys=SIDE, sells=SIDE, reference_ticks=st.integers(0, 45))
def test_uncross_is_what_a_look_at_every_tick_gives(
    buys: list[tuple[int, int]], sells: list[tuple[int, int]], reference_ticks: int
) -> None:
    """Price, volume and surplus are the rule's; the volume is traded, at that price; nothing crosses any more."""
    play = opened(limits(reference_ticks=reference_ticks), set_state(AUCTION))
    for number, (price, lots) in enumerate(buys):
        play(enter(f"a{number}", BUY, lots, price, display_lots=lots // 3))
    for number, (price, lots) in enumerate(sells):
        play(enter(f"b{number}", SELL, lots, price))
    events = play(set_state(OPEN))
    uncrossed = [event for event in events if isinstance(event, AuctionUncrossed)]
    traded = [event for event in events if isinstance(event, OrderTraded)]
    expected = best_price(buys, sells, reference_ticks)
    assert [(event.price_ticks, event.qty_lots, event.surplus_lots) for event in uncrossed] == (
        [] if expected is None else [expected]
    )
    assert sum(event.qty_lots for event in traded) == sum(event.qty_lots for event in uncrossed)
    assert {event.price_ticks for event in traded} == {event.price_ticks for event in uncrossed}
    bid_ticks, _, ask_ticks, _, _ = play.engine.best("X")
    assert bid_ticks == 0 or ask_ticks == 0 or bid_ticks < ask_ticks


def auction(*orders: tuple[str, int, int], reference_ticks: int = 0) -> list[str]:
    """The uncross of these (ClOrdID, lots, price): a and c buy, b and d sell."""
    play = market(limits(reference_ticks=reference_ticks), set_state(AUCTION))
    for cl_ord_id, lots, price in orders:
        play(enter(cl_ord_id, BUY if cl_ord_id[0] in "ac" else SELL, lots, price))
    return play(set_state(OPEN))


def test_largest_volume_wins_first() -> None:
    """More trades at 102 than at any other price, whatever is left over there."""
    assert auction(("a1", 5, 103), ("a2", 5, 102), ("b1", 5, 101), ("b2", 9, 102), reference_ticks=101)[0] == (
        "uncrossed X 10 @ 102 - 4"
    )


def test_smallest_surplus_wins_next() -> None:
    """5 lots trade at 100 to 104; only at 103 and above nobody is left over."""
    assert auction(("a1", 5, 104), ("a2", 2, 102), ("b1", 5, 100), reference_ticks=100)[0] == "uncrossed X 5 @ 103 + 0"


@pytest.mark.parametrize(("reference_ticks", "price"), [(0, 100), (90, 100), (102, 102), (107, 105)])
def test_nearest_to_the_reference_then_the_lowest_wins_last(reference_ticks: int, price: int) -> None:
    """Where all ticks from 100 to 105 are equal the reference decides; without one the lowest wins."""
    orders = (("a1", 5, 105), ("b1", 5, 100))
    assert auction(*orders, reference_ticks=reference_ticks)[0] == f"uncrossed X 5 @ {price} + 0"


def test_two_prices_at_the_same_distance_give_the_lower() -> None:
    """At 101 two sellers are left over, at 103 two buyers; 102 trades less. 101 and 103 are equally near."""
    lines = auction(("a1", 4, 103), ("b1", 4, 101), ("a2", 2, 101), ("b2", 2, 103), reference_ticks=102)
    assert lines[0] == "uncrossed X 4 @ 102 + 0"


def test_bids_meet_asks_best_first_and_the_older_order_makes() -> None:
    """Price, then time, on both sides; the lower order_id is the maker whichever side it is on."""
    assert auction(
        ("a1", 3, 101), ("a2", 4, 102), ("b1", 5, 100), ("b2", 5, 99), ("c1", 2, 102), reference_ticks=100
    ) == [
        "uncrossed X 9 @ 100 - 1",
        "traded a2 x b2 4 @ 100 in auction",
        "traded b2 x c1 1 @ 100 in auction",
        "traded b1 x c1 1 @ 100 in auction",
        "traded a1 x b1 3 @ 100 in auction",
        "state X AUCTION -> OPEN",
    ]


def test_icebergs_take_part_whole_and_trade_slice_by_slice() -> None:
    """Hidden quantity counts for the price; each new slice queues behind its level."""
    play = market(set_state(PRE_OPEN))
    play(enter("a1", BUY, 6, 100, display_lots=2), enter("c1", BUY, 3, 100), enter("b1", SELL, 8, 100))
    assert play(set_state(OPEN)) == [
        "uncrossed X 8 @ 100 + 1",
        "traded a1 x b1 2 @ 100 in auction",
        "traded c1 x b1 3 @ 100 in auction",
        "traded a1 x b1 2 @ 100 in auction",
        "traded a1 x b1 1 @ 100 in auction",
        "state X PRE_OPEN -> OPEN",
    ]
    assert depth(play) == ([(100, 1)], [])


def test_own_orders_trade_in_an_uncross() -> None:
    """Self-match prevention does not stop it."""
    assert auction(("a1", 5, 100), ("b1", 2, 100))[1] == "traded a1 x b1 2 @ 100 in auction"
    play = market(set_state(AUCTION), enter("a1", BUY, 5, 100), enter("a2", SELL, 5, 100))
    assert play(set_state(OPEN))[1] == "traded a1 x a2 5 @ 100 in auction"


def test_circuit_breaker_does_not_stop_an_uncross() -> None:
    """The auction finds its price wherever it is; bounds are around that price afterwards."""
    play = market(limits(breaker_bp=100, reference_ticks=100), set_state(HALTED))
    play(set_state(AUCTION), enter("a1", BUY, 5, 200), enter("b1", SELL, 5, 150))
    assert play(set_state(OPEN)) == [
        "uncrossed X 5 @ 150 + 0",
        "traded a1 x b1 5 @ 150 in auction",
        "state X AUCTION -> OPEN",
    ]
    assert play(*trade_at(151, "1")) == ["accepted d1 1", "traded c1 x d1 1 @ 151"]


def test_stops_fire_after_the_state_has_changed() -> None:
    """An uncross releases as any trade does; what it releases trades in the open book."""
    play = market(*trade_at(100, "1"), stop("a9", BUY, STOP, 104, 2), set_state(AUCTION))
    play(enter("a1", BUY, 5, 105), enter("b1", SELL, 4, 104), enter("b2", SELL, 3, 106))
    assert play(set_state(OPEN)) == [
        "uncrossed X 4 @ 104 + 1",
        "traded a1 x b1 4 @ 104 in auction",
        "state X AUCTION -> OPEN",
        "triggered a9",
        "traded b2 x a9 2 @ 106",
    ]


def test_one_cancels_other_within_an_uncross() -> None:
    """Both orders counted for the volume; the first trade of one takes the other, and the rest goes without it."""
    play = market(*trade_at(100, "1"), listed(OCO, enter("b1", SELL, 5, 100), enter("b2", SELL, 5, 101)))
    play(set_state(AUCTION), enter("a1", BUY, 10, 101))
    assert play(set_state(OPEN)) == [
        "uncrossed X 10 @ 101 + 0",
        "traded b1 x a1 5 @ 101 in auction",
        "canceled b2 contingency",
        "ended L: b1 FILLED, b2 CANCELED",
        "state X AUCTION -> OPEN",
    ]
    assert depth(play) == ([(101, 5)], [])


def test_book_that_a_cancel_leaves_crossed_is_uncrossed_again() -> None:
    """Sellers up to 100 are gone, a buyer at 105 and a seller at 103 are left: another price for them."""
    play = market(*trade_at(100, "1"), listed(OCO, enter("b1", SELL, 5, 99), enter("b2", SELL, 5, 100)))
    play(set_state(AUCTION), enter("a1", BUY, 10, 105), enter("c2", SELL, 2, 103), enter("d9", BUY, 3, 100))
    assert play(set_state(OPEN)) == [
        "uncrossed X 10 @ 101 + 0",
        "traded b1 x a1 5 @ 101 in auction",
        "canceled b2 contingency",
        "ended L: b1 FILLED, b2 CANCELED",
        "uncrossed X 2 @ 103 + 3",
        "traded a1 x c2 2 @ 103 in auction",
        "state X AUCTION -> OPEN",
    ]
    assert depth(play) == ([(105, 3), (100, 3)], [])


def test_order_held_for_one_filled_in_an_uncross_enters_afterwards() -> None:
    """One triggers other: released by the auction's trade, it works in the state that follows."""
    play = market(*trade_at(100, "1"), listed(OTO, enter("a1", BUY, 5, 90), enter("a2", SELL, 5, 95)))
    play(set_state(AUCTION), enter("b1", SELL, 5, 90), enter("c8", BUY, 1, 80), set_state(HALTED))
    assert play(set_state(OPEN)) == [
        "uncrossed X 5 @ 90 + 0",
        "traded a1 x b1 5 @ 90 in auction",
        "state X HALTED -> OPEN",
        "released a2",
    ]
    assert depth(play) == ([(80, 1)], [(95, 5)])


def test_group_that_trips_in_an_uncross_leaves_it_with_the_others() -> None:
    """Its orders are canceled at once; the auction goes on without them."""
    play = market(SetOrderGroup("ANN", "mm", "X", 3, 1_000, "operator", "test"), set_state(AUCTION))
    play(enter("a1", BUY, 3, 100, order_group="mm"), enter("a2", BUY, 3, 100, order_group="mm"))
    play(enter("c1", BUY, 3, 100), enter("b1", SELL, 6, 100))
    lines = play(set_state(OPEN))
    assert lines[0] == "uncrossed X 6 @ 100 + 3"
    assert lines[1] == "traded a1 x b1 3 @ 100 in auction"
    assert lines[-3:] == ["canceled a2 fill_rate", "traded c1 x b1 3 @ 100 in auction", "state X AUCTION -> OPEN"]


@pytest.mark.parametrize("state", [PRE_OPEN, AUCTION, HALTED])
def test_indicative_price_is_told_before_the_auction(state: TradingState) -> None:
    """Where an uncross would trade now; 0 as long as nothing crosses."""
    play = market(set_state(AUCTION), enter("a1", BUY, 5, 105), set_state(state))
    status = play.engine.instrument("X")
    assert status is not None
    assert (status.indicative_ticks, status.indicative_lots) == (0, 0)
    play(set_state(AUCTION), enter("b1", SELL, 3, 101), set_state(state))
    status = play.engine.instrument("X")
    assert status is not None
    assert (status.indicative_ticks, status.indicative_lots) == (101, 3)


@pytest.mark.parametrize("state", [CANCEL_ONLY, CLOSED, OPEN, POST_ONLY])
def test_no_indicative_price_where_no_auction_is_near(state: TradingState) -> None:
    """A book that is crossed while the instrument is closed has no indicative price."""
    play = market(set_state(AUCTION), enter("a1", BUY, 5, 105), enter("b1", SELL, 3, 101), set_state(state))
    status = play.engine.instrument("X")
    assert status is not None
    assert (status.indicative_ticks, status.indicative_lots) == (0, 0)
