"""Runs one timing job in a process of its own, with the engine compiled or interpreted."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import msgspec

from tests.bench.figures import BenchError, Say

Build: TypeAlias = Literal["compiled", "interpreted"]
ROOT: Final = Path(__file__).parents[2]


class ChildError(BenchError):
    """A timing job failed; the text is what it said."""


def run_in_child(job: str, *arguments: object, build: Build | None = None) -> dict[str, Any]:
    """The job's result; `build` None: whichever engine there is, or none is used.

    Raises ChildError when the job fails, also because the engine's results are wrong or it is not the
    one that was asked for.
    """
    command = [sys.executable, "-m", "tests.bench.timing", job, *map(str, arguments)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "VENUE_INTERPRETED": "1" if build == "interpreted" else "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise ChildError(f"{' '.join(command[2:])} ended with {done.returncode}:\n{done.stderr.decode()[-2000:]}")
    result: dict[str, Any] = msgspec.json.decode(done.stdout)
    if build and not result["engine"].startswith(build):
        raise ChildError(f"the engine was to be {build}, but was {result['engine']}")
    return result


def builds(say: Say) -> list[Build]:
    """What can be compared here: the compiled engine too only when there is one."""
    engine = run_in_child("engine")["engine"]
    if engine.startswith("compiled"):
        return ["compiled", "interpreted"]
    say(f"the engine here is {engine}: no figures of a compiled one")
    return ["interpreted"]
