"""Compile the engine and the FIX framing with mypyc, in place: the libraries stand beside the sources.

Run by the build of the package (pyproject.toml names it as hatchling's build hook), so that both an
editable install and a wheel have the compiled engine, and by `make compile`. Where it cannot be compiled
(no C compiler, no Python headers, a type error) one line says so and the engine runs interpreted.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parents[1]
BUILD: Final = ROOT / "build" / "engine"
LOG: Final = BUILD / "compile.log"
LIBRARY: Final = "venue.engine.native"  # of the shared library; the modules beside it only point into it

sys.path.insert(0, str(ROOT))
from venue.engine_kind import STAMP, compiled_modules, engine_sources, is_up_to_date, sources_digest  # noqa: E402  # the checkout's own, also in a build environment


class EngineBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and (is_up_to_date() or compile_engine()) and version == "standard":
            build_data["artifacts"] += ["venue/engine/*.so", "venue/fix/*.so", f"venue/engine/{STAMP.name}"]
            build_data["pure_python"] = False
            build_data["infer_tag"] = True


def compile_engine() -> bool:
    """Compile in a process of its own, because mypyc ends its process when it finds an error."""
    started = time.monotonic()
    print("engine: compiling with mypyc, about half a minute", flush=True)
    STAMP.unlink(missing_ok=True)  # from here to the end, whoever starts takes the sources
    BUILD.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "build"], cwd=ROOT, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    LOG.write_text(built.stdout)
    if built.returncode:
        remove_compiled()
        print(f"engine: not compiled, it runs interpreted (about four times slower); why is in {LOG}", flush=True)
        return False
    print(f"engine: compiled in {time.monotonic() - started:.0f} s", flush=True)
    return True


def remove_compiled() -> None:
    for library in compiled_modules():
        library.unlink()


def build() -> None:
    """Compile into build/, then move each library into place: a running venue keeps the file it has open."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    digest = sources_digest()
    sources = [str(path.relative_to(ROOT)) for path in engine_sources()]
    extensions = mypycify(
        ["--config-file=", "--ignore-missing-imports", *sources],
        only_compile_paths=sources,
        group_name=LIBRARY,
        target_dir=str(BUILD),
    )
    distribution = Distribution({"ext_modules": extensions})
    command = distribution.get_command_obj("build_ext")
    command.build_lib = str(BUILD / "lib")
    command.build_temp = str(BUILD / "temp")
    shutil.rmtree(command.build_lib, ignore_errors=True)
    command.ensure_finalized()
    command.run()
    remove_compiled()
    for library in (BUILD / "lib").rglob("*.so"):
        target = ROOT / library.relative_to(BUILD / "lib")
        incoming = target.with_suffix(".new")
        shutil.copyfile(library, incoming)
        os.replace(incoming, target)
    STAMP.write_text(digest + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    else:
        sys.exit(not compile_engine())
