"""The whole venue, put together. Reading `running_venue` gives the architecture.

    snapshot ──load──┐
    journal ──catch up──► replica (engine) ──events──► FIX gateway ──reports──► sessions
     ║ ▲                     ▲                              │
     ║ └─────── sequencer ───┴──────────── commands ◄───────┤◄── gate, a process of its own ◄── FIX clients
     ║                                                      │                  │
     ╠══ follow ══► further order gateways, if any ──► command port ◄──────────┘
     ╠══ follow ══► admin API, a process of its own ──► command port
     ╚══ follow ══► recorder, a process of its own ──► history, snapshots

Start-up and recovery are the same code: load a snapshot (starting.py), replay the rest of the journal, list what the
configuration adds, open the gateway's port on loopback, start the processes beside it: the recorder, the gate, which
clients reach and which dials that port, and the admin API. Further order gateways, each a process with a replica and a
share of the sessions, are there if fix.gateways says so.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from venue.admin_process import AdminProcess
from venue.command_port import CommandPort
from venue.config import VenueConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.first_start import differences, listing_commands
from venue.fix import shares
from venue.fix.gateway import FixGateway
from venue.gate_process import GateProcess
from venue.journal import JournalWriter, archive_folder, journal_url, open_reader, open_writer
from venue.journal.operations_text import operation_told
from venue.logs import tell_position
from venue.messages import AnyEvent, Operation, OperationRefused
from venue.order_gateway_process import OrderGatewayProcess, wait_for_former
from venue.pulse import Pulse
from venue.reasons import REASONS
from venue.recorder_process import RecorderProcess
from venue.replica import Replica, Sink
from venue.sequencer import Group, Sequencer
from venue.snapshots import Show
from venue.snapshots.progress import unseen
from venue.starting import Recovered, begin, keep_out_of_garbage_collection
from venue.vitals import ReceivedMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Venue:
    """A running venue. Setting `ended` ends `serve`; the venue sets it itself when it had to stop
    accepting, and `sequencer.failure` then says why."""

    sequencer: Sequencer
    gateway: FixGateway
    recovered: Recovered
    admin: AdminProcess | None  # None: it is not enabled
    recorder: RecorderProcess | None  # likewise
    gate: GateProcess | None  # None: clients reach the gateway itself
    others: Sequence[OrderGatewayProcess]  # further order gateways
    ended: threading.Event

    @property
    def fix_port(self) -> int:
        """Where clients connect."""
        return self.gate.port if self.gate else self.gateway.port


@contextmanager
def running_venue(
    config: VenueConfig,
    sinks: Sequence[Sink] = (),
    show: Show = unseen,
    *,
    logs: Path | None = None,
    other_processors: Sequence[int] = (),
) -> Iterator[Venue]:
    """Start the venue and stop it cleanly at the end of the block.

    The processes beside it log to gate.log, admin.log and recorder.log in the folder `logs` (none: to our stderr), and
    run on `other_processors` (none: on ours).
    Raises OperatorError (configuration, data folder in use, port taken) or JournalError (the journal is
    damaged: the text names the position) before anything is accepted.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    url = journal_url(config.journal, config.data)
    with ExitStack() as ending:  # in the opposite order: the port first, the journal last
        journal = open_writer(url, ENGINE_VERSION, synchronous=config.journal.synchronous)
        ending.callback(journal.close)
        ended = threading.Event()
        admin = AdminProcess(config, _log_of(logs, "admin"), other_processors) if config.api.enabled else None
        if admin:
            ending.callback(admin.close)
        gate = GateProcess(config, _log_of(logs, "gate"), other_processors) if config.gate.enabled else None
        if gate:
            ending.callback(gate.close)
        recorder_log = _log_of(logs, "recorder")
        recorder = RecorderProcess(config, recorder_log, other_processors) if config.recorder.enabled else None
        wait_for_former(config.data)
        shares.settle(config)
        gateway = FixGateway(config, gate.voucher if gate else "")
        ending.callback(gateway.close)
        others = _other_gateways(config, gate, ending, logs, other_processors)
        tell_position(lambda: gateway.handover.applied_seq)
        ending.callback(tell_position, None)
        replica, recovered = _recover(config, journal, gateway, sinks, show)

        def fail(error: Exception) -> None:
            gateway.refuse_all(str(error))
            port.break_off()
            ended.set()

        listing = listing_commands(config, replica.engine)
        for difference in differences(config, replica.engine):
            log.warning("%s", difference)
        sequencer = Sequencer(journal, replica, config.sequencer, config.day_end_utc, fail)
        pulse = Pulse(sequencer, gateway.statuses, gateway.report_latencies, tuple(config.sessions))
        port = CommandPort(config.data, sequencer, pulse.vitals, _received_by(gateway, others))
        if recorder:  # it ends when nothing comes any more, and so has everything
            recorder.start()
            ending.callback(recorder.stop)
        sequencer.start()
        ending.callback(sequencer.stop)
        _found(sequencer, listing)  # a client must not meet a venue without its instruments
        gateway.start(sequencer)
        if gate:
            ending.callback(gate.stop)  # after the gateways, which say their last to clients through it
        ending.callback(gateway.stop)
        port.start()
        ending.callback(port.stop)
        _start_others(others, ending)
        if gate:
            gate.start(gateway.port, {name: other.port for other in others for name in other.sessions})
        if admin:
            admin.start()
            ending.callback(admin.stop)
        yield Venue(sequencer, gateway, recovered, admin, recorder, gate, others, ended)


