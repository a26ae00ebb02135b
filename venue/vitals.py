"""How a running venue does, as it tells when it is asked: an answer of the command port, never journaled.

Times are nanoseconds since 1970, UTC; latencies microseconds.
"""

import msgspec

from venue.messages import FixSessionStatus


class LatencyFigures(msgspec.Struct, frozen=True, array_like=True):
    """Of the last minute or two, exact to 1 % (`venue/latency.py`); all 0 when nothing was measured."""

    count: int = 0
    p50_us: int = 0
    p95_us: int = 0
    p99_us: int = 0
    max_us: int = 0


class ReplicaPosition(msgspec.Struct, frozen=True, array_like=True):
    """How far a replica in another process has applied the journal, as it said itself at seen_ns."""

    name: str
    journal_seq: int
    seen_ns: int


class ReceivedMessage(msgspec.Struct, frozen=True, array_like=True):
    """A FIX message as it came, but for what somebody signs in with."""

    time_ns: int
    text: str


class Vitals(msgspec.Struct, frozen=True, array_like=True):
    """The venue at time_ns. Counts are since it started."""

    journal_seq: int  # applied, and so durable
    time_ns: int
    started_ns: int
    version: str
    is_accepting: bool
    failure: str  # why it stopped accepting; empty: it did not fail
    queue_len: int  # commands and questions that wait for the sequencer
    queue_max: int
    commands: int
    batches: int
    commit_latency: LatencyFigures  # of one batch: written and synced
    report_latency: LatencyFigures  # of an order at order gateway 0: from its FIX message to its first report
    fix_sessions: list[FixSessionStatus]
    replicas: list[ReplicaPosition]
