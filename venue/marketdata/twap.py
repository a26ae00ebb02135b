"""The time-weighted average price: the last trade's price, weighted with the time for which it was the last.

    TWAP = integral of the last price / time with a last price, both over the window; ticks, exact

Before the instrument's first trade there is no price, and that time does not count. After a bust the last
price is the newest trade's that stands, from then on: what was before is not weighed anew.
"""

from venue.marketdata.figures import Ratio, Windowed
from venue.marketdata.time_sums import Numbers, TimeSums
from venue.marketdata.windows import DAY_MINUTES, HOUR_MINUTES

UNTRADED: Numbers = (0, 0)


class LastPrices:
    """The last price in force, and the sums of time and price."""

    def __init__(self) -> None:
        self.last_ticks = 0
        self._sums = TimeSums(2)
        self._at_day_start: Numbers = UNTRADED

    def change(self, time_ns: int, last_ticks: int) -> None:
        """Let this be the last price from time_ns on; 0: there is none."""
        self.last_ticks = last_ticks
        self._sums.change(time_ns, (1, last_ticks) if last_ticks else UNTRADED)

    def roll_day(self, time_ns: int) -> None:
        self._at_day_start = self._sums.at(time_ns)

    def twap(self, now_ns: int) -> Windowed:
        return Windowed(
            average(self._sums.in_window(now_ns, HOUR_MINUTES)),
            average(self._sums.in_window(now_ns, DAY_MINUTES)),
            average(self._sums.since(self._at_day_start, now_ns)),
        )


def average(sums: Numbers) -> Ratio | None:
    traded_ns, price = sums
    return Ratio(price, traded_ns) if traded_ns else None
