"""The replay of the whole journal, with a stop wherever something is kept that can be compared with it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import OperatorError
from venue.journal import JournalReader, same_behaviour_from
from venue.replica import Replica
from venue.snapshots import Show, Snapshot, SnapshotStore, load, refusal
from venue.snapshots import verify as verify_snapshot

Tell: TypeAlias = Callable[[str], None]
Differences: TypeAlias = Iterator[str]  # a sentence for each: where, what, both values


def difference(where: str, what: str, kept: object, given: object) -> str:
    return f"{where}: {what} is kept as {kept}, the journal gives {given}"


class Stop(NamedTuple):
    """`compare` is called with the engine as it is after journal_seq; `passed` is told when it found nothing."""

    journal_seq: int
    compare: Callable[[Engine], Differences]
    passed: str


def begin(store: SnapshotStore, reader: JournalReader, tell: Tell, show: Show) -> Engine:
    """An engine that has applied nothing; or, when older commands were removed or traded by another version, the one
    of the oldest snapshot behind them. Raises OperatorError when there is none."""
    first_seq = max(reader.first_seq(), same_behaviour_from(reader, ENGINE_VERSION))
    if first_seq == 1:
        return Engine()
    for snapshot in reversed(store.newest_first()):
        if snapshot.journal_seq >= first_seq - 1:
            try:
                engine = load(store, snapshot, reader, show)
            except OperatorError as error:
                tell(str(error))
                continue
            tell(f"the replay begins at {snapshot.where()}: older commands were removed or are of another version")
            return engine
    raise OperatorError(
        f"the journal can be replayed from journal_seq {first_seq} on, and no snapshot from there can be used: "
        "read along what was archived, or verify with the version that wrote the older commands"
    )


def differences(engine: Engine, reader: JournalReader, stops: Sequence[Stop], tell: Tell, show: Show) -> Differences:
    """In the order of the journal, which is read to its end. Raises JournalError where its chain breaks."""
    last_seq = reader.last_seq()
    for stop in sorted(stops, key=lambda stop: stop.journal_seq):
        _replay(engine, reader, stop.journal_seq, show)
        is_passed = True
        for sentence in stop.compare(engine):
            is_passed = False
            yield sentence
        if is_passed:
            tell(f"journal_seq {stop.journal_seq:,}: {stop.passed}")
    _replay(engine, reader, last_seq, show)
    tell(f"journal_seq {last_seq:,}: the end, state hash {engine.state_hash().hex()}")


def _replay(engine: Engine, reader: JournalReader, to_seq: int, show: Show) -> None:
    if to_seq > engine.journal_seq:
        with show(f"replaying the journal to {to_seq:,}", "commands") as on_progress:
            Replica(engine).catch_up(reader, to_seq, on_progress)


def snapshot_stops(
    store: SnapshotStore, reader: JournalReader, from_seq: int, tell: Tell, show: Show
) -> Iterator[Stop]:
    """One for each snapshot behind from_seq; those of another engine version are told, and left out."""
    for snapshot in store.newest_first():
        if snapshot.journal_seq <= from_seq:
            continue
        reason = refusal(snapshot, reader)
        if snapshot.engine_version != ENGINE_VERSION:
            version = f"engine version {snapshot.engine_version}, whose state hash is another"
            tell(reason or f"{snapshot.where()} is not compared: it was taken by {version}")
        elif reason:
            yield Stop(from_seq, partial(_refused, reason), "")
        else:
            compare = partial(_compare_snapshot, store, reader, snapshot, show)
            yield Stop(snapshot.journal_seq, compare, f"{snapshot.where()} is what the journal gives")


def _refused(reason: str, _engine: Engine) -> Differences:
    yield reason


def _compare_snapshot(
    store: SnapshotStore, reader: JournalReader, snapshot: Snapshot, show: Show, engine: Engine
) -> Differences:
    """The hash it is known by, then what it holds. One that was deleted meanwhile has nothing that could differ."""
    given = engine.state_hash()
    if given != snapshot.state_hash:
        yield difference(snapshot.where(), "state hash", snapshot.state_hash.hex(), given.hex())
        return
    try:
        verify_snapshot(store, snapshot, reader, show=show)
    except OperatorError as error:
        if snapshot in store.newest_first():
            yield str(error)
