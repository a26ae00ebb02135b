"""How often somebody may ask: so many requests a second, and as many at once after a pause.

A token bucket for each caller, kept as one time: when it would be full again. Source: the generic cell rate
algorithm, ITU-T I.371 annex A. Cost: about 1 µs a request. Bound: BUCKETS_MAX callers are remembered; those that
have not asked for longest are forgotten first, which fills their bucket.
"""

import math
import time
from collections import OrderedDict
from typing import Final

from admin_api.problems import ProblemError
from venue import reasons

BUCKETS_MAX: Final = 10_000


class Throttle:
    """`per_s` may be asked in a second, `burst` at once (none given: what a second allows)."""

    def __init__(self, per_s: float, burst: int | None = None) -> None:
        self._interval_s: Final = 1.0 / per_s
        self._depth_s: Final = (burst or max(1, int(per_s))) * self._interval_s
        self._full_at_s: OrderedDict[str, float] = OrderedDict()

    def take(self, caller: str) -> float:
        """Count one request; returns after how many seconds it would be let in, 0 when it is."""
        now_s = time.monotonic()
        full_at_s = max(self._full_at_s.get(caller, 0.0), now_s) + self._interval_s
        wait_s = full_at_s - now_s - self._depth_s
        if wait_s > 1e-9:
            return wait_s
        self._full_at_s[caller] = full_at_s
        self._full_at_s.move_to_end(caller)
        if len(self._full_at_s) > BUCKETS_MAX:
            self._full_at_s.popitem(last=False)
        return 0.0

    def require(self, caller: str, what: str) -> None:
        """Raises ProblemError with Retry-After when the caller has asked too often."""
        wait_s = self.take(caller)
        if wait_s:
            seconds = math.ceil(wait_s)
            raise ProblemError(
                reasons.RATE_LIMIT,
                f"too many {what}: at most {1 / self._interval_s:g} a second, ask again in {seconds} s",
                headers={"Retry-After": str(seconds)},
            )
