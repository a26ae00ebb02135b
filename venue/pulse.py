"""What a running venue tells of itself when it is asked for its vitals, and how far its replicas say they are.

Everything is read without waiting for the sequencer, so that it can be asked when the venue is at its limit.
"""

import threading
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

import msgspec

from venue.latency import Latencies
from venue.messages import FixSessionStatus
from venue.sequencer import Sequencer
from venue.vitals import ReplicaPosition, Vitals

REPLICAS_MAX: Final = 64  # the one not heard of for longest is forgotten
NAME_LEN_MAX: Final = 64
SILENT_S: Final = 3.0  # an order gateway tells of its sessions every second
SESSIONS_MAX: Final = 10_000

_statuses: Final = msgspec.json.Decoder(list[FixSessionStatus]).decode


class OthersSessions:
    """Those that further order gateways serve, as these have told. Of a gateway that is silent nobody is logged on."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, FixSessionStatus]] = {}
        self._changing = threading.Lock()

    def note(self, statuses: list[FixSessionStatus]) -> None:
        with self._changing:
            now_s = time.monotonic()
            self._told |= {status.comp_id: (now_s, status) for status in statuses}
            for _ in range(len(self._told) - SESSIONS_MAX):
                del self._told[next(iter(self._told))]

    def now(self) -> list[FixSessionStatus]:
        with self._changing:
            told, silent_s = list(self._told.values()), time.monotonic() - SILENT_S
        return [status if told_s > silent_s else _gone(status) for told_s, status in told]


def _gone(status: FixSessionStatus) -> FixSessionStatus:
    return msgspec.structs.replace(status, is_logged_on=False, connected_since_ns=0)


class Pulse:
    """Any thread may ask. `report_latencies` are of one order each: from its message to its first report. `names` of
    sessions are in the order in which they are to be told, whichever gateway serves them."""

    def __init__(
        self,
        sequencer: Sequencer,
        fix_sessions: Callable[[], list[FixSessionStatus]],
        report_latencies: Latencies,
        names: Sequence[str] = (),
    ) -> None:
        self._sequencer = sequencer
        self._fix_sessions = fix_sessions
        self._report_latencies = report_latencies
        self._places = {name: place for place, name in enumerate(names)}
        self._started_ns = time.time_ns()
        self._version = version("venue")
        self._others_sessions = OthersSessions()
        self._replicas: dict[str, ReplicaPosition] = {}
        self._changing = threading.Lock()

    def vitals(self, replica: str = "", journal_seq: int = 0, fix_sessions: str = "") -> Vitals:
        """`replica`, unless it is empty, says that it has applied the journal up to `journal_seq`; an order gateway
        also how its sessions are: FixSessionStatus, in JSON. Raises msgspec.DecodeError when that is something else."""
        sequencer, now_ns = self._sequencer, time.time_ns()
        told = _statuses(fix_sessions) if fix_sessions else []  # before anything is noted
        if replica:
            self._note(ReplicaPosition(str(replica)[:NAME_LEN_MAX], int(journal_seq), now_ns))  # as a peer sent them
        self._others_sessions.note(told)
        return Vitals(
            journal_seq=sequencer.journal_seq,
            time_ns=now_ns,
            started_ns=self._started_ns,
            version=self._version,
            is_accepting=sequencer.is_accepting,
            failure=str(sequencer.failure or ""),
            queue_len=sequencer.queue_len,
            queue_max=sequencer.queue_max,
            commands=sequencer.commands,
            batches=sequencer.batches,
            commit_latency=sequencer.commit_latencies.figures(),
            report_latency=self._report_latencies.figures(),
            fix_sessions=self._all_sessions(),
            replicas=self._positions(),
        )

    def _all_sessions(self) -> list[FixSessionStatus]:
        every = self._fix_sessions() + self._others_sessions.now()
        return sorted(every, key=lambda status: self._places.get(status.comp_id, len(self._places)))

    def _note(self, position: ReplicaPosition) -> None:
        with self._changing:
            self._replicas.pop(position.name, None)  # the newest stands last
            self._replicas[position.name] = position
            if len(self._replicas) > REPLICAS_MAX:
                del self._replicas[next(iter(self._replicas))]

    def _positions(self) -> list[ReplicaPosition]:
        with self._changing:
            return sorted(self._replicas.values(), key=lambda position: position.name)
