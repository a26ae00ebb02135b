"""Families of metrics: a name, what it means, and a sample for each combination of labels."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from venue.vitals import LatencyFigures

SERIES_MAX: Final = 200  # of one label whose values operators can add to without limit

Labels: TypeAlias = Mapping[str, str]
Samples: TypeAlias = Iterable[tuple[Labels, float]]

_NO_LABELS: Final[Labels] = {}


def counter(name: str, documentation: str, samples: Samples) -> Metric:
    """Its samples are named name_total."""
    family = CounterMetricFamily(name, documentation)
    for labels, value in samples:
        family.add_sample(f"{name}_total", dict(labels), value)
    return family


def gauge(name: str, documentation: str, samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, documentation)
    for labels, value in samples:
        family.add_sample(name, dict(labels), value)
    return family


def one(value: float | None) -> Samples:
    """A single sample without labels; None: nothing is known."""
    return [] if value is None else [(_NO_LABELS, value)]


def summary(name: str, documentation: str, figures: Iterable[tuple[Labels, LatencyFigures]]) -> Metric:
    """Quantiles in seconds over the last minute or two, the maximum as quantile 1; none when nothing was measured."""
    family = Metric(name, documentation, "summary")
    for labels, latency in figures:
        if latency.count:
            for quantile, value_us in _quantiles(latency):
                family.add_sample(name, {**labels, "quantile": quantile}, value_us / 1e6)
    return family


def _quantiles(latency: LatencyFigures) -> tuple[tuple[str, int], ...]:
    return ("0.5", latency.p50_us), ("0.95", latency.p95_us), ("0.99", latency.p99_us), ("1", latency.max_us)
