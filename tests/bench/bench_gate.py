"""What the gate costs: the same load through it, and past it, to the same kind of venue, in turns.

A venue with a gate and one without run side by side on empty data folders; the load client takes turns with them, so
that whatever else the machine does meets both. Everything is durable (SQLite, synchronous=FULL), and each order must
have been answered and none refused. Venue, gate and client share the machine's cores.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench.bench_fix import ROUND_TRIP, THROUGHPUT, Case, bench_config, run_load
from tests.bench.child import ROOT
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.support.venue_process import WITH_GATE, VenueProcess

GOAL_ADDED_US: Final = 60
GOAL_OF_THROUGHPUT: Final = 0.8
CASES: Final = (ROUND_TRIP, THROUGHPUT[1])

Runs = dict[str, list[dict[str, Any]]]


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload = build("fixload")
    behind: Runs = {case.name: [] for case in CASES}
    bare: Runs = {case.name: [] for case in CASES}
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gate-", dir=results) as name:
        for number in range(1, scale.rounds + 1):
            for case in CASES:
                for runs, environment in _in_turns(number, (behind, WITH_GATE), (bare, {})):
                    say(f"round {number} of {scale.rounds}: {case.name}, {'gate' if environment else 'no gate'}")
                    with _venue(Path(name), number, case, environment) as venue:
                        runs[case.name].append(run_load(fixload, venue.port, case, scale))
    return _figures(behind, bare)


def _in_turns(number: int, *sides: tuple[Runs, dict[str, str]]) -> list[tuple[Runs, dict[str, str]]]:
    """Which of the two begins changes from round to round."""
    return list(sides if number % 2 else reversed(sides))


@contextmanager
def _venue(folder: Path, number: int, case: Case, environment: dict[str, str]) -> Iterator[VenueProcess]:
    data = folder / f"{number}-{CASES.index(case)}-{len(environment)}"
    data.mkdir()
    config = data / "bench.toml"
    config.write_text(bench_config())
    venue = VenueProcess(config, data, environment)
    try:
        venue.start()
        yield venue
        assert venue.stop() == 0, venue.printed()
    finally:
        venue.kill_if_running()


def _figures(behind: Runs, bare: Runs) -> list[Figure]:
    with_us, without_us = ([run["lat_us"]["p50"] for run in runs[ROUND_TRIP.name]] for runs in (behind, bare))
    added = [gate - direct for gate, direct in zip(with_us, without_us, strict=True)]
    name = THROUGHPUT[1].name
    speeds, direct_speeds = ([run["orders_per_s"] for run in runs[name]] for runs in (behind, bare))
    kept = [gate / direct for gate, direct in zip(speeds, direct_speeds, strict=True)]
    return [
        median_figure(
            "gate", "added to a round trip, p50", "µs", added, better="lower", goal=GOAL_ADDED_US,
            note=f"{statistics.median(with_us):,.0f} instead of {statistics.median(without_us):,.0f}",
        ),
        median_figure(
            "gate", f"{name}: of the speed without it", "ratio", kept, goal=GOAL_OF_THROUGHPUT,
            note=f"{statistics.median(speeds):,.0f} of {statistics.median(direct_speeds):,.0f} orders/s",
        ),
    ]  # fmt: skip
