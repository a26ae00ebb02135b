"""The sequencer: one thread, the only writer of the journal and the only caller of its engine.

    session threads ─submit──►┌───────────────┐  stamp   ┌─────────┐ durable ┌─────────┐ events ┌───────┐
    command port    ─submit──►│ bounded queue │ ───────► │ journal │ ──────► │ replica │ ─────► │ sinks │
    status requests ─query───►└───────────────┘  a batch └─────────┘         └─────────┘        └───────┘

Whatever arrived while the last batch was being committed becomes the next one (group commit), so the
cost per command falls as load rises. Questions wait in the same queue: each sees every command that
was entered before it and none that came after.

Invariant: no event leaves before its command is durable. When the journal fails, the thread stops,
everything still queued is dropped unanswered (it was never acknowledged) and nothing is accepted again;
the next start reads back from the journal what became durable.

The bound: when `queue_max` items wait, submit and query block their caller, which for a FIX session is
its reading thread, so that the client feels it as TCP backpressure.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, TypeAlias

from venue.config import SequencerConfig
from venue.engine.engine import Engine
from venue.journal import JournalWriter
from venue.latency import Latencies
from venue.messages import AdvanceStates, AnyCommand, AnyEvent, Command, ExpireOrders, RollDay
from venue.replica import Replica

log = logging.getLogger(__name__)

Question: TypeAlias = Callable[[Engine], None]


class Group(NamedTuple):
    """Commands for one batch of the journal, one behind the other. `answer` is called on the sequencer's thread
    when they are durable and applied, with the first one's journal_seq, time_ns and the events of each; it must
    not block. When the venue stops on a failure before, it is never called."""

    commands: Sequence[AnyCommand]
    answer: Callable[[int, int, list[list[AnyEvent]]], None]


Item: TypeAlias = AnyCommand | Group | Question
_STOP: Final = None  # queued by stop(): everything before it is still done


class Sequencer:
    """`on_failure` is called once, on the sequencer's thread, with the error that ended it."""

    def __init__(
        self,
        journal: JournalWriter,
        replica: Replica,
        config: SequencerConfig,
        day_end_utc: str,
        on_failure: Callable[[Exception], None],
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._journal = journal
        self._replica = replica
        self._config = config
        self._day_end_utc = day_end_utc
        self._on_failure = on_failure
        self._clock_ns = clock_ns
        self.failure: Exception | None = None
        self.commands = self.batches = 0  # journaled since the start
        self.commit_latencies: Final = Latencies()  # of a batch: written and synced
        self._queue: SimpleQueue[Item | None] = SimpleQueue()
        self._room = threading.Condition()
        self._waiting_for_room = 0
        self._accepting = True
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Refuse what comes from now on, finish what was accepted, and end the thread."""
        self._accepting = False
        self._queue.put(_STOP)
        self._thread.join()

    def submit(self, command: AnyCommand, timeout_s: float | None = None) -> bool:
        """Queue a command. False: not accepted (the queue stayed full for timeout_s, or we stopped)."""
        return self._enter(command, timeout_s)

    def submit_group(self, group: Group, timeout_s: float | None = None) -> bool:
        """As submit, for several commands at once."""
        return self._enter(group, timeout_s)

    def query(self, question: Question, timeout_s: float | None = None) -> bool:
        """Queue a question: it is called on the sequencer's thread, must not block and not change state."""
        return self._enter(question, timeout_s)

    @property
    def is_accepting(self) -> bool:
        """False once the venue stops, of its own will or on a failure."""
        return self._accepting

    @property
    def journal_seq(self) -> int:
        """Of the newest command that is applied, and so durable."""
        return self._replica.engine.journal_seq

    @property
    def queue_len(self) -> int:
        return self._queue.qsize()

    @property
    def queue_max(self) -> int:
        return self._config.queue_max

    def settle(self) -> None:
        """Wait until everything entered so far is applied. Raises the failure if the thread ended on one."""
        settled = threading.Event()
        if self.query(lambda _: settled.set()):
            while not settled.wait(0.1) and self._thread.is_alive():
                pass
        if self.failure:
            raise self.failure

    def _enter(self, item: Item, timeout_s: float | None) -> bool:
        # The bound may be passed by as many items as there are threads: they check before they put.
        if self._queue.qsize() >= self._config.queue_max and not self._wait_for_room(timeout_s):
            return False
        if not self._accepting:
            return False
        self._queue.put(item)
        return True

    def _wait_for_room(self, timeout_s: float | None) -> bool:
        timeout_s = self._config.enter_timeout_s if timeout_s is None else timeout_s
        with self._room:
            self._waiting_for_room += 1
            try:
                return self._room.wait_for(
                    lambda: self._queue.qsize() < self._config.queue_max or not self._accepting, timeout_s
                )
            finally:
                self._waiting_for_room -= 1

    # -- the sequencer's thread ---------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._sequence(self._next_items()):
                pass
        except Exception as error:  # JournalError, InvariantError or a bug: in each case we must not go on
            log.critical("the venue stops accepting: %s", error, exc_info=error)
            self.failure = error
            self._refuse_everything()
            self._on_failure(error)
        else:
            self._refuse_everything()

    def _refuse_everything(self) -> None:
        self._accepting = False
        with self._room:
            self._room.notify_all()

    def _next_items(self) -> list[Item | None]:
        """Wait for work or for the next deadline, then take what is there until `batch_max` commands are reached."""
        items: list[Item | None] = []
        try:
            items.append(self._queue.get(timeout=self._seconds_to_deadline()))
            take, item = self._queue.get_nowait, items[0]
            room = self._config.batch_max
            while (room := room - (len(item.commands) if isinstance(item, Group) else 1)) > 0:
                item = take()
                items.append(item)
        except Empty:
            pass
        if self._waiting_for_room:
            with self._room:
                self._room.notify_all()
        return items

    def _sequence(self, items: list[Item | None]) -> bool:
        """Journal the commands as one batch, then apply them and answer the questions in their order.

        Returns False when stop() was reached.
        """
        stopping = not self._accepting and _STOP in items
        if stopping:  # what a late thread put behind the mark was never accepted
            items = items[: items.index(_STOP)]
        time_ns = max(self._clock_ns(), self._journal.last_time_ns)  # a clock stepping back stands still
        due = self._due(time_ns)
        entered = [item for item in items if isinstance(item, Command)]
        if len(entered) == len(items):  # neither question nor group among them: the common case
            commands = due + entered
            if commands:
                self._replica.apply_batch(self._append(commands, time_ns), time_ns, commands)
            return not stopping
        commands = due + [command for item in items for command in _commands_of(item)]
        journal_seq = self._append(commands, time_ns) if commands else 0
        self._replica.apply_batch(journal_seq, time_ns, due)
        self._apply_in_order(items, journal_seq + len(due), time_ns)
        return not stopping

    def _append(self, commands: list[AnyCommand], time_ns: int) -> int:
        """Journal a batch; returns the first one's journal_seq."""
        began_ns = time.perf_counter_ns()
        journal_seq = self._journal.append(commands, time_ns)
        self.commit_latencies.record(time.perf_counter_ns() - began_ns)
        self.commands += len(commands)
        self.batches += 1
        return journal_seq

    def _apply_in_order(self, items: list[Item | None], journal_seq: int, time_ns: int) -> None:
        """Apply commands, answer groups and questions, each with everything before it applied."""
        replica = self._replica
        for item in items:
            if isinstance(item, Command):
                replica.apply(journal_seq, time_ns, item)
                journal_seq += 1
            elif isinstance(item, Group):
                events = [
                    replica.apply(seq, time_ns, command) for seq, command in enumerate(item.commands, journal_seq)
                ]
                item.answer(journal_seq, time_ns, events)
                journal_seq += len(item.commands)
            elif item is not _STOP:
                item(replica.engine)

    def _due(self, time_ns: int) -> list[AnyCommand]:
        """The commands the clock asks for: the end of the day, then orders and trading states whose time has come."""
        engine = self._replica.engine
        due: list[AnyCommand] = []
        if time_ns >= engine.day_end_ns:
            due.append(RollDay(next_day_end_ns(time_ns, self._day_end_utc)))
        if engine.next_expiry_ns and time_ns >= engine.next_expiry_ns:
            due.append(ExpireOrders())
        if engine.next_state_ns and time_ns >= engine.next_state_ns:
            due.append(AdvanceStates())
        return due

    def _seconds_to_deadline(self) -> float:
        engine = self._replica.engine
        timed_ns = (engine.next_expiry_ns, engine.next_state_ns)
        deadline_ns = min([engine.day_end_ns, *filter(None, timed_ns)])
        return max(0.0, min((deadline_ns - self._clock_ns()) / 1e9, 60.0))


def _commands_of(item: Item | None) -> Sequence[AnyCommand]:
    if isinstance(item, Command):
        return (item,)
    return item.commands if isinstance(item, Group) else ()


def next_day_end_ns(time_ns: int, day_end_utc: str) -> int:
    """The first moment after time_ns at which the clock reads `day_end_utc` ("HH:MM", UTC)."""
    now = datetime.fromtimestamp(time_ns // 1_000_000_000, UTC)
    hour, minute = map(int, day_end_utc.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if end.timestamp() * 1e9 <= time_ns:
        end += timedelta(days=1)
    return int(end.timestamp()) * 1_000_000_000
