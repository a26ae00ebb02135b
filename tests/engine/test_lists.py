"""Order lists, one cancels the other: the first trade, trigger or end of one ends the other; exactly once."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import cancel, change, enter
from tests.engine.market import depth, listed, market, open_ids, opening, stop, trade_at
from venue.messages import (
    BUY,
    DAY,
    DECREMENT,
    GTD,
    OCO,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT_LIMIT,
    ExpireOrders,
    MassCancel,
    RollDay,
)

LIMIT_LEG, STOP_LEG = enter("a1", SELL, 5, 110), stop("a2", SELL, STOP, 90, 5)
PAIR = listed(OCO, LIMIT_LEG, STOP_LEG)


def test_oco_is_accepted_as_a_whole_and_then_works() -> None:
    """ListAccepted names the orders, each is accepted, then they enter in order."""
    play = opening()
    assert play(PAIR) == ["list L [3, 4]", "accepted a1 5", "accepted a2 5"]
    assert open_ids(play) == [("a1", False), ("a2", False)]
    assert depth(play) == ([], [(110, 5)])


@pytest.mark.parametrize("lots", [2, 5])
def test_first_trade_of_one_cancels_the_other(lots: int) -> None:
    """A part is enough; what is left of the one that traded goes on alone."""
    play = opening()
    play(PAIR)
    filled = ["canceled a2 contingency"] + ["ended L: a1 FILLED, a2 CANCELED"] * (lots == 5)
    assert play(enter("b1", BUY, lots, 110)) == [f"accepted b1 {lots}", f"traded a1 x b1 {lots} @ 110", *filled]
    assert open_ids(play) == [("a1", False)] * (lots == 2)
    if lots == 2:
        assert play(cancel("a9", "a1")) == ["canceled a9 requested", "ended L: a9 CANCELED, a2 CANCELED"]


def test_trigger_of_one_cancels_the_other_before_it_trades() -> None:
    """OrderTriggered, the other's end, then the trades of the one that fired."""
    play = opening()
    play(PAIR, enter("b1", BUY, 9, 85))
    assert play(enter("b2", BUY, 1, 90), enter("c1", SELL, 1, 90)) == [
        "accepted c1 1",
        "traded b2 x c1 1 @ 90",
        "triggered a2",
        "canceled a1 contingency",
        "traded b1 x a2 5 @ 85",
        "ended L: a1 CANCELED, a2 FILLED",
    ]
    assert depth(play) == ([(85, 4)], [])


@pytest.mark.parametrize(("leg", "other"), [("a1", "a2"), ("a2", "a1")])
def test_cancel_of_one_cancels_the_other(leg: str, other: str) -> None:
    """Asked for by a client: its own event first, then the other's, then the list's end."""
    play = opening()
    play(PAIR)
    statuses = {leg: "a9 CANCELED", other: f"{other} CANCELED"}
    assert play(cancel("a9", leg)) == [
        "canceled a9 requested",
        f"canceled {other} contingency",
        f"ended L: {statuses['a1']}, {statuses['a2']}",
    ]
    assert play(cancel("a8", other)) == ["refused a8 too_late"]


def test_expiry_of_one_cancels_the_other() -> None:
    """A GTD order's end, and DAY orders' at the roll, of which the second was canceled by the first."""
    play = opening()
    play(listed(OCO, replace(LIMIT_LEG, time_in_force=GTD, expire_ns=50), STOP_LEG))
    play.time_ns = 50
    assert play(ExpireOrders()) == ["expired a1", "canceled a2 contingency", "ended L: a1 EXPIRED, a2 CANCELED"]
    both = (replace(order, cl_ord_id=order.cl_ord_id + "d", time_in_force=DAY) for order in (LIMIT_LEG, STOP_LEG))
    assert play(listed(OCO, *both), RollDay(1_000)) == [
        "expired a1d",
        "canceled a2d contingency",
        "ended L: a1d EXPIRED, a2d CANCELED",
        "DayRolled",
    ]


def test_mass_cancel_ends_each_order_once() -> None:
    """The second order is ended by the first one's end; the count is that of the orders found."""
    play = opening()
    play(PAIR, enter("a7", BUY, 1, 50))
    assert play(MassCancel("ANN", "ANN", "a9")) == [
        "canceled a1 mass_canceled",
        "canceled a2 contingency",
        "ended L: a1 CANCELED, a2 CANCELED",
        "canceled a7 mass_canceled",
        "mass canceled 3",
    ]


def test_both_legs_released_by_one_trade_fire_once() -> None:
    """Two stops of one list reached by the same trade: the first fires, the second is canceled in the queue."""
    play = opening(enter("b1", BUY, 1, 80), enter("b2", BUY, 9, 70))
    play(listed(OCO, stop("a1", SELL, STOP, 95, 2), stop("a2", SELL, STOP, 90, 2)))
    assert play(enter("c1", SELL, 1, 80)) == [
        "accepted c1 1",
        "traded b1 x c1 1 @ 80",
        "triggered a1",
        "canceled a2 contingency",
        "traded b2 x a1 2 @ 70",
        "ended L: a1 FILLED, a2 CANCELED",
    ]


