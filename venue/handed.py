"""How far the clients have been told: the journal_seq up to which every report is in a message store, on the disk.

A start may begin from any snapshot at or before it: what comes later is replayed, and told unless a store has it.
The FIX gateway writes the file <data>/fix/handed after it has synced the stores; whoever prunes snapshots or the
journal reads it. None there: the clients have been told nothing for sure, and a start begins where the journal does.

Behind it stands the boot of the machine it was written in, or "closed" by a venue that ended and had all of its stores
on the disk. Another boot by now: what was not synced is in doubt. With it stands what each session's store held when
it was synced last: how far the session had been told, the next number of either side, the bytes of header and body,
and from which number on nothing is left out (venue/fix/restoring.py). A store that holds less by now was put back or
cut, and a session that is not named was in no configuration then: both lack what is not replayed.

Each further order gateway has a file of its own, handed-1, handed-2 … (venue/fix/shares.py).

    123456 4b72981d-4c49-406b-8da7-3d8e8f05ae83
    DESK1 123456 0 5120 4711 112334 1823345 1
    DESK2 98765 1 40 38 822 12201 1
"""

import os
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from venue.errors import OperatorError

Position: TypeAlias = tuple[int, int]  # journal_seq, index of the report within it; (0, 0) before the first
START: Final[Position] = (0, 0)

NAME: Final = "handed"
CLOSED: Final = "closed"  # instead of a boot: nothing is in doubt
IN_DOUBT: Final = "in-doubt"  # instead of a boot: a start that was to restore the stores did not come to its end
_NAMES: Final = re.compile(rf"{NAME}(?:-(\d+))?")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")  # another number after each boot: random(4)


class Stored(NamedTuple):
    """What a message store held when it was synced; all of it is on the disk."""

    told: Position = START
    next_sender: int = 1
    next_target: int = 1
    header_bytes: int = 0
    body_bytes: int = 0
    whole_from: int = 1  # numbers below were left out before it, by a start after a power loss


class Told(NamedTuple):
    """What the file says. `boot`: see above."""

    journal_seq: int = 0
    boot: str = CLOSED
    stores: Mapping[str, Stored] = {}

    @property
    def is_in_doubt(self) -> bool:
        """The machine went down, or is another one: of the stores only what was synced is sure."""
        return self.boot not in (CLOSED, boot_id())


class Handed:
    """The file in the folder of the FIX gateways, <data>/fix, of one of them."""

    def __init__(self, folder: Path, number: int = 0) -> None:
        self._path = folder / numbered(NAME, number)

    def read(self) -> int:
        """0: nobody has been told anything for sure. Raises OperatorError when the file is damaged."""
        return self.told().journal_seq

    def told(self) -> Told:
        """All of it. Raises OperatorError as read does."""
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return Told()
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(str(error)) from None
        first, *sessions = text.splitlines() or [""]
        try:
            journal_seq, _, boot = first.partition(" ")
            return Told(int(journal_seq), boot or CLOSED, dict(map(_session, sessions)))
        except (ValueError, TypeError):
            raise self._damaged(f"was {text[:40]!r}") from None

    def write(self, journal_seq: int, stores: Mapping[str, Stored] | None = None, boot: str = CLOSED) -> None:
        """Durably, in one step: after a power loss it is the old file or the new one. Cost: two syncs."""
        sessions = [_line(name, stored) for name, stored in sorted((stores or {}).items())]
        write_synced(self._path, f"{journal_seq} {boot}\n{''.join(sessions)}")

    def _damaged(self, how: str) -> OperatorError:
        return OperatorError(f"{self._path} {how}: delete it; the next start replays the whole journal instead")


def numbered(name: str, number: int) -> str:
    """What a gateway's own file is called: NAME of the first, NAME-1 of the next."""
    return f"{name}-{number}" if number else name


def numbers(folder: Path) -> set[int]:
    """Of the gateways that have a file there."""
    names = (path.name for path in folder.glob(f"{NAME}*"))
    return {int(found[1] or 0) for name in names if (found := _NAMES.fullmatch(name))}


def handed_by_all(folder: Path) -> int:
    """What the clients of every gateway have been told; 0: nothing for sure. Raises OperatorError as read does."""
    return min((Handed(folder, number).read() for number in numbers(folder) | {0}), default=0)


def remove(folder: Path, number: int) -> None:
    """The file of a gateway that is no more."""
    (folder / numbered(NAME, number)).unlink(missing_ok=True)
    sync(folder)


def _line(name: str, stored: Stored) -> str:
    told, *numbers = stored
    return f"{' '.join(map(str, (name, *told, *numbers)))}\n"


def _session(line: str) -> tuple[str, Stored]:
    name, journal_seq, index, *numbers = line.split()
    return name, Stored((int(journal_seq), int(index)), *map(int, numbers))


def boot_id() -> str:
    """Of the running kernel: what was written to a file in this boot is read back in it, synced or not.

    Where it cannot be read, another one each time: nobody can say then, so all is in doubt that was not synced."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return str(uuid.uuid4())


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
