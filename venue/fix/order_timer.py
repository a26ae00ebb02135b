"""How long an order takes through the venue: from its message to its first report, of one order in SAMPLE_EVERY.

The time begins when QuickFIX hands over the message and ends when it has taken the report: stored and, if the
client reads, written. A session times one order at a time: the first report with its ClOrdID(11) ends it.
"""

import time
from collections.abc import Callable
from typing import Final

from venue.fix.tables import SOH
from venue.latency import Latencies

SAMPLE_EVERY: Final = 16  # messages of all sessions together
LOST_NS: Final = 10_000_000_000  # an order without a report for so long is timed no more


class OrderTimer:
    """`begin` and `give_up` on the connection's thread, `note` on the sender's: the first two change it only while
    nothing is timed, or what is timed has no report to come."""

    def __init__(self, latencies: Latencies, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._latencies = latencies
        self._clock_ns = clock_ns
        self._mark = ""  # the order's ClOrdID(11), as it stands in the report
        self.began_ns = 0  # by the clock; 0: nothing is timed

    def begin(self, cl_ord_id: str, began_ns: int) -> None:
        if not self.began_ns or began_ns - self.began_ns > LOST_NS:
            self._mark = f"{SOH}11={cl_ord_id}{SOH}"
            self.began_ns = began_ns

    def give_up(self) -> None:
        self.began_ns = 0

    def note(self, report: str) -> None:
        """A report that QuickFIX has taken."""
        if self._mark in report:
            self._latencies.record(self._clock_ns() - self.began_ns)
            self.began_ns = 0
