"""The benchmark programs run and their figures are of a correct engine; nothing here judges speed."""

import hashlib
import os
from pathlib import Path

import msgspec
import pytest

from tests.bench.__main__ import BENCHES, main
from tests.bench.native import NoCompilerError, build, find_compiler
from tests.bench.report import Report
from tests.bench.timing import WrongResultError, check
from tests.bench.workload import Flow, read_expectation, read_workload, write_workload

WORKLOAD_SHA256 = "28ad51ac9f4de85daa7dda3d4322642503eb1a9ebcbde9eb60863c1d5316eaae"
HAS_COMPILER = True
try:
    find_compiler()
except NoCompilerError:
    HAS_COMPILER = False


# The rest start whole venues and take minutes; `make soak` runs them all.
IN_EVERY_RUN = ("journal", "replay", "snapshots", "framing", "checks", "rest")
NAMES = [name for name in BENCHES if name in IN_EVERY_RUN or os.environ.get("VENUE_ALL_BENCHES")]


@pytest.mark.parametrize("name", NAMES)
def test_benchmark_at_tiny_scale_writes_figures(name: str, tmp_path: Path) -> None:
    """Each benchmark runs to its end, checks what it timed, and writes the machine and its figures as JSON."""
    if name in ("fix", "gate", "gateways") and not HAS_COMPILER:
        pytest.skip("no C++ compiler for the FIX load client")
    path = tmp_path / "figures.json"
    assert main(["--scale", "tiny", "--only", name, "--json", str(path)]) == 0
    report = msgspec.json.decode(path.read_bytes(), type=Report)
    assert report.machine.cpu
    assert report.figures
    assert {figure.bench for figure in report.figures} == {name}
    assert all(figure.value > 0 for figure in report.figures if figure.unit.endswith("/s"))


def test_workload_same_arguments_give_same_bytes(tmp_path: Path) -> None:
    """A workload never changes, or figures of different years could not be compared."""
    path = tmp_path / "w.csv"
    write_workload(path, rows=20_000, symbols=3, depth=500)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == WORKLOAD_SHA256
    assert read_workload(path) == list(Flow(3, 500, 42).rows(20_000))


def test_workload_expectation_counts_what_the_rows_do(tmp_path: Path) -> None:
    """Rows, cancels and open orders add up: what entered is open, filled, dropped or canceled."""
    path = tmp_path / "w.csv"
    expectation = write_workload(path, rows=20_000, symbols=3, depth=500)
    rows = read_workload(path)
    assert expectation == read_expectation(path)
    assert expectation.rows == len(rows) == 20_000
    assert expectation.max_id == sum(row.op != "C" for row in rows)
    assert expectation.mix["C"] == round(sum(row.op == "C" for row in rows) / len(rows), 4)


def test_check_of_a_wrong_result_fails_the_benchmark() -> None:
    """An engine that does something else than the workload expects gets no figure."""
    with pytest.raises(WrongResultError, match="trades: was 1, a correct engine has 2"):
        check("trades", 1, 2)


def test_build_without_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a C++ compiler the FIX benchmark names the remedy."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(NoCompilerError, match="install g\\+\\+"):
        build("fixload")
