"""A disk that forgets what was not synced: `python -m tests.support.forgetful_disk SHADOW FOLDER ARGUMENTS` is `venue
ARGUMENTS`, and keeps in SHADOW what of FOLDER a power loss could not take. So do the processes that it starts, of which
Python runs the `sitecustomize` of forgetful_site.

Each fsync of a file copies it, each fsync of the folder keeps the names in it (with their inodes), before it returns;
what the venue writes, or QuickFIX flushes, without a sync stays out. `forget` then puts FOLDER into a state the machine
may come back with: of each file what was synced, and behind that as much of the rest as chance wants: whole, cut off
anywhere, or with pages of zeros. Names that were not synced are gone.

`stop_syncing` lets nothing more be kept, for a test that needs to know what is lost.

Not modelled: a disk that says it has synced and has not, and what the journal's database syncs itself.
"""

import json
import os
import random
import shutil
import sys
import uuid
from pathlib import Path
from typing import Final

from venue import handed

PAGE_BYTES: Final = 4096
_NAMES: Final = "names.json"
_STOPPED: Final = "stopped"
_SHADOW: Final = "FORGETFUL_DISK_SHADOW"
_FOLDER: Final = "FORGETFUL_DISK_FOLDER"


def remember_syncs(shadow: Path, folder: Path) -> None:
    """Have every os.fsync of this process noted in `shadow`."""
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        if (shadow / _STOPPED).exists():
            return
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path == folder:
            names = {entry.name: entry.inode() for entry in os.scandir(folder) if entry.is_file()}
            _write_whole(shadow / _NAMES, json.dumps(names).encode())
        elif path.parent == folder:
            _write_whole(shadow / str(os.fstat(descriptor).st_ino), path.read_bytes())

    os.fsync = fsync  # type: ignore[assignment]


def _write_whole(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    new.write_bytes(content)
    os.replace(new, path)


def stop_syncing(shadow: Path) -> None:
    """From here on, until the next `forget`, whatever is synced is lost all the same."""
    (shadow / _STOPPED).touch()


def forget(shadow: Path, folder: Path, chance: random.Random) -> None:
    """Make `folder` what it may be after a power loss, of a process that runs no more, and of another boot."""
    names: dict[str, int] = json.loads((shadow / _NAMES).read_text())
    for path in folder.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()
    for name, inode in names.items():
        path, kept = folder / name, shadow / str(inode)
        synced = kept.read_bytes() if kept.exists() else b""
        present = path.stat().st_ino if path.exists() else 0
        if present == inode:
            path.write_bytes(_come_back(synced, path.read_bytes(), chance))
        elif present and not (shadow / str(present)).exists():  # the new name may be there, and nothing in the file
            path.write_bytes(chance.choice((synced, b"")))
        else:
            path.write_bytes(synced)
    for number in handed.numbers(folder):
        _boot_again(folder / handed.numbered(handed.NAME, number))
    shutil.rmtree(shadow)
    shadow.mkdir()
    _write_whole(shadow / _NAMES, json.dumps(_all_as_it_is(shadow, folder)).encode())


def _come_back(synced: bytes, written: bytes, chance: random.Random) -> bytes:
    """A file that was written on since it was synced."""
    if not written.startswith(synced):  # written over in place, in one sector: the old or the new
        return chance.choice((synced, written))
    end = chance.choice((len(synced), len(written), chance.randint(len(synced), len(written))))
    page = chance.randint(len(synced), end) // PAGE_BYTES * PAGE_BYTES
    holed = range(max(page, len(synced)), min(page + PAGE_BYTES, end)) if chance.random() < 0.3 else range(0)
    return (
        written[: holed.start] + bytes(len(holed)) + written[holed.start + len(holed) : end] if holed else written[:end]
    )


def _boot_again(file: Path) -> None:
    """As if it had been written in another boot than the one this machine is in."""
    first, *rest = file.read_text().splitlines()
    journal_seq, _, boot = first.partition(" ")
    told = first if boot in ("closed", "in-doubt") else f"{journal_seq} {uuid.uuid4()}"
    file.write_text("\n".join([told, *rest, ""]))


def _all_as_it_is(shadow: Path, folder: Path) -> dict[str, int]:
    """What a machine that has just come up reads is on its disk."""
    for path in folder.iterdir():
        if path.is_file():
            shutil.copy(path, shadow / str(path.stat().st_ino))
    return {path.name: path.stat().st_ino for path in folder.iterdir() if path.is_file()}


def begin_in_child() -> None:
    if _SHADOW in os.environ:
        remember_syncs(Path(os.environ[_SHADOW]), Path(os.environ[_FOLDER]))


def main() -> None:
    shadow, folder = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    shadow.mkdir(parents=True, exist_ok=True)
    del sys.argv[1:3]
    remember_syncs(shadow, folder)
    here = Path(__file__).parent
    os.environ |= {
        _SHADOW: str(shadow),
        _FOLDER: str(folder),
        "PYTHONPATH": os.pathsep.join((str(here / "forgetful_site"), str(here.parents[1]))),
    }
    from venue.cli import main as venue_main

    venue_main()


if __name__ == "__main__":
    main()
