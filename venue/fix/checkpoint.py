"""How far a session has been told: the place of the last report that its message store holds.

After a crash the journal is replayed, and each session must get exactly the reports it has not been given.
QuickFIX's FileStore answers that itself, for every report carries its place: JournalSeq(5001) and
ReportIndex(5002). The last message in the store with both is the position; reports up to it are skipped,
later ones are handed over.

The store's files (store.py) are written in the order body, header, seqnums. kill -9 can stop between any two of them:
an entry of the header whose number is not below the next sender number of .seqnums was never sent, and will be written
again. What a power loss leaves of them is cut to what is sure before it is read here (restoring.py).

ResetSeqNumFlag(141)=Y empties the store, and so does an operator who sets the numbers back, so the position is
also kept in a file of our own beside it. It counts when the store holds no report, and is written right after such
a logon, right before an operator's reset, and once a second while reports go out. What remains: QuickFIX empties
the store a moment before it tells us of such a logon; a crash within that tenth of a millisecond repeats what was
sent since the last write to a client that has just asked to forget its past.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from venue.errors import OperatorError
from venue.handed import START, Position, write_synced

_CHUNK_BYTES: Final = 1 << 16


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step, so that a crash leaves the old or the new one."""
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    os.replace(new, path)


def read_numbers(path: Path, count: int) -> list[int] | None:
    """The numbers in one of our files, None when there is none yet.

    Raises OperatorError when it is not one of ours: guessing would send reports twice.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    numbers = text.split()
    if len(numbers) != count or not all(number.isdecimal() for number in numbers):
        raise OperatorError(f"{path} was {text[:40]!r}: must be {count} numbers; restore it from its copy")
    return [int(number) for number in numbers]


def count_start(path: Path) -> int:
    """How many times the venue has started in this data folder, this start included. No power loss takes it back."""
    starts = (read_numbers(path, 1) or [0])[0] + 1
    write_synced(path, f"{starts}\n")
    return starts


class Checkpoint:
    """The position file of one session, <data>/fix/<CompID>.position."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = START
        self._writing = threading.Lock()

    def read(self) -> Position:
        journal_seq, report_index = read_numbers(self._path, 2) or START
        return journal_seq, report_index

    def write(self, position: Position) -> None:
        """On any thread. One that is behind what another thread has written meanwhile is passed over."""
        with self._writing:
            if position > self._written:
                write_whole(self._path, f"{position[0]} {position[1]}\n")
                self._written = position


def stored_position(store: Path, session_name: str) -> Position | None:
    """The place of the last report in a FileStore; None when it holds none.

    `session_name` is QuickFIX's: "FIX.4.4-VENUE-DEMO1". Raises OperatorError when the files are damaged.
    Cost: reads backwards to the last report: at once, unless months of heartbeats lie behind it.
    """
    header, body, seqnums = (store / f"{session_name}.{suffix}" for suffix in ("header", "body", "seqnums"))
    try:
        numbers = seqnums.read_text()
        with header.open("rb") as entries, body.open("rb") as messages:
            next_sender = int(numbers.partition(":")[0]) if numbers else 0  # empty: killed while it was made
            for seq, offset, size in _entries_backwards(entries):
                if seq < next_sender:
                    messages.seek(offset)
                    position = position_in(messages.read(size))
                    if position:
                        return position
    except FileNotFoundError:  # no store yet
        return None
    except ValueError:
        raise OperatorError(f"message store {store / session_name} is damaged: restore its files") from None
    return None


def position_in(message: bytes) -> Position | None:
    """The place a message carries; None for what is no report of the journal."""
    _, found, tail = message.partition(b"\x015001=")
    if not found or b"\x015002=" not in tail:
        return None
    journal_seq, _, tail = tail.partition(b"\x015002=")
    return int(journal_seq), int(tail.partition(b"\x01")[0])


def _entries_backwards(header: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """(seq, offset, size) of each entry, last first. A cut-off last entry counts as not written."""
    position = header.seek(0, os.SEEK_END)
    tail = b""  # the beginning of an entry whose rest has been seen; what follows the last blank is cut off
    is_end = True
    while position:
        size = min(_CHUNK_BYTES, position)
        position -= size
        header.seek(position)
        entries = (header.read(size) + tail).split(b" ")
        if is_end:
            entries.pop()
            is_end = False
        tail = entries.pop(0) if position else b""
        for entry in reversed(entries):
            if entry:
                seq, offset, length = map(int, entry.split(b","))
                yield seq, offset, length
        if tail:
            tail += b" "
