"""The sequencer over a real journal and a real engine."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from venue.config import JournalConfig, SequencerConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import JournalError
from venue.journal import JournalWriter, journal_url, open_reader, open_writer
from venue.messages import (
    AUCTION,
    BUY,
    DAY,
    GTD,
    HALTED,
    LIMIT,
    OPEN,
    AnyCommand,
    AnyEvent,
    DayRolled,
    EnterOrder,
    ListInstrument,
    OpenAccount,
    OrderAccepted,
    OrderExpired,
    SetPriceLimits,
    SetSession,
    SetTradingState,
    TimeInForce,
    TradingStateChanged,
)
from venue.replica import Replica
from venue.sequencer import Group, Sequencer, next_day_end_ns

SECOND = 1_000_000_000
NOON_NS = 1_795_435_200 * SECOND  # 2026-11-23T12:00:00Z
LISTING: list[AnyCommand] = [
    ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 8, 10, 1, 10**9),
    OpenAccount("DEMO1"),
    SetSession("DEMO1", ("DEMO1",), (), "operator", "opening"),
]


class Desk:
    """A sequencer with its journal, a clock that is set by hand, and a record of what came out."""

    def __init__(self, data: Path, config: SequencerConfig) -> None:
        self.url = journal_url(JournalConfig(), data)
        self.journal: JournalWriter = open_writer(self.url, ENGINE_VERSION)
        self.time_ns = NOON_NS
        self.seen: list[tuple[int, int, AnyEvent]] = []
        self.durable_when_seen: list[bool] = []
        self.failures: list[Exception] = []
        self.replica = Replica(Engine(), [self._record])
        self.replica.catch_up(open_reader(self.url))
        self.sequencer = Sequencer(
            self.journal, self.replica, config, "00:00", self.failures.append, lambda: self.time_ns
        )

    def _record(self, journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        self.durable_when_seen.append(open_reader(self.url).last_seq() >= journal_seq)
        self.seen += [(journal_seq, time_ns, event) for event in events]

    def events(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        return [event for _, _, event in self.seen if isinstance(event, kind)]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def make(**bounds: float) -> Desk:
        desks.append(Desk(tmp_path, SequencerConfig.model_validate(bounds)))
        return desks[-1]

    yield make
    for desk in desks:
        if desk.sequencer._thread.is_alive():
            desk.sequencer.stop()
        desk.journal.close()


def order(cl_ord_id: str, time_in_force: TimeInForce = DAY, expire_ns: int = 0) -> EnterOrder:
    price_ticks = 4_500_000
    return EnterOrder(
        "DEMO1", "DEMO1", cl_ord_id, "BTC-USD", BUY, LIMIT, time_in_force, 100, price_ticks, expire_ns=expire_ns
    )


def test_event_is_seen_only_after_its_command_is_durable(make_desk: Callable[..., Desk]) -> None:
    """When a sink gets an event, another connection can already read its command from the journal."""
    desk = make_desk()
    desk.sequencer.start()
    for command in [*LISTING, *(order(f"A{n}") for n in range(50))]:
        assert desk.sequencer.submit(command)
    desk.sequencer.settle()
    assert len(desk.events(OrderAccepted)) == 50
    assert all(desk.durable_when_seen)


def test_commands_that_wait_together_become_one_batch(make_desk: Callable[..., Desk]) -> None:
    """Group commit: what queued up before the thread started is one journal row, in order."""
    desk = make_desk()
    commands = [*LISTING, *(order(f"A{n}") for n in range(100))]
    for command in commands:
        desk.sequencer.submit(command)
    desk.sequencer.start()
    desk.sequencer.settle()
    batches = list(open_reader(desk.url).read())
    assert len(batches) == 1
    assert batches[0].commands()[1:] == commands  # behind the day roll that the clock asked for


def test_question_sees_what_came_before_it_and_nothing_after(make_desk: Callable[..., Desk]) -> None:
    """A status request is answered in the order of the session's own messages."""
    desk = make_desk()
    open_orders: list[int] = []
    for command in LISTING:
        desk.sequencer.submit(command)
    for n in range(5):
        desk.sequencer.submit(order(f"A{n}"))
        desk.sequencer.query(lambda engine: open_orders.append(len(engine.open_orders("DEMO1"))))
    desk.sequencer.start()
    desk.sequencer.settle()
    assert open_orders == [1, 2, 3, 4, 5]


