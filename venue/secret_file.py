"""A small file that only the venue's own user may read: replaced whole, by one writer at a time.

Whoever reads meanwhile sees the old file or the new one, and so does who reads after a power loss. What is in it is
its user's business; this knows bytes and a lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from venue.errors import OperatorError

Version: TypeAlias = tuple[int, int, int]


def version_of(file: Path) -> Version | None:
    """It is replaced, never written to, so another one has another inode or time; None: there is none.

    Raises OSError when that cannot be told."""
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """No other process changes the file meanwhile. Raises OperatorError when its folder cannot be written to."""
    try:
        lock = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OperatorError(f"{file} cannot be changed: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)  # and so unlocked


def replace(file: Path, text: bytes) -> None:
    """Raises OperatorError when it could not be written; the old one is still there then."""
    new, folder = file.with_name(f"{file.name}.new"), os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        new.unlink(missing_ok=True)  # of a writer that died
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.rename(file)
        os.fsync(folder)
    except OSError as error:
        raise OperatorError(f"{file} could not be written: {error.strerror}") from error
    finally:
        os.close(folder)