def _other_gateways(
    config: VenueConfig, gate: GateProcess | None, ending: ExitStack, logs: Path | None, processors: Sequence[int]
) -> list[OrderGatewayProcess]:
    """None of them runs yet; their ports are theirs until the end."""
    others = []
    for number in range(1, config.fix.gateways):
        log_file = _log_of(logs, f"gateway-{number}")
        others.append(OrderGatewayProcess(config, number, gate.voucher if gate else "", log_file, processors))
        ending.callback(others[-1].close)
    return others


def _log_of(logs: Path | None, name: str) -> Path | None:
    return logs / f"{name}.log" if logs else None


def _received_by(gateway: FixGateway, others: Sequence[OrderGatewayProcess]) -> Callable[[str], list[ReceivedMessage]]:
    """What came from a session, asked of the gateway that serves it."""
    by_name = {name: other for other in others for name in other.sessions}

    def received(comp_id: str) -> list[ReceivedMessage]:
        return by_name.get(comp_id, gateway).received(comp_id)

    return received


def _start_others(others: Sequence[OrderGatewayProcess], ending: ExitStack) -> None:
    """All at once; they are stopped one after the other."""
    for other in others:
        other.start()
        ending.callback(other.stop)
    for other in others:
        other.wait_until_ready()


def _recover(
    config: VenueConfig, journal: JournalWriter, gateway: FixGateway, sinks: Sequence[Sink], show: Show
) -> tuple[Replica, Recovered]:
    """The state as of the journal's last command, and every report of it in an outbox that a store lacks."""
    handover = gateway.handover
    handover.require_journal(journal.last_seq)
    reader = open_reader(journal_url(config.journal, config.data), archive=archive_folder(config.data))
    engine, loading_s = begin(config, reader, handover.handed_seq, handover.behind, show)
    snapshot_seq, began_s = engine.journal_seq, time.monotonic()
    gateway.begin(engine)
    replica = Replica(engine, [gateway.on_events, *sinks])
    with show("replaying the journal", "commands") as tell:
        replica.catch_up(reader, progress=tell)
    if engine.journal_seq != journal.last_seq:
        raise JournalError(f"replay ended at {engine.journal_seq}, the journal at {journal.last_seq}")
    keep_out_of_garbage_collection()
    return replica, Recovered(snapshot_seq, engine.journal_seq, loading_s, time.monotonic() - began_s)


def _found(sequencer: Sequencer, listing: Sequence[Operation]) -> None:
    """Have the venue know what is new in the configuration, all of it in one batch, before anybody trades."""
    refusals: list[str] = []

    def note_refusals(_first_seq: int, _time_ns: int, events: list[list[AnyEvent]]) -> None:
        for command, happened in zip(listing, events, strict=True):
            verb, subject, words = operation_told(command)
            told = " ".join(filter(None, (verb, subject, *words)))
            refusals.extend(
                f"{told}: {REASONS[event.reason].text} {event.text}".rstrip()
                for event in happened
                if isinstance(event, OperationRefused)
            )

    if listing:
        sequencer.submit_group(Group(listing, note_refusals))
    sequencer.settle()
    if refusals:
        raise OperatorError("\n  ".join(["the venue refused what the configuration says:", *refusals]))


def serve(
    config: VenueConfig,
    on_ready: Callable[[Venue], None],
    sinks: Sequence[Sink] = (),
    show: Show = unseen,
) -> int:
    """Run until SIGINT or SIGTERM; the exit status is 0, or 1 when the journal failed."""
    others = _keep_to_one_processor()
    with running_venue(config, sinks, show, other_processors=others) as venue:
        hurried = end_on_signals(venue.ended)
        on_ready(venue)
        venue.ended.wait()
        if not venue.sequencer.failure:
            _count_down([venue.gateway, *venue.others], config.fix.maintenance_s, hurried)
    return 1 if venue.sequencer.failure else 0


def _count_down(gateways: Sequence[FixGateway | OrderGatewayProcess], left_s: int, hurried: threading.Event) -> None:
    """Tell clients of the stop, again each time half of what was left is over; meanwhile they trade as ever."""
    while left_s and not hurried.is_set():
        log.warning("the venue stops in %d s; a second signal stops it at once", left_s)
        for gateway in gateways:
            gateway.announce_stop(left_s)
        hurried.wait(left_s - left_s // 2)
        left_s //= 2


def end_on_signals(ended: threading.Event) -> threading.Event:
    """Set `ended` at SIGINT and SIGTERM, and the event that is returned at the second of them. Called after the import
    of quickfix, which resets SIGINT to the default.

    A handler runs in the middle of whatever the main thread does, such as waiting for `ended`, or handling the signal
    before: it must take no lock, and an Event has one. A SimpleQueue takes none.
    """
    signals: SimpleQueue[int] = SimpleQueue()
    hurried = threading.Event()

    def wait() -> None:
        signals.get()
        ended.set()
        signals.get()
        hurried.set()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: signals.put(number))
    return hurried


def _keep_to_one_processor() -> list[int]:
    """Returns the processors that are left for others; none: they take turns with the venue.

    All threads of the venue take turns at one interpreter; on two processors they wake each other at
    every turn. Measured with four FIX sessions on an idle machine: 14,500 orders/s on two, 37,200 on one; with
    a single session it makes no difference. A venue started on chosen processors (taskset) stays on those."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) != os.cpu_count():
        return []
    own = allowed.pop(os.getpid() % len(allowed))
    os.sched_setaffinity(0, {own})
    return allowed
