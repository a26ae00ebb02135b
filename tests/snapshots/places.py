"""A journal that grows as a test wants, and the snapshots of it: what the tests here do with both."""

from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.support.order_flow import batch_time_ns, placed, seeded_drafts
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import JournalReader, open_reader, open_writer
from venue.messages import AnyCommand
from venue.replica import Replica
from venue.snapshots import Snapshot, SnapshotStore, newest_valid, open_snapshots, take

TAKEN_NS: Final = 1_795_467_600_000_000_000


@cache
def flow() -> list[AnyCommand]:
    """Orders of all kinds, trades, limits, switches, days: 900 commands that change whatever a state has."""
    return placed(seeded_drafts(4, 900))


@dataclass(frozen=True)
class Place:
    """Two databases, both empty at first. A snapshot taken here has its journal_seq as the seconds it was taken."""

    journal_url: str
    snapshots_url: str

    @property
    def reader(self) -> JournalReader:
        return open_reader(self.journal_url)

    @property
    def store(self) -> SnapshotStore:
        return open_snapshots(self.snapshots_url)

    def grow(self, to_seq: int) -> None:
        """Append the flow's next commands, in batches of the commands that have one time."""
        with closing(open_writer(self.journal_url, ENGINE_VERSION)) as writer:
            while writer.last_seq < to_seq:
                next_seq = writer.last_seq + 1
                time_ns = batch_time_ns(next_seq)
                end = min(time_ns + 3, to_seq + 1)
                writer.append(flow()[next_seq - 1 : end - 1], time_ns)

    def take(self, to_seq: int) -> Snapshot:
        """Grow the journal and take a snapshot of its end; no older one may be refused."""
        self.grow(to_seq)
        taken = take(self.store, self.reader, on_refusal=refuse_none, clock=lambda: TAKEN_NS + to_seq)
        assert taken.is_new
        return taken.snapshot

    def taken(self) -> list[int]:
        return [snapshot.journal_seq for snapshot in self.store.newest_first()]

    def replayed(self, to_seq: int | None = None) -> Engine:
        """From nothing, as if there were no snapshots."""
        engine = Engine()
        Replica(engine).catch_up(self.reader, to_seq)
        return engine

    def used(self, until_seq: int | None = None) -> tuple[int, list[str]]:
        """The journal_seq of the snapshot that is used (0: none), and what was said of those that are not."""
        refusals: list[str] = []
        newest = newest_valid(self.store, self.reader, until_seq, on_refusal=refusals.append)
        return (newest[1].journal_seq if newest else 0), refusals


def refuse_none(reason: str) -> None:
    raise AssertionError(reason)
