"""A start from a snapshot tells what a replay of the whole journal would tell after it, to everybody."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, text

from tests.snapshots.places import Place, flow
from tests.support.order_flow import batch_time_ns
from venue.config import (
    ApiConfig,
    FixConfig,
    GateConfig,
    JournalConfig,
    RecorderConfig,
    SessionConfig,
    SnapshotsConfig,
    VenueConfig,
)
from venue.engine.engine import Engine
from venue.errors import JournalError, OperatorError
from venue.fix.gateway import FixGateway
from venue.handed import Handed, Position, Stored
from venue.journal import archive_folder, journal_url, open_reader
from venue.journal.retention import archive, prune
from venue.replica import Replica
from venue.snapshots import snapshots_url
from venue.snapshots.progress import unseen
from venue.starting import begin

SESSIONS: Final = ("S1", "S2", "S3")
END: Final = len(flow()) // 3 * 3
SNAPSHOTS: Final = (300, 600, 840)
OF_THE_MOMENT: Final = re.compile(r"\x01(?:9|34|52|10)=[^\x01]*")  # length, number, sending time, checksum


class Folder:
    """A data folder with a journal of all kinds of commands and three snapshots on its way; no client was there."""

    def __init__(self, data: Path) -> None:
        self.config = VenueConfig(
            data=data,
            api=ApiConfig(enabled=False),
            gate=GateConfig(enabled=False),
            recorder=RecorderConfig(enabled=False),
            fix=FixConfig(port=0),
            sessions={name: SessionConfig(trades=("ANN",)) for name in SESSIONS},
        )
        self.place = Place(journal_url(JournalConfig(), data), snapshots_url(SnapshotsConfig(), data))
        self.handed = Handed(data / "fix")

    def fill(self, end: int = END) -> None:
        (self.config.data / "fix").mkdir(parents=True)
        for journal_seq in SNAPSHOTS:
            if journal_seq <= end:
                self.place.take(journal_seq)
        self.place.grow(end)

    def start(self) -> int:
        """Do what a start does before it opens the port; returns the journal_seq it began at."""
        gateway = FixGateway(self.config)
        try:
            handover, reader = gateway.handover, open_reader(self.place.journal_url, archive_folder(self.config.data))
            handover.require_journal(reader.last_seq())
            engine, _ = begin(self.config, reader, handover.handed_seq, handover.behind, unseen)
            began_seq = engine.journal_seq
            gateway.begin(engine)
            Replica(engine, [gateway.on_events]).catch_up(reader)
            assert engine.state_hash() == whole(engine.journal_seq).state_hash()
            handover.open()
        finally:
            gateway.close()
        return began_seq

    def reports(self) -> list[list[tuple[int, str]]]:
        """What the store of each session holds: journal_seq and the text of each report, in order."""
        return [self.reports_of(name) for name in SESSIONS]

    def reports_of(self, session: str) -> list[tuple[int, str]]:
        body = (self.config.data / "fix" / f"FIX.4.4-VENUE-{session}.body").read_text()
        messages = [f"8=FIX{message}" for message in body.split("8=FIX")[1:]]
        found = [re.search(r"\x015001=(\d+)\x01", message) for message in messages]
        return [
            (int(seq[1]), OF_THE_MOMENT.sub("", message)) for seq, message in zip(found, messages, strict=True) if seq
        ]

    def cut_store(self, session: str, journal_seq: int) -> Position:
        """Have the session's store as it was after journal_seq, and those of the others empty or whole as they are;
        returns how far it had been told."""
        copy = Folder(self.config.data.with_name("copy"))
        shutil.rmtree(copy.config.data, ignore_errors=True)
        copy.fill(journal_seq)
        copy.start()
        fix = copy.config.data / "fix"
        for file in [*fix.glob(f"FIX.4.4-VENUE-{session}.*"), fix / f"{session}.position"]:
            if file.exists():
                shutil.copy(file, self.config.data / "fix")
        return copy.handed.told().stores[session].told

    def damage(self, snapshot: int) -> None:
        engine = create_engine(self.place.snapshots_url)
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE snapshot_chunk SET payload = x'00' WHERE journal_seq = :seq"), {"seq": snapshot}
            )
        engine.dispose()


@cache
def whole(end: int) -> Engine:
    """The state at journal_seq `end`, replayed from nothing."""
    engine = Engine()
    for journal_seq, command in enumerate(flow()[:end], 1):
        engine.apply(command, journal_seq, batch_time_ns(journal_seq))
    return engine


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "data")
    made.fill()
    return made


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[int, str]]]:
    """What each session is told of the whole journal."""
    made = Folder(tmp_path_factory.mktemp("whole") / "data")
    made.fill()
    assert made.start() == 0
    return made.reports()


def flagged(reports: list[tuple[int, str]], told_seq: int) -> list[tuple[int, str]]:
    """Those behind told_seq with PossResend(97)=Y, which stands behind TargetCompID(56)."""
    return [
        (seq, text if seq <= told_seq else text.replace("\x0156=S2\x01", "\x0156=S2\x0197=Y\x01"))
        for seq, text in reports
    ]


def after(told: list[list[tuple[int, str]]], journal_seq: int) -> list[list[tuple[int, str]]]:
    return [[report for report in reports if report[0] > journal_seq] for reports in told]


@pytest.mark.parametrize(("handed", "used"), [(600, 600), (839, 600), (840, 840), (END, 840), (299, 0)])
def test_reports_after_a_snapshot_are_those_of_a_whole_replay(
    folder: Folder, told: list[list[tuple[int, str]]], handed: int, used: int
) -> None:
    """The newest snapshot at or before `handed` is used; orders, lists, trades, copies and refusals come as ever."""
    folder.handed.write(handed)
    assert folder.start() == used
    assert folder.reports() == after(told, used)
    assert all(folder.reports())


def test_the_next_start_goes_on_where_the_last_one_ended(folder: Folder, told: list[list[tuple[int, str]]]) -> None:
    """All is in the stores then, `handed` the journal's end: the newest snapshot is used, nothing told again."""
    assert folder.start() == 0
    assert folder.handed.read() == END
    assert folder.start() == SNAPSHOTS[-1]
    assert folder.reports() == told


