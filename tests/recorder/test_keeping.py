"""Snapshots by policy: after so many commands, after so long, at the end; and what may go once one is taken."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from tests.recorder.conftest import MakeRecorder
from tests.recorder.histories import Place, flow
from tests.support.recorder_process import recorder_config
from venue.handed import Handed
from venue.journal import archive_folder, open_reader
from venue.journal.database import sqlite_url
from venue.recorder.database import open_to_write
from venue.recorder.keeping import SnapshotKeeper, tidy
from venue.recorder.recording import Recording, begin
from venue.snapshots import SnapshotStore, open_snapshots


class Watched:
    """A recorder's history and snapshots of a journal that grows, in this process; `now_s` is its clock."""

    def __init__(self, place: Place, data: Path, **sections: Any) -> None:
        self.place = place
        self.config = recorder_config(data, **sections)
        self.store: SnapshotStore = open_snapshots(sqlite_url(data, "snapshots"))
        self.database: Database = open_to_write(place.history_url)
        place.grow(flow("all", 1_000), 3)
        self.recording: Recording = begin(self.database, place.reader, on_refusal=lambda _: None)
        self.now_s = 0.0
        self.keeper = SnapshotKeeper(
            self.config, self.store, place.reader, self.database, lambda: self.recording.position.journal_seq,
            lambda: self.now_s,
        )  # fmt: skip

    def go_on(self, to_seq: int) -> None:
        """The journal grows batch by batch, the history with it, and after each it is looked whether one is due."""
        self.place.grow(flow("all", 1_000), to_seq)
        for batch in self.place.reader.read(self.recording.position.journal_seq + 1):
            self.recording.apply(batch, batch.commands())
            self.recording.write()
            self.keeper.look(self.recording.engine)

    def taken(self) -> list[int]:
        return [snapshot.journal_seq for snapshot in self.store.newest_first()]

    def close(self) -> None:
        self.keeper.stop()
        self.recording.close()


def test_snapshot_is_taken_after_so_many_commands(sqlite_place: Place, tmp_path: Path) -> None:
    """Behind the batch with which they are complete, whatever the clock says."""
    watched = Watched(sqlite_place, tmp_path, snapshots={"commands": 100, "interval_s": 0})
    watched.go_on(99)
    assert watched.taken() == []
    watched.go_on(300)
    watched.close()
    assert watched.taken() == [203, 101]


def test_snapshot_is_taken_after_so_long_if_there_was_a_command(sqlite_place: Place, tmp_path: Path) -> None:
    """An idle venue makes none."""
    watched = Watched(sqlite_place, tmp_path, snapshots={"commands": 0, "interval_s": 60})
    watched.go_on(30)
    watched.now_s = 59.0
    watched.keeper.look(watched.recording.engine)
    assert watched.taken() == []
    watched.now_s = 60.0
    watched.keeper.look(watched.recording.engine)
    watched.now_s = 600.0
    watched.keeper.look(watched.recording.engine)
    assert watched.taken() == [30]
    watched.go_on(31)
    watched.close()
    assert watched.taken() == [31, 30]


def test_snapshot_that_cannot_be_written_is_told_and_tried_again_later(
    sqlite_place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not at every batch: after half a minute."""
    (tmp_path / "snapshots.sqlite").mkdir()
    watched = Watched(sqlite_place, tmp_path, snapshots={"commands": 10, "interval_s": 0})
    watched.go_on(60)
    failures = [record for record in caplog.records if record.getMessage().startswith("no snapshot was taken: ")]
    assert len(failures) == 1
    (tmp_path / "snapshots.sqlite").rmdir()
    watched.now_s = 30.0
    watched.go_on(62)
    watched.close()
    assert watched.taken() == [62]


@pytest.mark.parametrize(
    ("retention", "handed_seq", "history_seq", "kept", "from_seq"),
    [
        ("keep", 905, 905, [902, 752], 1),
        ("archive", 905, 905, [902, 752], 750),  # the two newest, and the journal behind them
        ("prune", 905, 905, [902, 752], 750),
        ("prune", 455, 905, [902, 752, 452], 450),  # a client was told up to 455
        ("archive", 905, 451, [902, 752, 302], 300),  # the history ends there
        ("archive", 100, 905, [902, 752], 1),  # nobody was told more than the oldest one says: all is needed
    ],
)
def test_what_somebody_still_needs_stays(
    sqlite_place: Place,
    tmp_path: Path,
    retention: str,
    handed_seq: int,
    history_seq: int,
    kept: list[int],
    from_seq: int,
) -> None:
    """The newest snapshots, those that a start of the venue or of the recorder begins from, and the journal from the
    oldest of them on."""
    config = recorder_config(
        tmp_path, journal={"retention": retention}, snapshots={"keep": 2, "commands": 150, "interval_s": 0}
    )
    watched = Watched(sqlite_place, tmp_path, snapshots={"keep": 9, "commands": 150, "interval_s": 0})
    (tmp_path / "fix").mkdir()
    watched.go_on(905)
    watched.close()
    assert watched.taken() == [902, 752, 602, 452, 302, 152]
    Handed(tmp_path / "fix").write(handed_seq)
    tidy(config, watched.store, sqlite_place.reader, watched.database, history_seq, threading.Event(), 1)
    assert watched.taken() == kept
    first_seq = open_reader(sqlite_place.journal_url).first_seq()
    assert first_seq == (1 if retention == "keep" else from_seq)
    whole = open_reader(sqlite_place.journal_url, archive=archive_folder(tmp_path))
    assert whole.first_seq() == (first_seq if retention == "prune" else 1)


def test_recorder_takes_a_snapshot_when_it_ends(make_recorder: MakeRecorder, sqlite_place: Place) -> None:
    """The process: at a clean stop, of the journal's end, once; the next start begins from it."""
    sqlite_place.grow(flow("all", 300), 200)
    recorder = make_recorder()
    recorder.start()
    recorder.wait_until_ready()
    sqlite_place.grow(flow("all", 300), 250)
    assert recorder.stop() == 0
    store = open_snapshots(sqlite_url(recorder.config.data, "snapshots"))
    assert [snapshot.journal_seq for snapshot in store.newest_first()] == [250]
    recorder.start()
    recorder.wait_until_ready()
    assert recorder.stop() == 0
    assert [snapshot.journal_seq for snapshot in store.newest_first()] == [250]
    told = recorder.told("info")
    assert "the history goes on after journal_seq 250" in told
    assert recorder.told("error") == []
