"""The venue under FIX load, and who listens to its streams meanwhile: what benchmarks of both are made of."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.bench.bench_fix import LoadError
from tests.bench.child import ROOT
from tests.bench.timing import check
from tests.support.venue_process import WITH_API, VenueProcess
from venue.giving_way import give_way

SYMBOL: Final = "BTC-USD"
LEVELS: Final = 5  # of the book the FIX load makes, each side

Answer = dict[str, Any]


def load(fixload: Path, port: int, orders: int, *options: str) -> Answer:
    """Have the load client enter orders over FIX; returns what it measured. Raises LoadError."""
    command = [
        *(str(fixload), "--port", str(port), "--target", "VENUE", "--senders", "BENCH1", "--symbols", SYMBOL),
        *("--price", "6000000", "--decimals", "2", "--qty", "0.01", "--tif", "1", "--no-handlinst"),
        *(
            "--levels",
            str(LEVELS),
            "--orders",
            str(orders),
            "--warmup",
            str(orders // 20),
            "--timeout",
            "120",
            *options,
        ),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise LoadError(f"fixload ended with {done.returncode}: {done.stderr.decode()}{done.stdout.decode()}")
    result: Answer = msgspec.json.decode(done.stdout)
    check("orders answered", result["orders_replied"], result["orders_sent"])
    return result


@contextmanager
def running_venue(data: Path, updates_per_s: int | None = None) -> Iterator[VenueProcess]:
    """None: as many as the venue gives by itself."""
    data.mkdir()
    config = data / "bench.toml"
    interval = f"stream_interval_ms = {1_000 // updates_per_s}" if updates_per_s else ""
    config.write_text(_CONFIG.replace("INTERVAL", interval))
    venue = VenueProcess(config, data, WITH_API)
    try:
        venue.start()
        yield venue
    except AssertionError as error:
        raise LoadError(f"{error}\nthe venue said:\n{venue.printed()}") from error
    finally:
        venue.kill_if_running()


@contextmanager
def child(
    module: str, *arguments: object, processors: list[int] | None = None, nice: int = 0
) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own that is asked by lines on stdin, and ends with it."""

    def settle() -> None:
        if processors:
            os.sched_setaffinity(0, processors)
        if nice:
            give_way(0, nice)  # it stands for other machines

    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=settle
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line it prints. Raises LoadError when it has ended."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise LoadError(f"{process.args!r} ended with {process.wait()}")
    return line


def ask(process: "subprocess.Popen[str]", what: object = "") -> Answer:
    """Its answer to a line on stdin."""
    assert process.stdin is not None
    process.stdin.write(f"{what}\n")
    process.stdin.flush()
    answer: Answer = msgspec.json.decode(line_of(process))
    return answer


_CONFIG: Final = f"""
[journal]
synchronous = "FULL"
[api]
anonymous = "operator"
streams_per_caller_max = 5000
INTERVAL
[sessions.BENCH1]
trades = ["BENCH1"]
reset_allowed = true
[accounts.BENCH1]
self_match = "allow"  # one session makes both sides of a trade
[accounts.BENCH2]
[instruments.{SYMBOL}]
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.00001"
min_qty = "0.00001"
max_qty = "1000"
"""
