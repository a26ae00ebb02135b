"""The daily loss cap: when it is reached, what it does, and when it counts anew."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, cancel, canceled, enter
from tests.engine.ledger import Ledger, ledger
from tests.engine.telling import told
from venue import reasons
from venue.messages import (
    BUY,
    HALTED,
    NO_LIMIT,
    ON_OFFER,
    OPEN,
    SELL,
    STOP,
    AnyCommand,
    AnyEvent,
    DailyLoss,
    FeeTier,
    LossCapReached,
    LossCapReleased,
    OperationRefused,
    OrderRejected,
    ReleaseLossCap,
    RollDay,
    SetFeeSchedule,
    SetLossCap,
    SettingChanged,
    SetTradingState,
)

CAP = SetLossCap("ANN", "USD", 50, "operator", "test")
RELEASE = ReleaseLossCap("ANN", "operator", "margin call met")


def long_ten(*before: AnyCommand) -> Ledger:
    """ANN is capped at a loss of 50 and long 10 at 100; she has bids far below. Orders 1 and 2 are done."""
    return ledger(
        CAP,
        *before,
        enter("b1", SELL, 10, 100),
        enter("a1", BUY, 10, 100),
        enter("a2", BUY, 1, 50),
        enter("a3", BUY, 1, 40),
    )


def kinds(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]


def reached(play: Ledger) -> list[LossCapReached]:
    """Trade one lot at 95 between CAT and DAN, and look for the cap."""
    return [event for event in trade(play, 95, "0") if isinstance(event, LossCapReached)]


def trade(play: Ledger, price_ticks: int, name: str) -> list[AnyEvent]:
    """One lot between CAT and DAN: the events of the command that trades."""
    return play(enter(f"d{name}", BUY, 1, price_ticks), enter(f"c{name}", SELL, 1, price_ticks))


def test_mark_that_falls_to_the_cap_cancels_the_accounts_orders() -> None:
    """At a mid of 95 ANN has lost 50 of 50: reported after the command's own events, then her orders go."""
    play = long_ten()
    play(enter("c1", BUY, 1, 92))
    order = enter("d1", SELL, 1, 98)
    quotes = [status.terms for status in play.engine.open_orders("ANN")]
    assert play(order) == [
        accepted(6, 8, order),
        LossCapReached("ANN", "USD", -50, 50),
        canceled(3, 9, quotes[0], reasons.LOSS_CAP),
        canceled(4, 10, quotes[1], reasons.LOSS_CAP),
    ]
    assert daily(play) == [DailyLoss(CAP, -50, True)]


def daily(play: Ledger) -> list[DailyLoss]:
    limits = play.engine.limits("ANN")
    assert limits is not None
    return list(limits.losses)


def test_loss_one_half_unit_above_the_cap_does_not_reach_it() -> None:
    """The mid may lie between ticks, and nothing is rounded before it is compared."""
    play = ledger(CAP, enter("b1", SELL, 1, 100), enter("a1", BUY, 1, 100), enter("c1", BUY, 1, 40))
    assert kinds(play(enter("d1", SELL, 1, 61))) == ["OrderAccepted"]  # mid 50.5: lost 49.5
    assert daily(play) == [DailyLoss(CAP, -50, False)]  # rounded half-even to be told
    assert kinds(play(enter("d2", SELL, 1, 60))) == ["OrderAccepted", "LossCapReached"]


def test_fees_and_realized_losses_count() -> None:
    """20 of fees and 30 realized are 50."""
    fees = SetFeeSchedule("USD", (FeeTier(0, 10_000, 10_000),), "operator", "test")  # 1 %
    play = ledger(CAP, fees, enter("b1", SELL, 10, 100), enter("a1", BUY, 10, 100), enter("c1", BUY, 10, 96))
    assert daily(play)[0].daily_units == -10
    order = enter("a2", SELL, 10, 96)
    events = play(order)
    assert events[-1] == LossCapReached("ANN", "USD", -60, 50)  # 10 + 10 of fees (9.6 rounded) + 40
    assert kinds(events) == ["OrderAccepted", "OrderTraded", "LossCapReached"]


