"""Fill-rate groups: so many lots in so short a time, and the group's orders are canceled."""

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, canceled, enter, rejected, traded
from tests.engine.ledger import Ledger, ledger
from venue import reasons
from venue.messages import (
    ALLOW,
    AUCTION,
    BUY,
    FOK,
    NO_LIMIT,
    OPEN,
    SELL,
    AnyCommand,
    OperationRefused,
    OrderGroupTripped,
    SetOrderGroup,
    SettingChanged,
    SetTradingState,
)

GROUP = SetOrderGroup("ANN", "G", "X", 5, 10, "operator", "test")  # 5 lots in 10 ns
QUOTES = (
    enter("a1", SELL, 4, 100, order_group="G"),
    enter("a2", SELL, 4, 101, order_group="G"),
    enter("a3", BUY, 4, 90, order_group="G"),
    enter("a4", BUY, 4, 89),
)


def quoting(*before: AnyCommand) -> Ledger:
    return ledger(GROUP, *QUOTES, *before)


def test_group_is_tripped_by_the_lots_filled_within_its_window() -> None:
    """At lots_max the group's open orders are canceled in ascending order_id; others of the account stay."""
    play = quoting(enter("b1", BUY, 4, 100))
    order = enter("b2", BUY, 1, 101)
    assert play(order) == [
        accepted(6, 8, order),
        traded(2, 101, 1, (2, 9, QUOTES[1]), (1, 3, 101), (6, 10, order), (1, 0, 101)),
        OrderGroupTripped("ANN", "G", 5),
        canceled(2, 11, QUOTES[1], reasons.FILL_RATE, cum_lots=1, notional=101),
        canceled(3, 12, QUOTES[2], reasons.FILL_RATE),
    ]
    limits = play.engine.limits("ANN")
    assert limits is not None
    assert limits.groups == ((GROUP, True),)
    assert [status.order_id for status in play.engine.open_orders("ANN")] == [4]


def test_fill_or_kill_loses_what_its_own_trades_have_canceled() -> None:
    """It counted on 2 lots of a2, which goes with the group that the trade with a1 trips: its rest is canceled."""
    first = enter("a1", SELL, 5, 100, order_group="G")
    play = ledger(GROUP, first, QUOTES[1])
    order = enter("b1", BUY, 7, 101, time_in_force=FOK)
    assert play(order) == [
        accepted(3, 3, order),
        traded(1, 100, 5, (1, 4, first), (5, 0, 500), (3, 5, order), (5, 2, 500)),
        OrderGroupTripped("ANN", "G", 5),
        canceled(2, 6, QUOTES[1], reasons.FILL_RATE),
        canceled(3, 7, order, reasons.IOC_REMAINDER, cum_lots=5, notional=500),
    ]


@pytest.mark.parametrize(("later_ns", "is_tripped"), [(9, True), (10, False)])
def test_fills_the_window_has_passed_no_longer_count(later_ns: int, is_tripped: bool) -> None:
    """A fill counts until window_ns after it, and no more at that time."""
    play = quoting(enter("b1", BUY, 4, 100))
    play.time_ns += later_ns
    kinds = [type(event) for event in play(enter("b2", BUY, 1, 101))]
    assert (OrderGroupTripped in kinds) == is_tripped


def test_incoming_order_of_a_tripped_group_is_canceled_with_the_others() -> None:
    """After the trade's own consequences, at once: what is left of it does not go on."""
    play = ledger(GROUP, QUOTES[2], enter("b1", SELL, 6, 100), enter("b2", SELL, 6, 101))
    order = enter("a9", BUY, 12, 101, order_group="G")
    assert play(order) == [
        accepted(4, 4, order),
        traded(1, 100, 6, (2, 5, enter("b1", SELL, 6, 100)), (6, 0, 600), (4, 6, order), (6, 6, 600)),
        OrderGroupTripped("ANN", "G", 6),
        canceled(1, 7, QUOTES[2], reasons.FILL_RATE),
        canceled(4, 8, order, reasons.FILL_RATE, cum_lots=6, notional=600),
    ]


