"""`venue snapshot take|list|verify|prune`: copies of the engine's state, so that a replay need not begin at the first
command. They work beside a running venue, which has no part in them, and without one."""

import sys
from typing import Annotated, Final, TypeAlias

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.tables import shown, table
from venue.cli.terminal import progress
from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.journal import JournalReader, journal_url, open_reader
from venue.journal.phrases import time_text
from venue.snapshots import Snapshot, SnapshotStore, open_snapshots, prune, refusal, snapshots_url, take, verify

app = typer.Typer(no_args_is_help=True, help="Take, check and delete copies of the engine's state.")

NONE: Final = "there are no snapshots: `venue snapshot take` takes one"

Which: TypeAlias = Annotated[int | None, typer.Argument(metavar="[SEQ]", help="One snapshot's journal_seq.")]


@app.command("take")
def take_snapshot(config: Config = None, data: Data = None, settings: Settings = None) -> None:
    """Keep the state as it is at the journal's end, and delete what it replaces (snapshots.keep stay)."""
    loaded = configured(config, data, settings)
    reader, store = _reader(loaded), snapshots_of(loaded)
    taken = take(store, reader, on_refusal=tell_refusal, show=progress)
    snapshot = taken.snapshot
    if taken.is_new:
        begin = f"snapshot {taken.from_seq:,}" if taken.from_seq else "the whole journal"
        print(f"snapshot {snapshot.journal_seq:,} taken from {begin}: {_sizes(snapshot)}")
    else:
        print(f"snapshot {snapshot.journal_seq:,} stands at the journal's end already")
    print(f"state hash {snapshot.state_hash.hex()}")
    _tell_deleted(prune(store, reader, loaded.snapshots.keep))


@app.command("list")
def list_snapshots(config: Config = None, data: Data = None, settings: Settings = None) -> None:
    """Show the snapshots, newest first, and which of them this venue could not go on from."""
    loaded = configured(config, data, settings)
    reader, known = _reader(loaded), snapshots_of(loaded).newest_first()
    rows = table(">journal_seq", "state of", "taken", ">engine", ">bytes", ">stored", "state hash")
    for snapshot in known:
        rows.add_row(
            str(snapshot.journal_seq),
            time_text(snapshot.time_ns),
            time_text(snapshot.taken_ns),
            str(snapshot.engine_version),
            f"{snapshot.state_bytes:,}",
            f"{snapshot.stored_bytes:,}",
            snapshot.state_hash.hex()[:16],
        )
    shown(rows, NONE)
    for snapshot in known:
        if reason := refusal(snapshot, reader):
            print(reason)


@app.command("verify")
def verify_snapshots(
    journal_seq: Which = None,
    replay: Annotated[bool, typer.Option("--replay", help="Also replay the journal to it, and compare.")] = False,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Load one snapshot, or each, and compare what it holds with its state hash."""
    loaded = configured(config, data, settings)
    reader, store = _reader(loaded), snapshots_of(loaded)
    wrong: list[str] = []
    for snapshot in _chosen(store, journal_seq):
        try:
            verify(store, snapshot, reader, replays=replay, show=progress)
        except OperatorError as error:
            wrong.append(str(error))
        else:
            replayed = ", and what the journal gives" if replay else ""
            print(f"snapshot {snapshot.journal_seq:,} is whole{replayed}: {_sizes(snapshot)}")
            print(f"state hash {snapshot.state_hash.hex()}")
    if wrong:
        raise OperatorError("\n  ".join(wrong))


@app.command("prune")
def prune_snapshots(
    journal_seq: Which = None,
    keep: Annotated[int | None, typer.Option(min=1, help="How many stay. Default: snapshots.keep.")] = None,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Delete what is older than the newest few that can be used; or the one named."""
    loaded = configured(config, data, settings)
    store = snapshots_of(loaded)
    if journal_seq is None:
        deleted = prune(store, _reader(loaded), keep or loaded.snapshots.keep)
    else:
        deleted = [snapshot.journal_seq for snapshot in _chosen(store, journal_seq)]
        store.delete(deleted)
    _tell_deleted(deleted)
    if not deleted:
        print("nothing to delete")


def snapshots_of(config: VenueConfig) -> SnapshotStore:
    return open_snapshots(snapshots_url(config.snapshots, config.data))


def tell_refusal(reason: str) -> None:
    """The snapshot before is used, or none: that is no error, but somebody should know."""
    print(f"venue: {reason}", file=sys.stderr)


def _reader(config: VenueConfig) -> JournalReader:
    return open_reader(journal_url(config.journal, config.data))


def _chosen(store: SnapshotStore, journal_seq: int | None) -> list[Snapshot]:
    known = store.newest_first()
    if not known:
        raise OperatorError(NONE)
    chosen = [snapshot for snapshot in known if journal_seq in (None, snapshot.journal_seq)]
    if not chosen:
        there_are = ", ".join(str(snapshot.journal_seq) for snapshot in known)
        raise OperatorError(f"SEQ was {journal_seq}, of which there is no snapshot: there are {there_are}")
    return chosen


def _sizes(snapshot: Snapshot) -> str:
    return f"{snapshot.state_bytes:,} bytes in {snapshot.stored_bytes:,}"


def _tell_deleted(journal_seqs: list[int]) -> None:
    if journal_seqs:
        print(f"deleted: {', '.join(f'snapshot {journal_seq:,}' for journal_seq in journal_seqs)}")
