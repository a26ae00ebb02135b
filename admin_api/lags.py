"""How far behind the venue its replicas are, this process among them.

In commands: the venue's journal_seq less what the replica said of itself. In seconds: how long ago the venue was
where the replica is, to the second, because the venue is asked once a second (view.py).
"""

import time
from bisect import bisect_right
from collections import deque
from typing import Final, NamedTuple

from venue.latency import Latencies
from venue.messages import AnyCommand, AnyEvent
from venue.vitals import ReplicaPosition, Vitals

REMEMBERED_MAX: Final = 3_600  # answers of the venue, so that a lag is told up to an hour


class ReplicaLag(NamedTuple):
    """behind_s: at least so long, when the replica is further back than is remembered."""

    name: str
    journal_seq: int
    behind_commands: int
    behind_s: float
    seen_ns: int  # when the replica said so


class Lags:
    """`apply` is the time from a command's stamp in the venue to its being applied here, once a batch."""

    def __init__(self, start_seq: int) -> None:
        """What was in the journal at the start, up to start_seq, is replayed: that is no lag."""
        self.apply: Final = Latencies()
        self._start_seq = start_seq
        self._batch_ns = 0
        self._passed: deque[tuple[int, int]] = deque(maxlen=REMEMBERED_MAX)  # (journal_seq of the venue, when)

    def on_events(self, journal_seq: int, time_ns: int, _command: AnyCommand, _events: list[AnyEvent]) -> None:
        if time_ns != self._batch_ns:
            self._batch_ns = time_ns
            if journal_seq > self._start_seq:
                self.apply.record(time.time_ns() - time_ns)

    def note(self, vitals: Vitals) -> None:
        """Remember where the venue was when it was asked."""
        if not self._passed or self._passed[-1][0] < vitals.journal_seq:
            self._passed.append((vitals.journal_seq, vitals.time_ns))

    def of(self, vitals: Vitals) -> list[ReplicaLag]:
        """By name; one that has not been heard of for longer is still where it last said it was."""
        return [self._lag(vitals, position) for position in vitals.replicas]

    def _lag(self, vitals: Vitals, position: ReplicaPosition) -> ReplicaLag:
        behind = max(vitals.journal_seq - position.journal_seq, 0)
        behind_s = (vitals.time_ns - self._left_ns(position.journal_seq, vitals)) / 1e9 if behind else 0.0
        return ReplicaLag(position.name, position.journal_seq, behind, max(behind_s, 0.0), position.seen_ns)

    def _left_ns(self, journal_seq: int, vitals: Vitals) -> int:
        """When the venue was first seen beyond this command."""
        place = bisect_right(self._passed, journal_seq, key=lambda passed: passed[0])
        return self._passed[place][1] if place < len(self._passed) else vitals.time_ns
