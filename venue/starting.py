"""Where a start begins: at the newest snapshot that may be used, or with the journal's first command.

May be used: every report up to it is in a message store, on the disk (venue/handed.py). What comes later is replayed,
and told unless a store has it. A snapshot is a cache: one that is damaged is told of and the one before it is used,
and where there is none the whole journal is replayed. What is left is a start that would lose something: refused.
"""

import gc
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from venue.config import VenueConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import OperatorError
from venue.journal import JournalReader, require_same_behaviour
from venue.snapshots import Show, SnapshotStore, newest_valid, open_snapshots, snapshots_url

log = logging.getLogger(__name__)


class Recovered(NamedTuple):
    """What a start took. `snapshot_seq` is 0 where none was used."""

    snapshot_seq: int
    journal_seq: int
    loading_s: float
    replaying_s: float

    def told(self) -> str:
        """In a sentence for the person who starts the venue; "" when there was nothing to recover."""
        if not self.journal_seq:
            return ""
        replayed = self.journal_seq - self.snapshot_seq
        parts = [f"{replayed:,} commands replayed in {self.replaying_s:.1f} s"]
        if self.snapshot_seq:
            parts.insert(0, f"snapshot {self.snapshot_seq} loaded in {self.loading_s:.1f} s")
        return f"recovered: {', '.join(parts)}"


class Beginning(NamedTuple):
    engine: Engine
    loading_s: float


def begin(
    config: VenueConfig, reader: JournalReader, handed_seq: int, behind: Mapping[str, int], show: Show
) -> Beginning:
    """The engine from which the rest of the journal is to be replayed.

    `behind` are sessions whose stores are only known to have the reports up to a lower journal_seq. Where nothing is
    left to replay from there, they miss what is between, and are named in the log. Raises OperatorError when there is
    nothing to begin from at `handed_seq` either, JournalError when the journal is broken.
    """
    began_s = time.monotonic()
    store = open_snapshots(snapshots_url(config.snapshots, config.data))
    engine = None
    wanted_seq = min([handed_seq, *behind.values()])
    if wanted_seq < handed_seq:
        with suppress(OperatorError):
            engine = _at_or_before(wanted_seq, store, reader, show)
            log.warning("stores that lack reports: %s; the start begins at %d", _named(behind), engine.journal_seq)
    if engine is None:
        engine = _at_or_before(handed_seq, store, reader, show)
        if wanted_seq < handed_seq:
            log.error(
                "stores that lack reports: %s; nothing is left to replay before %d: these sessions must ask for the "
                "status of their orders",
                _named(behind),
                engine.journal_seq,
            )
    return Beginning(engine, time.monotonic() - began_s)


def keep_out_of_garbage_collection() -> None:
    """What was recovered: open orders live long and form no cycles, and a full collection over them is a pause for
    nothing. Once, in a process that then serves sessions on threads."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
    sys.setswitchinterval(0.0005)  # a waiting thread gets the interpreter after 0.5 ms, not 5


def _named(behind: Mapping[str, int]) -> str:
    return ", ".join(f"{name} after {seq}" for name, seq in sorted(behind.items()))


def _at_or_before(until_seq: int, store: SnapshotStore, reader: JournalReader, show: Show) -> Engine:
    """Raises OperatorError when there is nothing to begin from, or another engine version traded what comes then."""
    engine = _newest(until_seq, store, reader, show)
    if engine is None:
        first_seq = reader.first_seq()
        if first_seq > 1:
            raise OperatorError(
                f"the journal begins at journal_seq {first_seq}, and there is no snapshot to begin from at or before "
                f"{until_seq}, up to where the clients have been told all: put back the files of the archive, or the "
                "snapshots, from a copy"
            )
        engine = Engine()
    require_same_behaviour(reader, engine.journal_seq + 1, ENGINE_VERSION)
    return engine


def _newest(until_seq: int, store: SnapshotStore, reader: JournalReader, show: Show) -> Engine | None:
    def warn(reason: str) -> None:
        log.warning("a snapshot is not used: %s", reason)

    try:
        found = newest_valid(store, reader, until_seq, on_refusal=warn, show=show)
    except OperatorError as error:
        log.warning("no snapshot is used: %s", error)
        return None
    return found[1] if found else None
