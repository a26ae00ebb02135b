"""How many orders and trades there are a second: over the last RATE_S seconds, looked at once a second."""

from collections import deque
from typing import Final, NamedTuple

from admin_api.tally import Tally

RATE_S: Final = 5


class Rates(NamedTuple):
    """A second, on average over the last RATE_S."""

    commands: float
    orders: float
    trades: float


class Pace:
    """What the tally has counted, at the last RATE_S looks."""

    def __init__(self, tally: Tally) -> None:
        self._tally: Final = tally
        self._seen: deque[tuple[float, int, int, int]] = deque(maxlen=RATE_S + 1)

    def look(self, now_s: float, journal_seq: int) -> None:
        counts = self._tally.instruments.values()
        orders, trades = sum(one.orders for one in counts), sum(one.trades for one in counts)
        self._seen.append((now_s, journal_seq, orders, trades))

    @property
    def rates(self) -> Rates | None:
        """None before the second look."""
        if len(self._seen) < 2:
            return None
        (from_s, *before), (to_s, *now) = self._seen[0], self._seen[-1]
        return Rates(*(round((one - former) / (to_s - from_s), 1) for one, former in zip(now, before, strict=True)))
