"""What is written of the stores, and when: only what was synced before."""

import os
from pathlib import Path

import pytest

from tests.fix.unit.test_checkpoint import NAME, report
from tests.fix.unit.test_checkpoint import Store as Files
from tests.fix.unit.test_fix_session import a_session
from venue.errors import JournalError
from venue.fix.fix_session import FixSession
from venue.fix.handover import MESSAGES_MAX, NUMBERS_MAX, Handover
from venue.fix.store import Store
from venue.handed import CLOSED, Handed, Stored, boot_id


class Place:
    """A session, its store, and the handover of both."""

    def __init__(self, folder: Path) -> None:
        self.files = Files(folder)
        self.session: FixSession = a_session()[0]
        name = self.session.comp_id
        self.handover = Handover(folder, {name: self.session}, {name: Store(folder, NAME, name)})
        self.handed = Handed(folder)

    def tell(self, journal_seq: int) -> None:
        self.files.add(report(journal_seq, 0))
        self.session.told = self.session.due = (journal_seq, 0)
        self.session.messages_out += 1
        self.handover.applied_seq = journal_seq

    def written(self) -> Stored:
        return self.handed.told().stores[self.session.comp_id]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.handover.open()
    return made


def test_file_names_the_boot_until_all_is_closed(place: Place) -> None:
    """A start in another boot knows then what is in doubt; after a clean stop nothing is."""
    assert place.handed.told().boot == boot_id()
    place.handover.close(is_closed=False)
    assert place.handed.told().boot == boot_id()
    place.handover.close(is_closed=True)
    assert place.handed.told().boot == CLOSED


def test_what_is_written_is_in_the_store(place: Place) -> None:
    """Position, numbers and sizes of one moment, and how far everybody was told."""
    place.tell(4)
    place.handover.write()
    assert place.handed.read() == 4
    written = place.written()
    assert (written.told, written.next_sender) == ((4, 0), 2)
    assert (written.header_bytes, written.body_bytes) == tuple(
        file.stat().st_size for file in (place.files.header, place.files.body)
    )


def test_numbers_that_move_alone_are_written_when_they_moved_far(place: Place) -> None:
    """Heartbeats are no reason to sync, a flood of them is."""
    place.files.next_target += NUMBERS_MAX
    place.files.write_numbers()
    place.handover.write()
    assert place.written().next_target == 1
    place.files.next_target += 1
    place.files.write_numbers()
    place.handover.write()
    assert place.written().next_target == NUMBERS_MAX + 2


def test_journal_that_ends_before_what_a_client_was_told_is_refused(place: Place) -> None:
    """Its end is lost, or the message stores are of another journal: who was told the most is named."""
    place.tell(4)
    place.handover.require_journal(4)
    with pytest.raises(JournalError, match="ends at journal_seq 3, and DESK was told of 4: commands are lost"):
        place.handover.require_journal(3)


def test_journal_that_ends_before_what_everybody_was_told_is_refused(place: Place, tmp_path: Path) -> None:
    """As the file says, whose sessions may be in no configuration any more."""
    place.tell(4)
    place.handover.close(is_closed=True)
    nobody = Handover(tmp_path, {}, {})
    nobody.require_journal(4)
    with pytest.raises(JournalError, match="ends at journal_seq 3, and everybody was told of 4"):
        nobody.require_journal(3)


def test_session_that_is_sent_much_is_not_waited_for(place: Place) -> None:
    """More messages than the margin allows for must not go out between two syncs."""
    place.handover.write_if_due()
    place.tell(4)
    place.handover.write_if_due()
    assert place.handed.read() == 0
    place.session.messages_out += MESSAGES_MAX
    place.handover.write_if_due()
    assert place.handed.read() == 4


def test_reset_is_written_at_once(place: Place) -> None:
    """Its client counts from 1 again, which a power loss must not undo."""
    place.tell(4)
    place.handover.write()
    for file in (place.files.header, place.files.body):
        file.write_bytes(b"")
    place.files.next_sender = place.files.next_target = 1
    place.files.write_numbers()
    place.handover.write_reset(place.session.comp_id)
    assert place.written() == Stored((4, 0))


def test_sync_that_failed_is_not_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After it nobody knows what is on the disk: what is written stays as it was, to the end."""
    place.tell(4)

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        place.handover.write()
    assert "the message stores could not be synced" in caplog.text
    place.tell(5)
    place.handover.write()
    place.handover.close(is_closed=True)
    assert (place.handed.read(), place.handed.told().boot) == (0, boot_id())
