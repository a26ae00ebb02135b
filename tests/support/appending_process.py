"""A client of the command port in a process of its own: `python -m tests.support.appending_process DATA NAME`.

It opens accounts NAME-1, NAME-2 … without end, keeps IN_FLIGHT requests under way, and prints journal_seq and
name of each account whose opening was acknowledged.
"""

import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Final

from venue.journal.frames import Applied
from venue.journal.remote import RemoteJournal
from venue.messages import OpenAccount

IN_FLIGHT: Final = 50


class AppendingProcess:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def acknowledged(self, lines: int | None = None) -> list[tuple[int, str]]:
        """The next acknowledged (journal_seq, account); None: all there are until the process has ended."""
        assert self._process.stdout is not None
        told = (line.split() for line in islice(self._process.stdout, lines))
        return [(int(journal_seq), account) for journal_seq, account in told]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def appending_process(data: Path, name: str) -> Iterator[AppendingProcess]:
    command = [sys.executable, "-m", "tests.support.appending_process", str(data), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield AppendingProcess(process)
        finally:
            process.kill()


def main(data: str, name: str) -> None:
    under_way: deque[tuple[str, Future[Applied]]] = deque()
    with RemoteJournal(Path(data)) as journal:
        for number in count(1):
            account = f"{name}-{number}"
            under_way.append((account, journal.send([OpenAccount(account, by=name, why="test")])))
            if len(under_way) == IN_FLIGHT:
                account, answer = under_way.popleft()
                print(answer.result(30).first_seq, account, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