def test_full_queue_refuses_after_the_timeout(make_desk: Callable[..., Desk]) -> None:
    """At queue_max items a caller waits and is then told that its command was not accepted."""
    desk = make_desk(queue_max=3)
    assert [desk.sequencer.submit(order(f"A{n}"), timeout_s=0.01) for n in range(4)] == [True] * 3 + [False]


def test_full_queue_lets_the_caller_go_on_when_there_is_room(make_desk: Callable[..., Desk]) -> None:
    """A waiting caller is woken by the drain: backpressure, not refusal."""
    desk = make_desk(queue_max=len(LISTING))
    for command in LISTING:
        desk.sequencer.submit(command)
    accepted: list[bool] = []
    caller = threading.Thread(target=lambda: accepted.append(desk.sequencer.submit(order("A1"), timeout_s=30)))
    caller.start()
    desk.sequencer.start()
    caller.join(30)
    desk.sequencer.settle()
    assert accepted == [True]
    assert len(desk.events(OrderAccepted)) == 1


def test_time_never_goes_back(make_desk: Callable[..., Desk]) -> None:
    """A clock that steps back stands still in the journal until it has caught up."""
    desk = make_desk()
    desk.sequencer.start()
    for command in LISTING:
        desk.sequencer.submit(command)
    for n, time_ns in enumerate((NOON_NS + SECOND, NOON_NS - SECOND, NOON_NS + 2 * SECOND)):
        desk.sequencer.settle()
        desk.time_ns = time_ns
        desk.sequencer.submit(order(f"A{n}"))
    desk.sequencer.settle()
    times = [time_ns - NOON_NS for _, time_ns, event in desk.seen if isinstance(event, OrderAccepted)]
    assert times == [SECOND, SECOND, 2 * SECOND]


