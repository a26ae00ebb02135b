"""A second process that writes a journal, for tests that need a real one to follow, refuse or kill.

Run as a program it appends batches of 1 to 50 commands (without end if told 0), and prints after each
the journal_seq up to which everything has been acknowledged; the first line is where it started.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice

from tests.journal.journals import append_batches
from venue.engine.engine import ENGINE_VERSION
from venue.journal import open_writer


class WritingProcess:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process

    def acknowledged(self, lines: int | None = None) -> list[int]:
        """The next `lines` acknowledged journal_seqs; None: all, until the process has ended."""
        assert self._process.stdout
        return [int(line) for line in islice(self._process.stdout, lines)]

    def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more, in the middle of whatever it did."""
        self._process.kill()
        self._process.wait()


@contextmanager
def writing_process(url: str, batches: int = 0, seed: int = 1) -> Iterator[WritingProcess]:
    command = [sys.executable, "-m", "tests.journal.writing_process", url, str(batches), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield WritingProcess(process)
        finally:
            process.kill()


def main(url: str, batches: str, seed: str) -> None:
    sizes = random.Random(int(seed))
    writer = open_writer(url, ENGINE_VERSION)
    print(writer.last_seq, flush=True)
    for _ in range(int(batches)) if int(batches) else count():
        append_batches(writer, [sizes.randint(1, 50)])
        print(writer.last_seq, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
