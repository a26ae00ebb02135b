"""The venue's figures for Prometheus: `/metrics` at the root, and the same as JSON under /api/v3/metrics.

    trading   orders, cancels, trades, volume, rejects         from the journal, counted by `tally`
    running   latencies, queues, sessions, lags, requests      from the venue's vitals and this process

Nothing is kept for a scrape: what there is is read when it is asked for. The counts of trading are over the whole
journal, so a restart of this process is no reset; they are left out until it has been read.

Every label has a bound: names of tables, or the first SERIES_MAX of what operators can add without limit.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from admin_api.metrics import running, trading
from admin_api.view import View

__all__: Final = ["registry_of"]


class _VenueCollector(Collector):
    def __init__(self, view: View) -> None:
        self._view = view

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the venue may not have been reached yet when this is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        yield from trading.families(self._view)
        yield from running.families(self._view)


def registry_of(view: View) -> CollectorRegistry:
    """The figures of this view and of its process; nothing of other registries."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_VenueCollector(view))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry
