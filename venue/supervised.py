"""What every process beside the venue has in common with supervisor.py: its options, and its end with its stdin."""

import argparse
import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from typing import Final

from venue.logs import start_log

CHUNK_BYTES: Final = 1 << 12


def begin_process(prog: str, about: str | None, *, listens: bool = False) -> argparse.Namespace:
    """Start the log as the command line says. `listens`: it has `--fd`, the socket that the venue has bound."""
    options = argparse.ArgumentParser(prog=prog, description=about)
    if listens:
        options.add_argument("--fd", type=int, required=True, help="descriptor of the listening socket")
    options.add_argument("--log-level", default="info")
    options.add_argument("--log-format", default="json")
    given = options.parse_args()
    start_log(given.log_level, given.log_format)
    return given


def call_at_end_of_stdin(end: Callable[[], object]) -> None:
    """Call `end`, on a thread of its own, when the venue has ended, however it did.

    Not through sys.stdin, whose lock an exit of the interpreter would want while the thread still holds it."""

    def wait() -> None:
        while os.read(0, CHUNK_BYTES):
            pass
        end()

    threading.Thread(target=wait, name="stdin", daemon=True).start()


def call_on_loop_at_end_of_stdin(end: Callable[[], object]) -> None:
    """The same on the event loop that runs now."""
    loop = asyncio.get_running_loop()

    def call() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(end)

    call_at_end_of_stdin(call)
