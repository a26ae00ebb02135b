"""Order lists: what each contingency does to the others when one trades, is triggered or ends; exactly once."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter
from tests.engine.market import Market, depth, limits, listed, market, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BRACKET,
    BUY,
    DAY,
    DECREMENT,
    FOK,
    GTD,
    HALTED,
    IOC,
    MARKET,
    OCO,
    OTO,
    POST_ONLY,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT_LIMIT,
    AnyCommand,
    EnterList,
    ExpireOrders,
    ListEnded,
    MassCancel,
    RollDay,
    SetOrderLimits,
)

LIMIT_LEG, STOP_LEG = enter("a1", SELL, 5, 110), stop("a2", SELL, STOP, 90, 5)
PAIR = listed(OCO, LIMIT_LEG, STOP_LEG)
ENTRY = enter("a1", BUY, 5, 100)
TARGET, GUARD = enter("a2", SELL, 5, 110), stop("a3", SELL, STOP, 90, 5)
ONE_TRIGGERS = listed(OTO, ENTRY, TARGET)
SURROUNDED = listed(BRACKET, ENTRY, TARGET, GUARD)


def opening(*before: AnyCommand) -> Market:
    """Last price 100, and these commands."""
    return market(*trade_at(100, "0"), *before)


def open_ids(play: Market) -> list[tuple[str, bool]]:
    """ANN's open orders and whether each is held."""
    return [(status.terms.cl_ord_id, status.held) for status in play.engine.open_orders("ANN")]


# ---------------------------------------------------------------------------------------------------
# One cancels the other


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


# ---------------------------------------------------------------------------------------------------
# One triggers the other, and the bracket


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


# ---------------------------------------------------------------------------------------------------
# Refusals, and lists that come again


@pytest.mark.parametrize(
    ("request_", "leg"),
    [
        (listed(OCO, LIMIT_LEG), 0),
        (listed(OCO, LIMIT_LEG, STOP_LEG, GUARD), 0),
        (listed(OTO, ENTRY), 0),
        (listed(BRACKET, ENTRY, TARGET), 0),
        (replace(PAIR, orders=()), 0),
        (listed(OCO, LIMIT_LEG, replace(STOP_LEG, account="BOB")), 1),
        (listed(OCO, LIMIT_LEG, replace(STOP_LEG, session="BOB")), 1),
        (listed(OCO, LIMIT_LEG, replace(STOP_LEG, symbol="Y")), 1),
        (replace(PAIR, account="BOB"), 0),
        (listed(OCO, LIMIT_LEG, replace(STOP_LEG, side=BUY)), 1),
        (listed(OCO, LIMIT_LEG, replace(STOP_LEG, qty_lots=4)), 1),
        (listed(BRACKET, ENTRY, TARGET, replace(GUARD, side=BUY)), 2),
        (listed(BRACKET, ENTRY, TARGET, replace(GUARD, qty_lots=4)), 2),
        (listed(OCO, replace(LIMIT_LEG, time_in_force=IOC), STOP_LEG), 0),
        (listed(OCO, LIMIT_LEG, replace(LIMIT_LEG, cl_ord_id="a2", time_in_force=FOK)), 1),
        (listed(OTO, ENTRY, enter("a2", SELL, 5)), 1),
        (listed(OTO, ENTRY, enter("a2", BUY, 0, cash_units=500)), 1),
    ],
)
def test_lists_that_cannot_be(request_: EnterList, leg: int) -> None:
    """Numbers, owners, sides, quantities and types that no list may have; the order at fault is named."""
    play = opening()
    before = play.engine.best("X")
    assert play(request_) == [f"list L rejected for {leg} field_not_allowed"]
    assert play.engine.best("X") == before
    assert play.engine.open_orders("ANN") == []


