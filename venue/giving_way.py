"""A process that gives way to those that trade: what the admin API and the recorder do can wait, an order cannot.

Being nice is not enough: Linux lets whoever runs finish a slice of 1.4 to 3 ms before one that wakes has its turn. An
order would wait so long in the gate behind an update for a thousand subscribers. So it asks for the shortest slice.

Source: sched(7), sched_setattr(2); Linux 6.12, kernel/sched/fair.c: sched_runtime of a SCHED_OTHER task is the slice it
asks for. Older kernels overlook it.
"""

import ctypes
import logging
import os
import platform
import struct
from typing import Final

log = logging.getLogger(__name__)

NICE: Final = 5  # more than who asks
SLICE_NS: Final = 100_000
_SCHED_OTHER: Final = 0
_SCHED_SETATTR: Final = {"x86_64": 314, "aarch64": 274}  # the number of the system call
_ATTRIBUTES: Final = struct.Struct("IIQiIQQQII")  # size, policy, flags, nice, priority, runtime, and four that stay 0


def give_way(pid: int, nice: int = NICE) -> None:
    """To be called before the process has threads of its own, which it would not concern. Where the kernel does not
    let us, it is nice only, and the log says so."""
    nice = min(os.getpriority(os.PRIO_PROCESS, 0) + nice, 19)
    asked = _ATTRIBUTES.pack(_ATTRIBUTES.size, _SCHED_OTHER, 0, nice, 0, SLICE_NS, 0, 0, 0, 0)
    number = _SCHED_SETATTR.get(platform.machine())
    try:
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    except ProcessLookupError:  # it has ended already
        return
    if number and ctypes.CDLL(None, use_errno=True).syscall(number, pid, asked, 0):
        log.info("process %d has slices like any other: %s", pid, os.strerror(ctypes.get_errno()))
