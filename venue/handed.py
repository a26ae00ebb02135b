"""How far the clients have been told: the journal_seq up to which every report is in a message store, on the disk.

A start may begin from any snapshot at or before it: what comes later is replayed, and told unless a store has it.
The FIX gateway writes the file <data>/fix/handed after it has synced the stores; whoever prunes snapshots or the
journal reads it. None there: the clients have been told nothing for sure, and a start begins where the journal does.

With it stands how far each session had been told when it was written. A store that holds less by now was put back or
cut, and a session that is not named was in no configuration then: both lack what is not replayed.

    123456
    DESK1 123456 0
    DESK2 98765 1
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from venue.errors import OperatorError

Position: TypeAlias = tuple[int, int]  # journal_seq, index of the report within it; (0, 0) before the first
START: Final[Position] = (0, 0)

NAME: Final = "handed"


class Handed:
    """The file in the folder of the FIX gateway, <data>/fix."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> int:
        """0: nobody has been told anything for sure. Raises OperatorError when the file is damaged."""
        return self._lines()[0]

    def told(self) -> dict[str, Position]:
        """By session, how far it had been told. Raises OperatorError as read does."""
        return self._lines()[1]

    def write(self, journal_seq: int, told: Mapping[str, Position] | None = None) -> None:
        """Durably, in one step: after a power loss it is the old file or the new one. Cost: two syncs."""
        sessions = [f"{name} {seq} {index}\n" for name, (seq, index) in sorted((told or {}).items())]
        write_synced(self._path, f"{journal_seq}\n{''.join(sessions)}")

    def _lines(self) -> tuple[int, dict[str, Position]]:
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return 0, {}
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(str(error)) from None
        first, *sessions = text.splitlines() or [""]
        try:
            told = [(name, (int(seq), int(index))) for name, seq, index in map(str.split, sessions)]
            return int(first), dict(told)
        except ValueError:
            raise self._damaged(f"was {text[:40]!r}") from None

    def _damaged(self, how: str) -> OperatorError:
        return OperatorError(f"{self._path} {how}: delete it; the next start replays the whole journal instead")


def write_synced(path: Path, text: str) -> None:
    """Replace a small file in one step, and have it on the disk."""
    new = path.with_name(path.name + ".new")
    with new.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have what was written to a file, by whatever descriptor, or the names in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
