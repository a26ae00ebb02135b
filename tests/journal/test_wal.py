"""SQLite's log after a crash: damage that SQLite would pass over in silence is found, what a power loss leaves is not
taken for damage."""

import os
import random
import shutil
import struct
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.journal.journals import append_batches, fill
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError
from venue.journal import Batch, journal_url, open_reader, open_writer, writer

FLIPS: Final = int(os.environ.get("VENUE_FAULT_FLIPS", "160"))
FRAME_BYTES: Final = 4_096 + 24
HEADER_BYTES: Final = 32
FILES: Final = ("journal.sqlite", "journal.sqlite-wal")


class Crashed:
    """The files of a journal as a kill left them, and what the journal held."""

    def __init__(self, source: Path, batches: list[Batch]) -> None:
        self.database, self.wal = ((source / name).read_bytes() for name in FILES)
        self.batches: Final = batches

    @property
    def newest_frame(self) -> int:
        """Where it begins."""
        return len(self.wal) - FRAME_BYTES

    def start(self, folder: Path, wal: bytes) -> list[Batch]:
        """A start with this log: what the journal holds then."""
        (folder / FILES[0]).write_bytes(self.database)
        (folder / FILES[1]).write_bytes(wal)
        (folder / "journal.sqlite-shm").unlink(missing_ok=True)
        url = journal_url(JournalConfig(), folder)
        open_writer(url, ENGINE_VERSION).close()
        return list(open_reader(url).read())


def killed(folder: Path, sizes: tuple[int, ...]) -> Crashed:
    """A venue killed after batches of these sizes."""
    url = journal_url(JournalConfig(), folder)
    fill(url)
    with closing(open_writer(url, ENGINE_VERSION)) as living:
        append_batches(living, sizes)
        copied = folder / "copied"
        copied.mkdir()
        for name in FILES:
            shutil.copy(folder / name, copied / name)
        return Crashed(copied, list(open_reader(url).read()))


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    return killed(tmp_path_factory.mktemp("crashed"), (5,) * 10 + (40,) * 3 + (1,) * 3)


def test_flipped_bit_in_the_log_is_found(crashed: Crashed, tmp_path: Path) -> None:
    """Wherever it is before the newest transaction: SQLite alone would drop every batch from there on."""
    chance = random.Random(20261129)
    for _ in range(FLIPS):
        changed = bytearray(crashed.wal)
        changed[chance.randrange(crashed.newest_frame)] ^= 1 << chance.randrange(8)
        with pytest.raises(JournalError, match=r"journal\.sqlite-wal is damaged: "):
            crashed.start(tmp_path, bytes(changed))


def test_torn_end_of_the_log_is_no_damage(crashed: Crashed, tmp_path: Path) -> None:
    """A power loss leaves half of the newest transaction, or garbage in its place: it was never acknowledged."""
    chance = random.Random(20261129)
    whole = crashed.batches
    for cut in (0, 1, FRAME_BYTES - 1, *(chance.randrange(FRAME_BYTES) for _ in range(5))):
        kept = crashed.wal[: crashed.newest_frame + cut]
        garbage = chance.randbytes(len(crashed.wal) - len(kept))
        assert crashed.start(tmp_path, kept) == crashed.start(tmp_path, kept + garbage) == whole[:-1]
    assert crashed.start(tmp_path, crashed.wal) == whole


def test_log_that_began_anew_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a checkpoint the log is written from its start: what is left behind is of before, and of no account."""
    monkeypatch.setattr(writer, "CHECKPOINT_BYTES", 40_000)
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        crashed = killed(folder, (5,) * (10 + 2 * number))
        again = folder / "again"
        again.mkdir()
        assert crashed.start(again, crashed.wal) == crashed.batches


def test_half_a_header_of_a_new_log_is_no_damage(crashed: Crashed, tmp_path: Path) -> None:
    """The log was to begin anew, so the database has all of it: here with the old log's frames still behind it."""
    magic, version, page_bytes, checkpoints = struct.unpack(">4I", crashed.wal[:16])
    half = struct.pack(">4I", magic, version, page_bytes, checkpoints + 1)
    assert crashed.start(tmp_path, half + crashed.wal[16:]) == crashed.batches[:8]


def test_log_without_syncs_is_not_judged(crashed: Crashed, tmp_path: Path) -> None:
    """synchronous=NORMAL promises nothing after a power loss, which may leave anything in any order."""
    changed = bytearray(crashed.wal)
    changed[HEADER_BYTES + 100] ^= 1
    for name, octets in zip(FILES, (crashed.database, bytes(changed)), strict=True):
        (tmp_path / name).write_bytes(octets)
    url = journal_url(JournalConfig(), tmp_path)
    open_writer(url, ENGINE_VERSION, synchronous="NORMAL").close()
    assert list(open_reader(url).read()) == crashed.batches[:8]
