"""An order is timed from its message to its first report, one at a time."""

import pytest

from venue.fix.order_timer import LOST_NS, OrderTimer
from venue.latency import Latencies

REPORT = "35=8\x0111=A1\x0137=7\x01"
BEGAN_NS = 1_000_000_000


def a_timer() -> tuple[OrderTimer, Latencies]:
    """A timer whose clock stands 300 microseconds after BEGAN_NS."""
    latencies = Latencies()
    return OrderTimer(latencies, lambda: BEGAN_NS + 300_000), latencies


def test_first_report_with_the_orders_name_ends_its_time() -> None:
    """Reports of other orders do not, nor does the next one of its own: the time is counted once."""
    timer, latencies = a_timer()
    timer.begin("A1", BEGAN_NS)
    timer.note("35=8\x0111=A10\x0137=6\x01")
    assert latencies.figures().count == 0
    assert timer.began_ns
    timer.note(REPORT)
    assert not timer.began_ns
    figures = latencies.figures()
    assert figures.count == 1
    assert figures.p50_us == pytest.approx(300, rel=0.01)


def test_order_that_is_timed_is_not_forgotten_for_the_next() -> None:
    """When the venue is slow, more orders come before the report: only the quick ones would count."""
    timer, latencies = a_timer()
    timer.begin("A1", BEGAN_NS)
    timer.begin("A2", BEGAN_NS + LOST_NS)
    timer.note(REPORT)
    assert latencies.figures().count == 1


def test_order_that_never_gets_a_report_gives_way() -> None:
    """One refused without a report of its own is given up, one that was lost after LOST_NS."""
    timer, _ = a_timer()
    timer.begin("A1", BEGAN_NS)
    timer.give_up()
    timer.begin("A2", BEGAN_NS + 1)
    timer.begin("A3", BEGAN_NS + 2 + LOST_NS)
    timer.note(REPORT.replace("A1", "A2"))
    assert timer.began_ns == BEGAN_NS + 2 + LOST_NS
