"""A process on faulty storage that opens a journal, trades through a real sequencer and closes, again and again.

Run as a program under tests/support/faulty_storage.py. For each line on its standard input, the folder of a journal
and which operation of its disk fails (and perhaps "for_ever"), it forks, does it all in the child, and the child
prints one line of JSON: what was acknowledged, and how it ended. A fork costs a hundredth of a start.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tests.journal.journals import orders
from tests.support.faulty_storage import FaultyStorage
from venue.config import JournalConfig, SequencerConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import JournalError, OperatorError
from venue.journal import journal_url, open_reader, open_writer, writer
from venue.messages import AnyCommand, AnyEvent
from venue.replica import Replica
from venue.sequencer import Sequencer

BATCHES: Final = (1, 1, 40, 1, 1)  # of orders
_CHECKPOINT_BYTES: Final = 12_000  # so that a checkpoint falls among them


class FailingProcess:
    """`storage` is what its children work on."""

    def __init__(self, process: "subprocess.Popen[str]", storage: FaultyStorage) -> None:
        self._process = process
        self.storage: Final = storage

    def trade(self, folder: Path, nth: int, mode: str) -> dict[str, Any]:
        """What became of a run whose nth operation fails; of it, `failed` says how many did."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.storage.fail(nth, for_ever=mode == "for_ever")
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        told["failed"] = self.storage.failed
        self.storage.heal()
        return told


@contextmanager
def failing_process(folder: Path) -> Iterator[FailingProcess]:
    storage = FaultyStorage(folder)
    command = [sys.executable, "-m", "tests.journal.failing_process"]
    environment = os.environ | storage.environment
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL  # the log of each failure
    with subprocess.Popen(command, text=True, env=environment, stdin=pipe, stdout=pipe, stderr=nowhere) as process:
        yield FailingProcess(process, storage)
        process.communicate()


def main() -> None:
    writer.CHECKPOINT_BYTES = _CHECKPOINT_BYTES  # type: ignore[misc]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print(json.dumps(_trade(Path(line.strip()))), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


def _trade(folder: Path) -> dict[str, Any]:
    acknowledged: list[int] = []
    told = {"acknowledged": acknowledged, "ended": "", "is_accepting": False}
    try:
        _trade_on(folder, acknowledged, told)
    except (JournalError, OperatorError) as error:
        told["ended"] = f"{type(error).__name__}: {error}"
    except Exception as error:
        told["ended"] = f"not one of ours: {error!r}"
    return told


def _trade_on(folder: Path, acknowledged: list[int], told: dict[str, Any]) -> None:
    def acknowledge(journal_seq: int, _time_ns: int, _command: AnyCommand, _events: Sequence[AnyEvent]) -> None:
        acknowledged.append(journal_seq)

    url = journal_url(JournalConfig(), folder)
    journal = open_writer(url, ENGINE_VERSION)
    replica = Replica(Engine())
    replica.catch_up(open_reader(url))
    replica = Replica(replica.engine, [acknowledge])
    failures: list[Exception] = []
    day_end = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M")  # the day must not end meanwhile
    sequencer = Sequencer(journal, replica, SequencerConfig(), day_end, failures.append)
    asked = iter(orders(1, sum(BATCHES)))
    sequencer.start()
    try:
        for size in BATCHES:
            for command in islice(asked, size):
                sequencer.submit(command)
            sequencer.settle()
        sequencer.stop()
    finally:
        told["is_accepting"] = sequencer.submit(orders(1, 1)[0])
        told["told_why"] = [str(failure) for failure in failures]
        journal.close()


if __name__ == "__main__":
    main()
