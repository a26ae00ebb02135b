"""Snapshots: what each step takes, to take one and to go on from it.

The state is one of resting orders alone, an even share of them in each of 10 instruments. The steps run in a
process of their own, as those of `venue snapshot take` do: the venue has no part in them.
"""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.bench.child import Build, builds, run_in_child
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.flow import START_NS, opening_commands, symbol_name
from tests.bench.scales import Scale
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.journal import journal_url, open_writer
from venue.messages import BUY, GTC, LIMIT, SELL, EnterOrder, Side

SYMBOLS: Final = 10
BATCH: Final = 1_000
MIDDLE: Final = 10_000_000  # ticks
STEPS: Final = {"dump": "dumped", "write": "compressed and written", "read": "read and hashed", "load": "loaded"}
SUMS: Final = {"a snapshot is taken": ("dump", "write"), "an engine goes on from it": ("read", "load")}
GOAL_S: Final = 5.0  # for each sum, with 1,000,000 open orders


def measure(scale: Scale, say: Say) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-snapshots-") as folder:
        say(f"writing a journal of {scale.deep_orders:,} resting orders")
        _write_journal(Path(folder), scale.deep_orders, scale.deep_levels // 2 // SYMBOLS)
        runs: dict[Build, list[dict[str, Any]]] = {build: [] for build in builds(say)}
        for number in range(1, scale.rounds + 1):
            for build, rounds in runs.items():
                say(f"round {number} of {scale.rounds}: {build} engine")
                rounds.append(run_in_child("snapshot", folder, build=build))
    return [figure for build, rounds in runs.items() for figure in _figures(build, scale.deep_orders, rounds)]


def _figures(build: Build, orders: int, rounds: list[dict[str, Any]]) -> list[Figure]:
    first = rounds[0]
    size = f"{first['orders']:,} open orders, {first['state_bytes']:,} bytes in {first['stored_bytes']:,}"
    memory = {"memory_mib": first["memory_mib"]}
    single = [
        median_figure("snapshots", f"{name}, {build}", "s", [run[step] for run in rounds], better="lower")
        for step, name in STEPS.items()
    ]
    sums = [
        median_figure(
            "snapshots",
            f"{name}, {build}",
            "s",
            [sum(run[step] for step in steps) for run in rounds],
            better="lower",
            goal=GOAL_S if orders == 1_000_000 else None,
            note=size,
            detail=memory,
        )
        for name, steps in SUMS.items()
    ]
    return single + sums


def _write_journal(folder: Path, orders: int, levels: int) -> None:
    """Orders that rest on so many levels of each side and instrument; not synced, as it is only to be read."""
    commands = opening_commands(SYMBOLS)
    for number in range(orders):
        side: Side = BUY if number % 2 else SELL
        away = number // SYMBOLS // 2 % levels + 1
        price_ticks = MIDDLE + (-away if side == BUY else away)
        name = f"{'B' if side == BUY else 'S'}{number // 2 % 32}"
        symbol = symbol_name(number // 2 % SYMBOLS)
        commands.append(EnterOrder(name, name, f"O{number:09}", symbol, side, LIMIT, GTC, 10, price_ticks))
    with closing(open_writer(journal_url(JournalConfig(), folder), ENGINE_VERSION, synchronous="NORMAL")) as writer:
        for first in range(0, len(commands), BATCH):
            writer.append(commands[first : first + BATCH], START_NS + first)
