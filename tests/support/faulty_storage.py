"""A disk that fails and a clock that is wrong, under a real process: faulty_storage.c, which has the fault model.

A VFS of SQLite's own cannot be made from Python, and a fake driver would fail in ways no disk does. So the fake lies
one layer down, between the process and the kernel: SQLite and the venue above it are the real ones.
"""

import errno
import hashlib
import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_suffix(".c")
_BUILD: Final = Path(__file__).parents[2] / "build" / "faulty_storage"
_CONTROL: Final = struct.Struct("=5q")  # countdown, for_ever, error, failed, clock_off_ns
JOURNAL: Final = "journal.sqlite"  # and its WAL


class FaultyStorage:
    """`environment` is for the process; what is asked of it here happens there at once, and in its children."""

    def __init__(self, folder: Path, files: str = JOURNAL) -> None:
        path = folder / "faulty_storage"
        path.write_bytes(bytes(_CONTROL.size))
        with path.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), _CONTROL.size)
        self.environment: Final = {
            "LD_PRELOAD": str(_library()),
            "FAULTY_STORAGE": str(path),
            "FAULTY_FILES": files,
        }

    def fail(self, nth: int = 1, error: int = errno.EIO, *, for_ever: bool = False) -> None:
        """The nth write, sync or truncation from now fails, and those behind it if `for_ever`."""
        self._write(nth, for_ever, error, 0)

    def heal(self) -> None:
        self._write(0, False, 0, 0)

    @property
    def failed(self) -> int:
        """Operations that failed since `fail`."""
        failed: int = _CONTROL.unpack(self._control[:])[3]
        return failed

    def put_clock_off(self, seconds: float) -> None:
        """The process reads the time of day so much later than it is (earlier, if below 0)."""
        countdown, for_ever, error, failed, _ = _CONTROL.unpack(self._control[:])
        self._control[:] = _CONTROL.pack(countdown, for_ever, error, failed, int(seconds * 1e9))

    def _write(self, countdown: int, for_ever: bool, error: int, failed: int) -> None:
        clock_off_ns = _CONTROL.unpack(self._control[:])[4]
        self._control[:] = _CONTROL.pack(countdown, for_ever, error, failed, clock_off_ns)


def _library() -> Path:
    """Compiled once per version of the source; a C compiler is what QuickFIX needed, too."""
    target = _BUILD / hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:16] / "faulty_storage.so"
    if not target.exists():
        compiler = next(filter(None, map(shutil.which, (os.environ.get("CC", ""), "cc", "gcc", "clang"))))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(f".{os.getpid()}")
        command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(unfinished)]
        subprocess.run([*command, str(_SOURCE), "-ldl"], check=True)
        unfinished.rename(target)  # two tests at once each make the same
    return target
