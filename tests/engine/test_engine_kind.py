"""Which engine runs: compiled where it is up to date, the sources otherwise, and both the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venue.engine_kind import STAMP, engine_kind, is_up_to_date

ROOT = Path(__file__).parents[2]
NOT_COMPILED = "no compiled engine of these sources here: make compile"


def run(code: str, **environment: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, text=True, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.strip()


def test_venue_interpreted_forces_the_sources() -> None:
    """With VENUE_INTERPRETED=1 every engine module and the framing is its .py, though compiled ones stand beside it."""
    code = (
        "import sys, venue.engine.engine, venue.fix.framing;"
        "from venue.engine_kind import engine_kind; print(engine_kind());"
        "compiled = ('venue.engine.', 'venue.fix.framing');"
        "print({m.__file__[-3:] for n, m in sys.modules.items() if n.startswith(compiled)})"
    )
    assert run(code, VENUE_INTERPRETED="1").splitlines() == ["interpreted (VENUE_INTERPRETED=1)", "{'.py'}"]


@pytest.mark.skipif(not is_up_to_date(), reason=NOT_COMPILED)
def test_compiled_engine_is_taken_where_it_is_up_to_date() -> None:
    """Without VENUE_INTERPRETED the compiled modules run, the framing too, and engine_kind says so."""
    code = (
        "import venue.engine.engine as e, venue.fix.framing as f; from venue.engine_kind import *;"
        "print(engine_kind(), e.__file__[-3:], f.__file__[-3:])"
    )
    assert run(code, VENUE_INTERPRETED="") == "compiled (mypyc) .so .so"


@pytest.mark.skipif(not is_up_to_date(), reason=NOT_COMPILED)
def test_stale_compiled_engine_is_passed_over(tmp_path: Path) -> None:
    """A source changed since the compilation: the sources run, and engine_kind says why."""
    code = (
        "import venue.engine_kind as kind, pathlib, sys;"
        f"kind.STAMP = pathlib.Path({str(tmp_path / STAMP.name)!r}); kind.STAMP.write_text('older');"
        "kind.choose_engine();"
        "import venue.engine.engine as e, venue.fix.framing as f;"
        "print(e.__file__[-3:], f.__file__[-3:], kind.engine_kind())"
    )
    assert (
        run(code, VENUE_INTERPRETED="")
        == ".py .py interpreted (its sources have changed since it was compiled: make compile)"
    )


def test_this_process_says_which_engine_it_has() -> None:
    """engine_kind() agrees with where the running modules came from."""
    import venue.engine.engine as module

    assert engine_kind().startswith("interpreted" if str(module.__file__).endswith(".py") else "compiled")