def test_gtd_order_expires_when_its_time_comes(make_desk: Callable[..., Desk]) -> None:
    """TimeInForce(59)=6: the sequencer asks for the expiry by itself, with no command of a client."""
    desk = make_desk()
    desk.time_ns = time.time_ns()
    for command in [*LISTING, order("A1", GTD, desk.time_ns + SECOND // 5)]:
        desk.sequencer.submit(command)
    expired = threading.Event()
    desk.sequencer._clock_ns = time.time_ns

    def note_expiry(_seq: int, _time_ns: int, _command: AnyCommand, events: list[AnyEvent]) -> None:
        if any(isinstance(event, OrderExpired) for event in events):
            expired.set()

    desk.replica._sinks += (note_expiry,)
    desk.sequencer.start()
    assert expired.wait(30)


def test_a_timed_trading_state_is_advanced_when_it_is_over(make_desk: Callable[..., Desk]) -> None:
    """Halted for a while, then in auction, then open: the sequencer asks for each step by itself."""
    desk = make_desk()
    desk.sequencer._clock_ns = time.time_ns
    is_open = threading.Event()

    def note_state(_seq: int, _time_ns: int, _command: AnyCommand, events: list[AnyEvent]) -> None:
        if any(isinstance(event, TradingStateChanged) and event.state == OPEN for event in events):
            is_open.set()

    desk.replica._sinks += (note_state,)
    auction = SetPriceLimits("BTC-USD", auction_ns=SECOND // 10, by="ann", why="test")
    halt = SetTradingState("BTC-USD", HALTED, "ann", "test", time.time_ns() + SECOND // 10)
    for command in [*LISTING, auction, halt]:
        desk.sequencer.submit(command)
    desk.sequencer.start()
    assert is_open.wait(30)
    changes = desk.events(TradingStateChanged)
    assert [(event.state, event.by) for event in changes if isinstance(event, TradingStateChanged)] == [
        (HALTED, "ann"),
        (AUCTION, "clock"),
        (OPEN, "clock"),
    ]


def test_a_group_is_one_batch_between_its_neighbours(make_desk: Callable[..., Desk]) -> None:
    """Its commands are journaled one behind the other, and answered with the events of each."""
    desk = make_desk()
    answers: list[tuple[int, int, list[list[AnyEvent]]]] = []
    open_orders: list[int] = []
    for command in [*LISTING, order("A1")]:
        desk.sequencer.submit(command)
    desk.sequencer.submit_group(Group([order("A2"), order("A3")], lambda *answer: answers.append(answer)))
    desk.sequencer.query(lambda engine: open_orders.append(len(engine.open_orders("DEMO1"))))
    desk.sequencer.submit(order("A4"))
    desk.sequencer.start()
    desk.sequencer.settle()
    ((first_seq, time_ns, events),) = answers
    assert time_ns == NOON_NS
    assert [[type(event) for event in of_one] for of_one in events] == [[OrderAccepted], [OrderAccepted]]
    journaled = next(iter(open_reader(desk.url).read())).commands()
    assert journaled[first_seq - 1 :] == [order("A2"), order("A3"), order("A4")]
    assert open_orders == [3]


def test_a_batch_ends_with_the_group_that_fills_it(make_desk: Callable[..., Desk]) -> None:
    """batch_max counts commands: groups that wait together do not become one batch of any size."""
    desk = make_desk(batch_max=4)
    for start in (0, 3, 6):
        orders = [order(f"A{start + number}") for number in range(3)]
        desk.sequencer.submit_group(Group(orders, lambda *_: None))
    desk.sequencer.start()
    desk.sequencer.settle()
    sizes = [len(batch.commands()) for batch in open_reader(desk.url).read()]
    assert sizes == [1 + 6, 3]  # behind the day roll that the clock asked for


def test_day_rolls_when_the_day_ends(make_desk: Callable[..., Desk]) -> None:
    """At the configured hour Day orders expire, before anything that arrived with the new day."""
    desk = make_desk()
    desk.sequencer.start()
    for command in [*LISTING, order("A1")]:
        desk.sequencer.submit(command)
    desk.sequencer.settle()
    desk.time_ns = NOON_NS + 12 * 3600 * SECOND
    desk.sequencer.submit(order("A2"))
    desk.sequencer.settle()
    kinds = [type(event) for _, _, event in desk.seen]
    assert kinds[-4:] == [OrderAccepted, OrderExpired, DayRolled, OrderAccepted]


def test_failed_journal_stops_the_venue(make_desk: Callable[..., Desk]) -> None:
    """When another writer has taken the journal over, nothing is applied, and nothing accepted again."""
    desk = make_desk()
    desk.sequencer.start()
    for command in LISTING:
        desk.sequencer.submit(command)
    desk.sequencer.settle()
    desk.journal.close()
    desk.sequencer.submit(order("A1"))
    with pytest.raises(JournalError):
        desk.sequencer.settle()
    assert [type(error) for error in desk.failures] == [JournalError]
    assert not desk.sequencer.submit(order("A2"))
    assert desk.events(OrderAccepted) == []


def test_stop_finishes_what_was_accepted(make_desk: Callable[..., Desk]) -> None:
    """A clean stop answers everything that was queued and refuses what comes later."""
    desk = make_desk()
    for command in [*LISTING, order("A1"), order("A2")]:
        desk.sequencer.submit(command)
    desk.sequencer.start()
    desk.sequencer.stop()
    assert len(desk.events(OrderAccepted)) == 2
    assert not desk.sequencer.submit(order("A3"))


def test_restart_goes_on_where_it_was(make_desk: Callable[..., Desk]) -> None:
    """A new replica over the same journal has the same state hash and the next journal_seq."""
    desk = make_desk()
    desk.sequencer.start()
    for command in [*LISTING, order("A1"), order("A2")]:
        desk.sequencer.submit(command)
    desk.sequencer.stop()
    desk.journal.close()
    again = make_desk()
    assert again.replica.engine.journal_seq == desk.replica.engine.journal_seq
    assert again.replica.engine.state_hash() == desk.replica.engine.state_hash()


@pytest.mark.parametrize(
    ("day_end_utc", "hours"), [("00:00", 12), ("12:00", 24), ("12:01", 1 / 60), ("11:59", 24 - 1 / 60)]
)
def test_next_day_end_is_the_first_after_now(day_end_utc: str, hours: float) -> None:
    """The trading day ends the next time the clock reads day_end_utc."""
    assert next_day_end_ns(NOON_NS, day_end_utc) == NOON_NS + round(hours * 3600) * SECOND
