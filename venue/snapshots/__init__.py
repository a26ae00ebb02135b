"""Snapshots: the engine's state as it was after one command of the journal, kept so that nobody need replay it all.

    journal ──catch up──► engine ──dump──► chunks ──one transaction──► snapshot, snapshot_chunk
                            ▲                                                    │
                            └────────────── load, then the rest of the journal ◄─┘

Who takes one is a replica of its own, in a process of its own: it loads the newest snapshot, replays what the
journal has beyond, and stores what comes out. The venue neither waits for it nor knows of it.

A cache, no record, as long as the journal is whole: it then holds all that a snapshot does, and to delete one costs
time at the next replay, nothing else. Of a journal whose beginning was archived or pruned the oldest snapshot is where
a replay begins (keeping.py). Nothing is repaired: a snapshot that is not whole, of another engine version, of another
journal or beyond the journal's end is refused in a sentence, and the one before it is used.

Whole or not there. A snapshot is written in one transaction; a process killed while it takes one leaves
nothing. It is known by the hash of its state, and tied to its journal by the chain hash of the batch it stands
behind: who goes on from it reads a journal whose past is the one the snapshot was made of.

They stand in snapshots.sqlite in the data folder, or in whatever database `snapshots.url` names.
"""

from venue.snapshots.keeping import first_needed, prune
from venue.snapshots.loading import load, newest_valid, refusal, verify
from venue.snapshots.progress import Show
from venue.snapshots.store import Snapshot, SnapshotStore, open_snapshots, snapshots_url
from venue.snapshots.taking import Taken, take

__all__ = [
    "Show",
    "Snapshot",
    "SnapshotStore",
    "Taken",
    "first_needed",
    "load",
    "newest_valid",
    "open_snapshots",
    "prune",
    "refusal",
    "snapshots_url",
    "take",
    "verify",
]
