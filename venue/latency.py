"""Latencies of the last minute or two in HDR histograms (Gil Tene, hdrhistogram.org): percentiles without a list
of samples, whatever the rate.

Two histograms take turns, a minute each, and the figures are over both: they follow the present, and are over a
whole minute at least once one has passed. Any thread may record and ask.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from hdrh.histogram import HdrHistogram

from venue.vitals import LatencyFigures

TURN_S: Final = 60.0
LATENCY_US_MAX: Final = 60_000_000  # longer ones count as this
SIGNIFICANT_DIGITS: Final = 2  # exact to 1 %: 20 KB; a third digit is eight times that, to keep and to read


class Latencies:
    """Samples of one kind. `record` costs about 1 µs, `figures` 0.2 ms of which it holds up nobody."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._current, self._before = _histogram(), _histogram()
        self._turn_ends_s = clock_s() + TURN_S
        self._changing = threading.Lock()

    def record(self, elapsed_ns: int) -> None:
        with self._changing:
            self._take_turns()
            self._current.record_value(min(max(elapsed_ns // 1_000, 1), LATENCY_US_MAX))

    def figures(self) -> LatencyFigures:
        both = _histogram()
        with self._changing:
            self._take_turns()
            both.add(self._before)
            both.add(self._current)
        count = both.get_total_count()
        if not count:
            return LatencyFigures()
        at = both.get_percentile_to_value_dict([50, 95, 99])
        return LatencyFigures(count, at[50], at[95], at[99], both.get_max_value())

    def _take_turns(self) -> None:
        now_s = self._clock_s()
        if now_s < self._turn_ends_s:
            return
        is_long_ago = now_s >= self._turn_ends_s + TURN_S
        self._before = _histogram() if is_long_ago else self._current
        self._current = _histogram()
        self._turn_ends_s = now_s + TURN_S


def _histogram() -> HdrHistogram:
    return HdrHistogram(1, LATENCY_US_MAX, SIGNIFICANT_DIGITS)
