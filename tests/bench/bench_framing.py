"""Framing: what the check of every byte that comes from a client costs a message."""

from typing import Any, Final

from tests.bench.child import Build, builds, run_in_child
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.scales import Scale

GOAL_NS: Final = 2_000  # a message, compiled
WAYS: Final = ("alone", "full chunks", "halves")


def measure(scale: Scale, say: Say) -> list[Figure]:
    runs: dict[Build, list[dict[str, Any]]] = {build: [] for build in builds(say)}
    for number in range(1, scale.rounds + 1):
        for build, rounds in runs.items():
            say(f"round {number} of {scale.rounds}: {build}")
            rounds.append(run_in_child("framing", scale.fix_orders, build=build))
    return [_figure(build, way, rounds) for build, rounds in runs.items() for way in WAYS]


def _figure(build: Build, way: str, rounds: list[dict[str, Any]]) -> Figure:
    return median_figure(
        "framing",
        f"{way}, {build}",
        "ns/message",
        [run[way] for run in rounds],
        better="lower",
        goal=GOAL_NS if build == "compiled" else None,
        note=f"{rounds[0]['message_bytes']} bytes",
    )