def test_checks_of_an_entry_are_made_for_each_order() -> None:
    """One after the other; the first order at fault decides, and nothing of the list is in."""
    play = opening()
    both_wrong = listed(OCO, replace(LIMIT_LEG, qty_lots=2_000), replace(STOP_LEG, qty_lots=2_000, stop_ticks=-1))
    assert play(both_wrong) == ["list L rejected for 0 qty_too_large"]
    assert play(listed(OCO, LIMIT_LEG, replace(STOP_LEG, stop_ticks=0))) == ["list L rejected for 1 stop_px_missing"]
    assert play(listed(OTO, ENTRY, replace(TARGET, price_ticks=0))) == ["list L rejected for 1 price_missing"]
    assert play(PAIR) == ["list L [3, 4]", "accepted a1 5", "accepted a2 5"]


def test_held_orders_are_not_asked_what_only_matters_when_they_enter() -> None:
    """The state of the instrument and post-only are questions of their turn; the first one's are asked."""
    play = opening(enter("b1", BUY, 1, 105))
    assert play(listed(OTO, ENTRY, replace(TARGET, price_ticks=105, post_only=True)))[0] == "list L [4, 5]"
    assert (
        play(set_state(AUCTION), listed(OTO, enter("a5", BUY, 1, 90), stop("a6", SELL, STOP, 80)))[0] == "list L [6, 7]"
    )
    assert play(set_state(HALTED), listed(OTO, enter("a7", BUY, 1, 90), enter("a8", SELL, 1, 95))) == [
        "list L rejected for 0 not_accepted_now"
    ]


@pytest.mark.parametrize("second", ["a1", "a7"])
def test_known_cl_ord_ids_are_refused(second: str) -> None:
    """One the session had before, or an order before it in the list has."""
    play = opening(enter("a7", BUY, 1, 50))
    assert play(listed(OCO, LIMIT_LEG, replace(STOP_LEG, cl_ord_id=second))) == [
        "list L rejected for 1 duplicate_cl_ord_id"
    ]


def test_list_that_comes_again_is_answered_with_the_status_of_each_order() -> None:
    """With poss_resend, when all of it is known; a list of which only a part is known is refused."""
    play = opening()
    play(PAIR)
    again = listed(OCO, replace(LIMIT_LEG, poss_resend=True), replace(STOP_LEG, poss_resend=True))
    assert play(again) == ["status a1 NEW", "status a2 NEW"]
    assert play(PAIR) == ["list L rejected for 0 duplicate_cl_ord_id"]
    other = replace(again, orders=(again.orders[0], replace(again.orders[1], cl_ord_id="a9")))
    assert play(other) == ["list L rejected for 0 duplicate_cl_ord_id"]


def test_end_of_a_list_reports_orders_that_were_forgotten_long_ago() -> None:
    """The list keeps what its last report needs, also through dump and load."""
    play = market(*trade_at(100, "0"), closed_orders_max=1)
    play(SURROUNDED, enter("b1", SELL, 5, 100), enter("b2", BUY, 1, 50), cancel("b3", "b2"), enter("b4", BUY, 1, 50))
    play(cancel("b5", "b4"))
    assert play.engine.find_order("ANN", "a1") is None
    events = play.events(cancel("a9", "a2"))
    ended = events[-1]
    assert isinstance(ended, ListEnded)
    assert [(status.order_id, status.cum_lots, status.leaves_lots, status.held) for status in ended.orders] == [
        (3, 5, 0, False),
        (4, 0, 0, False),
        (5, 0, 0, False),
    ]
    assert (ended.list_id, ended.session, ended.account) == ("L", "ANN", "ANN")


def test_instruments_list_is_the_first_orders() -> None:
    """A list lives in one instrument, whichever that is."""
    play = market(replace(X, symbol="Y"))
    orders = [replace(order, symbol="Y") for order in (LIMIT_LEG, STOP_LEG)]
    assert play(listed(OCO, *orders))[0] == "list L [1, 2]"
    assert play(listed(OCO, enter("a5", SELL, 1, 110), enter("a6", SELL, 1, 120)))[0] == "list L [3, 4]"


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
