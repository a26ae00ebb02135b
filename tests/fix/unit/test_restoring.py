"""Message stores after a power loss, or put back from a copy, as QuickFIX will find them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fix.unit import test_checkpoint
from tests.fix.unit.test_checkpoint import NAME, report
from venue.errors import OperatorError
from venue.fix.checkpoint import Checkpoint, stored_position
from venue.fix.restoring import MARGIN, restore
from venue.fix.store import Store
from venue.handed import CLOSED, IN_DOUBT, START, Handed, Stored, boot_id

ANOTHER_BOOT = "8417f801-a4e0-4dee-a984-5c63c467451e"
SYNCED = Stored((9, 0), 3, 7, 15, 62, 1)  # two reports, and six messages of the client's


class Folder:
    """A store with two reports that were synced, and a third that was not."""

    def __init__(self, folder: Path) -> None:
        self.handed = Handed(folder)
        self.store = Store(folder, NAME, "DESK")
        self.files = test_checkpoint.Store(folder)
        self.files.next_target = 7
        self.files.add(report(4, 0), report(9, 0))
        assert self.store.stored((9, 0), 1) == SYNCED
        self.files.next_target = 12
        self.files.add(report(11, 0))
        self.position = Checkpoint(folder / "DESK.position")
        self.position.write((11, 0))

    def restore(self, boot: str, synced: Stored = SYNCED) -> dict[str, int]:
        self.handed.write(11, {"DESK": synced}, boot)
        return restore({"DESK": self.store}, self.handed)

    def told(self) -> tuple[int, int]:
        return stored_position(self.files.folder, NAME) or self.position.read()

    def sizes(self) -> tuple[int, int]:
        return self.files.header.stat().st_size, self.files.body.stat().st_size


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize("boot", [CLOSED, boot_id()])
def test_kill_leaves_the_store_as_it_is(folder: Folder, boot: str) -> None:
    """In the boot it was written in, and after a clean stop, a store has whatever was written."""
    assert folder.restore(boot) == {}
    assert folder.told() == (11, 0)
    assert folder.store.numbers() == (4, 12)


def test_power_loss_leaves_what_was_synced(folder: Folder) -> None:
    """The rest is cut off, our number goes beyond what the client may have seen, its number back to what is sure."""
    assert folder.restore(ANOTHER_BOOT) == {"DESK": 3 + MARGIN}
    assert folder.told() == (9, 0)
    assert folder.sizes() == (SYNCED.header_bytes, SYNCED.body_bytes)
    assert folder.store.numbers() == (3 + MARGIN, 7)


def test_restoring_is_done_again_until_the_port_opens(folder: Folder) -> None:
    """A start that is killed before leaves the file `handed` in doubt: the next one does the same."""
    folder.restore(ANOTHER_BOOT)
    assert folder.handed.told().boot == IN_DOUBT
    folder.files.next_sender = 3 + MARGIN
    folder.files.add(report(11, 0))
    assert restore({"DESK": folder.store}, folder.handed) == {"DESK": 3 + MARGIN}
    assert folder.told() == (9, 0)


def test_store_cut_below_what_was_synced_keeps_whole_messages(folder: Folder) -> None:
    """A disk that had not synced what it said, or a torn copy: entries without their message go."""
    body = folder.files.body.read_bytes()
    folder.files.body.write_bytes(body[: SYNCED.body_bytes - 1])
    assert folder.restore(ANOTHER_BOOT) == {"DESK": 3 + MARGIN}
    assert folder.told() == (4, 0)
    assert folder.store.numbers() == (3 + MARGIN, 7)


@pytest.mark.parametrize(
    "lose",
    [
        lambda files: files.body.write_bytes(b""),
        lambda files: files.header.write_bytes(b""),
        lambda files: [file.unlink() for file in (files.body, files.header, files.seqnums)],
    ],
    ids=["no body", "no header", "no files"],
)
def test_store_that_lost_its_reports_has_been_told_nothing(
    folder: Folder, lose: Callable[[test_checkpoint.Store], object]
) -> None:
    """In the same boot, too: the position beside it must not say that the client was told."""
    lose(folder.files)
    assert folder.restore(boot_id()) == {"DESK": 3 + MARGIN}
    assert folder.told() == START
    assert folder.store.numbers() == (3 + MARGIN, 7)


def test_store_that_was_put_back_goes_on_behind_what_was_synced(folder: Folder, tmp_path: Path) -> None:
    """An older copy, whole in itself: its reports count, its numbers do not."""
    for file in (folder.files.header, folder.files.body):
        file.unlink()
        file.touch()
    folder.files.next_sender = 1
    folder.files.add(report(4, 0))
    assert folder.restore(boot_id()) == {"DESK": 3 + MARGIN}
    assert folder.told() == (4, 0)


def test_store_that_its_client_had_just_emptied_stays_told(folder: Folder) -> None:
    """Killed between QuickFIX's reset and our sync: the client has asked to forget, and was not answered yet. It is
    told what the position beside the store does not have."""
    for file in (folder.files.header, folder.files.body):
        file.write_bytes(b"")
    folder.files.next_sender = folder.files.next_target = 1
    folder.files.write_numbers()
    assert folder.restore(boot_id()) == {"DESK": 3 + MARGIN}
    assert folder.told() == (11, 0)
    folder.files.write_numbers()
    assert folder.restore(ANOTHER_BOOT) == {"DESK": 3 + MARGIN}
    assert folder.told() == SYNCED.told


def test_session_of_which_nothing_was_written_is_left_alone(folder: Folder) -> None:
    """It was in no configuration then, so no client was told anything."""
    folder.handed.write(11, {}, ANOTHER_BOOT)
    assert restore({"DESK": folder.store}, folder.handed) == {}
    assert folder.told() == (11, 0)


def test_file_of_what_was_handed_comes_back_as_written(folder: Folder) -> None:
    """With and without sessions; one that is damaged is refused with a remedy."""
    assert Handed(folder.files.folder / "nowhere").told() == (0, CLOSED, {})
    folder.handed.write(17)
    assert folder.handed.told() == (17, CLOSED, {})
    folder.handed.write(18, {"A": SYNCED, "B": Stored()}, "x")
    assert folder.handed.told() == (18, "x", {"A": SYNCED, "B": Stored()})
    assert folder.handed.read() == 18
    for damaged in ("", "18 x\nA 1 2 three\n", "18 x\nA 1\n", "18 x\nA 1 2 3 4 5 6 7 8\n"):
        (folder.files.folder / "handed").write_text(damaged)
        with pytest.raises(OperatorError, match="delete it; the next start replays the whole journal"):
            folder.handed.read()
