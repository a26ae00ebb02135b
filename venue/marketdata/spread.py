"""The spread, now and on average over time.

A quote is best bid and best offer, both there, in a trading state in which orders can take them or rest behind
them: OPEN or POST_ONLY (as the engine marks positions). In any other state, or one-sided, there is no spread
and no mid, and that time counts in no average.

    spread        offer - bid, ticks                        average   integral of the spread / time quoted, ticks
    spread in bp  10,000 x (offer - bid) / mid              average   10,000 x integral of spread / integral of mid
"""

from venue.marketdata.figures import Ratio, Spread, Windowed
from venue.marketdata.time_sums import Numbers, TimeSums
from venue.marketdata.windows import DAY_MINUTES, HOUR_MINUTES

UNQUOTED: Numbers = (0, 0, 0)


class Quotes:
    """The quote in force, and the sums its averages are made of: time, spread, bid + offer."""

    def __init__(self) -> None:
        self.bid_ticks = 0
        self.ask_ticks = 0
        self._sums = TimeSums(3)
        self._at_day_start: Numbers = UNQUOTED

    def change(self, time_ns: int, bid_ticks: int, ask_ticks: int) -> None:
        """Let this quote stand from time_ns on; 0 and 0: there is none."""
        self.bid_ticks, self.ask_ticks = bid_ticks, ask_ticks
        self._sums.change(time_ns, (1, ask_ticks - bid_ticks, ask_ticks + bid_ticks) if bid_ticks else UNQUOTED)

    def roll_day(self, time_ns: int) -> None:
        self._at_day_start = self._sums.at(time_ns)

    def spread(self, now_ns: int) -> Spread:
        bid_ticks, ask_ticks = self.bid_ticks, self.ask_ticks
        hour = self._sums.in_window(now_ns, HOUR_MINUTES)
        day_24h = self._sums.in_window(now_ns, DAY_MINUTES)
        day = self._sums.since(self._at_day_start, now_ns)
        return Spread(
            ask_ticks - bid_ticks if bid_ticks else None,
            bp(ask_ticks - bid_ticks, ask_ticks + bid_ticks) if bid_ticks else None,
            ask_ticks + bid_ticks if bid_ticks else None,
            Windowed(average(hour), average(day_24h), average(day)),
            average_bp(hour),
            average_bp(day_24h),
            average_bp(day),
        )


def bp(spread: int, twice_mid: int) -> float:
    return 20_000 * spread / twice_mid


def average(sums: Numbers) -> Ratio | None:
    quoted_ns, spread, _ = sums
    return Ratio(spread, quoted_ns) if quoted_ns else None


def average_bp(sums: Numbers) -> float | None:
    quoted_ns, spread, twice_mid = sums
    return bp(spread, twice_mid) if quoted_ns else None
