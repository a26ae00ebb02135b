"""Latencies of the last minute or two, against plain sorting."""

from random import Random

from venue.latency import LATENCY_US_MAX, TURN_S, Latencies
from venue.vitals import LatencyFigures


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_percentiles_are_those_of_the_sorted_samples() -> None:
    """Within 1 %, as two significant digits promise."""
    chance = Random(7)
    samples_us = [int(chance.lognormvariate(6, 1.5)) + 1 for _ in range(20_000)]
    latencies = Latencies(Clock())
    for sample_us in samples_us:
        latencies.record(sample_us * 1_000 + 999)  # parts of a microsecond do not count
    figures = latencies.figures()
    ordered = sorted(samples_us)
    assert figures.count == len(ordered)
    for told, share in ((figures.p50_us, 50), (figures.p95_us, 95), (figures.p99_us, 99), (figures.max_us, 100)):
        exact = ordered[-(-len(ordered) * share // 100) - 1]
        assert abs(told - exact) <= max(1, exact / 100)


def test_nothing_measured_is_all_zero() -> None:
    """No sample, no figure."""
    assert Latencies(Clock()).figures() == LatencyFigures(0, 0, 0, 0, 0)


def test_figures_are_over_this_turn_and_the_one_before() -> None:
    """A sample counts until the turn after its own has ended: for one minute at least, and two at most."""
    clock = Clock()
    latencies = Latencies(clock)
    latencies.record(1_000_000)
    clock.now_s += TURN_S
    latencies.record(3_000_000)
    assert (latencies.figures().count, latencies.figures().max_us // 100) == (2, 30)
    clock.now_s += TURN_S
    assert latencies.figures().count == 1
    clock.now_s += TURN_S
    assert latencies.figures() == LatencyFigures()


def test_after_a_long_silence_nothing_old_is_told() -> None:
    """Two turns pass between two samples: the first is gone."""
    clock = Clock()
    latencies = Latencies(clock)
    latencies.record(1_000_000)
    clock.now_s += 2 * TURN_S
    latencies.record(2_000_000)
    assert latencies.figures().count == 1


def test_samples_beyond_the_range_count_as_its_ends() -> None:
    """0 is 1 µs, an hour is the longest there is."""
    latencies = Latencies(Clock())
    latencies.record(0)
    latencies.record(3_600_000_000_000)
    figures = latencies.figures()
    assert (figures.count, figures.p50_us) == (2, 1)
    assert abs(figures.max_us - LATENCY_US_MAX) <= LATENCY_US_MAX / 100
