"""The jobs that are timed, each run in a process of its own: `python -m tests.bench.timing JOB ARGUMENTS`.

A process of its own, because one process imports the engine either compiled or interpreted, and because
no measurement should meet the garbage of the one before. Commands are made and decoded before the clock
starts; garbage collection is set as `venue serve` sets it. A job prints one JSON object.
"""

import gc
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.checks import switch_on
from tests.bench.figures import BenchError, percentile
from tests.bench.flow import START_NS, STEP_NS, commands_of, opening_commands, symbol_name
from tests.bench.reference_book import BookOrder, ReferenceBook
from tests.bench.workload import Expectation, Row, read_expectation, read_workload
from venue.engine.engine import Engine
from venue.engine_kind import engine_kind
from venue.journal import open_reader
from venue.messages import AnyCommand, OperationRefused, OrderTraded
from venue.replica import Replica


class WrongResultError(BenchError):
    """What was timed does not do what it should: its speed means nothing."""


def time_flow(workload: str, *checks: str) -> dict[str, Any]:
    """Throughput of Engine.apply over the workload, with these checks on; nothing else happens in the loop."""
    expectation = read_expectation(Path(workload))
    engine, commands = _engine_and_commands(workload, expectation)
    _switch_on(engine, checks, len(expectation.best))
    settle_garbage_collection()
    cpu_begin_ns = time.process_time_ns()
    elapsed_ns = apply_all(engine, commands)
    cpu_share = (time.process_time_ns() - cpu_begin_ns) / elapsed_ns
    check_books(engine, expectation)
    return {
        "rows_per_s": expectation.rows / elapsed_ns * 1e9,
        "commands_per_s": len(commands) / elapsed_ns * 1e9,
        "commands": len(commands),
        "cpu_share": cpu_share,
        "state_hash": engine.state_hash().hex(),
    }


def time_each_command(workload: str) -> dict[str, Any]:
    """Percentiles of single commands, the cost of reading the clock (`clock_ns`) included; trades checked."""
    expectation = read_expectation(Path(workload))
    engine, commands = _engine_and_commands(workload, expectation)
    settle_garbage_collection()
    clock, apply = time.perf_counter_ns, engine.apply
    spans: list[int] = []
    trades = traded_qty = notional = 0
    journal_seq, time_ns = engine.journal_seq, max(engine.time_ns, START_NS)
    for command in commands:
        journal_seq += 1
        time_ns += STEP_NS
        begin = clock()
        events = apply(command, journal_seq, time_ns)
        spans.append(clock() - begin)
        for event in events:
            if type(event) is OrderTraded:
                trades += 1
                traded_qty += event.qty_lots
                notional += event.qty_lots * event.price_ticks
    check_books(engine, expectation)
    check("trades", (trades, traded_qty, notional), (expectation.trades, expectation.traded_qty, expectation.notional))
    return {**_percentiles(spans), "clock_ns": clock_cost_ns(), "state_hash": engine.state_hash().hex()}


def time_reference_book(workload: str) -> dict[str, Any]:
    """The anchor: the same rows through the plain Python book, without events, checks or accounts."""
    expectation = read_expectation(Path(workload))
    rows = read_workload(Path(workload))
    books = [ReferenceBook() for _ in expectation.best]
    settle_garbage_collection()
    begin = time.perf_counter_ns()
    for row in rows:
        _enter_in_book(books[row.symbol], row)
    elapsed_ns = time.perf_counter_ns() - begin
    check("best prices", [(book.best_bid(), book.best_ask()) for book in books], expectation.best)
    check("resting orders", sum(len(book.orders) for book in books), expectation.resting)
    return {"rows_per_s": len(rows) / elapsed_ns * 1e9}