def test_leg_that_trades_takes_its_released_partner_out_of_the_queue() -> None:
    """The trade of the resting leg ends the stop before that same trade could release it."""
    play = opening()
    play(listed(OCO, enter("a1", SELL, 1, 110), stop("a2", SELL, TAKE_PROFIT_LIMIT, 110, 1, price_ticks=105)))
    assert play(enter("b1", BUY, 3, 110)) == [
        "accepted b1 3",
        "traded a1 x b1 1 @ 110",
        "canceled a2 contingency",
        "ended L: a1 FILLED, a2 CANCELED",
    ]


def test_released_leg_is_canceled_by_its_partners_trade_inside_the_cascade() -> None:
    """Released behind a stop whose trades hit the other leg first: its turn comes to nothing."""
    play = opening(enter("b1", SELL, 1, 101))
    play(
        stop("d1", BUY, STOP, 101, 1),
        listed(OCO, enter("a1", SELL, 1, 102), stop("a2", SELL, STOP_LIMIT, 95, 1, price_ticks=90)),
    )
    play(stop("d2", SELL, STOP, 101, 1))
    assert play(enter("c1", BUY, 1, 101)) == [
        "accepted c1 1",
        "traded b1 x c1 1 @ 101",
        "triggered d1",
        "traded a1 x d1 1 @ 102",
        "canceled a2 contingency",
        "ended L: a1 FILLED, a2 CANCELED",
    ]


def test_incoming_leg_that_trades_on_entry_cancels_the_one_behind_it() -> None:
    """The first order of the list takes at once; the second is canceled before it enters."""
    play = opening(enter("b1", BUY, 2, 110))
    assert play(PAIR) == [
        "list L [4, 5]",
        "accepted a1 5",
        "accepted a2 5",
        "traded b1 x a1 2 @ 110",
        "canceled a2 contingency",
    ]
    assert depth(play) == ([], [(110, 3)])


def test_self_match_prevention_ends_a_list_too() -> None:
    """A leg canceled for its owner's sake takes the other with it; a reduced one does not."""
    play = opening()
    play(PAIR)
    assert play(enter("a8", BUY, 2, 110, self_match=DECREMENT)) == [
        "accepted a8 2",
        "SelfMatchPrevented",
        "reduced a1 to 3",
        "canceled a8 self_match",
    ]
    assert play(enter("a9", BUY, 3, 110, self_match=DECREMENT)) == [
        "accepted a9 3",
        "SelfMatchPrevented",
        "canceled a1 self_match",
        "canceled a2 contingency",
        "ended L: a1 CANCELED, a2 CANCELED",
        "canceled a9 self_match",
    ]


def test_replace_moves_a_leg_and_keeps_the_list() -> None:
    """Price and time may change, the quantity only once no other order of the list is open."""
    play = opening()
    play(PAIR)
    assert play(change("a3", "a1", price_ticks=111)) == ["replaced a3 5"]
    assert play(change("a4", "a2", qty_lots=4)) == ["refused a4 field_not_allowed"]
    assert play(change("a4", "a2", qty_lots=5, stop_ticks=91)) == ["replaced a4 5"]
    assert play(enter("b1", BUY, 1, 111))[2:] == ["canceled a4 contingency"]
    assert play(change("a5", "a3", qty_lots=3)) == ["replaced a5 2"]
    assert play(change("a6", "a5", qty_lots=1)) == ["replaced a6 0", "ended L: a6 FILLED, a4 CANCELED"]


def test_replace_that_fires_one_leg_cancels_the_other() -> None:
    """New terms that are reached at once trigger within the command."""
    play = opening()
    play(PAIR)
    assert play(change("a3", "a2", stop_ticks=100)) == [
        "replaced a3 5",
        "triggered a3",
        "canceled a1 contingency",
        "canceled a3 market_remainder",
        "ended L: a1 CANCELED, a3 CANCELED",
    ]


def test_cascade_of_thousands_of_lists_ends_each_order_once() -> None:
    """One trade releases both stops of 3,000 pairs: every first one fires, every second one is canceled."""
    pairs = 3_000
    play = market(*trade_at(100, "0"), closed_orders_max=10 * pairs)
    for number in range(pairs):
        one, other = (stop(f"a{number}.{leg}", SELL, STOP, 90, 1) for leg in (1, 2))
        play.engine.apply(listed(OCO, one, other), play.engine.journal_seq + 1, 1)
    lines = play(enter("b1", BUY, 1, 90), enter("c9", SELL, 1, 90))
    assert lines[:2] == ["accepted c9 1", "traded b1 x c9 1 @ 90"]
    assert lines[2:] == [
        line
        for number in range(pairs)
        for line in (
            f"triggered a{number}.1",
            f"canceled a{number}.2 contingency",
            f"canceled a{number}.1 market_remainder",
            f"ended L: a{number}.1 CANCELED, a{number}.2 CANCELED",
        )
    ]
    assert play.engine.open_orders("ANN") == []
