"""Trailing stops: where the stop begins, how trades move it, when it fires, and what a replace may change."""

import pytest

from tests.engine.builders import cancel, change, enter
from tests.engine.market import Market, limits, listed, market, set_state, stop, trade_at
from venue.engine.trailing import TRAILING_STOPS_MAX
from venue.messages import (
    BUY,
    GTD,
    IOC,
    OPEN,
    OTO,
    SELL,
    STOP,
    TRAILING_STOP,
    EnterOrder,
    ExpireOrders,
    OrderAccepted,
    OrderReplaced,
    OrderTriggered,
    Side,
)


def trailing(cl_ord_id: str, side: Side, trail_ticks: int, lots: int = 1, **terms: int) -> EnterOrder:
    return enter(cl_ord_id, side, lots, ord_type=TRAILING_STOP, trail_ticks=trail_ticks, **terms)


def stop_of(play: Market, cl_ord_id: str) -> int:
    status = play.engine.find_order("ANN", cl_ord_id)
    assert status is not None
    return status.terms.stop_ticks


@pytest.mark.parametrize(("side", "first", "path", "stops"), [
    (SELL, 90, [105, 104, 110, 101], [95, 95, 100, 100]),
    (BUY, 110, [95, 96, 90, 99], [105, 105, 100, 100]),
])  # fmt: skip
def test_stop_follows_the_best_trade_and_never_moves_away(
    side: Side, first: int, path: list[int], stops: list[int]
) -> None:
    """10 behind the highest (a buy: the lowest) last price since entry; a turn of the market leaves it."""
    play = market(*trade_at(100, "0"))
    (accepted,) = play.events(trailing("a1", side, 10))
    assert isinstance(accepted, OrderAccepted)
    assert accepted.terms.stop_ticks == first
    found: list[int] = []
    for number, price in enumerate(path, 1):
        assert len(play(*trade_at(price, str(number)))) == 2  # moving is no event
        found.append(stop_of(play, "a1"))
    assert found == stops


@pytest.mark.parametrize(("side", "turn"), [(SELL, 95), (BUY, 105)])
def test_stop_fires_at_the_stop_it_has_come_to(side: Side, turn: int) -> None:
    """The market goes 5 its way and comes back by 10: it fires as a market order, and its terms carry the stop."""
    best = 105 if side == SELL else 95
    play = market(*trade_at(100, "1"), trailing("a1", side, 10, 3), *trade_at(best, "2"))
    play(enter("b1", BUY if side == SELL else SELL, 2, turn))
    events = play.events(enter("c3", SELL if side == SELL else BUY, 1, turn))
    (triggered,) = [event for event in events if isinstance(event, OrderTriggered)]
    assert triggered.terms.stop_ticks == turn
    status = play.engine.find_order("ANN", "a1")
    assert status is not None
    assert (status.cum_lots, status.leaves_lots, status.triggered) == (1, 0, True)


def test_last_trade_first_pulls_and_then_releases() -> None:
    """One price moves a sell's stop up and fires a buy's: a rise through both."""
    play = market(*trade_at(100, "1"), trailing("a1", SELL, 10), trailing("a2", BUY, 10))
    assert play(*trade_at(110, "2"))[2:] == ["triggered a2", "canceled a2 market_remainder"]
    assert stop_of(play, "a1") == 100


def test_stop_of_a_sell_is_at_least_one() -> None:
    """A trail longer than the price waits at the lowest price there is, until the market has risen enough."""
    play = market(*trade_at(10, "1"), trailing("a1", SELL, 50))
    assert stop_of(play, "a1") == 1
    play(*trade_at(51, "2"))
    assert stop_of(play, "a1") == 1
    play(*trade_at(53, "3"))
    assert stop_of(play, "a1") == 3


def test_stop_at_one_reached_on_entry_fires_at_once() -> None:
    """With a last price of 1 a sell's stop is reached when it is entered."""
    play = market(*trade_at(1, "1"))
    assert play(trailing("a1", SELL, 5)) == ["accepted a1 1", "triggered a1", "canceled a1 market_remainder"]


