"""What is counted beside the replica: events by instrument and reason, and how far replicas are behind."""

import time
from collections import Counter

from admin_api.lags import REMEMBERED_MAX, Lags
from admin_api.tally import Tally
from tests.support.order_flow import batch_time_ns, placed, seeded_drafts
from venue.engine.engine import Engine
from venue.messages import (
    AnyEvent,
    CancelRejected,
    ListRejected,
    MassCancelRejected,
    OperationRefused,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderReplaced,
    OrderTraded,
    RollDay,
    TradeAmended,
)
from venue.vitals import LatencyFigures, ReplicaPosition, Vitals

COMMANDS = 6_000
REJECTIONS = (OrderRejected, CancelRejected, MassCancelRejected, ListRejected, OperationRefused)
SECOND_NS = 10**9


def flow() -> list[AnyEvent]:
    """The events of a random flow of every kind of command."""
    engine, events = Engine(), []
    for journal_seq, command in enumerate(placed(seeded_drafts(7, COMMANDS)), 1):
        events += engine.apply(command, journal_seq, batch_time_ns(journal_seq))
    return events


def test_tally_has_every_event_of_a_flow_once() -> None:
    """By instrument, and every refusal by its reason, whatever was asked."""
    tally, events = Tally(), flow()
    tally.on_events(1, 1, RollDay(0), events)
    counted = Counter[tuple[type, str]]()
    for event in events:
        if isinstance(event, OrderAccepted | OrderCanceled | OrderReplaced | OrderExpired):
            counted[type(event), event.terms.symbol] += 1
        elif isinstance(event, OrderTraded):
            counted[OrderTraded, event.maker.symbol] += 1
        elif isinstance(event, TradeAmended):
            counted[TradeAmended, event.maker.terms.symbol] += 1
    for symbol, told in tally.instruments.items():
        kinds = (OrderAccepted, OrderCanceled, OrderReplaced, OrderExpired, OrderTraded, TradeAmended)
        figures = (told.orders, told.cancels, told.replaces, told.expiries, told.trades, told.amendments)
        assert figures == tuple(counted.pop((kind, symbol), 0) for kind in kinds)
        trades = [one for one in events if isinstance(one, OrderTraded) and one.maker.symbol == symbol]
        assert told.lots == sum(one.qty_lots for one in trades)
        assert told.notional == sum(one.qty_lots * one.price_ticks for one in trades)
    assert not counted
    rejected = Counter(event.reason for event in events if isinstance(event, REJECTIONS))
    by_reason = Counter[int]()
    for (_, reason), count in tally.rejects.items():
        by_reason[reason] += count
    assert by_reason == rejected
    assert len(rejected) > 10


def vitals(journal_seq: int, time_ns: int, *positions: ReplicaPosition) -> Vitals:
    none = LatencyFigures()
    return Vitals(journal_seq, time_ns, 0, "1", True, "", 0, 10, 0, 0, none, none, [], list(positions))


def test_replica_that_is_level_has_no_lag() -> None:
    """0 commands and 0 seconds, however long ago the last command was."""
    lags, now = Lags(0), vitals(50, 1_000 * SECOND_NS, ReplicaPosition("history", 50, 900 * SECOND_NS))
    lags.note(now)
    (lag,) = lags.of(now)
    assert (lag.name, lag.behind_commands, lag.behind_s) == ("history", 0, 0.0)


def test_lag_in_seconds_is_since_the_venue_was_there() -> None:
    """The venue was at 100, 200, 300 … one second after the other: a replica at 300 of 1,000 is 6 to 7 s behind."""
    lags = Lags(0)
    for second in range(1, 11):
        lags.note(vitals(100 * second, second * SECOND_NS))
    position = ReplicaPosition("history", 300, 10 * SECOND_NS)
    (lag,) = lags.of(vitals(1_000, 10 * SECOND_NS, position))
    assert (lag.behind_commands, lag.behind_s) == (700, 6.0)


def test_lag_beyond_what_is_remembered_is_at_least_that() -> None:
    """An hour and a half of answers later, the oldest that is remembered counts."""
    lags, seconds = Lags(0), REMEMBERED_MAX * 3 // 2
    for second in range(1, seconds + 1):
        lags.note(vitals(second, second * SECOND_NS))
    (lag,) = lags.of(vitals(seconds, seconds * SECOND_NS, ReplicaPosition("history", 1, 0)))
    assert (lag.behind_commands, lag.behind_s) == (seconds - 1, REMEMBERED_MAX - 1.0)


def test_replica_ahead_of_the_last_answer_is_not_behind() -> None:
    """It can have applied more since the venue was asked."""
    lags, now = Lags(0), vitals(50, SECOND_NS, ReplicaPosition("admin_api", 60, SECOND_NS))
    lags.note(now)
    assert lags.of(now)[0].behind_commands == 0


def test_apply_lag_is_measured_once_a_batch_and_not_in_the_replay() -> None:
    """Commands of one batch share a time stamp; what was in the journal at the start is no lag."""
    lags, now_ns = Lags(start_seq=10), time.time_ns()
    for journal_seq in range(1, 11):
        lags.on_events(journal_seq, now_ns - 3_600 * SECOND_NS + journal_seq, RollDay(0), [])
    assert lags.apply.figures().count == 0
    for journal_seq in range(11, 20):
        lags.on_events(journal_seq, now_ns - SECOND_NS + journal_seq // 15, RollDay(0), [])
    figures = lags.apply.figures()
    assert figures.count == 2
    assert 0.99e6 < figures.p50_us < 60e6