def test_both_sides_of_a_trade_may_be_of_the_group() -> None:
    """Each side adds its lots; a group that its first side tripped trips once."""
    play = ledger(replace(GROUP, lots_max=8), QUOTES[0])
    order = enter("a9", BUY, 5, 100, order_group="G", self_match=ALLOW)
    kinds = [type(event).__name__ for event in play(order)]
    assert kinds == ["OrderAccepted", "OrderTraded", "OrderGroupTripped", "OrderCanceled"]
    again = ledger(GROUP, replace(QUOTES[0], qty_lots=5))
    kinds = [type(event).__name__ for event in again(order)]
    assert kinds == ["OrderAccepted", "OrderTraded", "OrderGroupTripped"]


def test_tripped_group_refuses_orders_until_it_is_set_again() -> None:
    """GROUP_TRIPPED; SetOrderGroup resets it, and its fills count no more."""
    play = quoting(enter("b1", BUY, 4, 100), enter("b2", BUY, 1, 101))
    order = enter("a5", SELL, 4, 100, order_group="G")
    assert play(order) == [rejected(13, reasons.GROUP_TRIPPED, order)]
    assert play(GROUP) == [SettingChanged(GROUP)]
    assert play(order) == [accepted(7, 14, order)]
    assert OrderGroupTripped not in [type(event) for event in play(enter("b3", BUY, 4, 100))]


def test_order_of_an_unknown_group_or_another_symbol_is_rejected() -> None:
    """UNKNOWN_GROUP for a group that is not the account's own, MISMATCH for one of another instrument."""
    play = ledger(GROUP, replace(X, symbol="Y"))
    unknown, other = enter("b1", BUY, 1, 100, order_group="G"), enter("a1", BUY, 1, 100, order_group="G", symbol="Y")
    assert play(unknown) == [rejected(1, reasons.UNKNOWN_GROUP, unknown)]
    assert play(other) == [rejected(2, reasons.MISMATCH, other)]


def test_group_that_ended_does_nothing_more() -> None:
    """NO_LIMIT: its orders stay and count nowhere, new ones are of an unknown group."""
    play = quoting()
    end = replace(GROUP, lots_max=NO_LIMIT)
    assert play(end) == [SettingChanged(end)]
    assert [type(event).__name__ for event in play(enter("b1", BUY, 8, 101))] == [
        "OrderAccepted", "OrderTraded", "OrderTraded",
    ]  # fmt: skip
    order = enter("a5", SELL, 4, 100, order_group="G")
    assert play(order) == [rejected(10, reasons.UNKNOWN_GROUP, order)]


def test_uncross_trades_count_too() -> None:
    """An auction is no way round the group: it is tripped within the uncross."""
    auction = SetTradingState("X", AUCTION, "operator", "test")
    play = ledger(GROUP, auction, QUOTES[0], QUOTES[1], enter("b1", BUY, 4, 101), enter("b2", BUY, 4, 101))
    events = play(replace(auction, state=OPEN))
    assert [type(event).__name__ for event in events] == [
        "AuctionUncrossed", "OrderTraded", "OrderTraded", "OrderGroupTripped", "TradingStateChanged",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account": "NOBODY", "symbol": "Z"}, reasons.UNKNOWN_ACCOUNT),
        ({"symbol": "Z", "group": ""}, reasons.UNKNOWN_SYMBOL),
        ({"group": ""}, reasons.BAD_VALUE),
        ({"lots_max": 0}, reasons.BAD_VALUE),
        ({"lots_max": -2}, reasons.BAD_VALUE),
        ({"window_ns": 0}, reasons.BAD_VALUE),
        ({"by": "", "account": "NOBODY"}, reasons.BAD_VALUE),
    ],
    ids=str,
)
def test_impossible_group_is_refused(changes: dict[str, object], reason: int) -> None:
    """Account, symbol, then the values; nobody to answer for it first of all."""
    assert ledger()(replace(GROUP, **changes)) == [OperationRefused(reason, "")]
