"""How commands print: rich where there is a terminal, plain lines where there is none."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

QUIET_S: Final = 1.0  # what takes less shows no progress
PLAIN_EVERY_S: Final = 5.0
PLAIN_WIDTH: Final = 160  # of tables where no terminal says otherwise


def console() -> Console:
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total) commands: a bar on a terminal, else a line now and then.

    It shows nothing before the work has taken a second.
    """
    screen = console()
    started = time.monotonic()
    if screen.is_terminal:
        with _bar(screen) as bar:
            task: TaskID | None = None

            def draw(done: int, total: int) -> None:
                nonlocal task
                if task is None and time.monotonic() - started > QUIET_S:
                    task = bar.add_task(title)
                if task is not None:
                    bar.update(task, completed=done, total=total)

            yield draw
    else:
        next_line = started + QUIET_S

        def tell(done: int, total: int) -> None:
            nonlocal next_line
            now = time.monotonic()
            if now >= next_line:
                next_line = now + PLAIN_EVERY_S
                print(f"{title}: {done:,} of {total:,} commands, {done * 100 // max(total, 1)} %", flush=True)

        yield tell


def _bar(screen: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=screen
    )
