"""Sums over time of whole numbers that change in steps: what an average weighted with time is made of.

A value v that stands for t nanoseconds adds v x t, exactly. Sums since the start of a minute are kept for as
many minutes as a window has; where nothing changed for minutes they follow from the next ones.
"""

from bisect import bisect_left
from collections import deque
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from venue.marketdata.candles import MINUTE_NS

WINDOW_MINUTES_MAX: Final = 1_440

Numbers: TypeAlias = tuple[int, ...]


class Mark(NamedTuple):
    """The sums at the start of a minute in which a value changed, and the values in force there."""

    minute_ns: int
    sums: Numbers
    values: Numbers


def window_start_ns(now_ns: int, minutes: int) -> int:
    """The start of a window of so many minutes of the clock, the one under way counted."""
    return now_ns - now_ns % MINUTE_NS - (minutes - 1) * MINUTE_NS


class TimeSums:
    """Of several values that change together. Times never go back; several changes at one time are one."""

    def __init__(self, count: int) -> None:
        self._values: Numbers = (0,) * count
        self._sums: Numbers = (0,) * count
        self._since_ns = -1  # of the values; before any time there is
        self._marks: deque[Mark] = deque(maxlen=WINDOW_MINUTES_MAX + 1)

    def change(self, time_ns: int, values: Numbers) -> None:
        """Let these values stand from time_ns on."""
        if time_ns > self._since_ns:
            minute_ns = time_ns - time_ns % MINUTE_NS
            if minute_ns > self._since_ns:
                self._marks.append(Mark(minute_ns, self.at(minute_ns), self._values))
            self._sums = self.at(time_ns)
            self._since_ns = time_ns
        self._values = values

    def at(self, time_ns: int) -> Numbers:
        """The sums up to a time that is not before the last change."""
        stood_ns = time_ns - self._since_ns
        return tuple([total + value * stood_ns for total, value in zip(self._sums, self._values, strict=True)])

    def at_minute(self, minute_ns: int) -> Numbers:
        """The sums up to the start of a minute, WINDOW_MINUTES_MAX - 1 before the last change at most."""
        place = bisect_left(self._marks, minute_ns, key=itemgetter(0))
        if place == len(self._marks):
            return self.at(minute_ns)
        mark = self._marks[place]
        ahead_ns = mark.minute_ns - minute_ns  # in which nothing changed
        return tuple([total - value * ahead_ns for total, value in zip(mark.sums, mark.values, strict=True)])

    def since(self, earlier: Numbers, now_ns: int) -> Numbers:
        """What was added since the sums were `earlier`."""
        return tuple([total - former for total, former in zip(self.at(now_ns), earlier, strict=True)])

    def in_window(self, now_ns: int, minutes: int) -> Numbers:
        """What was added in a window that ends now. Cost: O(log minutes)."""
        return self.since(self.at_minute(window_start_ns(now_ns, minutes)), now_ns)