def test_moved_stop_waits_behind_the_others_at_its_new_price() -> None:
    """Plain stops that waited there fire first; those moved by one trade follow in the order of their ids."""
    play = market(*trade_at(101, "1"), trailing("a1", SELL, 10), trailing("a2", SELL, 10), stop("a3", SELL, STOP, 95))
    play(*trade_at(105, "2"), stop("a4", SELL, STOP, 95))
    lines = play(*trade_at(95, "3"))
    assert [line for line in lines if line.startswith("triggered")] == [f"triggered a{n}" for n in (3, 1, 2, 4)]


def test_no_price_yet_gives_nothing_to_follow() -> None:
    """Without last price and breaker reference it is refused; an operator's reference is enough."""
    play = market()
    assert play(trailing("a1", SELL, 10)) == ["rejected a1 no_reference"]
    play(limits(reference_ticks=100))
    assert play(trailing("a1", SELL, 10)) == ["accepted a1 1"]
    assert stop_of(play, "a1") == 90


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"trail_ticks": 0}, "stop_px_missing"),
        ({"trail_ticks": -1}, "bad_value"),
        ({"trail_ticks": 10, "stop_ticks": 90}, "field_not_allowed"),
        ({"trail_ticks": 10, "price_ticks": 90}, "field_not_allowed"),
        ({"trail_ticks": 10, "display_lots": 1}, "field_not_allowed"),
        ({"trail_ticks": 10, "min_lots": 1}, "field_not_allowed"),
        ({"trail_ticks": 10, "time_in_force": IOC}, "field_not_allowed"),
        ({"trail_ticks": 2**62 // 1_000 + 1}, "bad_value"),
    ],
)
def test_terms_of_a_trailing_stop(terms: dict[str, int], reason: str) -> None:
    """It needs a trail, and has neither stop nor price of its own."""
    play = market(*trade_at(100, "1"))
    assert play(enter("a1", SELL, 2, ord_type=TRAILING_STOP, **terms)) == [f"rejected a1 {reason}"]


def test_only_trailing_stops_have_a_trail() -> None:
    """trail_ticks with any other type is refused."""
    play = market(*trade_at(100, "1"))
    assert play(enter("a1", SELL, 2, 100, trail_ticks=5)) == ["rejected a1 field_not_allowed"]
    assert play(stop("a1", SELL, STOP, 90, trail_ticks=5)) == ["rejected a1 field_not_allowed"]


def test_replace_changes_quantity_and_keeps_the_stop() -> None:
    """The stop the order has come to stays; a greater quantity queues behind others at its price."""
    play = market(*trade_at(100, "1"), trailing("a1", SELL, 10, 5), *trade_at(110, "2"), stop("a9", SELL, STOP, 100))
    (replaced,) = play.events(change("a2", "a1", qty_lots=9))
    assert isinstance(replaced, OrderReplaced)
    assert (replaced.terms.stop_ticks, replaced.leaves_lots) == (100, 9)
    play(*trade_at(120, "3"))
    assert stop_of(play, "a2") == 110
    assert play(change("a3", "a2", qty_lots=4)) == ["replaced a3 4"]
    assert play(change("a4", "a3", stop_ticks=115)) == ["refused a4 field_not_allowed"]
    assert play(change("a4", "a3", price_ticks=115)) == ["refused a4 field_not_allowed"]
    lines = play(*trade_at(100, "4"))
    assert [line for line in lines if line.startswith("triggered")] == ["triggered a3", "triggered a9"]


def test_replace_changes_the_time() -> None:
    """GTD with a later end; the stop follows as before until it is over."""
    play = market(*trade_at(100, "1"), trailing("a1", SELL, 10, 5))
    assert play(change("a2", "a1", time_in_force=GTD, expire_ns=50)) == ["replaced a2 5"]
    play(*trade_at(110, "2"))
    assert stop_of(play, "a2") == 100
    play.time_ns = 50
    assert play(ExpireOrders()) == ["expired a2"]
    assert len(play(*trade_at(120, "3"))) == 2


