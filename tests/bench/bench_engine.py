"""The engine: commands a second and per command, on a realistic flow, and what a deep book costs.

Every round runs all contestants in turn on the same rows: the engine compiled and interpreted, the
plain Python book, and other Python engines when they are installed. Each engine run is compared with
what the workload says a correct engine must have done; the state hash must be the same in every run.
"""

import math
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench.anchors import INSTALL, installed_anchors
from tests.bench.child import Build, builds, run_in_child
from tests.bench.deep_book import CONTROL, OPERATIONS
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.bench.workload import write_workload

SYMBOLS: Final = (1, 10)
GOAL_PER_S: Final[dict[Build, float]] = {"compiled": 1_200_000, "interpreted": 300_000}
GOAL_P99_NS: Final = 5_000
GOAL_TIMES_OTHERS: Final = 5  # as fast as any other engine written in Python
GOAL_TEN_OF_ONE: Final = 0.85  # ten symbols within 15 % of one
CPU_SHARE_MIN: Final = 0.95
SHALLOW: Final = (2_000, 200)  # orders, levels

Results = dict[tuple[str, int], list[dict[str, Any]]]  # (contestant, symbols) -> rounds


def measure(scale: Scale, say: Say) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        workloads = _write_workloads(Path(folder), scale, say)
        contestants = builds(say)
        results = _run_rounds(workloads, contestants, scale, say)
    return [*_flow_figures(contestants, results), *_deep_figures(contestants[0], scale, say)]


