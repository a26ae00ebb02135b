"""Self-match prevention: the incoming order's choice decides, and nothing trades between one owner's orders."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import accepted, canceled, enter, flipped, opened, traded
from venue.messages import (
    ACCOUNT_DEFAULT,
    ALLOW,
    BUY,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DECREMENT,
    SELL,
    OpenAccount,
    OrderReduced,
    SelfMatchPrevented,
    Side,
)
from venue.reasons import MARKET_REMAINDER, SELF_MATCH


def test_cancel_incoming_ends_the_incoming_order() -> None:
    """The resting order stays as it is; the incoming one is canceled with what it had traded before."""
    first, own = enter("b1", SELL, 2, 99), enter("a1", SELL, 5, 100)
    order = enter("a2", BUY, 7, 100)
    play = opened(first, own)
    assert play(order) == [
        accepted(3, 3, order),
        traded(1, 99, 2, (1, 4, first), (2, 0, 198), (3, 5, order), (2, 5, 198)),
        SelfMatchPrevented("X", 100, 5, 2, 3, CANCEL_INCOMING),
        canceled(3, 6, order, SELF_MATCH, cum_lots=2, notional=198),
    ]
    assert play.engine.depth("X", 9) == ([], [(100, 5, 1)])


def test_cancel_resting_ends_the_resting_order_and_goes_on() -> None:
    """The resting order is canceled; the incoming one meets the next."""
    own, other = enter("a1", SELL, 5, 100), enter("b1", SELL, 2, 100)
    order = enter("a2", BUY, 3, 100, self_match=CANCEL_RESTING)
    assert opened(own, other)(order) == [
        accepted(3, 3, order),
        SelfMatchPrevented("X", 100, 3, 1, 3, CANCEL_RESTING),
        canceled(1, 4, own, SELF_MATCH),
        traded(1, 100, 2, (2, 5, other), (2, 0, 200), (3, 6, order), (2, 1, 200)),
    ]


def test_cancel_both_ends_the_resting_then_the_incoming_order() -> None:
    """Both are canceled, the resting one first."""
    own = enter("a1", SELL, 5, 100)
    order = enter("a2", BUY, 3, 100, self_match=CANCEL_BOTH)
    assert opened(own)(order) == [
        accepted(2, 2, order),
        SelfMatchPrevented("X", 100, 3, 1, 2, CANCEL_BOTH),
        canceled(1, 3, own, SELF_MATCH),
        canceled(2, 4, order, SELF_MATCH),
    ]


def test_decrement_reduces_the_larger_resting_order_in_its_place() -> None:
    """The exhausted incoming order is canceled; the resting one keeps its priority with less quantity."""
    own, other = enter("a1", SELL, 5, 100), enter("b1", SELL, 2, 100)
    order = enter("a2", BUY, 3, 100, self_match=DECREMENT)
    less = replace(own, qty_lots=2)
    play = opened(own, other)
    assert play(order) == [
        accepted(3, 3, order),
        SelfMatchPrevented("X", 100, 3, 1, 3, DECREMENT),
        OrderReduced(1, 4, less, 0, 2, 0, SELF_MATCH),
        canceled(3, 5, order, SELF_MATCH),
    ]
    assert play.engine.depth("X", 9) == ([], [(100, 4, 2)])
    taker = enter("c1", BUY, 1, 100)
    assert play(taker)[1] == traded(1, 100, 1, (1, 7, less), (1, 1, 100), (4, 8, taker), (1, 0, 100))


def test_decrement_reduces_the_larger_incoming_order_which_goes_on() -> None:
    """The exhausted resting order is canceled; the incoming one trades on with less quantity."""
    own, other = enter("a1", SELL, 2, 100), enter("b1", SELL, 9, 100)
    order = enter("a2", BUY, 5, self_match=DECREMENT)
    less = replace(order, qty_lots=3)
    assert opened(own, other)(order) == [
        accepted(3, 3, order),
        SelfMatchPrevented("X", 100, 2, 1, 3, DECREMENT),
        canceled(1, 4, own, SELF_MATCH),
        OrderReduced(3, 5, less, 0, 3, 0, SELF_MATCH),
        traded(1, 100, 3, (2, 6, other), (3, 6, 300), (3, 7, less), (3, 0, 300)),
    ]


def test_decrement_of_equal_orders_cancels_both() -> None:
    """Two orders of the same quantity exhaust each other."""
    own = enter("a1", SELL, 3, 100)
    order = enter("a2", BUY, 3, 100, self_match=DECREMENT)
    assert opened(own)(order) == [
        accepted(2, 2, order),
        SelfMatchPrevented("X", 100, 3, 1, 2, DECREMENT),
        canceled(1, 3, own, SELF_MATCH),
        canceled(2, 4, order, SELF_MATCH),
    ]


def test_decremented_order_keeps_what_it_had_traded() -> None:
    """terms.qty_lots becomes cum_lots + leaves_lots."""
    own = enter("a1", SELL, 5, 100)
    play = opened(own, enter("b1", BUY, 2, 100))
    order = enter("a2", BUY, 1, self_match=DECREMENT)
    assert play(order)[2] == OrderReduced(1, 6, replace(own, qty_lots=4), 2, 2, 200, SELF_MATCH)


@pytest.mark.parametrize(("lots", "shown"), [(3, 4), (8, 2)])
def test_decremented_iceberg_shows_the_smaller_of_slice_and_leaves(lots: int, shown: int) -> None:
    """Hidden quantity goes first; priority and slice stay."""
    play = opened(enter("a1", SELL, 10, 100, display_lots=4), enter("a2", BUY, lots, 100, self_match=DECREMENT))
    assert play.engine.best("X") == (0, 0, 100, shown, 0)


def test_own_orders_trade_when_self_match_is_allowed() -> None:
    """ALLOW: two orders of one account trade like any others."""
    own = enter("a1", SELL, 3, 100)
    order = enter("a2", BUY, 3, 100, self_match=ALLOW)
    assert opened(own)(order) == [
        accepted(2, 2, order),
        traded(1, 100, 3, (1, 3, own), (3, 0, 300), (2, 4, order), (3, 0, 300)),
    ]


@pytest.mark.parametrize("side", [BUY, SELL])
def test_incoming_orders_choice_counts_not_the_resting_ones(side: Side) -> None:
    """The resting order's self_match has no say."""
    own = enter("a1", side, 3, 100, self_match=CANCEL_INCOMING)
    order = enter("a2", flipped(side), 3, 100, self_match=CANCEL_RESTING)
    assert opened(own)(order)[1:3] == [
        SelfMatchPrevented("X", 100, 3, 1, 2, CANCEL_RESTING),
        canceled(1, 3, own, SELF_MATCH),
    ]


