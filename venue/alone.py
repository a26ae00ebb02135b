"""One process of a kind at a time on a data folder: each waits until the one before has ended.

A venue that was killed leaves processes that see its end a moment later; those of the next venue wait for them. The
lock is an flock: the kernel takes it back however the process ends, and the file means nothing without it.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

LOOK_S: Final = 0.1


@contextmanager
def alone(path: Path, stopping: threading.Event, who: str) -> Iterator[bool]:
    """Hold the lock of the file, which the kernel takes back however the process ends. False: `stopping` was set
    while another one held it. `who` it is, for the log: "the recorder"."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield _locked(fd, stopping, who)
    finally:
        os.close(fd)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock now."""
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _locked(fd: int, stopping: threading.Event, who: str) -> bool:
    has_told = False
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if not has_told:
                log.info("%s of a venue that ended is still at work here: waiting for it", who)
                has_told = True
        if stopping.wait(LOOK_S):
            return False
