"""Replay: how fast a start rebuilds the books from the journal (read, check the chain, decode, apply)."""

import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench.child import Build, builds, run_in_child
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.flow import START_NS, commands_of, opening_commands
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.bench.workload import Flow
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.journal import journal_url, open_writer

GOAL_PER_S: Final = 300_000
BATCHES: Final = (1_000, 20)  # commands each: a busy venue's, a quiet one's


def measure(scale: Scale, say: Say) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-replay-") as folder:
        urls = {}
        for batch in BATCHES:
            say(f"writing a journal of {scale.replay_commands:,} commands in batches of {batch}")
            urls[batch] = write_journal(Path(folder) / str(batch), scale.replay_commands, batch)
        contestants = builds(say)
        runs: dict[tuple[Build, int], list[dict[str, Any]]] = {}
        for number in range(1, scale.rounds + 1):
            for build in contestants:
                for batch, url in urls.items():
                    say(f"round {number} of {scale.rounds}: replay, {build} engine, batches of {batch}")
                    runs.setdefault((build, batch), []).append(run_in_child("replay", url, build=build))
    for batch in BATCHES:  # the time of a command is its batch's, and part of the state
        hashes = {run["state_hash"] for (_, size), rounds in runs.items() if size == batch for run in rounds}
        check("different state hashes after the same journal", len(hashes), 1)
    return [_figure(build, batch, rounds) for (build, batch), rounds in runs.items()]


def _figure(build: Build, batch: int, rounds: list[dict[str, Any]]) -> Figure:
    return median_figure(
        "replay",
        f"{build}, batches of {batch:,}",
        "commands/s",
        [run["commands_per_s"] for run in rounds],
        goal=GOAL_PER_S if build == "compiled" and batch == BATCHES[0] else None,
        detail={"commands": rounds[0]["commands"], "memory_mib": rounds[0]["memory_mib"]},
    )


def write_journal(folder: Path, count: int, batch: int) -> str:
    """Fill a journal without syncing it: it is only to be read."""
    folder.mkdir()
    url = journal_url(JournalConfig(), folder)
    flow = Flow(symbols=10, depth=min(1_000, count // 20), seed=42)
    commands = [*opening_commands(10), *commands_of(flow.rows(count))][:count]
    writer = open_writer(url, ENGINE_VERSION, synchronous="NORMAL")
    try:
        for first in range(0, count, batch):
            writer.append(commands[first : first + batch], START_NS + first)
    finally:
        writer.close()
    return url
