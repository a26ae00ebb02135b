"""How fast a session's messages go on to QuickFIX: whoever sends far more than he may enter orders is made to wait.

The throttle behind refuses what is over the rate, but never a cancel; here nothing is refused, and the rest waits in
the client's own connection. Without it a burst would fill the queue in which everybody's next order stands.
"""

from typing import Final

PER_ORDER: Final = 10  # messages for each order of the session's rate: room for its cancels and questions
PER_S_MIN: Final = 2_000
HELPING_S: Final = 0.002  # what goes on at once is the share of so long
TICK_S: Final = 0.001  # no timer is shorter


class Pace:
    """Of one connection. Times in seconds, of a clock that never steps back."""

    def __init__(self, orders_per_s_max: int) -> None:
        per_s = max(PER_ORDER * orders_per_s_max, PER_S_MIN)
        self.helping: Final = int(per_s * HELPING_S)  # messages
        self._cost_s = 1 / per_s
        self._paid_s = 0.0

    def spend(self, count: int, now_s: float) -> float:
        """So many messages, a helping at most, go on now. Returns how long the next must wait."""
        self._paid_s = max(self._paid_s, now_s) + count * self._cost_s
        wait_s = self._paid_s - now_s - self.helping * self._cost_s
        return wait_s if wait_s >= TICK_S else 0.0
