"""The circuit breaker: where no trade may print, what halts the instrument, and what becomes of the order."""

import pytest

from tests.engine.builders import cancel, enter
from tests.engine.market import depth, limits, market, set_state, stop, trade_at
from venue.messages import (
    AUCTION,
    BUY,
    FOK,
    HALTED,
    IOC,
    OPEN,
    SELL,
    STOP,
    STOP_LIMIT,
    AdvanceStates,
    EnterOrder,
    RollDay,
    Side,
    TradingStateChanged,
)

BREAKER = limits(breaker_bp=500, halt_ns=100, auction_ns=50, reference_ticks=100)  # 95 to 105


@pytest.mark.parametrize(("side", "inside", "beyond"), [(BUY, 105, 106), (SELL, 95, 94)])
def test_trade_beyond_the_bounds_halts_instead(side: Side, inside: int, beyond: int) -> None:
    """The bound itself still trades; one tick further nothing does, and the limit order rests, crossing."""
    other: Side = SELL if side == BUY else BUY
    play = market(BREAKER, enter("b1", other, 1, inside), enter("b2", other, 1, beyond))
    order = enter("a1", side, 3, beyond)
    events = play.events(order)
    assert events[2] == TradingStateChanged(
        "X", HALTED, OPEN, "circuit breaker", f"trade at {beyond / 100:.2f} beyond 0.95 to 1.05", 101
    )
    assert len(events) == 3
    assert play.engine.next_state_ns == 101
    mine, theirs = [(beyond, 2)], [(beyond, 1)]
    assert depth(play) == ((mine, theirs) if side == BUY else (theirs, mine))


@pytest.mark.parametrize(
    "order",
    [
        enter("a1", BUY, 3),
        enter("a1", BUY, 3, 110, time_in_force=IOC),
        enter("a1", BUY, 3, time_in_force=IOC),
    ],
)
def test_order_that_may_not_rest_is_canceled_by_the_halt(order: EnterOrder) -> None:
    """Market and IOC orders lose their rest to the circuit breaker."""
    play = market(BREAKER, enter("b1", SELL, 1, 100), enter("b2", SELL, 1, 106))
    assert play(order) == [
        "accepted a1 3",
        "traded b1 x a1 1 @ 100",
        "state X OPEN -> HALTED until 101",
        "canceled a1 circuit_breaker",
    ]


def test_own_order_beyond_the_bounds_halts_too() -> None:
    """Meeting is enough: self-match prevention is not asked any more."""
    play = market(BREAKER, enter("a1", SELL, 1, 106))
    assert play(enter("a2", BUY, 1, 106)) == ["accepted a2 1", "state X OPEN -> HALTED until 101"]


def test_halt_goes_on_to_auction_and_open_with_a_new_reference() -> None:
    """After the halt the auction, after the auction the uncross; its price is the reference from then on."""
    play = market(BREAKER, enter("b1", SELL, 1, 110), enter("a1", BUY, 2, 110))
    play.time_ns = 101
    assert play(AdvanceStates()) == ["state X HALTED -> AUCTION until 151"]
    play.time_ns = 151
    assert play(AdvanceStates()) == [
        "uncrossed X 1 @ 110 + 1",
        "traded b1 x a1 1 @ 110 in auction",
        "state X AUCTION -> OPEN",
    ]
    play(cancel("a2", "a1"), enter("b2", SELL, 1, 115), enter("b3", SELL, 1, 116))  # 104.5 to 115.5
    assert play(enter("c1", BUY, 2, 120)) == [
        "accepted c1 2",
        "traded b2 x c1 1 @ 115",
        "state X OPEN -> HALTED until 251",
    ]


def test_halt_without_a_length_is_over_at_the_next_advance() -> None:
    """halt_ns 0 gives until_ns = now."""
    play = market(limits(breaker_bp=500, reference_ticks=100), enter("b1", SELL, 1, 110))
    assert play(enter("a1", BUY, 1)) == [
        "accepted a1 1",
        "state X OPEN -> HALTED until 1",
        "canceled a1 circuit_breaker",
    ]
    assert play(AdvanceStates()) == ["state X HALTED -> AUCTION until 1"]
    assert play(AdvanceStates()) == ["state X AUCTION -> OPEN"]


def test_first_trade_gives_the_reference_where_none_is() -> None:
    """Within one order: its first trade sets the bounds that its next one breaks."""
    play = market(limits(breaker_bp=500), enter("b1", SELL, 1, 100), enter("b2", SELL, 1, 106))
    assert play(enter("a1", BUY, 2)) == [
        "accepted a1 2",
        "traded b1 x a1 1 @ 100",
        "state X OPEN -> HALTED until 1",
        "canceled a1 circuit_breaker",
    ]


def test_first_trade_gives_the_reference_also_without_a_breaker() -> None:
    """A breaker set later works around the first trade's price, not the last one's."""
    play = market(*trade_at(100, "1"), *trade_at(110, "2"), limits(breaker_bp=500))
    assert play(*trade_at(106, "3"))[-2:] == ["accepted d3 1", "state X OPEN -> HALTED until 1"]


