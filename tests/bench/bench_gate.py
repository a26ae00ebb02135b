"""What the gate costs: the same load through it and past it, in turns.

In each round a venue with a gate and one without run side by side on empty data folders, and the load client turns
from one to the other, each time beginning with the other: whatever else the machine does meets both. All is durable
(SQLite, synchronous=FULL), each order must have been answered and none refused. Venue, gate and client share the
machine's cores. A round trip of the venue hangs on the disk's mood, so the gate is also put before fixecho, a C++ echo.
"""

import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench.bench_fix import ROUND_TRIP, THROUGHPUT, Case, bench_config, run_load, running_echo
from tests.bench.child import ROOT
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.gate_process import GateProcess
from venue.settings import load_config

START_S: Final = 30.0
GOAL_ADDED_US: Final = 60
GOAL_OF_THROUGHPUT: Final = 0.8
TURNS: Final = {ROUND_TRIP: 4, THROUGHPUT[1]: 2}
SIDES: Final[dict[str, dict[str, str]]] = {"gate": WITH_GATE, "no gate": {}}

Runs = dict[tuple[str, str], list[dict[str, Any]]]  # by case and side


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload = build("fixload")
    echoed = _echo_rounds(fixload, scale, say)
    runs = run_in_turns(fixload, SIDES, TURNS, scale, say)
    return [_added(echoed, "the gate adds to a round trip of a bare echo, p50"), *_figures(runs)]


def run_in_turns(
    fixload: Path, sides: Mapping[str, dict[str, str]], turns: Mapping[Case, int], scale: Scale, say: Say
) -> Runs:
    """`sides` are venues, by name, that differ in their environment; `turns` how often each case meets each of them in
    a round."""
    runs: Runs = {(case.name, side): [] for case in turns for side in sides}
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    for number in range(1, scale.rounds + 1):
        with tempfile.TemporaryDirectory(prefix="turns-", dir=results) as name, ExitStack() as running:
            venues = {side: running.enter_context(running_venue(Path(name) / side, sides[side])) for side in sides}
            for case, turn in [(case, turn) for case, count in turns.items() for turn in range(count)]:
                for side in list(sides) if turn % 2 else reversed(list(sides)):
                    say(f"round {number} of {scale.rounds}: {case.name}, {side}")
                    runs[case.name, side].append(run_load(fixload, venues[side].port, case, scale))
    return runs


def _echo_rounds(fixload: Path, scale: Scale, say: Say) -> list[tuple[float, float]]:
    """The p50 of a round trip in microseconds, through a gate and past it."""
    echoed = []
    with running_echo(build("fixecho")) as port, tempfile.TemporaryDirectory() as name, _gate(Path(name), port) as gate:
        for number in range(1, scale.rounds + 1):
            say(f"round {number} of {scale.rounds}: round trips of an echo")
            sides = [(gate, 0), (port, 1)][:: 1 if number % 2 else -1]
            p50s = {side: run_load(fixload, to, ROUND_TRIP, scale)["lat_us"]["p50"] for to, side in sides}
            echoed.append((p50s[0], p50s[1]))
    return echoed


@contextmanager
def _gate(data: Path, acceptor_port: int) -> Iterator[int]:
    """A gate of its own before an acceptor; yields its port."""
    (data / "bench.toml").write_text(bench_config())
    flags = {"data": str(data), "fix": {"port": 0, "credentials": "none"}}
    gate = GateProcess(load_config(data / "bench.toml", flags), data / "gate.log")
    try:
        gate.start(acceptor_port)
        assert gate.child
        check("the gate is ready", gate.child.wait_until_ready(START_S), True)
        yield gate.port
        gate.stop()
    finally:
        gate.close()


@contextmanager
def running_venue(data: Path, environment: dict[str, str]) -> Iterator[VenueProcess]:
    data.mkdir()
    config = data / "bench.toml"
    config.write_text(bench_config())
    venue = VenueProcess(config, data, environment)
    try:
        venue.start()
        yield venue
        check("exit status of the venue", venue.stop(), 0)
    finally:
        venue.kill_if_running()


def _figures(runs: Runs) -> list[Figure]:
    def told(case: Case, of: str, *path: str) -> list[float]:
        values: list[Any] = runs[case.name, of]
        for key in path:
            values = [value[key] for value in values]
        return values

    us, us_bare = (told(ROUND_TRIP, side, "lat_us", "p50") for side in SIDES)
    speeds, speeds_bare = (told(THROUGHPUT[1], side, "orders_per_s") for side in SIDES)
    kept = [with_gate / without for with_gate, without in zip(speeds, speeds_bare, strict=True)]
    return [
        _added(list(zip(us, us_bare, strict=True)), "and to one of a venue, p50"),
        median_figure(
            "gate", f"{THROUGHPUT[1].name}: of the speed without it", "ratio", kept, goal=GOAL_OF_THROUGHPUT,
            note=f"{statistics.median(speeds):,.0f} of {statistics.median(speeds_bare):,.0f} orders/s",
        ),
    ]  # fmt: skip


def _added(pairs: list[tuple[float, float]], name: str) -> Figure:
    us, us_bare = (statistics.median(values) for values in zip(*pairs, strict=True))
    added = [with_gate - without for with_gate, without in pairs]
    note = f"{us:,.0f} instead of {us_bare:,.0f}"
    return median_figure("gate", name, "µs", added, better="lower", goal=GOAL_ADDED_US, note=note)
