"""How commands print: rich where there is a terminal, plain lines where there is none."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

QUIET_S: Final = 1.0  # what takes less shows no progress
PLAIN_EVERY_S: Final = 2.0
PLAIN_WIDTH: Final = 160  # of tables where no terminal says otherwise


def console() -> Console:
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


@contextmanager
def progress(title: str, counted: str = "commands", stderr: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total) of what is counted: a bar on a terminal, else a line now and then.

    It shows nothing before the work has taken a second, and leaves the terminal alone when all is done.
    """
    screen = Console(stderr=True) if stderr else console()
    show = _Bar(screen, title) if screen.is_terminal else _Lines(title, counted, sys.stderr if stderr else sys.stdout)
    try:
        yield show.tell
    finally:
        show.end()


class _Bar:
    def __init__(self, screen: Console, title: str) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self._bar = Progress(*columns, console=screen)
        self._task = self._bar.add_task(title)
        self._show_at_s = time.monotonic() + QUIET_S

    def tell(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)
        if done >= total:
            self.end()
        elif time.monotonic() >= self._show_at_s:
            self._bar.start()

    def end(self) -> None:
        self._bar.stop()


class _Lines:
    def __init__(self, title: str, counted: str, out: TextIO) -> None:
        self._title = title
        self._counted = counted
        self._out = out
        self._next_line_s = time.monotonic() + QUIET_S

    def tell(self, done: int, total: int) -> None:
        if time.monotonic() >= self._next_line_s:
            self._next_line_s += PLAIN_EVERY_S
            share = f"{done:,} of {total:,} {self._counted}, {done * 100 // max(total, 1)} %"
            print(f"{self._title}: {share}", file=self._out, flush=True)

    def end(self) -> None:
        pass
