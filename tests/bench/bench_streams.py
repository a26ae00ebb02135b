"""WebSocket streams: how soon, to how many, and at what cost for FIX.

order to update     an order over FIX into the running venue (journal synced), until the book's update is read from a
                    WebSocket of the admin process: into a book that was quiet for a while, and one order after the
                    other, when updates are joined over api.stream_interval_ms.
fan-out             one update to 10, 100 and 1,000 subscribers, again and again: the admin process's own path beside
                    FastAPI's plain broadcast loop, on the same uvicorn, in turns; each server on one processor and the
                    subscribers on another. Every subscriber must have had every update.
beside FIX          the venue under FIX load with nobody listening, and with 1,000 subscribers of the traded book at
                    20 updates/s, in turns. The subscribers are a nice process: they would run elsewhere.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.bench.beside import SYMBOL, Answer, ask, child, line_of, load, running_venue
from tests.bench.child import ROOT
from tests.bench.figures import Figure, Say, median_figure, percentile
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.bench.stream_load import connected
from tests.bench.timing import check
from tests.support.raw_fix import RawClient
from tests.support.venue_process import VenueProcess

GOAL_LATENCY_MS: Final = 5
GOAL_FAN_OUT: Final = 3
GOAL_BESIDE_FIX: Final = 1.1
UPDATES_PER_S: Final = 20
QUIET_S: Final = 0.02  # more than api.stream_interval_ms
WARM_UP: Final = 5
STEADY_ORDERS_PER_S: Final = 2_000  # at which FIX latency is compared
KINDS: Final = ("ours", "plain")


def measure(scale: Scale, say: Say) -> list[Figure]:
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="streams-", dir=results) as name:
        folder = Path(name)
        return [*_latency(folder, scale, say), *_fan_out(scale, say), *_beside_fix(folder, scale, say)]


# -- order to update -------------------------------------------------------------------------------------------


def _latency(folder: Path, scale: Scale, say: Say) -> list[Figure]:
    spans: dict[str, list[list[int]]] = {"quiet book": [], "busy book": []}
    for number in range(1, scale.rounds + 1):
        for case, pause_s in (("quiet book", QUIET_S), ("busy book", 0.0)):
            say(f"round {number} of {scale.rounds}: order to update, {case}")
            with running_venue(folder / f"latency-{number}-{len(case)}-{pause_s}") as venue:
                spans[case].append(sorted(_time_orders(venue, scale.stream_samples, pause_s)))
    figures = []
    for case, rounds in spans.items():
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            spans_ms = [percentile(spans_ns, share) / 1e6 for spans_ns in rounds]
            goal = float(GOAL_LATENCY_MS) if name == "p50" else None
            figures.append(
                median_figure("streams", f"order to update, {case}, {name}", "ms", spans_ms, better="lower", goal=goal)
            )
    return figures


def _time_orders(venue: VenueProcess, samples: int, pause_s: float) -> Iterator[int]:
    """Nanoseconds from sending an order until its price is read in an update of the book."""
    stream, unread = connected(venue.api_port, f"/ws/orderbook/{SYMBOL}")
    with stream, RawClient(venue.port, "BENCH1") as fix:
        fix.log_on_afresh()
        for number in range(samples + WARM_UP):
            price = f"{10_000 + number}.00"
            begin_ns = time.perf_counter_ns()
            fix.enter(str(number), "buy", "0.01", SYMBOL, price)
            while price.encode() not in unread:
                unread += stream.recv(65_536)
            if number >= WARM_UP:
                yield time.perf_counter_ns() - begin_ns
            unread = b""
            fix.expect("8", ExecType="0")
            time.sleep(pause_s)


# -- fan-out ---------------------------------------------------------------------------------------------------


def _fan_out(scale: Scale, say: Say) -> list[Figure]:
    figures = []
    for count in scale.subscribers:
        rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for number in range(1, scale.rounds + 1):
            for kind in KINDS if number % 2 else reversed(KINDS):
                say(f"round {number} of {scale.rounds}: fan-out to {count:,} subscribers, {kind}")
                rates[kind].append(_time_fan_out(kind, count, max(1, scale.stream_deliveries // count)))
        ratios = [ours / plain for ours, plain in zip(rates["ours"], rates["plain"], strict=True)]
        note = f"plain loop {statistics.median(rates['plain']):,.0f}/s"
        case = f"fan-out to {count:,} subscribers"
        figures += [
            median_figure("streams", case, "updates/s", [rate / count for rate in rates["ours"]]),
            median_figure("streams", f"{case}, deliveries", "messages/s", rates["ours"], note=note),
            median_figure("streams", f"{case}, ours / plain loop", "ratio", ratios, goal=GOAL_FAN_OUT),
        ]
    return figures


def _time_fan_out(kind: str, subscribers: int, updates: int) -> float:
    """Messages/s, from the first publication until the last subscriber has had the last one."""
    server_cpu, client_cpu = _two_processors()
    with ExitStack() as ending:
        server = ending.enter_context(child("tests.bench.fanout_server", kind, processors=server_cpu))
        port = line_of(server)
        listening = child("tests.bench.stream_load", port, "/ws", subscribers, processors=client_cpu)
        audience = ending.enter_context(listening)
        check("the subscribers", line_of(audience), "ready")
        ask(audience)  # what came till now is not counted
        began = ask(server, updates)
        told = _received(audience, updates * subscribers)
        elapsed_s: float = (told["last_ns"] - began["begin_ns"]) / 1e9
        return updates * subscribers / elapsed_s


# -- beside FIX ------------------------------------------------------------------------------------------------


def _beside_fix(folder: Path, scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload = build("fixload")
    subscribers = scale.subscribers[-1]
    runs: dict[int, list[Answer]] = {0: [], subscribers: []}
    for number in range(1, scale.rounds + 1):
        for count in (0, subscribers) if number % 2 else (subscribers, 0):
            say(f"round {number} of {scale.rounds}: FIX with {count:,} subscribers")
            runs[count].append(_time_fix(fixload, folder / f"fix-{number}-{count}", count, scale))
    alone, heard = runs[0], runs[subscribers]
    got = statistics.median(run["updates_per_s"] for run in heard)
    note = f"each subscriber had {got:.1f} updates/s"
    beside = f"with {subscribers:,} subscribers"
    return [
        _ratio_figure(f"FIX p50 {beside} / without", "p50_us", alone, heard),
        _ratio_figure(f"FIX p99 {beside} / without", "p99_us", alone, heard, goal=GOAL_BESIDE_FIX, note=note),
        _ratio_figure(f"FIX time per order {beside} / without", "us_per_order", alone, heard, goal=GOAL_BESIDE_FIX),
        median_figure("streams", "FIX p99 without subscribers", "µs", [run["p99_us"] for run in alone], better="lower"),
        median_figure("streams", f"FIX p99 {beside}", "µs", [run["p99_us"] for run in heard], better="lower"),
        median_figure("streams", "FIX without subscribers", "orders/s", [1e6 / run["us_per_order"] for run in alone]),
        median_figure("streams", f"FIX {beside}", "orders/s", [1e6 / run["us_per_order"] for run in heard]),
    ]


def _ratio_figure(
    case: str, of: str, alone: list[Answer], heard: list[Answer], goal: float | None = None, note: str = ""
) -> Figure:
    ratios = [with_them[of] / without[of] for without, with_them in zip(alone, heard, strict=True)]
    return median_figure("streams", case, "ratio", ratios, better="lower", goal=goal, note=note)


def _time_fix(fixload: Path, data: Path, subscribers: int, scale: Scale) -> Answer:
    """Latency at STEADY_ORDERS_PER_S, then the time of an order when as many are sent as can be."""
    with ExitStack() as ending:
        venue = ending.enter_context(running_venue(data, UPDATES_PER_S))
        processors = sorted(os.sched_getaffinity(0) - os.sched_getaffinity(venue.pid)) or None
        audience = None
        if subscribers:
            path = f"/ws/orderbook/{SYMBOL}"
            audience = ending.enter_context(
                child("tests.bench.stream_load", venue.api_port, path, subscribers, processors=processors, nice=19)
            )
            check("the subscribers", line_of(audience), "ready")
            ask(audience)
        steady = load(fixload, venue.port, scale.fix_orders // 4, "--rate", str(STEADY_ORDERS_PER_S))
        updates = ask(audience)["frames"] / subscribers if audience else 0.0
        updates_per_s = updates * STEADY_ORDERS_PER_S / steady["orders_sent"]
        full = load(fixload, venue.port, scale.fix_orders, "--window", "1000")
        if audience:
            check("subscribers that were ended", ask(audience)["ended"], 0)
        check("exit status of the venue", venue.stop(), 0)
    lat_us = steady["lat_us"]
    return {
        "p50_us": lat_us["p50"],
        "p99_us": lat_us["p99"],
        "us_per_order": 1e6 / full["orders_per_s"],
        "updates_per_s": updates_per_s,
    }


# -- processes -------------------------------------------------------------------------------------------------


def _received(audience: "subprocess.Popen[str]", messages: int) -> Answer:
    """The audience's report once it has had all of them."""
    got = 0
    while True:
        told = ask(audience)
        got += told["frames"]
        if got >= messages:
            check("messages received", got, messages)
            return told
        time.sleep(0.005)


def _two_processors() -> tuple[list[int] | None, list[int] | None]:
    """One for the server, one for the subscribers; the same for both where there is but one."""
    allowed = sorted(os.sched_getaffinity(0))
    return ([allowed[0]], [allowed[-1]]) if len(allowed) > 1 else (None, None)
