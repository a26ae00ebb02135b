"""The disk under the journal gives up at its first, second, third … write, sync or truncation, once or for ever.

VENUE_FAULT_STRIDE=1 tries every one of them (`make soak`); without it every second, and every fifth for ever.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from tests.journal.failing_process import BATCHES, FailingProcess, failing_process
from tests.journal.journals import ONE, orders
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import journal_url, open_reader, open_writer
from venue.messages import AnyCommand, RollDay
from venue.replica import Replica

ALL: Final = sum(BATCHES) + 1  # and the day roll that the clock asks for first
STRIDES: Final = {
    "once": int(os.environ.get("VENUE_FAULT_STRIDE", "2")),
    "for_ever": int(os.environ.get("VENUE_FAULT_STRIDE", "5")),
}
FEW: Final = 40  # a run that meets fewer operations than these has not been counted right


@pytest.fixture(scope="module")
def memory_folder() -> Iterator[Path]:
    """In memory where there is such a file system: what a sync does is up to the fault model, not to a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def process(memory_folder: Path) -> Iterator[FailingProcess]:
    with failing_process(memory_folder) as failing:
        yield failing


@pytest.mark.parametrize("mode", ["once", "for_ever"])
def test_whichever_operation_fails_nothing_acknowledged_is_lost(
    process: FailingProcess, memory_folder: Path, mode: str
) -> None:
    """The venue stops and says why, or it had no need of what failed; the next start goes on with all of it."""
    for nth in count(1, STRIDES[mode]):
        folder = memory_folder / f"{mode}-{nth}"
        folder.mkdir()
        run = process.trade(folder, nth, mode)
        if not run["failed"]:
            break
        _assert_stopped_or_whole(run)
        _assert_next_start_is_right(folder, run)
    assert nth > FEW
    assert run["acknowledged"] == list(range(1, ALL + 1)), run


def _assert_stopped_or_whole(run: dict[str, Any]) -> None:
    """Either every command was acknowledged, or it ended with an error of ours that names the disk's."""
    assert not run["is_accepting"], run
    if run["ended"]:
        kind, _, text = run["ended"].partition(": ")
        assert kind in ("JournalError", "OperatorError"), run
        assert "disk I/O error" in text or "Input/output error" in text, run
        assert run.get("told_why", [text]) == [text], run  # on_failure of the sequencer was told the same
    else:
        assert len(run["acknowledged"]) == ALL, run


def _assert_next_start_is_right(folder: Path, run: dict[str, Any]) -> None:
    """Every acknowledged command is there, in order, what follows is a prefix of what was asked, and it goes on."""
    url = journal_url(JournalConfig(), folder)
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        commands = _commands(url)
        assert len(commands) >= len(run["acknowledged"]), run
        assert commands[1:] == orders(1, ALL - 1)[: max(len(commands) - 1, 0)], run
        assert all(isinstance(command, RollDay) for command in commands[:1])
        assert writer.append(ONE, writer.last_time_ns) == len(commands) + 1
    replica = Replica(Engine())
    replica.catch_up(open_reader(url))
    assert replica.engine.journal_seq == len(commands) + 1


def _commands(url: str) -> list[AnyCommand]:
    return [command for batch in open_reader(url).read() for command in batch.commands()]
