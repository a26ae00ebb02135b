"""Orders over REST: the real venue with its admin API, durable, and a lean HTTP client on the other side.

`venue serve` runs on an empty data folder with SQLite, synchronous=FULL, all checks on, and starts the admin API
beside it; each answer leaves after the order is synced, matched and applied by the API's replica. Client, venue and
API share the machine's cores. After each run every order must have been accepted, and be in the journal.

Latencies are those of the whole request. At a given rate they count from the moment the request was due, so that
what waits behind a slow answer is not left out.
"""

import itertools
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from tests.bench.child import ROOT
from tests.bench.figures import BenchError, Figure, Say, median_figure, percentile
from tests.bench.rest_load import Load, request_bytes, run_load
from tests.bench.scales import Scale
from tests.bench.timing import check
from tests.support.venue_process import WITH_API, VenueProcess
from venue.config import JournalConfig
from venue.journal import journal_url, open_reader
from venue.messages import EnterOrder

GOAL_PER_S: Final = 1_000
GOAL_P50_MS: Final = 5
CREATED: Final = 201
ENVIRONMENT: Final = {"VENUE_API__ANONYMOUS": "operator", "VENUE_API__REQUESTS_PER_S_MAX": "1000000"}


class Case(msgspec.Struct, frozen=True):
    """One kind of load. per_s 0: as fast as answers come; cross: every second order meets the one before."""

    name: str
    connections: int
    per_s: float = 0
    cross: bool = False
    is_question: bool = False


ROUND_TRIP: Final = Case("one connection, resting", 1)
CASES: Final = (
    ROUND_TRIP,
    Case("8 connections, resting", 8),
    Case("64 connections, resting", 64),
    Case("8 connections, all crossing", 8, cross=True),
    Case(f"{GOAL_PER_S:,} orders/s over 16 connections", 16, per_s=GOAL_PER_S),
    Case("8 connections, GET one order", 8, is_question=True),
)


def measure(scale: Scale, say: Say) -> list[Figure]:
    runs: dict[str, list[Load]] = {case.name: [] for case in CASES}
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rest-", dir=results) as name:
        for number in range(1, scale.rounds + 1):
            with _running_venue(Path(name) / str(number)) as venue:
                entered = 0
                for case in CASES:
                    say(f"round {number} of {scale.rounds}: {case.name}")
                    load, orders = _run(venue, case, scale)
                    runs[case.name].append(load)
                    entered += orders
                check("exit status of the venue", venue.stop(), 0)
                _check_journal(venue.data, entered)
    return [figure for case in CASES for figure in _figures(case, runs[case.name])]


def _run(venue: VenueProcess, case: Case, scale: Scale) -> tuple[Load, int]:
    """One run, after a short one of the same kind; returns what it measured and how many orders were entered."""
    count = scale.rest_orders if case.connections > 1 else scale.rest_orders // 4
    warm_up = max(case.connections, count // 20)
    if case.is_question:
        requests = [request_bytes("GET", f"/api/v3/orders/{order_id}") for order_id in range(1, count + 1)]
        return run_load(venue.api_port, requests, case.connections, 200), 0
    requests = list(itertools.islice(_orders(case), warm_up + count))
    run_load(venue.api_port, requests[:warm_up], case.connections, CREATED)
    load = run_load(venue.api_port, requests[warm_up:], case.connections, CREATED, case.per_s)
    return load, len(requests)


def _orders(case: Case) -> Iterator[bytes]:
    """Buys and sells in turns: of crossing ones the second of two accounts takes what the first has offered."""
    for number in itertools.count():
        is_buy = bool(number % 2)
        body = {
            "symbol": "BTC-USD",
            "order_type": "limit",
            "side": "buy" if is_buy else "sell",
            "quantity": "0.01",
            "price": "60000.00" if case.cross else f"{59000 - number % 500 if is_buy else 61000 + number % 500}.00",
            "account": "ONE" if is_buy else "TWO",
        }
        yield request_bytes("POST", "/api/v3/orders", msgspec.json.encode(body))


@contextmanager
def _running_venue(data: Path) -> Iterator[VenueProcess]:
    data.mkdir()
    config = data / "bench.toml"
    config.write_text(_CONFIG)
    venue = VenueProcess(config, data, WITH_API | ENVIRONMENT)
    try:
        venue.start()
        venue.wait_for_output("the admin API is ready")
        yield venue
    except AssertionError as error:  # it did not start, or did not stop
        raise BenchError(f"{error}\nthe venue said:\n{venue.printed()}") from error
    finally:
        venue.kill_if_running()


_CONFIG: Final = """
[journal]
synchronous = "FULL"
[accounts.ONE]
[accounts.TWO]
[sessions.DESK]
trades = ["ONE", "TWO"]
[instruments.BTC-USD]
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.00001"
min_qty = "0.00001"
max_qty = "1000"
"""


def _check_journal(data: Path, entered: int) -> None:
    """Every order that was answered is in the journal, once, and the journal's chain holds."""
    batches = open_reader(journal_url(JournalConfig(), data)).read()
    journaled = sum(isinstance(command, EnterOrder) for batch in batches for command in batch.commands())
    check("journaled orders", journaled, entered)


def _figures(case: Case, loads: list[Load]) -> list[Figure]:
    p50s, p95s, p99s = ([percentile(load.latencies_ns, share) / 1e6 for load in loads] for share in (0.50, 0.95, 0.99))
    p95, p99 = statistics.median(p95s), statistics.median(p99s)
    note = f"p95 {p95:.2f} ms, p99 {p99:.2f} ms"
    detail: dict[str, float | int | str] = {"p95_ms": p95, "p99_ms": p99}
    goal = GOAL_P50_MS if case.per_s else None
    latency = median_figure(
        "rest", f"{case.name}, p50", "ms", p50s, better="lower", goal=goal, note=note, detail=detail
    )
    if case.per_s:
        return [latency]
    unit = "requests/s" if case.is_question else "orders/s"
    has_goal = case.connections > 1 and not case.is_question
    speed = median_figure(
        "rest", case.name, unit, [load.per_s for load in loads], goal=GOAL_PER_S if has_goal else None
    )
    return [speed, latency]