def test_short_position_loses_when_the_mark_rises() -> None:
    """The cap looks both ways."""
    play = ledger(CAP, enter("b1", BUY, 10, 100), enter("a1", SELL, 10, 100), enter("c1", SELL, 1, 105))
    assert kinds(play(enter("d1", BUY, 1, 105))) == ["OrderAccepted", "OrderTraded", "LossCapReached"]


def test_positions_in_several_instruments_add_up() -> None:
    """25 lost in each of X and Y, which are quoted in the same currency; Z is in another."""
    listings = [replace(X, symbol="Y"), replace(X, symbol="Z", quote="EUR")]
    longs = [
        order
        for symbol in ("X", "Y", "Z")
        for order in (
            enter(f"b{symbol}", SELL, 10, 100, symbol=symbol),
            enter(f"a{symbol}", BUY, 10, 100, symbol=symbol),
        )
    ]
    play = ledger(CAP, *listings, *longs)
    falls = [
        kinds(
            play(enter(f"c{symbol}", SELL, 1, price, symbol=symbol), enter(f"d{symbol}", BUY, 1, price, symbol=symbol))
        )
        for symbol, price in (("Z", 10), ("X", 98), ("Y", 97))
    ]
    traded_only = ["OrderAccepted", "OrderTraded"]
    assert falls == [traded_only, traded_only, [*traded_only, "LossCapReached"]]


def test_stopped_account_may_only_reduce() -> None:
    """DAILY_LOSS with cap, loss and currency; an order that reduces the position is taken."""
    play = long_ten()
    assert len(reached(play)) == 1
    more = enter("a4", BUY, 1, 90)
    (refusal,) = play(more)
    assert isinstance(refusal, OrderRejected)
    assert (refusal.reason, refusal.text) == (reasons.DAILY_LOSS, "limit 0.00050 USD, was 0.00050 USD")
    too_much = enter("a5", SELL, 11, 120)
    assert play(too_much)[0].reason == reasons.DAILY_LOSS  # type: ignore[union-attr]
    assert kinds(play(enter("a6", SELL, 10, 120))) == ["OrderAccepted"]
    assert play(enter("a7", SELL, 1, 120))[0].reason == reasons.DAILY_LOSS  # type: ignore[union-attr]


def test_reached_cap_is_not_reported_again() -> None:
    """However far the mark falls, until it is released."""
    play = long_ten()
    assert len(reached(play)) == 1
    assert kinds(trade(play, 10, "1")) == ["OrderAccepted", "OrderTraded"]


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        (RELEASE, [LossCapReleased("ANN", "operator", "margin call met")]),
        (CAP, [SettingChanged(CAP)]),
        (replace(CAP, cap_units=NO_LIMIT), [SettingChanged(replace(CAP, cap_units=NO_LIMIT))]),
    ],
    ids=["release", "new cap", "no cap"],
)
def test_release_or_a_new_cap_counts_anew_from_here(command: AnyCommand, answers: list[Any]) -> None:
    """The account may trade again, and its next 50 count from the mark of now; NO_LIMIT takes the cap away."""
    play = long_ten()
    assert len(reached(play)) == 1
    assert play(command) == answers
    assert kinds(play(enter("a4", BUY, 1, 80))) == ["OrderAccepted"]
    assert [loss.daily_units for loss in daily(play)] in ([0], [])
    assert kinds(trade(play, 91, "1")) == ["OrderAccepted", "OrderTraded"]
    is_capped = command != replace(CAP, cap_units=NO_LIMIT)
    expected = ["OrderAccepted", "OrderTraded", *(["LossCapReached", "OrderCanceled"] if is_capped else [])]
    assert kinds(trade(play, 90, "2")) == expected


