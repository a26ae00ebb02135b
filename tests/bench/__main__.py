"""`python -m tests.bench`: run the benchmarks, print a table, keep a JSON file."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from tests.bench import (
    bench_chaos,
    bench_checks,
    bench_dashboard,
    bench_engine,
    bench_fix,
    bench_framing,
    bench_gate,
    bench_gateways,
    bench_journal,
    bench_recorder,
    bench_replay,
    bench_rest,
    bench_snapshots,
    bench_start,
    bench_streams,
)
from tests.bench.child import ROOT
from tests.bench.figures import BenchError, Figure, Say
from tests.bench.machine import describe_machine
from tests.bench.report import Report, print_report, write_json
from tests.bench.scales import SCALES, Scale

BENCHES: Final[dict[str, Callable[[Scale, Say], list[Figure]]]] = {
    "engine": bench_engine.measure,
    "checks": bench_checks.measure,
    "fix": bench_fix.measure,
    "framing": bench_framing.measure,
    "chaos": bench_chaos.measure,
    "gate": bench_gate.measure,
    "gateways": bench_gateways.measure,
    "journal": bench_journal.measure,
    "replay": bench_replay.measure,
    "streams": bench_streams.measure,
    "rest": bench_rest.measure,
    "dashboard": bench_dashboard.measure,
    "snapshots": bench_snapshots.measure,
    "start": bench_start.measure,
    "recorder": bench_recorder.measure,
}


def main(arguments: list[str]) -> int:
    """Exit status 1 when a benchmark has no figures, 0 else: a figure below its goal is no error."""
    options = _parse(arguments)
    console = Console(width=None if sys.stdout.isatty() else 160)
    machine = describe_machine()
    scale = SCALES[options.scale]
    figures: list[Figure] = []
    without_figures: dict[str, str] = {}
    for name in options.only:
        with console.status(f"{name} …") as status:

            def say(what: str, name: str = name, show: Callable[[str], None] = status.update) -> None:
                show(f"{name}: {what}")
                if not console.is_terminal:
                    console.print(f"{name}: {what}")

            try:
                figures += BENCHES[name](scale, say)
            except BenchError as error:
                without_figures[name] = str(error)
    report = Report(machine, scale.name, figures, without_figures)
    write_json(report, options.json)
    print_report(report, console)
    console.print(f"written to {options.json}")
    return 1 if without_figures else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--quick", dest="scale", action="store_const", const="quick", default="full", help="smaller and rougher"
    )
    parser.add_argument("--scale", choices=sorted(SCALES), help="how much to run (tiny is for the tests)")
    parser.add_argument(
        "--only", type=_bench_names, default=list(BENCHES), metavar="NAMES", help=f"some of {','.join(BENCHES)}"
    )
    default = ROOT / "bench-results" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    parser.add_argument("--json", type=Path, default=default, help="default: bench-results/DATE-TIME.json")
    return parser.parse_args(arguments)


def _bench_names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in BENCHES]:
        raise argparse.ArgumentTypeError(f"was {','.join(unknown)!r}: must be some of {','.join(BENCHES)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