def _write_workloads(folder: Path, scale: Scale, say: Say) -> dict[int, Path]:
    paths = {}
    for symbols in SYMBOLS:
        say(f"writing the workload: {scale.engine_rows:,} rows, {_symbols(symbols)}")
        paths[symbols] = folder / f"w{symbols}.csv"
        # At most half of the rows build the opening books, however small the scale.
        depth = min(scale.engine_depth, scale.engine_rows // (2 * symbols))
        write_workload(paths[symbols], scale.engine_rows, symbols, depth)
    return paths


def _run_rounds(workloads: dict[int, Path], contestants: list[Build], scale: Scale, say: Say) -> Results:
    results: Results = {}
    anchors = installed_anchors()
    if not anchors:
        say(f"other Python engines are not installed here and left out; to compare: {INSTALL}")
    for number in range(1, scale.rounds + 1):
        for symbols, path in workloads.items():
            for build in contestants:
                say(f"round {number} of {scale.rounds}: {build} engine, {_symbols(symbols)}")
                for job in ("flow", "each"):
                    results.setdefault((f"{job} {build}", symbols), []).append(run_in_child(job, path, build=build))
            say(f"round {number} of {scale.rounds}: plain Python book and others, {_symbols(symbols)}")
            results.setdefault(("reference", symbols), []).append(run_in_child("reference", path))
            for anchor in anchors:
                results.setdefault((anchor, symbols), []).append(run_in_child("anchor", anchor, path))
    for symbols in workloads:
        ours = [runs for (name, count), runs in results.items() if count == symbols and _is_ours(name)]
        hashes = {run["state_hash"] for runs in ours for run in runs}
        check(f"different state hashes after the same commands, {_symbols(symbols)}", len(hashes), 1)
    return results


def _is_ours(contestant: str) -> bool:
    return contestant.startswith(("flow", "each"))


def _flow_figures(contestants: list[Build], results: Results) -> list[Figure]:
    figures = []
    for build in contestants:
        for symbols in SYMBOLS:
            runs = results[f"flow {build}", symbols]
            figures.append(_speed(f"{_symbols(symbols)}, {build}", runs, GOAL_PER_S[build]))
        figures.append(_ten_of_one(build, results))
    best = contestants[0]
    figures += [_per_command(best, symbols, results[f"each {best}", symbols]) for symbols in SYMBOLS]
    for (contestant, symbols), runs in results.items():
        if contestant == "reference":
            figures.append(_speed(f"{_symbols(symbols)}, plain Python book, no events or checks", runs, None))
        elif not _is_ours(contestant):
            figures.append(_speed(f"{_symbols(symbols)}, {contestant}", runs, None))
            figures.append(_times_as_fast(best, contestant, symbols, results))
    return figures


def _speed(case: str, runs: list[dict[str, Any]], goal: float | None) -> Figure:
    detail: dict[str, float | int | str] = {key: runs[0][key] for key in ("commands", "memory_mib") if key in runs[0]}
    note = ""
    if "cpu_share" in runs[0]:
        detail["commands_per_s"] = round(statistics.median(run["commands_per_s"] for run in runs))
        detail["cpu_share"] = cpu_share = round(statistics.median(run["cpu_share"] for run in runs), 3)
        if cpu_share < CPU_SHARE_MIN:
            note = f"had the processor for {cpu_share:.0%} of the time only: the machine was busy"
    return median_figure(
        "engine", case, "rows/s", [run["rows_per_s"] for run in runs], goal=goal, note=note, detail=detail
    )


def _ten_of_one(build: Build, results: Results) -> Figure:
    one, ten = (results[f"flow {build}", symbols] for symbols in SYMBOLS)
    rounds = [many["rows_per_s"] / single["rows_per_s"] for single, many in zip(one, ten, strict=True)]
    return median_figure("engine", f"10 symbols / 1 symbol, {build}", "ratio", rounds, goal=GOAL_TEN_OF_ONE)


def _times_as_fast(build: Build, anchor: str, symbols: int, results: Results) -> Figure:
    pairs = zip(results[f"flow {build}", symbols], results[anchor, symbols], strict=True)
    rounds = [ours["rows_per_s"] / theirs["rows_per_s"] for ours, theirs in pairs]
    case = f"{_symbols(symbols)}, {build} / {anchor}"
    return median_figure("engine", case, "x speed", rounds, goal=GOAL_TIMES_OTHERS if build == "compiled" else None)


def _per_command(build: Build, symbols: int, runs: list[dict[str, Any]]) -> Figure:
    def middle(key: str) -> float:
        return float(statistics.median(run[key] for run in runs))

    note = f"p50 {middle('p50_ns'):,.0f}, p99.9 {middle('p999_ns'):,.0f}; {middle('clock_ns'):,.0f} of it the clock's"
    return median_figure(
        "engine",
        f"{_symbols(symbols)}, {build}: p99 per command",
        "ns",
        [run["p99_ns"] for run in runs],
        better="lower",
        goal=GOAL_P99_NS if build == "compiled" else None,
        note=note,
        detail={key: middle(key) for key in ("p50_ns", "p99_ns", "p999_ns", "max_ns", "clock_ns")},
    )


def _deep_figures(build: Build, scale: Scale, say: Say) -> list[Figure]:
    """Cost per command in a deep book over that in a shallow one; goal: no worse than logarithmic."""
    sizes = {"shallow": SHALLOW, "deep": (scale.deep_orders, scale.deep_levels)}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in sizes}
    for number in range(1, scale.rounds + 1):
        for name, (orders, levels) in sizes.items():
            say(f"round {number} of {scale.rounds}: {orders:,} open orders on {levels:,} levels")
            runs[name].append(run_in_child("deep", orders, levels, scale.deep_samples, build=build))
    logarithmic = math.log(scale.deep_orders) / math.log(SHALLOW[0])
    size = f"{scale.deep_orders:,} orders, {scale.deep_levels:,} levels / {SHALLOW[0]:,}, {SHALLOW[1]}"
    figures = []
    for operation in (*OPERATIONS, CONTROL):
        growth = [deep[operation] / flat[operation] for flat, deep in zip(runs["shallow"], runs["deep"], strict=True)]
        means = {f"{name}_ns": round(statistics.median(run[operation] for run in runs[name])) for name in sizes}
        figures.append(
            median_figure(
                "engine",
                f"deep book, {operation}" + (" (no engine)" if operation == CONTROL else ""),
                "x cost",
                growth,
                better="lower",
                goal=None if operation == CONTROL else round(max(logarithmic, 1.0), 2),
                note=f"{means['shallow_ns']:,} ns -> {means['deep_ns']:,} ns; {size}",
                detail={**means, "memory_mib": runs["deep"][0]["memory_mib"]},
            )
        )
    return figures


def _symbols(count: int) -> str:
    return f"{count} symbol{'s' if count > 1 else ''}"
