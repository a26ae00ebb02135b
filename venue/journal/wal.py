"""SQLite's write-ahead log, looked at before SQLite recovers it after a crash.

SQLite takes the first frame whose checksum is wrong for the end of the log. That is right for what a power loss tore,
which is the newest transaction and was never acknowledged; it would be silent about a bit flipped in an older one,
and every batch behind it would be gone. A transaction begins only when the one before it is synced, so a wrong frame
with another transaction behind it was right once: the log was damaged, and acknowledged commands with it.

What cannot be seen here: damage to the newest transaction, which looks like a torn one. Who was told of its commands
knows (FIX gateway, later writers). And what shortens the journal (retention.py) does not sync: after a power loss in
the middle of that a log may be refused that lost nothing. Source: SQLite's "Database File Format", section 4.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from venue.errors import JournalError

READS_MAX: Final = 10  # a log that another process writes to meanwhile is not the same twice
_HEADER: Final = struct.Struct(">8I")  # magic, version, page size, number of checkpoints, salts, checksums
_FRAME: Final = struct.Struct(">6I")  # page, size of the database behind a commit (else 0), salts, checksums
_MAGIC: Final = 0x377F0682  # one more: checksums over big-endian words
_SUMMED: Final = 24  # bytes of the header under its own checksum
_SUMMED_OF_FRAME: Final = 8

Sums = tuple[int, int]


class Frame(NamedTuple):
    number: int  # from 1
    is_commit: bool
    is_of_this_log: bool  # by its salts: not left over from before the last checkpoint
    is_right: bool  # it, and all before it


def check_wal(database: Path) -> None:
    """Raise JournalError when the log beside the database is damaged where it held acknowledged commands.

    Cost: 0.1 ms a frame; the writer keeps the log at about 250. There is none after a clean stop.
    """
    path = database.with_name(f"{database.name}-wal")
    before = b""
    for _ in range(READS_MAX):
        octets = path.read_bytes() if path.exists() else b""
        damage = _damage(octets)
        if not damage:
            return
        if octets == before:
            raise JournalError(
                f"{path} is damaged: {damage}. SQLite would go on without what comes then: restore the data folder "
                "from a backup; or, if that is accepted, move the file away and start with what the database has"
            )
        before = octets


def _damage(octets: bytes) -> str:
    """What is wrong with it; empty for a log that is whole, or torn at its end."""
    if len(octets) <= _HEADER.size:
        return ""
    header = _HEADER.unpack_from(octets)
    page_bytes = header[2]
    if not _is_right(header):
        return "" if _is_half_new(header) else "its header is wrong"
    wrong = 0  # the first frame that is
    is_past_commit = False
    for frame in _frames(octets, page_bytes):
        if wrong and frame.is_of_this_log and is_past_commit:
            return f"frame {wrong} is wrong, and frame {frame.number} of a later transaction follows"
        if not frame.is_right:
            wrong = wrong or frame.number
            is_past_commit = is_past_commit or (frame.is_of_this_log and frame.is_commit)
    return ""


def _is_right(header: tuple[int, ...]) -> bool:
    magic = header[0]
    return magic | 1 == _MAGIC | 1 and _sums(_HEADER.pack(*header)[:_SUMMED], (0, 0), magic) == header[6:]


def _is_half_new(header: tuple[int, ...]) -> bool:
    """Whether its beginning was written for a log that begins anew, and the rest is of the one before, of which the
    database had everything by then: the count of checkpoints, and then the first salt, go up by one."""
    magic, version, page_bytes, checkpoints, salt, *rest = header
    before = (magic, version, page_bytes, (checkpoints - 1) & 0xFFFFFFFF)
    return _is_right((*before, salt, *rest)) or _is_right((*before, (salt - 1) & 0xFFFFFFFF, *rest))


def _frames(octets: bytes, page_bytes: int) -> Iterator[Frame]:
    header = _HEADER.unpack_from(octets)
    magic, salts, sums = header[0], header[4:6], header[6:8]
    is_right = True
    frame_bytes = _FRAME.size + page_bytes
    for number, at in enumerate(range(_HEADER.size, len(octets) - frame_bytes + 1, frame_bytes), 1):
        _, size, *rest = _FRAME.unpack_from(octets, at)
        is_of_this_log = tuple(rest[:2]) == salts
        if is_right:
            sums = _sums(octets[at : at + _SUMMED_OF_FRAME], sums, magic)
            sums = _sums(octets[at + _FRAME.size : at + frame_bytes], sums, magic)
            is_right = is_of_this_log and sums == tuple(rest[2:])
        yield Frame(number, size != 0, is_of_this_log, is_right)


def _sums(octets: bytes, sums: Sums, magic: int) -> Sums:
    """SQLite's running checksum over words of four bytes, in pairs."""
    words = struct.unpack(f"{'>' if magic & 1 else '<'}{len(octets) // 4}I", octets)
    one, two = sums
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
