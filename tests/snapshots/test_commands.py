"""`venue snapshot` and `venue replay` as an operator types them."""

import re
from pathlib import Path

import pytest

from tests.cli.shell import DEMO_CONFIG, Answer, Shell, demo_venue
from tests.journal.journals import execute
from tests.snapshots.places import Place
from tests.support.venue_process import VenueProcess
from venue.engine.engine import ENGINE_VERSION
from venue.journal.remote import RemoteJournal
from venue.messages import OpenAccount


@pytest.fixture
def shell(sqlite_place: Place, tmp_path: Path) -> Shell:
    """A shell in whose data folder the place's databases are; no venue runs."""
    return Shell(VenueProcess(DEMO_CONFIG, tmp_path), tmp_path / "home")


def failure(answer: Answer) -> str:
    assert answer.status == 2
    return "\n".join(answer.errors)


def test_take_list_verify_and_prune(shell: Shell, sqlite_place: Place) -> None:
    """The life of snapshots in commands: each says what it did, the newest snapshots.keep stay."""
    sqlite_place.grow(3)
    assert shell.run_here("snapshot", "list").lines == ["there are no snapshots: `venue snapshot take` takes one"]
    for to_seq, begin in ((300, "the whole journal"), (600, "snapshot 300"), (900, "snapshot 600")):
        sqlite_place.grow(to_seq)
        lines = shell.run_here("snapshot", "take", "--set", "snapshots.keep=2").lines
        assert re.fullmatch(rf"snapshot {to_seq} taken from {begin}: [\d,]+ bytes in [\d,]+", lines[0])
        assert lines[1] == f"state hash {sqlite_place.replayed().state_hash().hex()}"
    assert lines[2:] == ["deleted: snapshot 300"]
    again = shell.run_here("snapshot", "take").lines
    assert again[0] == "snapshot 900 stands at the journal's end already"
    listed = shell.run_here("snapshot", "list").lines
    assert [line.split()[0] for line in listed] == ["journal_seq", "900", "600"]
    verified = shell.run_here("snapshot", "verify", "--replay").lines
    assert [line.split(":")[0] for line in verified[::2]] == [
        "snapshot 900 is whole, and what the journal gives",
        "snapshot 600 is whole, and what the journal gives",
    ]
    assert shell.run_here("snapshot", "prune").lines == ["nothing to delete"]
    assert shell.run_here("snapshot", "prune", "--keep", "1").lines == ["deleted: snapshot 600"]
    assert shell.run_here("snapshot", "prune", "900").lines == ["deleted: snapshot 900"]
    none_kept = shell.run_here("snapshot", "take", "--set", "snapshots.keep=0")
    assert failure(none_kept).endswith("snapshots.keep was '0': must be at least 1")


def test_what_cannot_be_used_is_told(shell: Shell, sqlite_place: Place) -> None:
    """list and verify name each one that is refused; take and replay say so, and use the one before."""
    sqlite_place.grow(3)
    assert failure(shell.run_here("snapshot", "verify")) == (
        "venue: there are no snapshots: `venue snapshot take` takes one"
    )
    for to_seq in (300, 600, 900):
        sqlite_place.take(to_seq)
    execute(sqlite_place.snapshots_url, "UPDATE snapshot SET engine_version = 1 WHERE journal_seq = 900")
    execute(sqlite_place.snapshots_url, "DELETE FROM snapshot_chunk WHERE journal_seq = 600")
    older = f"snapshot 900 was taken by engine version 1, this venue has {ENGINE_VERSION}: take a new one"
    assert shell.run_here("snapshot", "list").lines[-1] == older
    verified = shell.run_here("snapshot", "verify")
    assert failure(verified).splitlines()[0] == f"venue: {older}"
    assert "snapshot 600 is damaged: its 0 bytes" in failure(verified)
    assert "snapshot 300 is whole" in verified.lines[0]
    assert failure(shell.run_here("snapshot", "verify", "700")) == (
        "venue: SEQ was 700, of which there is no snapshot: there are 900, 600, 300"
    )
    for command in (("replay",), ("snapshot", "take")):
        answer = shell.run_here(*command)
        assert answer.status == 0
        assert answer.errors[0] == f"venue: {older}"
        assert answer.errors[1].startswith("venue: snapshot 600 is damaged")
        assert any(re.search(r"(taken|replayed) from snapshot 300", line) for line in answer.lines)


def test_replay_begins_at_the_newest_snapshot_before(shell: Shell, sqlite_place: Place) -> None:
    """With the same state as from the start, at any moment; and it says where it began."""
    for to_seq in (300, 600):
        sqlite_place.take(to_seq)
    sqlite_place.grow(900)
    for until, begin in ((299, "the start"), (300, "snapshot 300"), (500, "snapshot 300"), (900, "snapshot 600")):
        lines = shell.run_here("replay", "--until", str(until)).lines
        assert re.match(rf"replayed from {begin} in \d", lines[-2])
        assert lines[-1] == f"state hash {sqlite_place.replayed(until).state_hash().hex()}"
        assert shell.run_here("replay", "--until", str(until), "--from-start").lines[-1] == lines[-1]


def test_long_work_shows_how_far_it_is(shell: Shell, sqlite_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part with what it counts: chunks read, commands replayed, chunks written."""
    sqlite_place.take(300)
    sqlite_place.grow(302)
    monkeypatch.setattr("venue.cli.terminal.QUIET_S", 0.0)
    lines = shell.run_here("snapshot", "take").lines
    assert lines[:3] == [
        "reading snapshot 300: 1 of 1 chunks, 100 %",
        "replaying the journal: 302 of 302 commands, 100 %",
        "writing snapshot 302: 1 of 1 chunks, 100 %",
    ]


def test_snapshots_are_taken_beside_a_running_venue(tmp_path: Path) -> None:
    """The venue goes on meanwhile; snapshot and replay come to the same state."""
    venue = demo_venue(tmp_path)
    venue.start()
    try:
        shell = Shell(venue, tmp_path / "home")
        with RemoteJournal(venue.data) as journal:
            journal.append([OpenAccount("NEW1", by="ann", why="test")])
            first = shell.run_here("snapshot", "take")
            journal.append([OpenAccount("NEW2", by="ann", why="test")])
            second = shell.run_here("snapshot", "take")
    finally:
        venue.kill_if_running()
    assert (first.status, second.status) == (0, 0)
    assert second.lines[1] == shell.run_here("replay", "--from-start").lines[-1]
    assert len(shell.run_here("snapshot", "verify", "--replay").lines) == 4