def test_limits_without_a_reference_keep_the_one_in_force() -> None:
    """reference_ticks 0 changes the band alone."""
    play = market(BREAKER, limits(breaker_bp=1_000))
    assert play(*trade_at(110, "1")) == ["accepted d1 1", "traded c1 x d1 1 @ 110"]
    assert play(*trade_at(111, "2"))[-1] == "state X OPEN -> HALTED until 1"


def test_day_roll_makes_the_last_price_the_reference() -> None:
    """From the roll on the bounds lie around it; without a last price the reference stays."""
    play = market(BREAKER, RollDay(1_000), *trade_at(105, "1"), RollDay(2_000))  # then 99.75 to 110.25
    assert play(*trade_at(110, "2")) == ["accepted d2 1", "traded c2 x d2 1 @ 110"]
    assert play(*trade_at(99, "3"))[-1] == "state X OPEN -> HALTED until 101"


def test_fok_and_min_lots_count_up_to_the_bounds() -> None:
    """What would halt the instrument does not fill anybody; they end before anything happens."""
    play = market(BREAKER, enter("b1", SELL, 3, 105), enter("b2", SELL, 9, 106))
    assert play(enter("a1", BUY, 4, 110, time_in_force=FOK)) == ["accepted a1 4", "canceled a1 fok_unfillable"]
    assert play(enter("a2", BUY, 4, 110, min_lots=4)) == ["accepted a2 4", "canceled a2 min_qty_unfillable"]
    assert play(enter("a3", BUY, 3, 110, time_in_force=FOK)) == ["accepted a3 3", "traded b1 x a3 3 @ 105"]


def test_count_ends_at_the_first_price_beyond_the_bounds() -> None:
    """An offer below the bounds comes first and would halt: those behind it count for nothing."""
    play = market(enter("b1", SELL, 3, 90), enter("b2", SELL, 3, 100), BREAKER)
    assert play(enter("a1", BUY, 2, 110, time_in_force=FOK)) == ["accepted a1 2", "canceled a1 fok_unfillable"]
    assert play(enter("a2", BUY, 2, 110)) == ["accepted a2 2", "state X OPEN -> HALTED until 101"]


def test_count_without_a_reference_takes_the_bounds_of_its_first_price() -> None:
    """The first trade would set them: a FOK that would break them on its way is unfillable."""
    play = market(
        limits(breaker_bp=500), enter("b1", SELL, 1, 100), enter("b2", SELL, 1, 105), enter("b3", SELL, 1, 106)
    )
    assert play(enter("a1", BUY, 3, time_in_force=FOK)) == ["accepted a1 3", "canceled a1 fok_unfillable"]
    assert play(enter("a2", BUY, 2, time_in_force=FOK)) == [
        "accepted a2 2",
        "traded b1 x a2 1 @ 100",
        "traded b2 x a2 1 @ 105",
    ]


def test_cascade_that_halts_lets_the_other_released_stops_wait() -> None:
    """The first stop halts the instrument; the second goes back, and fires with the next trade that reaches it."""
    play = market(BREAKER, *trade_at(100, "1"), enter("b1", SELL, 1, 102), enter("b2", SELL, 1, 110))
    play(stop("a1", BUY, STOP, 101), stop("a2", BUY, STOP_LIMIT, 102, price_ticks=103))
    assert play(enter("c9", BUY, 1, 102)) == [
        "accepted c9 1",
        "traded b1 x c9 1 @ 102",
        "triggered a1",
        "state X OPEN -> HALTED until 101",
        "canceled a1 circuit_breaker",
    ]
    (waiting,) = play.engine.open_orders("ANN")
    assert (waiting.terms.cl_ord_id, waiting.triggered) == ("a2", False)
    assert play(set_state(OPEN)) == ["state X HALTED -> OPEN"]
    assert play(*trade_at(103, "3")) == ["accepted d3 1", "traded c3 x d3 1 @ 103", "triggered a2"]


def test_released_limit_that_halts_rests_across_the_book() -> None:
    """A stop limit keeps its quantity for the auction that follows."""
    play = market(BREAKER, *trade_at(100, "1"), enter("b1", SELL, 1, 101), enter("b2", SELL, 5, 110))
    play(stop("a1", BUY, STOP_LIMIT, 101, 2, price_ticks=110))
    assert play(enter("c9", BUY, 1, 101))[2:] == ["triggered a1", "state X OPEN -> HALTED until 101"]
    assert depth(play) == ([(110, 2)], [(110, 5)])
    assert play(set_state(AUCTION)) == ["state X HALTED -> AUCTION"]


def test_unfillable_fok_market_order_does_not_halt() -> None:
    """FOK is decided before anything is met."""
    play = market(BREAKER, enter("b1", SELL, 5, 110))
    assert play(enter("a1", BUY, 1, time_in_force=FOK)) == ["accepted a1 1", "canceled a1 fok_unfillable"]
    assert play.engine.trading_state("X") == OPEN
