"""The journal: what a commit costs beside a bare append and fdatasync, commands a second, and reading back.

Commits and bare appends take turns one by one, with the same bytes, on the disk the checkout is on (not
/tmp, which may be memory). The journal is first brought to where a venue is after its first second: its
WAL has been written once and is used again; a file that grows costs more to sync, as the bare one does.
`python -m tests.bench --only journal` runs this alone.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from tests.bench.child import ROOT
from tests.bench.figures import Figure, Say, median_figure, percentile
from tests.bench.flow import START_NS, commands_of
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.bench.workload import Flow
from tests.journal.postgres import postgres_server
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.journal import JournalWriter, journal_url, open_reader, open_writer, verify
from venue.journal.writer import CHECKPOINT_BYTES
from venue.messages import AnyCommand, encode_commands

GOAL_TIMES_BARE: Final = 1.2
GOAL_PER_S: Final = 200_000
SIZES: Final = (1, 16, 256, 1_000)  # commands in a batch; 1,000 is batch_max, a full one
READ_SIZES: Final = (1_000, 20)
COMMITS_MAX: Final = 2_000  # of each size and round

Batch: TypeAlias = list[AnyCommand]


class Contestant(NamedTuple):
    name: str
    open: Callable[[], JournalWriter]


def measure(scale: Scale, say: Say) -> list[Figure]:
    say(f"making {scale.journal_commands:,} commands")
    commands = commands_of(
        Flow(symbols=10, depth=min(1_000, scale.journal_commands // 20), seed=42).rows(scale.journal_commands)
    )
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="journal-", dir=results) as folder, postgres_server() as host:
        return [
            *_beside_bare_appends(Path(folder), commands, scale, say),
            *_throughput(_contestants(Path(folder), host), commands, scale, say),
            *_reading(Path(folder), commands, scale, say),
        ]


def _beside_bare_appends(folder: Path, commands: Batch, scale: Scale, say: Say) -> Iterator[Figure]:
    url = _url(folder / "beside")
    for size in SIZES:
        batches = cycle(_batches(commands, size))
        count = min(COMMITS_MAX, max(scale.journal_commands // size, 10))
        commits: list[list[int]] = []
        appends: list[list[int]] = []
        with closing(open_writer(url, ENGINE_VERSION)) as writer, _bare_file(folder / "bare") as append_bare:
            _write_wal_once(writer, commands)
            for number in range(1, scale.rounds + 1):
                say(f"round {number} of {scale.rounds}: {count} commits of {size} beside bare appends")
                spans = [_one_of_each(writer, append_bare, next(batches)) for _ in range(count)]
                commits.append(sorted(span[0] for span in spans))
                appends.append(sorted(span[1] for span in spans))
        yield from _commit_figures(size, commits, appends)
    check("commands in the journal", verify(open_reader(url)).last_seq, open_reader(url).last_seq())


def _one_of_each(writer: JournalWriter, append_bare: Callable[[bytes], None], batch: Batch) -> tuple[int, int]:
    payload = encode_commands(batch)
    begin = time.perf_counter_ns()
    writer.append(batch, START_NS)
    between = time.perf_counter_ns()
    append_bare(payload)
    return between - begin, time.perf_counter_ns() - between


def _commit_figures(size: int, commits: list[list[int]], appends: list[list[int]]) -> Iterator[Figure]:
    for name, rounds in (("commit", commits), ("bare append + fdatasync", appends)):
        yield median_figure(
            "journal",
            f"{name}, batch of {size:,}",
            "µs p50",
            [percentile(spans, 0.5) / 1_000 for spans in rounds],
            better="lower",
            detail={
                "p99_us": round(sum(percentile(spans, 0.99) for spans in rounds) / len(rounds) / 1_000, 1),
                "max_us": max(spans[-1] for spans in rounds) / 1_000,
                "commits": sum(map(len, rounds)),
            },
        )
    ratios = [percentile(ours, 0.5) / percentile(bare, 0.5) for ours, bare in zip(commits, appends, strict=True)]
    yield median_figure(
        "journal", f"commit ÷ bare append, batch of {size:,}", "×", ratios, better="lower", goal=GOAL_TIMES_BARE
    )


def _throughput(contestants: list[Contestant], commands: Batch, scale: Scale, say: Say) -> list[Figure]:
    rates: dict[tuple[str, int], list[float]] = {}
    for number in range(1, scale.rounds + 1):
        for contestant in contestants:
            say(f"round {number} of {scale.rounds}: {contestant.name}, batches of {', '.join(map(str, SIZES))}")
            for size in SIZES:
                rate = _commands_per_s(contestant, commands, size)
                rates.setdefault((contestant.name, size), []).append(rate)
    return [
        median_figure(
            "journal",
            f"{name}, batches of {size:,}",
            "commands/s",
            rounds,
            goal=GOAL_PER_S if (name, size) == (contestants[0].name, SIZES[-1]) else None,
        )
        for (name, size), rounds in rates.items()
    ]


def _commands_per_s(contestant: Contestant, commands: Batch, size: int) -> float:
    batches = _batches(commands, size)[:COMMITS_MAX]
    with closing(contestant.open()) as writer:
        begin = time.perf_counter_ns()
        for batch in batches:
            writer.append(batch, START_NS)
        elapsed_ns = time.perf_counter_ns() - begin
    return sum(map(len, batches)) / elapsed_ns * 1e9


def _reading(folder: Path, commands: Batch, scale: Scale, say: Say) -> Iterator[Figure]:
    for size in READ_SIZES:
        url = _url(folder / f"read-{size}")
        with closing(open_writer(url, ENGINE_VERSION, synchronous="NORMAL")) as writer:
            for batch in _batches(commands, size):
                writer.append(batch, START_NS)
        rates = []
        for number in range(1, scale.rounds + 1):
            say(f"round {number} of {scale.rounds}: reading batches of {size}")
            begin = time.perf_counter_ns()
            count = sum(len(batch.commands()) for batch in open_reader(url).read())
            rates.append(count / (time.perf_counter_ns() - begin) * 1e9)
            check("commands read", count, len(commands))
        yield median_figure("journal", f"read, verified and decoded, batches of {size:,}", "commands/s", rates)


def _contestants(folder: Path, host: str) -> list[Contestant]:
    """The first one is what a venue uses unless told otherwise."""
    postgresql = f"postgresql+psycopg://postgres@/postgres?host={host}"
    return [
        Contestant("SQLite FULL", lambda: open_writer(_url(folder / "full"), ENGINE_VERSION)),
        Contestant("SQLite NORMAL", lambda: open_writer(_url(folder / "normal"), ENGINE_VERSION, synchronous="NORMAL")),
        Contestant("PostgreSQL", lambda: open_writer(postgresql, ENGINE_VERSION)),
    ]


def _url(folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    return journal_url(JournalConfig(), folder)


def _batches(commands: Batch, size: int) -> list[Batch]:
    return [commands[first : first + size] for first in range(0, len(commands), size)]


def _write_wal_once(writer: JournalWriter, commands: Batch) -> None:
    batch, written = commands[:1_000], 0
    while written <= CHECKPOINT_BYTES:
        writer.append(batch, START_NS)
        written += len(encode_commands(batch))


@contextmanager
def _bare_file(path: Path) -> Iterator[Callable[[bytes], None]]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC)

    def append(octets: bytes) -> None:
        os.write(fd, octets)
        os.fdatasync(fd)

    try:
        yield append
    finally:
        os.close(fd)
