"""A limit on messages per second, as one number: the time at which everything admitted is paid for.

Each message costs 1/rate seconds. A session may be one second ahead (a burst of `per_s_max` messages);
beyond that its messages are refused, and refused ones cost too, so that a session which keeps sending
at more than twice its limit ends two seconds ahead and is logged out. Source: the generic cell rate
algorithm (ITU-T I.371), a token bucket without a timer.
"""

from enum import Enum
from typing import Final

BURST_NS: Final = 1_000_000_000


class Verdict(Enum):
    ADMIT = "admit"
    REFUSE = "refuse"
    EXPEL = "expel"


class Throttle:
    """Not for several threads: each session has its own and one reading thread."""

    __slots__ = ("_cost_ns", "_paid_ns")

    def __init__(self, per_s_max: int) -> None:
        self._cost_ns = BURST_NS // per_s_max
        self._paid_ns = 0

    def admit(self, now_ns: int, *, comes_again: bool = False) -> Verdict:
        """`now_ns` is of a clock that never steps back. Nobody is expelled for what comes again, and what is refused
        of it costs nothing."""
        before_ns = self._paid_ns
        self._paid_ns = max(self._paid_ns, now_ns) + self._cost_ns
        ahead_ns = self._paid_ns - now_ns
        if ahead_ns <= BURST_NS:
            return Verdict.ADMIT
        if comes_again:
            self._paid_ns = before_ns
            return Verdict.REFUSE
        if ahead_ns <= 2 * BURST_NS:
            return Verdict.REFUSE
        self._paid_ns = now_ns  # it starts afresh when it returns
        return Verdict.EXPEL
