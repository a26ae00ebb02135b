"""The upgrade rule: commands are only replayed by the engine version that was trading when they were journaled.

Another version may match, charge or refuse them otherwise: a replay would give a state nobody was told of. So newer
code goes on from a snapshot that the older one took at or after its last command (a clean stop takes one), and where
there is none it refuses. Each writer notes its engine version with its epoch, under the chain.
"""

from typing import Final

import msgspec

from venue.errors import OperatorError
from venue.journal.reader import JournalReader

_WITHOUT_END: Final = 1 << 62


class Stretch(msgspec.Struct, frozen=True):
    """Commands one behind the other that were traded by the same engine version."""

    first_seq: int
    last_seq: int
    engine_version: int


def stretches(reader: JournalReader, to_seq: int | None = None) -> list[Stretch]:
    """All commands up to to_seq (None: the journal's end), in order; those that were removed too."""
    end = reader.last_seq() if to_seq is None else to_seq
    epochs = reader.epochs()
    ends = [epoch.first_seq - 1 for epoch in epochs[1:]] + [_WITHOUT_END]
    found: list[Stretch] = []
    for epoch, last_seq in zip(epochs, ends, strict=False):
        part = Stretch(epoch.first_seq, min(last_seq, end), epoch.engine_version)
        if part.last_seq < part.first_seq:
            continue  # a writer that appended nothing
        if found and found[-1].engine_version == part.engine_version:
            part = Stretch(found.pop().first_seq, part.last_seq, part.engine_version)
        found.append(part)
    return found


def same_behaviour_from(reader: JournalReader, engine_version: int, to_seq: int | None = None) -> int:
    """The journal_seq from which this version may replay everything up to to_seq (None: the journal's end); the one
    behind it when it may replay nothing of it."""
    end = reader.last_seq() if to_seq is None else to_seq
    others = [part.last_seq for part in stretches(reader, end) if part.engine_version != engine_version]
    return max(others, default=0) + 1


def require_same_behaviour(
    reader: JournalReader, from_seq: int, engine_version: int, to_seq: int | None = None
) -> None:
    """Raise OperatorError unless this version may replay from from_seq to to_seq (None: the journal's end).

    From a snapshot, from_seq is the one behind it."""
    others = [
        part
        for part in stretches(reader, to_seq)
        if part.engine_version != engine_version and part.last_seq >= from_seq
    ]
    if others:
        newest = others[-1]
        raise OperatorError(
            f"the commands {newest.first_seq} to {newest.last_seq} of the journal were traded by engine version "
            f"{newest.engine_version}; this is engine version {engine_version}, which may trade them otherwise and was "
            f"to replay from {from_seq}: run the version that wrote them once more and stop it cleanly: its recorder "
            "takes a snapshot then (where none is enabled, `venue snapshot take` does), from which this one goes on"
        )
