"""How far a session was told is read back from QuickFIX's own store, at any point of a crash."""

from pathlib import Path

import pytest

from venue.errors import OperatorError
from venue.fix.checkpoint import Checkpoint, count_start, position_in, stored_position
from venue.handed import START

NAME = "FIX.4.4-VENUE-DESK"
HEARTBEAT = "35=0|"


def report(journal_seq: int, index: int) -> str:
    return f"35=8|17=1|5001={journal_seq}|5002={index}|10=000|"


class Store:
    """Files as QuickFIX's FileStore writes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.header, self.body, self.seqnums = (folder / f"{NAME}.{suffix}" for suffix in ("header", "body", "seqnums"))
        self.next_sender = 1
        self.next_target = 1
        for file in (self.header, self.body):
            file.touch()
        self.write_numbers()

    def write_numbers(self) -> None:
        self.seqnums.write_text(f"{self.next_sender:020d} : {self.next_target:020d}")

    def write_body(self, text: str) -> bytes:
        message = text.replace("|", "\x01").encode()
        with self.body.open("ab") as body:
            body.write(message)
        return message

    def write_entry(self, message: bytes) -> None:
        with self.header.open("a") as header:
            header.write(f"{self.next_sender},{self.body.stat().st_size - len(message)},{len(message)} ")

    def add(self, *texts: str) -> None:
        for text in texts:
            self.write_entry(self.write_body(text))
            self.next_sender += 1
            self.write_numbers()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_last_report_in_the_store_is_the_position(store: Store) -> None:
    """JournalSeq(5001) and ReportIndex(5002) of the last report count."""
    store.add(report(4, 0), report(9, 0), report(9, 1))
    assert stored_position(store.folder, NAME) == (9, 1)


def test_messages_that_report_nothing_are_passed_over(store: Store) -> None:
    """Heartbeats, and status reports that carry JournalSeq(5001) alone, may follow the last report."""
    store.add(report(9, 1), HEARTBEAT, "35=8|5001=12|10=000|", *[HEARTBEAT] * 50)
    assert stored_position(store.folder, NAME) == (9, 1)


def test_store_without_reports_has_no_position(store: Store) -> None:
    """Nothing but session messages: everything is still to be told."""
    store.add(HEARTBEAT, HEARTBEAT)
    assert stored_position(store.folder, NAME) is None


def test_missing_store_has_no_position(tmp_path: Path) -> None:
    """The first start of a session."""
    assert stored_position(tmp_path, NAME) is None


def test_kill_after_the_body_leaves_the_report_untold(store: Store) -> None:
    """The message is in .body, its entry is not in .header: it was never sent."""
    store.add(report(4, 0))
    store.write_body(report(5, 0))
    assert stored_position(store.folder, NAME) == (4, 0)


def test_kill_after_the_header_leaves_the_report_untold(store: Store) -> None:
    """The entry stands, the next number was not raised: QuickFIX will give that number out again."""
    store.add(report(4, 0))
    store.write_entry(store.write_body(report(5, 0)))
    assert stored_position(store.folder, NAME) == (4, 0)


def test_rewritten_number_counts_with_its_later_message(store: Store) -> None:
    """After such a kill the same number stands twice in .header; the later message is the one sent."""
    store.add(report(4, 0))
    store.write_entry(store.write_body(report(7, 0)))
    store.add(report(5, 0))
    assert stored_position(store.folder, NAME) == (5, 0)


def test_cut_off_entry_counts_as_not_written(store: Store) -> None:
    """An entry without its closing blank is no entry."""
    store.add(report(4, 0))
    with store.header.open("a") as header:
        header.write("2,1")
    assert stored_position(store.folder, NAME) == (4, 0)


def test_store_killed_while_made_has_no_position(store: Store) -> None:
    """An empty .seqnums is what a kill during the very first start leaves."""
    store.seqnums.write_text("")
    assert stored_position(store.folder, NAME) is None


def test_long_store_is_read_backwards_over_chunks(store: Store) -> None:
    """Entries that straddle the chunks the header is read in are put together again."""
    message = store.write_body(report(3, 2))
    store.header.write_text("".join(f"{n},0,{len(message)} " for n in range(1, 30_000)))
    store.next_sender = 3  # everything after number 2 counts as not sent, so the whole header is walked
    store.write_numbers()
    assert stored_position(store.folder, NAME) == (3, 2)


@pytest.mark.parametrize("damaged", ["header", "seqnums"])
def test_damaged_store_is_refused(store: Store, damaged: str) -> None:
    """Guessing the position would send reports twice: the operator is told which files to restore."""
    store.add(report(4, 0))
    getattr(store, damaged).write_text("nonsense ")
    with pytest.raises(OperatorError, match=r"message store .*VENUE-DESK is damaged"):
        stored_position(store.folder, NAME)


@pytest.mark.parametrize(
    ("text", "position"),
    [("35=8|5001=7|5002=0|10=1|", (7, 0)), ("35=8|5001=7|10=1|", None), ("35=0|10=1|", None), ("", None)],
)
def test_position_needs_both_of_its_fields(text: str, position: tuple[int, int] | None) -> None:
    """A report of the journal carries both, and nothing else does."""
    assert position_in(text.replace("|", "\x01").encode()) == position


def test_checkpoint_is_read_as_written(tmp_path: Path) -> None:
    """Before the first write it is the start."""
    checkpoint = Checkpoint(tmp_path / "DESK.position")
    assert checkpoint.read() == START
    checkpoint.write((12, 3))
    assert Checkpoint(tmp_path / "DESK.position").read() == (12, 3)
    assert [file.name for file in tmp_path.iterdir()] == ["DESK.position"]


def test_checkpoint_never_goes_back(tmp_path: Path) -> None:
    """A position that was read before another thread wrote a later one does not replace it."""
    checkpoint = Checkpoint(tmp_path / "DESK.position")
    checkpoint.write((12, 3))
    checkpoint.write((12, 2))
    assert checkpoint.read() == (12, 3)


def test_foreign_checkpoint_is_refused(tmp_path: Path) -> None:
    """The text names the file, what it was and what it must be."""
    (tmp_path / "DESK.position").write_text("12")
    with pytest.raises(OperatorError, match=r"DESK\.position was '12': must be 2 numbers"):
        Checkpoint(tmp_path / "DESK.position").read()


def test_starts_are_counted(tmp_path: Path) -> None:
    """Each start gets a number no other start of this data folder has."""
    assert [count_start(tmp_path / "starts") for _ in range(3)] == [1, 2, 3]
