"""FIX end to end: the real venue, durable, and a load client on the other side of a socket.

`venue serve` runs in a process of its own on an empty data folder with SQLite, synchronous=FULL, and
all checks on; fixload (C++) sends NewOrderSingle(D) and cancels and reads the reports. Both share the
machine's cores, as do the threads of the venue. After each run every order must have been answered,
none refused, and be in the journal, whose chain is verified.

Beside it in each round: the commits of the journal alone and bare file appends with fdatasync, just
before and just after the round trips, because a disk's mood changes; and the same load against fixecho,
a C++ echo without session or book, the most that socket and client allow.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from tests.bench.child import ROOT
from tests.bench.figures import BenchError, Figure, Say, median_figure, percentile
from tests.bench.flow import START_NS, commands_of
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.bench.workload import Flow
from tests.support.venue_process import VenueProcess
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.journal import journal_url, open_reader, open_writer
from venue.journal.writer import CHECKPOINT_BYTES
from venue.messages import CancelOrder, EnterOrder, encode_commands

SENDERS: Final = ("BENCH1", "BENCH2", "BENCH3", "BENCH4")
GOAL_OVER_COMMIT_US: Final = 150
GOAL_P99_OF_P50: Final = 3
WARM_UP_COMMITS: Final = CHECKPOINT_BYTES // 4_096  # a commit adds a page at least
RUN_MAX_S: Final = 120


class LoadError(BenchError):
    """The load client could not finish its run; the text is what it said."""


class Case(msgspec.Struct, frozen=True):
    """One kind of load. `window`: orders in flight per session."""

    name: str
    sessions: int
    window: int
    cross: float = 0.0  # share of orders that meet an order of another session and fill
    cancel: float = 0.0  # share of the resting ones that are canceled again
    goal: float | None = None  # orders/s


class Commits(NamedTuple):
    """Spans of single commits: of the journal, and of a bare append and fdatasync of the same bytes."""

    journal_ns: list[int]
    bare_ns: list[int]


ROUND_TRIP: Final = Case("round trip", 1, 1)
THROUGHPUT: Final = (
    Case("1 session x 1,000 in flight, resting", 1, 1_000, goal=24_000),
    Case("4 sessions x 250 in flight, resting", 4, 250, goal=24_000),
    Case("4 x 250, all crossing", 4, 250, cross=1.0, goal=14_700),
    Case("4 x 250, 30 % crossing, half of the rest canceled", 4, 250, cross=0.3, cancel=0.5, goal=12_000),
)
CASES: Final = (ROUND_TRIP, *THROUGHPUT)
ECHOED: Final = (ROUND_TRIP, THROUGHPUT[0])

Runs = dict[str, list[dict[str, Any]]]  # case -> what fixload printed, round by round


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload, fixecho = build("fixload"), build("fixecho")
    commits: list[Commits] = []
    venue: Runs = {case.name: [] for case in CASES}
    echo: Runs = {case.name: [] for case in ECHOED}
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fix-", dir=results) as name:
        folder = Path(name)
        for number in range(1, scale.rounds + 1):
            commits.append(time_commits(folder / f"{number}-before", scale.fix_round_trips // 2))
            for case in CASES:
                say(f"round {number} of {scale.rounds}: {case.name}")
                data = folder / f"{number}-{CASES.index(case)}"
                venue[case.name].append(_run_against_venue(fixload, case, data, scale))
                if case is ROUND_TRIP:
                    after = time_commits(folder / f"{number}-after", scale.fix_round_trips // 2)
                    commits[-1] = Commits(*(a + b for a, b in zip(commits[-1], after, strict=True)))
            for case in ECHOED:
                say(f"round {number} of {scale.rounds}: {case.name}, against a bare echo")
                with running_echo(fixecho) as port:
                    echo[case.name].append(run_load(fixload, port, case, scale))
    return [*_round_trip_figures(venue, echo, commits), *_throughput_figures(venue, echo)]


def time_commits(folder: Path, count: int) -> Commits:
    """Append one command to a journal, then the same bytes to a bare file, in turns.

    WARM_UP_COMMITS come first and are not counted: by then the journal has written its WAL once and
    uses it again, as a venue's does after its first second.
    """
    folder.mkdir()
    commands = commands_of(Flow(symbols=1, depth=10, seed=42).rows(1))
    payload = encode_commands(commands)
    spans = Commits([], [])
    bare = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        with closing(open_writer(journal_url(JournalConfig(), folder), ENGINE_VERSION)) as journal:
            for _ in range(WARM_UP_COMMITS + count):
                begin = time.perf_counter_ns()
                journal.append(commands, START_NS)
                between = time.perf_counter_ns()
                os.write(bare, payload)
                os.fdatasync(bare)
                spans.journal_ns.append(between - begin)
                spans.bare_ns.append(time.perf_counter_ns() - between)
    finally:
        os.close(bare)
    return Commits(spans.journal_ns[WARM_UP_COMMITS:], spans.bare_ns[WARM_UP_COMMITS:])


def run_load(fixload: Path, port: int, case: Case, scale: Scale) -> dict[str, Any]:
    """One run of the load client. Raises LoadError when it timed out or lost a session."""
    orders = scale.fix_round_trips if case is ROUND_TRIP else scale.fix_orders // case.sessions
    command = [
        *(str(fixload), "--port", str(port), "--begin", "FIX.4.4", "--target", "VENUE"),
        *("--senders", ",".join(SENDERS[: case.sessions]), "--symbols", "BTC-USD", "--tif", "1", "--no-handlinst"),
        *("--price", "6000000", "--decimals", "2", "--qty", "0.01"),
        *("--orders", str(orders), "--warmup", str(orders // 20), "--window", str(case.window)),
        *("--cross", str(case.cross), "--cross-mode", "other", "--cancel", str(case.cancel)),
        *("--timeout", str(RUN_MAX_S), "--verbose", "5"),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise LoadError(f"fixload ended with {done.returncode}: {done.stderr.decode()}{done.stdout.decode()}")
    result: dict[str, Any] = msgspec.json.decode(done.stdout)
    check("orders answered", result["orders_replied"], result["orders_sent"])
    check("refusals", (result["er_rejected"], result["session_rejects"], result["cancel_rejects"]), (0, 0, 0))
    check("cancels answered", result["cancels_done"], result["cancels_sent"])
    return result


def _run_against_venue(fixload: Path, case: Case, data: Path, scale: Scale) -> dict[str, Any]:
    data.mkdir()
    config = data / "bench.toml"
    config.write_text(bench_config())
    venue = VenueProcess(config, data)
    try:
        venue.start()
        result = run_load(fixload, venue.port, case, scale)
        check("exit status of the venue", venue.stop(), 0)
    except (LoadError, AssertionError) as error:  # AssertionError: it did not start, or did not stop
        raise LoadError(f"{error}\nthe venue said:\n{venue.printed()}") from error
    finally:
        venue.kill_if_running()
    if case.cross == 1.0:  # every sell meets a buy of the same quantity
        check("filled orders", result["er_filled"], result["orders_sent"])
    _check_journal(data, result)
    return result


def _check_journal(data: Path, result: dict[str, Any]) -> None:
    """Everything that was answered is in the journal, and the journal's chain holds."""
    entered = canceled = 0
    for batch in open_reader(journal_url(JournalConfig(), data)).read():
        for command in batch.commands():
            entered += isinstance(command, EnterOrder)
            canceled += isinstance(command, CancelOrder)
    check("journaled orders and cancels", (entered, canceled), (result["orders_sent"], result["cancels_sent"]))


