"""One snapshot taken and loaded again, step by step: a timing job of `bench_snapshots`."""

import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from tests.bench.timing import check, settle_garbage_collection
from venue.config import JournalConfig, SnapshotsConfig
from venue.engine.engine import Engine
from venue.journal import journal_url, open_reader
from venue.replica import Replica
from venue.snapshots import open_snapshots, snapshots_url
from venue.snapshots.chunks import cut, joined
from venue.snapshots.collecting import without_collections
from venue.snapshots.taking import save_state

Made = TypeVar("Made")


@without_collections()
def time_snapshot(folder: str) -> dict[str, Any]:
    """Seconds of each step. What is loaded must be what the journal gave."""
    reader = open_reader(journal_url(JournalConfig(), Path(folder)))
    store = open_snapshots(snapshots_url(SnapshotsConfig(), Path(folder)))
    engine = Engine()
    Replica(engine).catch_up(reader)
    settle_garbage_collection()
    snapshot = save_state(store, engine, reader, 0, lambda *_: None)
    dump, dump_s = _timed(engine.dump)
    chunks, cut_s = _timed(lambda: cut(dump))
    _, write_s = _timed(lambda: store.save(snapshot, chunks, lambda *_: None))  # in the place of the first
    read, read_s = _timed(lambda: joined(store.chunks(snapshot, lambda *_: None), snapshot.where()))
    digest, hash_s = _timed(lambda: blake2b(read, digest_size=32).digest())
    loaded, load_s = _timed(lambda: Engine.load(read))
    check("state hash", (digest, loaded.state_hash()), (snapshot.state_hash, snapshot.state_hash))
    return {
        "dump": dump_s,
        "write": cut_s + write_s,
        "read": read_s + hash_s,
        "load": load_s,
        "orders": sum(len(engine.open_orders(account.account)) for account in engine.accounts()),
        "state_bytes": len(dump),
        "stored_bytes": snapshot.stored_bytes,
    }


def _timed(step: Callable[[], Made]) -> tuple[Made, float]:
    begin = time.perf_counter()
    made = step()
    return made, time.perf_counter() - begin
