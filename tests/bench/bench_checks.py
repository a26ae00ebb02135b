"""What each check costs: the workload through the engine with none, with each alone, and with all of them.

The same rows, the same trades, in turns within each round, so that the ratios hold on a noisy machine.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench.checks import CHECKS
from tests.bench.child import builds, run_in_child
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.scales import Scale
from tests.bench.workload import write_workload

GOAL_ALL: Final = 1.5  # times the cost of bare matching
CASES: Final[dict[str, tuple[str, ...]]] = {
    "no checks": (),
    **{check: (check,) for check in CHECKS},
    "all checks": CHECKS,
}


def measure(scale: Scale, say: Say) -> list[Figure]:
    build = builds(say)[0]
    runs: dict[str, list[dict[str, Any]]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory(prefix="bench-checks-") as folder:
        workload = Path(folder) / "w1.csv"
        write_workload(workload, scale.engine_rows, 1, min(scale.engine_depth, scale.engine_rows // 2))
        for number in range(1, scale.rounds + 1):
            for case, checks in CASES.items():
                say(f"round {number} of {scale.rounds}: {case}")
                runs[case].append(run_in_child("flow", workload, *checks, build=build))
    bare = runs.pop("no checks")
    speeds = [run["rows_per_s"] for run in bare]
    return [
        median_figure("checks", f"no checks, {build}", "rows/s", speeds),
        *(_cost(case, bare, checked) for case, checked in runs.items()),
    ]


def _cost(case: str, bare: list[dict[str, Any]], checked: list[dict[str, Any]]) -> Figure:
    rounds = [without["rows_per_s"] / run["rows_per_s"] for without, run in zip(bare, checked, strict=True)]
    extra_ns = sorted(
        1e9 / run["rows_per_s"] - 1e9 / without["rows_per_s"] for without, run in zip(bare, checked, strict=True)
    )
    return median_figure(
        "checks",
        case,
        "x cost of none",
        rounds,
        better="lower",
        goal=GOAL_ALL if case == "all checks" else None,
        note=f"{extra_ns[len(extra_ns) // 2]:+,.0f} ns a row",
    )