@contextmanager
def running_echo(fixecho: Path) -> Iterator[int]:
    """Yields its port."""
    with subprocess.Popen([fixecho, "0"], stdout=subprocess.PIPE, text=True) as echo:
        try:
            assert echo.stdout is not None
            yield int(echo.stdout.readline())
        finally:
            echo.kill()


def bench_config() -> str:
    sessions = "\n".join(
        f'[sessions.{sender}]\ntrades = ["{sender}"]\nreset_allowed = true\n[accounts.{sender}]' for sender in SENDERS
    )
    return f"""
[journal]
synchronous = "FULL"
{sessions}
[instruments.BTC-USD]
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.00001"
min_qty = "0.00001"
max_qty = "1000"
"""


def _round_trip_figures(venue: Runs, echo: Runs, commits: list[Commits]) -> list[Figure]:
    commits_us = [percentile(sorted(round_.journal_ns), 0.5) / 1000 for round_ in commits]
    bare_us = [percentile(sorted(round_.bare_ns), 0.5) / 1000 for round_ in commits]
    ours = [run["lat_us"] for run in venue[ROUND_TRIP.name]]
    p50s, p99s = [run["p50"] for run in ours], [run["p99"] for run in ours]
    echoed = statistics.median(run["lat_us"]["p50"] for run in echo[ROUND_TRIP.name])
    of_goal = [p50 / (commit + GOAL_OVER_COMMIT_US) for p50, commit in zip(p50s, commits_us, strict=True)]
    spread = [p99 / p50 for p50, p99 in zip(p50s, p99s, strict=True)]
    return [
        median_figure("fix", "round trip, p50", "µs", p50s, better="lower", note=f"bare C++ echo {echoed:,.0f}"),
        median_figure("fix", "round trip, p99", "µs", p99s, better="lower"),
        median_figure("fix", "commit of one command, p50", "µs", commits_us, better="lower"),
        median_figure("fix", "bare append and fdatasync, p50", "µs", bare_us, better="lower"),
        median_figure(
            "fix", f"round trip, p50 / (commit + {GOAL_OVER_COMMIT_US} µs)", "ratio", of_goal, better="lower", goal=1
        ),
        median_figure("fix", "round trip, p99 / p50", "ratio", spread, better="lower", goal=GOAL_P99_OF_P50),
    ]


def _throughput_figures(venue: Runs, echo: Runs) -> list[Figure]:
    figures = []
    for case in THROUGHPUT:
        runs = venue[case.name]
        reports, messages, p50, p99 = (
            statistics.median(values)
            for values in (
                [run["er_per_s"] for run in runs],
                [run["msgs_in_per_s"] for run in runs],
                [run["lat_us"]["p50"] for run in runs],
                [run["lat_us"]["p99"] for run in runs],
            )
        )
        note = f"{reports:,.0f} reports/s; latency p50 {p50 / 1000:,.1f} ms, p99 {p99 / 1000:,.1f} ms"
        if case.cancel:
            note = f"{messages:,.0f} messages/s in; {note}"
        detail = {"reports_per_s": reports, "messages_in_per_s": messages, "p50_us": p50, "p99_us": p99}
        speed = [run["orders_per_s"] for run in runs]
        figures.append(median_figure("fix", case.name, "orders/s", speed, goal=case.goal, note=note, detail=detail))
    ceiling = [run["orders_per_s"] for run in echo[THROUGHPUT[0].name]]
    figures.append(median_figure("fix", "ceiling: the same against a bare C++ echo", "orders/s", ceiling))
    return figures
