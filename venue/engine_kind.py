"""Which engine runs: the modules mypyc compiled, or their sources.

Compiled modules (built by .ci/compile_engine.py) stand beside their sources, in venue/engine/ and, of the
framing through which every byte of a client goes, in venue/fix/; Python prefers them. They are passed over
when VENUE_INTERPRETED=1 says so, and when a source they were made of has changed since: an engine that is not
the one to be read must never decide about an order.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

VENUE: Final = Path(__file__).parent
ENGINE: Final = VENUE / "engine"
STAMP: Final = ENGINE / "compiled_from.sha256"  # written last by the compiler; no stamp, no compiled engine
FRAMING: Final = VENUE / "fix" / "framing.py"
INLINED: Final = (*sorted((VENUE / "messages").glob("*.py")), VENUE / "errors.py", VENUE / "reasons.py")


class SourceFinder:
    """Find the modules of venue.engine, and the framing, as sources even where compiled ones exist."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        package, _, module = name.rpartition(".")
        if package == "venue.engine":
            return spec_from_file_location(name, ENGINE / f"{module}.py")
        return spec_from_file_location(name, FRAMING) if name == "venue.fix.framing" else None


def engine_sources() -> list[Path]:
    """The modules that are compiled: all of the engine but the package's own, which is a text, and the framing."""
    return [*sorted(path for path in ENGINE.glob("*.py") if path.name != "__init__.py"), FRAMING]


def compiled_modules() -> list[Path]:
    """The libraries that stand beside the sources, those of an earlier compilation too."""
    return [*ENGINE.glob("*.so"), *FRAMING.parent.glob("framing.*.so")]


def sources_digest() -> str:
    """SHA-256 over everything the compiled modules are made of. Cost: under a millisecond."""
    digest = hashlib.sha256()
    for source in (*engine_sources(), *INLINED):  # constants of INLINED are part of the compiled code
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


def choose_engine() -> None:
    """Called once, before any module of the engine is imported."""
    if os.environ.get("VENUE_INTERPRETED") == "1" or not is_up_to_date():
        sys.meta_path.insert(0, SourceFinder)


def is_up_to_date() -> bool:
    return STAMP.exists() and STAMP.read_text().strip() == sources_digest()


def engine_kind() -> str:
    """For people: "compiled (mypyc)", or "interpreted" and why."""
    spec = find_spec("venue.engine.engine")
    if spec is not None and spec.origin is not None and not spec.origin.endswith(".py"):
        return "compiled (mypyc)"
    if os.environ.get("VENUE_INTERPRETED") == "1":
        return "interpreted (VENUE_INTERPRETED=1)"
    if STAMP.exists() and not is_up_to_date():
        return "interpreted (its sources have changed since it was compiled: make compile)"
    return "interpreted (not compiled)"
