"""What was sent to a FIX session, read from the store QuickFIX keeps for resends: <data>/fix/NAME.body.

The file has one message behind the other, application and session messages alike, and only grows; an operator's reset
or ResetSeqNumFlag(141)=Y empties it, so what was sent before is not there any more. Reports carry JournalSeq(5001),
which rises from message to message: what was sent about a command is found by bisection. A file that is emptied while
it is read ends, which is no error. Source: QuickFIX 1.16, FileStore.cpp.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

BEGIN_STRING: Final = "FIX.4.4"
CHUNK_BYTES: Final = 1 << 16
SCANNED_BYTES_MAX: Final = 32 << 20  # for the messages of one order, in one store
_BEGIN: Final = b"8=FIX.4.4\x019="
_CHECKSUM: Final = re.compile(rb"\x0110=\d{3}\x01")
_JOURNAL_SEQ: Final = re.compile(rb"\x015001=(\d+)\x01")


def store_name(comp_id: str, session: str) -> str:
    """QuickFIX's name of a session, with which its store's files begin; comp_id is the venue's."""
    return f"{BEGIN_STRING}-{comp_id}-{session}"


def body_path(data: Path, comp_id: str, session: str) -> Path:
    return data / "fix" / f"{store_name(comp_id, session)}.body"


def newest(path: Path, count: int) -> list[str]:
    """The last messages, oldest first; none when there is no store. Cost: reads so many, from the end."""
    tail = b""
    with _Body(path) as body:
        position = body.size
        while position and tail.count(_BEGIN) <= count:
            begin = max(0, position - CHUNK_BYTES)
            tail = body.read(begin, position - begin) + tail
            position = begin
    return [_text(message) for message in _messages(tail)][-count:]


def of_order(path: Path, order_id: int, first_seq: int, last_seq: int, exact: Iterable[int]) -> list[str]:
    """Messages with this OrderID(37), oldest first: all that were sent from the command first_seq on until well behind
    last_seq (0: until now), within SCANNED_BYTES_MAX; beyond that only those about the commands `exact`."""
    token, found = f"\x0137={order_id}\x01".encode(), list[bytes]()
    with _Body(path) as body:
        begin = body.find(first_seq)
        end = min(body.size, begin + SCANNED_BYTES_MAX)
        if last_seq:
            end = min(end, body.find(last_seq + 1) + CHUNK_BYTES)
        found += (message for message in body.messages(begin, end) if token in message)
        known = set(map(_seq_in, found))
        for journal_seq in sorted(set(exact) - known):
            found += (message for message in body.about(journal_seq) if token in message)
    return [_text(message) for message in found]


class _Body:
    """The file as it was when it was opened; none: an empty one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self.size = 0

    def __enter__(self) -> "_Body":
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return self
        self.size = os.fstat(self._descriptor).st_size
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def read(self, offset: int, count: int) -> bytes:
        return os.pread(self._descriptor, count, offset) if count > 0 and self._descriptor >= 0 else b""

    def find(self, journal_seq: int) -> int:
        """Where the first message about this command or a later one begins, or somewhat before; the end: nowhere."""
        low, high = 0, self.size
        while high - low > CHUNK_BYTES:
            middle = (low + high) // 2
            found = self._seq_from(middle, high)
            if found is None or found >= journal_seq:
                high = middle
            else:
                low = middle
        return self._first_from(low, journal_seq)

    def _seq_from(self, begin: int, end: int) -> int | None:
        """The first JournalSeq(5001) of a stretch; messages without one (heartbeats) may fill it."""
        kept = b""
        for offset in range(begin, end, CHUNK_BYTES):
            chunk = kept + self.read(offset, min(CHUNK_BYTES, end - offset))
            if match := _JOURNAL_SEQ.search(chunk):
                return int(match[1])
            kept = chunk[-32:]  # a field may stand across two chunks
        return None

    def _first_from(self, begin: int, journal_seq: int) -> int:
        place = begin
        for message in self.messages(begin, self.size):
            seq = _seq_in(message)
            if seq is not None and seq >= journal_seq:
                return place
            place += len(message)
        return self.size

    def about(self, journal_seq: int) -> Iterator[bytes]:
        """The messages about one command: those of a mass cancel are many."""
        for message in self.messages(self.find(journal_seq), self.size):
            seq = _seq_in(message)
            if seq is not None and seq > journal_seq:
                return
            if seq == journal_seq:
                yield message

    def messages(self, begin: int, end: int) -> Iterator[bytes]:
        """Those that begin there, each whole; what stands before the first beginning comes with it."""
        rest = b""
        for offset in range(begin, end, CHUNK_BYTES):
            rest += self.read(offset, min(CHUNK_BYTES, end - offset))
            done = 0
            for match in _CHECKSUM.finditer(rest):
                yield rest[done : match.end()]
                done = match.end()
            rest = rest[done:]


def _messages(stretch: bytes) -> Iterator[bytes]:
    """Those that are whole in it."""
    begin = stretch.find(_BEGIN)
    while begin >= 0 and (match := _CHECKSUM.search(stretch, begin)):
        yield stretch[begin : match.end()]
        begin = stretch.find(_BEGIN, match.end())


def _seq_in(message: bytes) -> int | None:
    match = _JOURNAL_SEQ.search(message)
    return int(match[1]) if match else None


def _text(message: bytes) -> str:
    return message[max(0, message.find(_BEGIN)) :].decode("latin-1")
