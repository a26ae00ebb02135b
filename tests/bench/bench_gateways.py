"""What a second order gateway brings: the same load with one and with two, in turns.

In each round a venue with one gateway and one with two, both behind their gates, run side by side on empty data
folders, and the load client turns from one to the other, each time beginning with the other. All is durable (SQLite,
synchronous=FULL), each order must have been answered and none refused. With two gateways each serves two of the four
sessions. Venue, gateways, gate and client share the machine's cores. The round trip is of a session that the second
gateway serves: its order makes one hop more.
"""

from typing import Final

from tests.bench.bench_fix import ROUND_TRIP, SENDERS, THROUGHPUT
from tests.bench.bench_gate import Runs, run_in_turns
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.support.venue_process import WITH_GATE

TURNS: Final = {ROUND_TRIP: 2, THROUGHPUT[1]: 2, THROUGHPUT[2]: 2}
SIDES: Final[dict[str, dict[str, str]]] = {
    "1 gateway": WITH_GATE,
    "2 gateways": WITH_GATE
    | {"VENUE_FIX__GATEWAYS": "2"}
    | {f"VENUE_SESSIONS__{sender}__GATEWAY": str(1 - number % 2) for number, sender in enumerate(SENDERS)},
}


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    runs = run_in_turns(build("fixload"), SIDES, TURNS, scale, say)
    return [figure for case in TURNS for figure in _figures(case.name, runs)]


def _figures(case: str, runs: Runs) -> list[Figure]:
    """Of the round trip the p50 with one gateway, and of a session that the second one serves; else orders/s."""
    one, two = (runs[case, side] for side in SIDES)
    if case == ROUND_TRIP.name:
        us = [[run["lat_us"]["p50"] for run in side] for side in (one, two)]
        return [
            median_figure("gateways", f"{case}, p50, {name}", "µs", values, better="lower")
            for name, values in zip(SIDES, us, strict=True)
        ]
    speeds = [[run["orders_per_s"] for run in side] for side in (one, two)]
    ratios = [second / first for first, second in zip(*speeds, strict=True)]
    return [
        *(median_figure("gateways", f"{case}, {name}", "orders/s", v) for name, v in zip(SIDES, speeds, strict=True)),
        median_figure("gateways", f"{case}: 2 gateways / 1", "ratio", ratios),
    ]
