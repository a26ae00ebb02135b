"""The next version of the venue: this checkout's code with a higher engine version, in a folder of its own.

What a real upgrade changes besides, the rules of trading, is not needed to try the rule: which commands a version may
replay is decided by the number alone. It runs interpreted, as whatever was compiled here is of this version.
"""

import shutil
from pathlib import Path
from typing import Final

from venue.engine.engine import ENGINE_VERSION

ROOT: Final = Path(__file__).parents[2]
NEXT_VERSION: Final = ENGINE_VERSION + 1
_PACKAGES: Final = ("venue", "admin_api", "fix_specs")
_DUMP: Final = "venue/engine/dump.py"


def build_next_version(folder: Path) -> dict[str, str]:
    """Returns the environment in which `python -m venue` is the next version."""
    for package in _PACKAGES:
        leave_out = shutil.ignore_patterns("*.so", "__pycache__", "compiled_from.sha256")
        shutil.copytree(ROOT / package, folder / package, ignore=leave_out)
    dump = folder / _DUMP
    source = dump.read_text()
    for old, new in (
        (f"ENGINE_VERSION: Final = {ENGINE_VERSION}", f"ENGINE_VERSION: Final = {NEXT_VERSION}"),
        ("= {ENGINE_VERSION: load_rows}", f"= {{ENGINE_VERSION: load_rows, {ENGINE_VERSION}: load_rows}}"),
    ):
        assert source.count(old) == 1, f"{_DUMP} has no {old!r}"
        source = source.replace(old, new)
    dump.write_text(source)
    return {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}  # or the working folder would come first
