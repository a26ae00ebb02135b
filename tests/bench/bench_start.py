"""Time to recover: from the start of the process to the open FIX port, on the journal of a long life.

`venue serve` in a process of its own, its admin API and recorder off: they start beside it and keep nobody waiting.
At worst the venue was killed just before the recorder would have taken the next snapshot; after a clean stop there is
a snapshot of the journal's end. The goal is that of `recovery` in either case.
"""

import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.bench.child import run_in_child
from tests.bench.figures import BenchError, Figure, Say, median_figure
from tests.bench.scales import Scale
from tests.support.venue_process import VenueProcess, run_venue_command
from venue.config import JournalConfig, SnapshotsConfig
from venue.handed import Handed
from venue.journal import journal_url, open_reader

# What is new in it is listed in each start, as the configuration of the day may say; its currencies are its own.
CONFIG: Final = """
[sessions.LATER]
trades = ["LATER"]

[accounts.LATER]

[instruments.LATER-LATE]
base = "LATER"
quote = "LATE"
tick = "0.01"
lot = "0.1"
min_qty = "1"
max_qty = "1000000"
"""
GOAL_S: Final = 5.0
GOAL_COMMANDS_PER_S: Final = 300_000  # besides


def measure(scale: Scale, say: Say) -> list[Figure]:
    every = min(SnapshotsConfig().commands, scale.start_commands // 2)
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        data = Path(folder) / "data"
        (data / "fix").mkdir(parents=True)
        config = Path(folder) / "venue.toml"
        config.write_text(CONFIG)
        count = scale.start_commands + every - 1
        say(f"writing a journal of {count:,} commands with a snapshot every {every:,}")
        written = run_in_child("long_journal", data, count, every)
        venue = VenueProcess(config, data)
        at_worst = _starts(venue, count - every + 1, scale.rounds, say, "killed at the worst moment")
        run_venue_command("snapshot", "take", "--config", str(config), "--data", str(data), patience_s=600)
        after_stop = _starts(venue, _last_seq(data), scale.rounds, say, "stopped cleanly")
    return [
        _figure("killed at the worst moment", at_worst, written, every - 1),
        _figure("stopped cleanly", after_stop, written, 0),
    ]


def _starts(venue: VenueProcess, snapshot_seq: int, rounds: int, say: Say, case: str) -> list[float]:
    """Seconds of each start. It is killed afterwards, so that the next one finds the same, and a few commands of the
    starts before. Raises BenchError when it began elsewhere than at the snapshot."""
    elapsed: list[float] = []
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}: start after it was {case}")
        Handed(venue.data / "fix").write(_last_seq(venue.data))
        venue.output.clear()
        begin = time.perf_counter()
        venue.start()
        elapsed.append(time.perf_counter() - begin)
        venue.kill()
        if not any(f"recovered: snapshot {snapshot_seq} loaded" in line for line in venue.output):
            raise BenchError(f"the start did not begin at snapshot {snapshot_seq}:\n{venue.printed()}")
    return elapsed


def _last_seq(data: Path) -> int:
    return open_reader(journal_url(JournalConfig(), data)).last_seq()


def _figure(case: str, seconds: list[float], written: dict[str, Any], replayed: int) -> Figure:
    return median_figure(
        "start",
        f"{written['commands']:,} commands in the journal, {case}",
        "s",
        seconds,
        better="lower",
        goal=GOAL_S + replayed / GOAL_COMMANDS_PER_S,
        note=f"{replayed:,} commands to replay behind the snapshot; {written['open_orders']:,} open orders",
        detail={"engine": written["engine"]},
    )
