"""Order lists: which cannot be, what is checked of each order, lists that come again, and the last report."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, enter
from tests.engine.market import listed, market, opening, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BRACKET,
    BUY,
    FOK,
    HALTED,
    IOC,
    OCO,
    OTO,
    SELL,
    STOP,
    EnterList,
    ListEnded,
)

LIMIT_LEG, STOP_LEG = enter("a1", SELL, 5, 110), stop("a2", SELL, STOP, 90, 5)
PAIR = listed(OCO, LIMIT_LEG, STOP_LEG)
ENTRY = enter("a1", BUY, 5, 100)
TARGET, GUARD = enter("a2", SELL, 5, 110), stop("a3", SELL, STOP, 90, 5)
SURROUNDED = listed(BRACKET, ENTRY, TARGET, GUARD)


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
