"""The lock beside a SQLite journal: at most one process of this machine writes it.

It is an flock, so the kernel takes it back however the process ends; the file stays and means nothing
without it. The process id inside is only for the message to the person who started a second venue.
"""

import fcntl
import os
from pathlib import Path

from venue.errors import OperatorError


class FileLock:
    """Held from construction to release(). Not inherited by programs the process starts."""

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise OperatorError(
                f"the journal in {path.parent} could not be locked: {error.strerror}: "
                "the data folder must exist and be writable"
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._fd, 32).decode("ascii", "replace").strip()
            os.close(self._fd)
            raise OperatorError(
                f"the journal in {path.parent} is in use by process {owner or 'unknown'} "
                f"({path.name} is locked): stop that venue first, or use another data folder"
            ) from error
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)
        except OSError as error:
            self.release()
            raise OperatorError(f"{path} could not be written: {error.strerror}: look at the disk") from error

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
