"""The recorder: how fast it brings the journal into SQL, and what it costs the venue that it runs beside.

How fast: a journal of the workload in full batches, projected from nothing into SQLite and into PostgreSQL, alone on
the machine; afterwards the history must go as far as the journal and have an execution for each ExecID that the
engine has given to a change of an order. Its goal is what the venue takes over FIX at most.

What it costs: the same FIX load against a venue with the recorder and one without, in turns. Client, venue and recorder
share the machine's cores: where there are two of them, the recorder has what the client leaves. How long it needs
after the last report until the history has all is told beside.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from tests.bench.bench_fix import THROUGHPUT, Case, LoadError, bench_config, run_load
from tests.bench.bench_replay import write_journal
from tests.bench.child import ROOT, run_in_child
from tests.bench.figures import Figure, Say, median_figure
from tests.bench.native import NoCompilerError, build
from tests.bench.scales import Scale
from tests.bench.timing import check, settle_garbage_collection
from tests.journal.postgres import postgres_server
from tests.support.venue_process import WITH_RECORDER, VenueProcess
from tests.support.waiting import wait_until
from venue.config import JournalConfig
from venue.journal import journal_url, open_reader
from venue.journal.database import sqlite_url
from venue.recorder import tables
from venue.recorder.database import open_to_write
from venue.recorder.progress import read_position
from venue.recorder.recording import STRETCH_COMMANDS, begin

GOAL_PER_S: Final = 25_000
CASES: Final = (THROUGHPUT[1], THROUGHPUT[2])  # four sessions: all resting, all crossing
CAUGHT_UP_S: Final = 300.0


class Run(NamedTuple):
    orders_per_s: float
    caught_up_s: float  # 0 without a recorder


def measure(scale: Scale, say: Say) -> list[Figure]:
    results = ROOT / "bench-results"  # on the disk of the checkout; /tmp may be memory
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="recorder-", dir=results) as name:
        return [*_projection_figures(Path(name), scale, say), *_beside_figures(Path(name), scale, say)]


# -- how fast ------------------------------------------------------------------------------------------------


def time_projection(url: str, history: str) -> dict[str, Any]:
    """A timing job: the journal into a new history, in stretches of the recorder's length."""
    reader, database = open_reader(url), open_to_write(history)
    recording = begin(database, reader, on_refusal=lambda _: None)
    settle_garbage_collection()
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for batch in reader.read():
        recording.apply(batch, batch.commands())
        if recording.waiting >= STRETCH_COMMANDS:
            recording.write()
    recording.write()
    elapsed_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    recording.close()
    check("history", recording.position.journal_seq, reader.last_seq())
    with database.connect() as connection:
        counts = {table.name: connection.scalar(select(func.count()).select_from(table)) for table in COUNTED}
    commands = recording.position.journal_seq
    rows = sum(count or 0 for count in counts.values())
    return {"commands_per_s": commands / elapsed_s, "rows_per_s": rows / elapsed_s, "cpu_us": cpu_s / commands * 1e6}


COUNTED: Final = (tables.orders, tables.executions, tables.trades)


def _projection_figures(folder: Path, scale: Scale, say: Say) -> list[Figure]:
    say(f"writing a journal of {scale.replay_commands:,} commands")
    url = write_journal(folder / "journal", scale.replay_commands, 1_000)
    runs: dict[str, list[dict[str, Any]]] = {"SQLite": [], "PostgreSQL": []}
    with postgres_server() as host:
        for number in range(1, scale.rounds + 1):
            for database, rounds in runs.items():
                say(f"round {number} of {scale.rounds}: projected into {database}")
                with _empty(database, folder, host, number) as history:
                    rounds.append(run_in_child("project", url, history))
    return [_projection_figure(database, rounds) for database, rounds in runs.items()]


