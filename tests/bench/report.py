"""The figures as a table for a person and as JSON for a program."""

from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure
from tests.bench.machine import Machine


class Report(msgspec.Struct, frozen=True):
    """What the JSON file holds."""

    machine: Machine
    scale: str
    figures: list[Figure]
    without_figures: dict[str, str]  # benchmark -> why it could not run here, or what was wrong


def write_json(report: Report, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    for figure in report.figures:
        row = msgspec.to_builtins(figure)
        rows.append({**row, "of_goal": figure.ratio})
    whole = {**msgspec.to_builtins(report), "figures": rows}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")


def print_report(report: Report, console: Console) -> None:
    machine = report.machine
    console.print(f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, {machine.kernel}, {machine.python}")
    console.print(
        f"commit {machine.commit or 'unknown'}, {machine.measured_at}, scale {report.scale}, "
        f"load before {machine.load_before}; medians, with the slowest and fastest round"
    )
    for bench in dict.fromkeys(figure.bench for figure in report.figures):
        console.print(_table(bench, [figure for figure in report.figures if figure.bench == bench]))
    for bench, why in report.without_figures.items():
        console.print(f"{bench} has no figures: {why}", style="red", markup=False)


def _table(bench: str, figures: list[Figure]) -> Table:
    table = Table(title=bench, title_justify="left", title_style="bold")
    table.add_column("case")
    for heading in ("figure", "rounds", "goal", "of goal"):
        table.add_column(heading, justify="right")
    table.add_column("note", overflow="fold")
    for figure in figures:
        table.add_row(
            figure.case,
            f"{_number(figure.value)} {figure.unit}",
            f"{_number(min(figure.rounds))} – {_number(max(figure.rounds))}",
            "" if figure.goal is None else ("≥ " if figure.better == "higher" else "≤ ") + _number(figure.goal),
            _verdict(figure.ratio),
            figure.note,
        )
    return table


def _verdict(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"[{'green' if ratio >= 1 else 'red'}]{ratio:.2f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
