"""Volatility of the mid, annualised: realized over an hour and 24 hours, and exponentially weighted.

Samples: the mid in force when a minute of the clock (UTC) ends, where there is one (see spread.py); returns:
r = ln(mid / mid of the minute before), where both have one. A year has 365 x 1,440 minutes: the venue never
closes.

    realized  sqrt(525,600 x mean of r^2), over the returns of the last 60 or 1,440 minutes; no mean taken off
    EWMA      sqrt(525,600 x v), v = 0.94 v + 0.06 r^2 at every return, from v = r^2 of the first

Source: J.P. Morgan/Reuters, RiskMetrics Technical Document, 4th edition (1996), chapter 5: zero mean, decay
factor 0.94.
"""

from collections import deque
from copy import copy
from math import fsum, log, sqrt
from typing import Final

from venue.marketdata.candles import MINUTE_NS
from venue.marketdata.figures import Volatility
from venue.marketdata.windows import DAY_MINUTES, HOUR_MINUTES

MINUTES_A_YEAR: Final = 365 * 1_440
DECAY: Final = 0.94


class MidReturns:
    """The returns of the last 1,440 minutes; None: a minute without."""

    def __init__(self) -> None:
        self._returns: deque[float | None] = deque(maxlen=DAY_MINUTES)
        self._minute = 0  # under way, counted from the epoch
        self._mid_half_ticks = 0  # in force, 0: none
        self._sampled_half_ticks = 0  # at the end of the minute before
        self._ewma: float | None = None  # of r^2

    def change(self, time_ns: int, mid_half_ticks: int) -> None:
        """Let this mid stand from time_ns on; 0: there is none."""
        self._advance(time_ns // MINUTE_NS)
        self._mid_half_ticks = mid_half_ticks

    def _advance(self, minute: int) -> None:
        """Sample the mid at the end of every minute that is over."""
        over = minute - self._minute
        if over <= 0:
            return
        self._minute = minute
        self._take_return()
        self._sampled_half_ticks = self._mid_half_ticks
        if over > 1:  # the same mid again and again
            self._repeat(over - 1)

    def _take_return(self) -> None:
        if not self._mid_half_ticks or not self._sampled_half_ticks:
            self._returns.append(None)
            return
        change = log(self._mid_half_ticks / self._sampled_half_ticks)
        self._returns.append(change)
        self._ewma = change**2 if self._ewma is None else DECAY * self._ewma + (1 - DECAY) * change**2

    def _repeat(self, minutes: int) -> None:
        still = 0.0 if self._mid_half_ticks else None
        self._returns.extend([still] * min(minutes, DAY_MINUTES))
        if still is not None:
            self._ewma = 0.0 if self._ewma is None else self._ewma * DECAY**minutes

    def volatility(self, now_ns: int) -> Volatility:
        """As of now, as if nothing changed since the last change. Cost: O(minutes of the window)."""
        passed = copy(self)  # so that a command whose time is before now still finds its minute
        passed._returns = self._returns.copy()
        passed._advance(now_ns // MINUTE_NS)
        returns = list(passed._returns)
        return Volatility(
            realized(returns[-HOUR_MINUTES:]),
            realized(returns),
            None if passed._ewma is None else sqrt(MINUTES_A_YEAR * passed._ewma),
        )


def realized(returns: list[float | None]) -> float | None:
    squares = [change**2 for change in returns if change is not None]
    return sqrt(MINUTES_A_YEAR * fsum(squares) / len(squares)) if squares else None