def _projection_figure(database: str, rounds: list[dict[str, Any]]) -> Figure:
    medians = {name: statistics.median(run[name] for run in rounds) for name in ("rows_per_s", "cpu_us")}
    return median_figure(
        "recorder",
        f"journal into {database}",
        "commands/s",
        [run["commands_per_s"] for run in rounds],
        goal=GOAL_PER_S,
        note=f"{medians['rows_per_s']:,.0f} rows/s of orders, executions and trades; {medians['cpu_us']:.1f} µs of its "
        "processor a command",
        detail={"memory_mib": rounds[0]["memory_mib"]},
    )


@contextmanager
def _empty(database: str, folder: Path, host: str, number: int) -> Iterator[str]:
    if database == "SQLite":
        place = folder / f"history-{number}"
        place.mkdir()
        yield sqlite_url(place, "history")
        shutil.rmtree(place)
        return
    name = f"history_{number}"
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://postgres@/{name}?host={host}"
        connection.execute(f"DROP DATABASE {name}")


# -- what it costs -------------------------------------------------------------------------------------------


def _beside_figures(folder: Path, scale: Scale, say: Say) -> list[Figure]:
    say("building the load client")
    try:
        fixload = build("fixload")
    except NoCompilerError as error:
        say(f"no figures of the recorder beside FIX: {error}")
        return []
    runs: dict[tuple[str, bool], list[Run]] = {}
    for number in range(1, scale.rounds + 1):
        for case in CASES:
            for has_recorder in (False, True):
                say(f"round {number} of {scale.rounds}: {case.name}, {'with' if has_recorder else 'without'} recorder")
                data = folder / f"venue-{number}-{CASES.index(case)}-{has_recorder}"
                run = _run(fixload, case, data, scale, has_recorder=has_recorder)
                runs.setdefault((case.name, has_recorder), []).append(run)
    return [figure for case in CASES for figure in _case_figures(case, runs[case.name, False], runs[case.name, True])]


def _case_figures(case: Case, without: list[Run], beside: list[Run]) -> Iterator[Figure]:
    ratios = [there.orders_per_s / alone.orders_per_s for alone, there in zip(without, beside, strict=True)]
    yield median_figure(
        "recorder",
        f"FIX beside the recorder: {case.name}",
        "orders/s",
        [run.orders_per_s for run in beside],
        note=f"{statistics.median(ratios):.2f} of what it is without (each round by itself)",
        detail={"without_orders_per_s": statistics.median(run.orders_per_s for run in without)},
    )
    yield median_figure(
        "recorder",
        f"history complete after the last report: {case.name}",
        "s",
        [run.caught_up_s for run in beside],
        better="lower",
    )


def _run(fixload: Path, case: Case, data: Path, scale: Scale, *, has_recorder: bool) -> Run:
    data.mkdir()
    config = data / "bench.toml"
    config.write_text(bench_config())
    venue = VenueProcess(config, data, WITH_RECORDER if has_recorder else {})
    try:
        venue.start()
        if has_recorder:
            venue.wait_for_output("the recorder is ready", CAUGHT_UP_S)
        result = run_load(fixload, venue.port, case, scale)
        caught_up_s = _caught_up_s(data) if has_recorder else 0.0
        check("exit status of the venue", venue.stop(), 0)
    except (LoadError, AssertionError) as error:  # AssertionError: it did not start, or did not stop
        raise LoadError(f"{error}\nthe venue said:\n{venue.printed()}") from error
    finally:
        venue.kill_if_running()
    return Run(result["orders_per_s"], caught_up_s)


def _caught_up_s(data: Path) -> float:
    """How long it takes from now until the history goes as far as the journal."""
    last_seq = open_reader(journal_url(JournalConfig(), data)).last_seq()
    database, began_s = create_engine(sqlite_url(data, "history"), poolclass=NullPool), time.perf_counter()

    def is_there() -> bool:
        with database.connect() as connection:
            return read_position(connection).journal_seq >= last_seq

    wait_until(is_there, f"the history has {last_seq}", CAUGHT_UP_S)
    return time.perf_counter() - began_s
