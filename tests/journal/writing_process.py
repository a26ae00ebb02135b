"""A process that writes a journal: `python -m tests.journal.writing_process URL BATCHES SEED`.

Batches of 1 to 50 commands, without end if BATCHES is 0. Each line it prints is a journal_seq up to
which everything has been acknowledged; the first one is where it started.
"""

import random
import sys
from itertools import count

from tests.journal.journals import append_batches
from venue.journal import open_writer


def main(url: str, batches: str, seed: str) -> None:
    sizes = random.Random(seed)
    writer = open_writer(url)
    print(writer.last_seq, flush=True)
    for _ in range(int(batches)) if int(batches) else count():
        append_batches(writer, [sizes.randint(1, 50)])
        print(writer.last_seq, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