@pytest.mark.parametrize(("damaged", "used"), [(1, 600), (2, 300), (3, 0)])
def test_damaged_snapshots_are_named_and_the_one_before_is_used(
    folder: Folder, told: list[list[tuple[int, str]]], caplog: pytest.LogCaptureFixture, damaged: int, used: int
) -> None:
    """Down to the whole journal if need be: the start takes longer, and tells the same."""
    for snapshot in SNAPSHOTS[-damaged:]:
        folder.damage(snapshot)
    folder.handed.write(END)
    assert folder.start() == used
    assert folder.reports() == after(told, used)
    for snapshot in SNAPSHOTS[-damaged:]:
        assert f"a snapshot is not used: snapshot {snapshot} is damaged in chunk 0" in caplog.text


def test_snapshots_that_cannot_be_read_cost_time_alone(
    folder: Folder, told: list[list[tuple[int, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    """No database where they should be: it is told, and the whole journal is replayed."""
    (folder.config.data / "snapshots.sqlite").write_bytes(b"no database at all" * 100)
    folder.handed.write(END)
    assert folder.start() == 0
    assert folder.reports() == told
    assert "no snapshot is used: " in caplog.text


def test_store_that_was_put_back_gets_what_it_lacks(
    folder: Folder, told: list[list[tuple[int, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    """One session's store is an older copy: the start begins before its end, whatever `handed` says, and the other
    stores get nothing twice."""
    older = folder.cut_store("S2", 500)
    folder.start()
    assert older < folder.handed.told().stores["S2"].told
    folder.cut_store("S2", 500)
    caplog.clear()
    assert folder.start() == 300
    assert f"stores that lack reports: S2 after {older[0] - 1}; the start begins at 300" in caplog.text
    assert folder.reports() == [told[0], flagged(told[1], older[0]), told[2]]


def test_session_that_comes_back_into_the_configuration_gets_what_it_missed(
    folder: Folder, told: list[list[tuple[int, str]]]
) -> None:
    """While it was in none, its orders traded on, and starts went on from snapshots behind that."""
    folder.cut_store("S2", 500)
    configured = folder.config
    folder.config = configured.model_copy(update={"sessions": {"S1": SessionConfig(), "S3": SessionConfig()}})
    folder.start()
    assert folder.start() == SNAPSHOTS[-1]
    folder.config = configured
    assert folder.start() == 300
    assert folder.reports() == told
    assert folder.start() == SNAPSHOTS[-1]


def test_session_that_comes_back_too_late_is_named(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    """What it missed was pruned: the venue starts all the same, and says who must ask for the status of its orders."""
    folder.cut_store("S2", 500)
    folder.handed.write(END, {"S1": Stored(), "S3": Stored()})
    prune(folder.place.journal_url, 600)
    assert folder.start() == SNAPSHOTS[-1]
    assert "nothing is left to replay before 840: these sessions must ask for the status" in caplog.text
    assert "S2 after" in caplog.text


def test_start_without_anything_to_begin_from_is_refused(folder: Folder) -> None:
    """The journal was pruned, and the only snapshot at or before what clients were told is damaged: a later one would
    lose their reports."""
    prune(folder.place.journal_url, 600)
    folder.damage(600)
    folder.handed.write(700)
    with pytest.raises(OperatorError, match=r"begins at journal_seq \d+, and there is no snapshot .* at or before 700"):
        folder.start()


def test_archived_journal_is_read_along(folder: Folder, told: list[list[tuple[int, str]]]) -> None:
    """Nothing usable is left but the archive: the whole of it is replayed."""
    archive(folder.place.journal_url, archive_folder(folder.config.data), 600)
    for snapshot in SNAPSHOTS:
        folder.damage(snapshot)
    folder.handed.write(END)
    assert folder.start() == 0
    assert folder.reports() == told


def test_stores_of_another_journal_are_refused(folder: Folder) -> None:
    """Clients know of commands that this journal does not have: to number others like them would deceive everybody."""
    folder.start()
    last = max(stored.told[0] for stored in folder.handed.told().stores.values())
    for file in folder.config.data.glob("journal.sqlite*"):
        file.unlink()
    folder.place.grow(300)
    with pytest.raises(
        JournalError, match=f"ends at journal_seq 300, and S[123] was told of {last}: commands are lost"
    ):
        folder.start()


def test_damaged_file_of_what_was_handed_is_refused(folder: Folder) -> None:
    """Deleted, the whole journal is replayed: the refusal says so."""
    (folder.config.data / "fix" / "handed").write_text("6oo\n")
    with pytest.raises(OperatorError, match=r"handed was '6oo.n': delete it; the next start replays the whole journal"):
        folder.start()
    (folder.config.data / "fix" / "handed").unlink()
    assert folder.start() == 0
