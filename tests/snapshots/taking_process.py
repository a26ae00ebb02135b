"""A second process that takes snapshots, for tests that kill it: `python -m tests.snapshots.taking_process …`.

With a chunk's number as the last argument it tells that it has written so many and waits there, in the middle of
the transaction. Without one it grows the journal by ten commands and takes a snapshot of them, again and again,
and prints the journal_seq of each when it is taken.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from tests.snapshots.places import Place, refuse_none
from venue.snapshots import chunks, take
from venue.snapshots.taking import save_state


class TakingProcess:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def printed(self, lines: int | None = None) -> list[int]:
        """The next numbers it prints; None: all, until it has ended."""
        assert self._process.stdout is not None
        return [int(line) for line in islice(self._process.stdout, lines)]

    def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more, in the middle of whatever it did."""
        self._process.kill()
        self._process.wait()


@contextmanager
def taking_process(place: Place, stop_at: int | None = None) -> Iterator[TakingProcess]:
    command = [sys.executable, "-m", "tests.snapshots.taking_process", place.journal_url, place.snapshots_url]
    with subprocess.Popen(
        [*command, *([] if stop_at is None else [str(stop_at)])], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield TakingProcess(process)
        finally:
            process.kill()


def stay_in_the_middle(place: Place, stop_at: int) -> None:
    """Write the state of the journal's end in chunks of a few hundred bytes, and stop after so many."""

    def tell(done: int, _total: int) -> None:
        if done == stop_at:
            print(done, flush=True)
            threading.Event().wait()

    chunks.CHUNK_BYTES = 500  # type: ignore[misc]
    save_state(place.store, place.replayed(), place.reader, 0, tell)


def take_for_ever(place: Place) -> None:
    while True:
        place.grow(place.reader.last_seq() + 10)
        print(take(place.store, place.reader, on_refusal=refuse_none).snapshot.journal_seq, flush=True)


if __name__ == "__main__":
    place = Place(*sys.argv[1:3])
    if sys.argv[3:]:
        stay_in_the_middle(place, int(sys.argv[3]))
    else:
        take_for_ever(place)
