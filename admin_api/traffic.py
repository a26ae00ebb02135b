"""The requests that are answered here: how many by route and status, and how long each kind takes.

Noted at the gate, so that what is refused counts too. Routes are known by their names, of which
there are as many as rows in the access table; whatever is asked besides counts as one.
"""

from collections import Counter
from typing import Final

from venue.latency import Latencies


class Duration:
    """Of the answers of one group of routes: `total_s` of all, and their latencies of the last minute or two."""

    def __init__(self) -> None:
        self.count = 0
        self.total_s = 0.0
        self.latencies: Final = Latencies()

    def note(self, elapsed_ns: int) -> None:
        self.count += 1
        self.total_s += elapsed_ns / 1e9
        self.latencies.record(elapsed_ns)


class Traffic:
    """`requests` by (route, HTTP status); `durations` by group, which is the route's tag in OpenAPI."""

    def __init__(self) -> None:
        self.requests: Final[Counter[tuple[str, int]]] = Counter()
        self.durations: Final[dict[str, Duration]] = {}

    def note(self, route: str, group: str, status: int, elapsed_ns: int) -> None:
        self.requests[route, status] += 1
        duration = self.durations.get(group)
        if duration is None:
            duration = self.durations[group] = Duration()
        duration.note(elapsed_ns)
