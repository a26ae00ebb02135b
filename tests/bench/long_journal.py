"""A data folder as a venue leaves it after millions of commands: a timing job of `bench_start`.

The flow of `workload.py`, in ten instruments, in full batches, with a snapshot wherever the default policy takes one
and no sync: it is only to be read.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from tests.bench.flow import START_NS, commands_from, opening_commands
from tests.bench.timing import settle_garbage_collection
from tests.bench.workload import Flow
from venue.config import JournalConfig, SnapshotsConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import JournalReader, JournalWriter, journal_url, open_reader, open_writer
from venue.messages import AnyCommand
from venue.replica import Replica
from venue.snapshots import SnapshotStore, open_snapshots, prune, snapshots_url
from venue.snapshots.taking import save_state

SYMBOLS: Final = 10
BATCH: Final = 1_000


def write_long_journal(folder: str, count: str, snapshot_every: str) -> dict[str, Any]:
    """`count` commands, the last snapshot_every - 1 of them behind the newest snapshot: the most a start replays."""
    data, last_seq, every = Path(folder), int(count), int(snapshot_every)
    url = journal_url(JournalConfig(), data)
    store, replica = open_snapshots(snapshots_url(SnapshotsConfig(), data)), Replica(Engine())
    settle_garbage_collection()
    began_s = time.perf_counter()
    with closing(open_writer(url, synchronous="NORMAL", engine_version=ENGINE_VERSION)) as writer:
        reader = open_reader(url)
        commands = _commands(last_seq)
        while replica.engine.journal_seq + every <= last_seq:
            _go_on(writer, replica, commands, every)
            _snapshot(store, replica.engine, reader)
        _go_on(writer, replica, commands, last_seq - replica.engine.journal_seq)
    engine = replica.engine
    return {
        "commands": engine.journal_seq,
        "open_orders": sum(len(engine.open_orders(account.account)) for account in engine.accounts()),
        "elapsed_s": time.perf_counter() - began_s,
    }


def _commands(count: int) -> Iterator[AnyCommand]:
    rows = Flow(symbols=SYMBOLS, depth=min(1_000, count // 20), seed=42).rows(count)
    return islice(chain(opening_commands(SYMBOLS), commands_from(rows)), count)


def _go_on(writer: JournalWriter, replica: Replica, commands: Iterator[AnyCommand], count: int) -> None:
    """Journal and apply so many more."""
    while count > 0:
        batch = list(islice(commands, min(BATCH, count)))
        time_ns = START_NS + writer.last_seq
        replica.apply_batch(writer.append(batch, time_ns), time_ns, batch)
        count -= len(batch)


def _snapshot(store: SnapshotStore, engine: Engine, reader: JournalReader) -> None:
    save_state(store, engine, reader, engine.time_ns, lambda *_: None)
    prune(store, reader, SnapshotsConfig().keep)