def test_canceled_trailing_stop_is_moved_no_more() -> None:
    """After its cancel a rise finds nothing to pull."""
    play = market(*trade_at(100, "1"), trailing("a1", SELL, 10), cancel("a2", "a1"))
    assert play(*trade_at(120, "2")) == ["accepted d2 1", "traded c2 x d2 1 @ 120"]
    assert stop_of(play, "a2") == 90


def test_released_trailing_stop_that_finds_no_open_book_goes_on_following() -> None:
    """A halt between its release and its turn sends it back; later trades pull it along again."""
    play = market(limits(breaker_bp=1_000, reference_ticks=100), *trade_at(100, "1"))
    play(stop("a1", SELL, STOP, 95), trailing("a2", SELL, 5), enter("b1", BUY, 1, 95), enter("b2", BUY, 1, 80))
    assert play(enter("c9", SELL, 1, 95)) == [
        "accepted c9 1",
        "traded b1 x c9 1 @ 95",
        "triggered a1",
        "state X OPEN -> HALTED until 1",
        "canceled a1 circuit_breaker",
    ]
    play(cancel("b3", "b2"), set_state(OPEN), *trade_at(105, "2"))
    assert stop_of(play, "a2") == 100
    assert play(*trade_at(100, "3"))[2:] == ["triggered a2", "canceled a2 market_remainder"]


def test_held_trailing_stop_takes_its_stop_when_it_is_released() -> None:
    """No stop while it is held; the reference price of its release is what it follows."""
    play = market(listed(OTO, enter("a1", BUY, 1, 120), trailing("a2", SELL, 10)))
    assert stop_of(play, "a2") == 0
    assert play(change("a3", "a2", stop_ticks=50)) == ["refused a3 field_not_allowed"]
    assert play(enter("b1", SELL, 1, 120)) == ["accepted b1 1", "traded a1 x b1 1 @ 120", "released a2"]
    assert stop_of(play, "a2") == 110


def test_trailing_stops_of_an_instrument_are_bounded() -> None:
    """One more than TRAILING_STOPS_MAX is not accepted; each one that ends makes room. A list counts its own."""
    play = market(*trade_at(100, "1"))
    for number in range(TRAILING_STOPS_MAX - 1):
        play.engine.apply(trailing(f"a{number}", SELL, 10), play.engine.journal_seq + 1, 1)
    two = listed(OTO, trailing("b1", SELL, 10), trailing("b2", BUY, 10))
    assert play(two) == ["list L rejected for 1 not_accepted_now"]
    assert play(trailing("b3", BUY, 10)) == ["accepted b3 1"]
    assert play(trailing("b4", BUY, 10)) == ["rejected b4 not_accepted_now"]
    assert play(cancel("b5", "b3"), trailing("b4", BUY, 10)) == ["accepted b4 1"]


def test_one_trade_moves_and_another_fires_all_of_them() -> None:
    """A thousand stops pulled to one price fire there in the order of their ids, each once."""
    play = market(*trade_at(10_000, "1"), closed_orders_max=2_000)
    for number in range(TRAILING_STOPS_MAX):
        play.engine.apply(trailing(f"a{number}", SELL, 10 + number % 2), play.engine.journal_seq + 1, 1)
    play(*trade_at(10_011, "2"), *trade_at(10_010, "3"), *trade_at(10_100, "4"))
    lines = play(*trade_at(10_089, "5"))
    fired = [line for line in lines if line.startswith("triggered")]
    near, far = range(0, TRAILING_STOPS_MAX, 2), range(1, TRAILING_STOPS_MAX, 2)
    assert fired == [f"triggered a{number}" for number in (*near, *far)]
    assert play.engine.open_orders("ANN") == []
