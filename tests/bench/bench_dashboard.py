"""What open pages of the dashboard cost the venue: FIX latency with none and with 50, in turns.

Each page is the market page's own traffic: its seven subscriptions, at the page's pace, to the instrument that is
traded, and to an account of their own, which does not trade: that of the load has 1,000 executions a second, which
nobody reads on a page. The pages' side is one nice process that takes what comes: browsers would run elsewhere. Half of
the orders trade, so that books, tape and candles all change.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.bench.beside import SYMBOL, Answer, ask, child, line_of, load, running_venue
from tests.bench.child import ROOT
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.native import build
from tests.bench.scales import Scale
from tests.bench.timing import check

PAGES: Final = 50
GOAL: Final = 1.1  # with pages / without
ORDERS_PER_S: Final = 1_000
SELDOM: Final = 2  # messages of a page in a tenth of a second while nothing is traded
SUBSCRIPTIONS: Final = (  # as js/pages/market.js has them
    {"channel": "depth", "symbol": SYMBOL, "every_ms": 100},
    {"channel": "trades", "symbol": SYMBOL, "every_ms": 100},
    {"channel": "states", "symbol": SYMBOL},
    {"channel": "analytics", "symbol": SYMBOL},
    {"channel": "candles", "symbol": SYMBOL, "interval": "1m", "every_ms": 100},
    {"channel": "executions", "account": "BENCH2", "every_ms": 100},
    {"channel": "positions", "account": "BENCH2", "every_ms": 100},
)


def measure(scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    fixload = build("fixload")
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    runs: dict[int, list[Answer]] = {0: [], PAGES: []}
    with tempfile.TemporaryDirectory(prefix="dashboard-", dir=results) as name:
        for number in range(1, scale.rounds + 1):
            for pages in (0, PAGES) if number % 2 else (PAGES, 0):
                say(f"round {number} of {scale.rounds}: FIX with {pages} open pages")
                runs[pages].append(_time_fix(fixload, Path(name) / f"{number}-{pages}", pages, scale))
    return _figures(runs[0], runs[PAGES])


def _figures(without: list[Answer], beside: list[Answer]) -> list[Figure]:
    updates = statistics.median(run["messages_per_s"] for run in beside)
    note = f"each page had {updates:.0f} messages/s"
    figures = []
    for name in ("p50", "p99"):
        ratios = [one[name] / other[name] for one, other in zip(beside, without, strict=True)]
        case = f"FIX {name}, {PAGES} open pages / none"
        figures.append(median_figure("dashboard", case, "ratio", ratios, better="lower", goal=GOAL, note=note))
    for case, told in (("no page open", without), (f"{PAGES} pages open", beside)):
        for name in ("p50", "p99"):
            spans = [run[name] for run in told]
            figures.append(median_figure("dashboard", f"FIX {name}, {case}", "µs", spans, better="lower"))
    busy = [run["admin_cpu"] for run in beside]
    idle = statistics.median(run["admin_cpu"] for run in without)
    case = f"admin process, {PAGES} pages open"
    note = f"without pages {idle:.0f} %"
    return [*figures, median_figure("dashboard", case, "% of a processor", busy, better="lower", note=note)]


def _time_fix(fixload: Path, data: Path, pages: int, scale: Scale) -> Answer:
    """Latency in µs at ORDERS_PER_S, and what the pages and the admin process had to do meanwhile."""
    with ExitStack() as ending:
        venue = ending.enter_context(running_venue(data))
        venue.wait_for_output("the admin API is ready")
        processors = sorted(os.sched_getaffinity(0) - os.sched_getaffinity(venue.pid)) or None
        audience = None
        if pages:
            requests = [json.dumps({"op": "subscribe", **one}) for one in SUBSCRIPTIONS]
            listening = child(
                "tests.bench.stream_load", venue.api_port, "/ws", pages, *requests, processors=processors, nice=19
            )
            audience = ending.enter_context(listening)
            check("the pages", line_of(audience), "ready")
            ask(audience)
        admin_pid, orders = _admin_pid(venue.pid), scale.fix_orders // 8
        before_s = _cpu_s(admin_pid)
        steady = load(fixload, venue.port, orders, "--rate", str(ORDERS_PER_S), "--cross", "0.5")
        elapsed_s = steady["orders_sent"] / ORDERS_PER_S
        messages = _received(audience) / pages / elapsed_s if audience else 0.0
        cpu = (_cpu_s(admin_pid) - before_s) / elapsed_s * 100
        check("exit status of the venue", venue.stop(), 0)
    lat_us = steady["lat_us"]
    return {"p50": lat_us["p50"], "p99": lat_us["p99"], "messages_per_s": messages, "admin_cpu": cpu}


def _received(audience: "subprocess.Popen[str]") -> int:
    """Messages of all pages, until a pause: a nice process has its turn after the load."""
    messages, pauses = 0, 0
    while pauses < 3:
        told = ask(audience)
        check("pages that were ended", told["ended"], 0)
        messages += told["frames"]
        pauses = 0 if told["frames"] > PAGES * SELDOM else pauses + 1
        time.sleep(0.1)
    return messages


def _admin_pid(venue_pid: int) -> int:
    for task in Path(f"/proc/{venue_pid}/task").iterdir():
        for pid in (task / "children").read_text().split():
            if b"admin_api" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    raise AssertionError("the venue has no admin process")


def _cpu_s(pid: int) -> float:
    """Of all its threads, user and system. Source: proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
