"""The files of one session's message store, as QuickFIX's FileStore writes them.

    .header    "seq,offset,size " for each stored message; a later entry of the same seq counts
    .body      the messages
    .seqnums   "next sender : next target", 20 digits each, written over in place
    .session   when it was made; of no use to us, written anew at each start

and beside them our own .position (checkpoint.py). Each message is written to body, header, seqnums, in this order, each
flushed to the operating system and never synced. Source: QuickFIX 1.16, FileStore.cpp.
"""

import os
import re
from pathlib import Path
from typing import Final

from venue.handed import Position, Stored, sync, write_synced

_NUMBERS: Final = re.compile(r"(\d+) : (\d+)\s*")
_ENTRY: Final = re.compile(rb"(\d+),(\d+),(\d+) ")


class Store:
    """`name` is QuickFIX's: "FIX.4.4-VENUE-DEMO1"."""

    def __init__(self, folder: Path, name: str, comp_id: str) -> None:
        self._folder = folder
        self._header, self._body, self._seqnums = (folder / f"{name}.{end}" for end in ("header", "body", "seqnums"))
        self._position = folder / f"{comp_id}.position"

    def numbers(self) -> tuple[int, int]:
        """MsgSeqNum(34) of the next message of ours and of the client's; (1, 1) where they cannot be read."""
        try:
            found = _NUMBERS.fullmatch(self._seqnums.read_text())
        except (FileNotFoundError, UnicodeDecodeError):
            found = None
        return (int(found[1]), int(found[2])) if found else (1, 1)

    def stored(self, told: Position, whole_from: int) -> Stored:
        """What the files hold now, at least: every report up to `told`, read before, and every message below
        next_sender is within the sizes."""
        numbers = self.numbers()
        header_bytes = _size(self._header)  # before the body's: what an entry names is in the body by then
        return Stored(told, *numbers, header_bytes, _size(self._body), whole_from)

    def was_emptied(self) -> bool:
        """By a reset, after which nothing was stored."""
        return self._seqnums.exists() and self.numbers() == (1, 1) and _size(self._header) == 0

    def sync(self) -> None:
        """Have it on the disk; not yet the names of files that were made. Raises OSError."""
        for file in (self._body, self._header, self._seqnums, self._position):
            if file.exists():
                sync(file)

    def cut(self, header_bytes: int, body_bytes: int) -> None:
        """Keep what is within these sizes, at which an entry and a message end. Where a file is shorter: the entries
        up to the first whose message is not whole in the body."""
        if _size(self._header) < header_bytes or _size(self._body) < body_bytes:
            body_bytes = min(body_bytes, _size(self._body))
            header_bytes = self._whole_entries(header_bytes, body_bytes)
        for file, size in ((self._header, header_bytes), (self._body, body_bytes)):
            if file.exists():
                os.truncate(file, size)

    def _whole_entries(self, header_bytes: int, body_bytes: int) -> int:
        """Where they end, in the header."""
        entries = self._header.read_bytes()[:header_bytes] if self._header.exists() else b""
        end = 0
        while (entry := _ENTRY.match(entries, end)) and int(entry[2]) + int(entry[3]) <= body_bytes:
            end = entry.end()
        return end

    def set_numbers(self, next_sender: int, next_target: int) -> None:
        self._seqnums.write_text(f"{next_sender:020d} : {next_target:020d}")

    def set_position(self, position: Position) -> None:
        write_synced(self._position, f"{position[0]} {position[1]}\n")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