def test_account_default_is_the_accounts_choice_when_they_meet() -> None:
    """ACCOUNT_DEFAULT stays in the terms and means what the account has chosen by then."""
    own = enter("a1", SELL, 3, 100)
    order = enter("a2", BUY, 2, 100)
    play = opened(own, OpenAccount("ANN", DECREMENT))
    events = play(order)
    assert order.self_match == ACCOUNT_DEFAULT
    assert events[0] == accepted(2, 2, order)
    assert events[1] == SelfMatchPrevented("X", 100, 2, 1, 2, DECREMENT)


@pytest.mark.parametrize(("groups", "is_one_owner"), [(("G", "G"), True), (("G", "H"), False), (("", ""), False)])
def test_accounts_that_share_a_group_are_one_owner(groups: tuple[str, str], is_one_owner: bool) -> None:
    """A non-empty self_match_group makes one owner of its accounts, from when they have it."""
    resting = enter("a1", SELL, 3, 100)
    play = opened(resting, OpenAccount("ANN", ALLOW, groups[0]), OpenAccount("BOB", CANCEL_BOTH, groups[1]))
    order: Any = enter("b1", BUY, 3, 100)
    prevented = [event for event in play(order) if isinstance(event, SelfMatchPrevented)]
    assert prevented == ([SelfMatchPrevented("X", 100, 3, 1, 2, CANCEL_BOTH)] if is_one_owner else [])


def test_own_order_behind_another_is_met_only_when_reached() -> None:
    """An own order that is not reached prevents nothing."""
    other, own = enter("b1", SELL, 3, 100), enter("a1", SELL, 3, 100)
    order = enter("a2", BUY, 3, 100)
    assert opened(other, own)(order) == [
        accepted(3, 3, order),
        traded(1, 100, 3, (1, 4, other), (3, 0, 300), (3, 5, order), (3, 0, 300)),
    ]


def test_market_order_left_alone_after_cancel_resting_is_a_market_remainder() -> None:
    """When only own orders stood there, they go, and the market order ends for want of a book."""
    own = enter("a1", SELL, 3, 100)
    order = enter("a2", BUY, 3, self_match=CANCEL_RESTING)
    assert opened(own)(order)[2:] == [canceled(1, 3, own, SELF_MATCH), canceled(2, 4, order, MARKET_REMAINDER)]
