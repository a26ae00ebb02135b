"""Builds the load client and the echo acceptor with the machine's C++ compiler, once per version of them."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.bench.figures import BenchError

SOURCES: Final = Path(__file__).parent / "fixload"
BUILD: Final = Path(__file__).parents[2] / "build" / "fixload"
FLAGS: Final = ("-std=c++17", "-O3", "-march=native", "-Wall", "-Wextra")


class NoCompilerError(BenchError):
    """The FIX benchmark cannot run here; the text says what to install."""


def build(program: str) -> Path:
    """The compiled program (fixload or fixecho); compiles it when its sources are new. About 5 seconds."""
    compiler = find_compiler()
    target = BUILD / _version(compiler) / program
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(f".{os.getpid()}")
        command = [compiler, *FLAGS, "-o", str(unfinished), str(SOURCES / f"{program}.cpp")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"{program} does not compile with {compiler}:\n{done.stderr[-2000:]}")
        unfinished.rename(target)  # so that a build that was broken off is never taken for one
    return target


def find_compiler() -> str:
    """Raises NoCompilerError when there is none."""
    for name in (os.environ.get("CXX", ""), "g++", "clang++", "c++"):
        if name and (found := shutil.which(name)):
            return found
    raise NoCompilerError(
        "no C++ compiler was found for the FIX load client: install g++ (Debian: apt install g++) or set CXX"
    )


def _version(compiler: str) -> str:
    digest = hashlib.sha256(" ".join((compiler, *FLAGS)).encode())
    for source in sorted(SOURCES.glob("*.[hc]*")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
