"""Stop cascades: one command that releases 100,000 orders, all at once and one after the other."""

import random
from collections.abc import Callable, Sequence

import pytest

from tests.support.comparing import assert_same
from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    DAY,
    LIMIT,
    MARKET,
    SELL,
    STOP,
    STOP_LIMIT,
    AnyCommand,
    AnyEvent,
    EnterOrder,
    ListInstrument,
    OpenAccount,
    OrderAccepted,
    OrderCanceled,
    OrderTraded,
    OrderTriggered,
    OrdType,
    SetSession,
    Side,
)
from venue.reasons import MARKET_REMAINDER

STOPS = 100_000
OPENING: list[AnyCommand] = [
    ListInstrument("X", "BASE", "USD", "0.01", "0.001", 5, 1, 1, 10 * STOPS),
    OpenAccount("MAKER"),
    OpenAccount("TAKER"),
    SetSession("S", ("MAKER", "TAKER"), (), "operator", "opening"),
]


def order(
    account: str, name: str, side: Side, ord_type: OrdType, qty_lots: int, *, price: int = 0, stop: int = 0
) -> EnterOrder:
    return EnterOrder("S", account, name, "X", side, ord_type, DAY, qty_lots, price, stop)


TRADE_AT_2000 = [
    order("MAKER", "seller", SELL, LIMIT, 1, price=2_000),
    order("TAKER", "buyer", BUY, LIMIT, 1, price=2_000),
]


def ladder(stops: int) -> list[AnyCommand]:
    """One offer a tick, a buy stop on each: every stop's trade is one tick higher and fires the next."""
    offers = [order("MAKER", f"offer{tick}", SELL, LIMIT, 1, price=tick) for tick in range(1, stops + 2)]
    waiting = [order("TAKER", f"stop{tick}", BUY, STOP, 1, stop=tick) for tick in range(1, stops + 1)]
    return [*OPENING, *offers, *waiting, order("TAKER", "spark", BUY, MARKET, 1)]


def landslide(stops: int) -> list[AnyCommand]:
    """Sell stops at many prices, many at the same one, above a single deep bid: one trade fires them all."""
    rng = random.Random(7)
    commands = [*OPENING, *TRADE_AT_2000]
    for number in range(stops):
        stop = rng.randint(1_001, 1_999)
        commands.append(order("TAKER", f"stop{number}", SELL, STOP_LIMIT, 2, price=1_000, stop=stop))
    commands.append(order("MAKER", "floor", BUY, LIMIT, 2 * stops, price=1_000))
    return [*commands, order("TAKER", "spark", SELL, MARKET, 1)]


def last_events(engine: Engine, commands: Sequence[AnyCommand]) -> list[AnyEvent]:
    """Apply all the commands; the events of the last one."""
    events: list[AnyEvent] = []
    for seq, command in enumerate(commands, 1):
        events = engine.apply(command, seq, seq)
    return events


def test_cascade_that_climbs_a_ladder_runs_every_stop_in_one_command() -> None:
    """100,000 stops, each fired by the trade of the one before it: a loop, not a recursion."""
    engine = Engine()
    accepted, spark, *rest = last_events(engine, ladder(STOPS))
    assert isinstance(accepted, OrderAccepted)
    assert isinstance(spark, OrderTraded)
    triggered, traded = rest[0::2], rest[1::2]
    first_stop = STOPS + 2  # behind the offers' ids
    assert [event.order_id for event in triggered if isinstance(event, OrderTriggered)] == [
        *range(first_stop, first_stop + STOPS)
    ]
    trades = [event for event in traded if isinstance(event, OrderTraded)]
    assert [event.taker_order_id for event in trades] == [*range(first_stop, first_stop + STOPS)]
    assert [event.price_ticks for event in trades] == [*range(2, STOPS + 2)]
    assert [event.maker_leaves_lots + event.taker_leaves_lots for event in trades] == [0] * STOPS
    assert engine.open_orders("TAKER") == engine.open_orders("MAKER") == []
    assert engine.best("X") == (0, 0, 0, 0, STOPS + 1)


def test_cascade_of_a_landslide_fires_nearest_price_first_then_oldest() -> None:
    """On a fall all stops leave the trigger book at one trade: descending stop price, then time of entry."""
    commands = landslide(STOPS)
    engine = Engine()
    events = last_events(engine, commands)
    stops = [command for command in commands if isinstance(command, EnterOrder) and command.stop_ticks]
    expected = sorted(stops, key=lambda stop: -stop.stop_ticks)
    triggered = [event for event in events if isinstance(event, OrderTriggered)]
    assert [event.terms for event in triggered] == expected
    trades = [event for event in events if isinstance(event, OrderTraded)]
    assert [event.taker.cl_ord_id for event in trades] == ["spark", *(stop.cl_ord_id for stop in expected)]
    assert sum(event.qty_lots for event in trades) == 2 * STOPS  # all that was bid
    assert trades[-1].maker_leaves_lots == 0
    last = engine.find_order("S", expected[-1].cl_ord_id)
    assert last is not None
    assert (last.cum_lots, last.leaves_lots) == (1, 1)  # the spark took its other lot; the rest rests
    assert engine.best("X") == (0, 0, 1_000, 1, 1_000)
    assert len(events) == 2 + 2 * STOPS


def test_cascade_without_liquidity_ends_every_stop_with_its_remainder() -> None:
    """Stops that find an empty book are triggered and canceled in turn; none goes on waiting."""
    stops = [order("TAKER", f"stop{number}", SELL, STOP, 1, stop=1_500) for number in range(STOPS)]
    only_bid = order("MAKER", "bid", BUY, LIMIT, 1, price=900)
    spark = order("TAKER", "spark", SELL, MARKET, 1)
    engine = Engine()
    events = last_events(engine, [*OPENING, *TRADE_AT_2000, *stops, only_bid, spark])
    assert len(events) == 2 + 2 * STOPS
    canceled = [event for event in events if isinstance(event, OrderCanceled)]
    assert [event.terms for event in canceled] == stops
    assert {event.reason for event in canceled} == {MARKET_REMAINDER}
    assert engine.open_orders("TAKER") == []


@pytest.mark.parametrize("cascade", [ladder, landslide])
def test_cascade_in_small_gives_the_naive_engines_events(cascade: Callable[[int], list[AnyCommand]]) -> None:
    """What the large ones show in sums holds event by event."""
    assert_same(cascade(150), views_every=10)