def time_replay(url: str) -> dict[str, Any]:
    """Start-up from a journal: read, check the chain, decode, apply."""
    engine = Engine()
    settle_garbage_collection()
    reader = open_reader(url)
    begin = time.perf_counter_ns()
    Replica(engine).catch_up(reader)
    elapsed_ns = time.perf_counter_ns() - begin
    check("replayed commands", engine.journal_seq, reader.last_seq())
    return {
        "commands_per_s": engine.journal_seq / elapsed_ns * 1e9,
        "commands": engine.journal_seq,
        "state_hash": engine.state_hash().hex(),
    }


def apply_all(engine: Engine, commands: Sequence[AnyCommand]) -> int:
    """Nanoseconds for all of them."""
    apply = engine.apply
    journal_seq, time_ns = engine.journal_seq, max(engine.time_ns, START_NS)
    begin = time.perf_counter_ns()
    for command in commands:
        journal_seq += 1
        time_ns += STEP_NS
        apply(command, journal_seq, time_ns)
    return time.perf_counter_ns() - begin


def settle_garbage_collection() -> None:
    """As the venue's server does before it opens its port."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)


def clock_cost_ns() -> int:
    """The shortest interval the clock shows between two readings: part of every single timing."""
    clock = time.perf_counter_ns
    return min(-(clock() - clock()) for _ in range(10_000))


def check(what: str, got: object, expected: object) -> None:
    if got != expected:
        raise WrongResultError(f"{what}: was {got}, a correct engine has {expected}")


def check_books(engine: Engine, expectation: Expectation) -> None:
    """Compare what is left in the engine's books with what the workload says must be left."""
    symbols = [symbol_name(index) for index in range(len(expectation.best))]
    best = [engine.best(symbol) for symbol in symbols]
    check("best prices", [(bid or None, ask or None) for bid, _, ask, _, _ in best], expectation.best)
    open_orders = sum(len(engine.open_orders(account.account)) for account in engine.accounts())
    check("resting orders", open_orders, expectation.resting)


def _engine_and_commands(workload: str, expectation: Expectation) -> tuple[Engine, list[AnyCommand]]:
    engine = Engine()
    apply_all(engine, opening_commands(len(expectation.best)))
    return engine, commands_of(read_workload(Path(workload)))


def _switch_on(engine: Engine, checks: tuple[str, ...], symbols: int) -> None:
    for command in switch_on(checks, symbols):
        for event in engine.apply(command, engine.journal_seq + 1, max(engine.time_ns, START_NS)):
            if type(event) is OperationRefused:
                raise WrongResultError(f"{command} was refused: {event}")


def _enter_in_book(book: ReferenceBook, row: Row) -> None:
    if row.op == "C":
        book.cancel(row.id)
        return
    if row.op == "R":
        book.cancel(row.old_id)
    rest = book.match(row.side, row.price, row.qty)
    if rest and row.op in "AR":
        book.rest(BookOrder(row.id, row.side, row.price, rest))


def _percentiles(spans_ns: list[int]) -> dict[str, Any]:
    spans_ns.sort()
    return {
        "p50_ns": percentile(spans_ns, 0.5),
        "p99_ns": percentile(spans_ns, 0.99),
        "p999_ns": percentile(spans_ns, 0.999),
        "max_ns": spans_ns[-1],
    }


def _jobs() -> dict[str, Callable[..., dict[str, Any]]]:
    from tests.bench import (  # they import from here
        anchors,
        bench_recorder,
        deep_book,
        framing_flow,
        long_journal,
        snapshot_steps,
    )

    return {
        "flow": time_flow,
        "each": time_each_command,
        "reference": time_reference_book,
        "replay": time_replay,
        "deep": deep_book.time_deep_book,
        "long_journal": long_journal.write_long_journal,
        "snapshot": snapshot_steps.time_snapshot,
        "project": bench_recorder.time_projection,
        "anchor": anchors.time_anchor,
        "framing": framing_flow.time_framing,
        "engine": dict,  # nothing but what every result says
    }


def main(arguments: list[str]) -> None:
    job, *rest = arguments
    result = _jobs()[job](*rest)
    result["engine"] = engine_kind()
    result["memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    main(sys.argv[1:])