def test_day_roll_frees_reached_caps_and_counts_anew() -> None:
    """What was lost yesterday is no loss of today."""
    play = long_ten()
    assert len(reached(play)) == 1
    play(RollDay(10))
    assert daily(play) == [DailyLoss(CAP, 0, False)]
    assert kinds(play(enter("a4", BUY, 1, 80))) == ["OrderAccepted"]


def test_release_of_a_cap_that_is_not_reached_counts_anew_too() -> None:
    """LossCapReleased all the same."""
    play = long_ten()
    trade(play, 97, "1")
    assert daily(play) == [DailyLoss(CAP, -30, False)]
    assert kinds(play(RELEASE)) == ["LossCapReleased"]
    assert daily(play) == [DailyLoss(CAP, 0, False)]


def test_caps_are_looked_at_again_after_each_stop_in_the_order_of_opening() -> None:
    """One mark stops BOB and DAN; BOB is first. His bid marked ANN: without it she is stopped before DAN."""
    caps = [replace(CAP, account=account) for account in ("DAN", "BOB", "ANN")]
    play = ledger(*caps, replace(X, symbol="Y"))
    for name, symbol in (("b", "X"), ("d", "X"), ("a", "Y")):
        play(enter(f"c{name}", SELL, 10, 100, symbol=symbol), enter(f"{name}{symbol}", BUY, 10, 100, symbol=symbol))
    play(enter("c1", BUY, 1, 80, symbol="Y"), enter("b1", BUY, 1, 96, symbol="Y"))
    play(enter("c2", SELL, 1, 104, symbol="Y"), enter("c3", BUY, 1, 92))
    events = play(enter("c4", SELL, 1, 98))  # X at 95; Y falls from 100 to 92 with BOB's bid
    assert [event.account for event in events if isinstance(event, LossCapReached)] == ["BOB", "ANN", "DAN"]


def test_stop_that_a_canceled_quote_releases_fires_before_the_caps_are_looked_at_again() -> None:
    """ANN's own offer is the best one: without it the offer is at 150, which a stop of DAN waits for."""
    play = long_ten()
    play(
        enter("c1", BUY, 1, 96),
        enter("a4", SELL, 1, 97),
        enter("b2", SELL, 1, 150),
        enter("d1", BUY, 1, ord_type=STOP, stop_ticks=140, trigger=ON_OFFER),
    )
    assert told(play(cancel("c2", "c1"))) == [
        "canceled c2 requested",
        "LossCapReached",
        "canceled a2 loss_cap",
        "canceled a3 loss_cap",
        "canceled a4 loss_cap",
        "triggered d1",
        "traded b2 x d1 1 @ 150",
    ]


def test_mark_of_a_halted_instrument_is_its_last_price() -> None:
    """Quotes that cannot trade mark nothing: the move to HALTED may reach a cap, and so may the way back."""
    play = long_ten(enter("c1", BUY, 1, 90))
    play(enter("d1", SELL, 1, 98))  # mid 94: reached
    play(RELEASE)
    halted = SetTradingState("X", HALTED, "operator", "test")
    assert kinds(play(halted)) == ["TradingStateChanged"]  # marked at 100 again: a gain
    play(RELEASE)
    assert kinds(play(replace(halted, state=OPEN)))[:2] == ["TradingStateChanged", "LossCapReached"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (replace(CAP, account="EVE", currency="EUR"), reasons.UNKNOWN_ACCOUNT),
        (replace(CAP, currency="EUR", cap_units=0), reasons.UNKNOWN_CURRENCY),
        (replace(CAP, cap_units=0), reasons.BAD_VALUE),
        (replace(CAP, cap_units=-2), reasons.BAD_VALUE),
        (replace(CAP, by="", account="EVE"), reasons.BAD_VALUE),
        (replace(RELEASE, account="EVE"), reasons.UNKNOWN_ACCOUNT),
        (replace(RELEASE, by=""), reasons.BAD_VALUE),
    ],
)
def test_impossible_cap_or_release_is_refused(command: AnyCommand, reason: int) -> None:
    """Account, currency, then the value; nobody to answer for it first of all."""
    assert ledger()(command) == [OperationRefused(reason, "")]
