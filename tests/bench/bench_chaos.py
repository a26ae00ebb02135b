"""A good client beside bad ones: its round trips while `venue chaos-client` attacks, and while nobody does, in turns.

One venue behind its gate, durable; fixload (C++) sends one order after the other and reads each report. The attacker
is a process of its own with the lowest priority and an address of its own, but it shares the machine's cores with
venue, gate and client: what it takes of them is in the figures. Its sessions may enter ATTACKER_ORDERS_PER_S.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from tests.bench.bench_fix import ROUND_TRIP, bench_config, run_load
from tests.bench.child import ROOT
from tests.bench.figures import BenchError, Figure, Say, median_figure
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.chaos import SCENARIOS

ATTACK_S: Final = 60.0  # more than a run of round trips takes; the attack is then ended
ROUNDS_MAX: Final = 1_000_000
ROUNDS: Final = {"flood": 1_000, "half-open": 10, "duplicate-logon": 1_000, "clock-skew": 1}
ATTACKER_ORDERS_PER_S: Final = 200  # the throttle that a venue gives a session
GOAL_P99: Final = 2.0  # times the p99 without an attack
_addresses = (f"127.0.{third}.{last}" for third in count(1) for last in range(1, 255))


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload = build("fixload")
    alone: list[dict[str, Any]] = []
    names = list(SCENARIOS) if scale.name != "tiny" else ["flood"]
    beside: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {name: [] for name in names}
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chaos-", dir=results) as folder, _venue(Path(folder)) as venue:
        for number in range(1, scale.rounds + 1):
            for name in names:
                say(f"round {number} of {scale.rounds}: {name}")
                before = run_load(fixload, venue.port, ROUND_TRIP, scale)["lat_us"]
                alone.append(before)
                with _attack(venue.port, name):
                    beside[name].append((before, run_load(fixload, venue.port, ROUND_TRIP, scale)["lat_us"]))
    return [_alone("p50", alone), _alone("p99", alone), *(_figure(name, runs) for name, runs in beside.items())]


def session_of(scenario: str) -> str:
    return scenario.upper()


@contextmanager
def _venue(folder: Path) -> Iterator[VenueProcess]:
    config = folder / "bench.toml"
    attackers = "\n".join(
        f'[sessions.{session_of(name)}]\ntrades = ["{session_of(name)}"]\nreset_allowed = true\n'
        f"orders_per_s_max = {ATTACKER_ORDERS_PER_S}\n[accounts.{session_of(name)}]"
        for name in SCENARIOS
    )
    config.write_text(bench_config() + attackers)
    venue = VenueProcess(config, folder / "data", WITH_GATE)
    try:
        venue.start()
        yield venue
        assert venue.stop() == 0, venue.printed()
    finally:
        venue.kill_if_running()


@contextmanager
def _attack(port: int, name: str) -> Iterator[None]:
    """Under way when the block begins, ended with it."""
    command = [
        *(sys.executable, "-m", "venue", "chaos-client", name, "--port", str(port), "--session", session_of(name)),
        *("--count", str(ROUNDS.get(name, ROUNDS_MAX)), "--seconds", str(ATTACK_S), "--from", next(_addresses)),
    ]
    with subprocess.Popen(
        ["nice", "-n", "19", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as attacker:
        try:
            assert attacker.stdout is not None
            first = attacker.stdout.readline()
            if "begins" not in first:
                raise BenchError(f"{name} did not begin: {first}{attacker.stdout.read()}")
            yield
        finally:
            attacker.kill()


def _alone(share: str, runs: list[dict[str, Any]]) -> Figure:
    return median_figure("chaos", f"no attack, {share}", "µs", [run[share] for run in runs], better="lower")


def _figure(name: str, runs: list[tuple[dict[str, Any], dict[str, Any]]]) -> Figure:
    ratios = [during["p99"] / before["p99"] for before, during in runs]
    during_us = {share: statistics.median(during[share] for _, during in runs) for share in ("p50", "p99")}
    note = f"p50 {during_us['p50']:,.0f} µs, p99 {during_us['p99']:,.0f} µs"
    return median_figure("chaos", f"{name}, p99", "x no attack", ratios, better="lower", goal=GOAL_P99, note=note)
