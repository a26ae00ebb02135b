"""Build QuickFIX, which comes as source only, and install it into the Python that runs this.

`pip install quickfix` would do, in about five minutes: it compiles 54 files of C++ one after the other,
optimises the 5.8 MB of generated Python binding to the utmost and keeps debug symbols. Here a file is
compiled on each core, with the flags below (measured on two cores: 80 s instead of 275 s, and a wheel
of 3 MB instead of 24 MB). The wheel stays in the user's cache folder, so that the next checkout needs none of it.
pip fetches the source and checks it against the hash in the lock file.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from importlib import metadata
from pathlib import Path
from typing import Final

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

LOCK_FILE: Final = Path(__file__).parents[1] / "requirements.lock"
BINDING: Final = "C++/QuickfixPython.cpp"  # generated wrappers: -O2 takes 20 s more and gains nothing measurable
FLAGS: Final = ["-std=c++17", "-g0", "-w", "-D__cpp_noexcept_function_type"]  # the last as in QuickFIX's setup.py
REPAIRED: Final = "+repaired2"  # local part of the version of a QuickFIX with the repairs below
REMEDY: Final = "on Debian and Ubuntu: apt-get install g++ python3-dev"
PIP: Final = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]

# QuickFIX 1.16 closes a connection's socket while the connection's thread still goes on to read it. A client
# that connects in between is given the same descriptor number, and the old thread reads its bytes: seen as
# logons without an answer. So the socket is only shut down at first, and closed by its own thread at its end;
# that thread is also taken off the list before its number becomes free for the next.
# It also notes that it has said Logout(5) only after the message is on its way: a client that answers at once, on
# the connection's own thread, is then taken for one that asks to leave, and gets a second Logout.
REPAIRS: Final = {
    "Session.cpp": [
        (
            "  sendRaw(logout);\n  m_state.sentLogout(true);\n",
            "  m_state.sentLogout(true);\n  sendRaw(logout);\n",
        ),
    ],
    "ThreadedSocketConnection.cpp": [
        (
            "  m_disconnect = true;\n  socket_close(m_socket);",
            "  m_disconnect = true;\n  ::shutdown(m_socket, SHUT_RDWR);",
        ),
        (
            "    Session::unregisterSession(m_pSession->getSessionID());\n  }\n}",
            "    Session::unregisterSession(m_pSession->getSessionID());\n  }\n  socket_close(m_socket);\n}",
        ),
    ],
    "ThreadedSocketAcceptor.cpp": [
        (
            "    socket_close(i->first);\n",
            "    if (m_sockets.count(i->first)) socket_close(i->first); else ::shutdown(i->first, SHUT_RDWR);\n",
        ),
        (
            "  delete pConnection;\n  if (!pAcceptor->isStopped()) {\n    pAcceptor->removeThread(socket);\n  }\n",
            "  if (!pAcceptor->isStopped()) {\n    pAcceptor->removeThread(socket);\n  }\n  delete pConnection;\n",
        ),
    ],
    "ThreadedSocketInitiator.cpp": [
        ("    socket_close(i->first);\n", "    ::shutdown(i->first, SHUT_RDWR);\n"),
        (
            "    delete pConnection;\n    pInitiator->removeThread(socket);\n",
            "    pInitiator->removeThread(socket);\n    delete pConnection;\n",
        ),
        (
            "  delete pConnection;\n  if (!pInitiator->isStopped()) {\n    pInitiator->removeThread(socket);\n  }\n",
            "  if (!pInitiator->isStopped()) {\n    pInitiator->removeThread(socket);\n  }\n  delete pConnection;\n",
        ),
    ],
}


class ParallelBuild(build_ext):
    """Compile the sources of an extension side by side; setuptools does one after the other."""

    def build_extension(self, ext: Extension) -> None:
        sources = sorted(ext.sources, key=os.path.getsize, reverse=True)  # the 40-second one first
        started = time.monotonic()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            compiling = [pool.submit(self._compile, source) for source in sources]
            pending = set(compiling)
            while pending:
                _, pending = wait(pending, timeout=1 if sys.stdout.isatty() else 15)
                show_progress(len(sources) - len(pending), len(sources), time.monotonic() - started)
        ext.extra_objects = [path for result in compiling for path in result.result()]
        ext.sources, ext.language = [], "c++"
        super().build_extension(ext)

    def _compile(self, source: str) -> list[str]:
        objects: list[str] = self.compiler.compile(
            [source],
            output_dir=self.build_temp,
            include_dirs=["C++", "swig", sysconfig.get_path("include")],
            extra_postargs=[*FLAGS, "-O1" if source == BINDING else "-O2"],
        )
        return objects


def show_progress(done: int, total: int, elapsed_s: float) -> None:
    text = f"  QuickFIX: {done} of {total} files compiled, {elapsed_s:.0f} s"
    if sys.stdout.isatty():
        print(f"\r{text}", end="\n" if done == total else "", flush=True)
    else:
        print(text, flush=True)


def lock_entry() -> str:
    """QuickFIX's lines of the lock file: the version and its hashes."""
    entry = re.search(r"^quickfix==(?:.*\\\n)*.*\n", LOCK_FILE.read_text(), re.MULTILINE)
    assert entry, f"{LOCK_FILE} does not name quickfix"
    return entry[0]


def fetch_source(folder: Path) -> Path:
    """Download and unpack what the lock file names. Raises CalledProcessError after pip's own words."""
    requirement = folder / "quickfix.lock"
    requirement.write_text(lock_entry())
    options = ["--no-deps", "--no-build-isolation", "--no-binary", "quickfix", "--dest", str(folder)]
    subprocess.run([*PIP, "download", *options, "-r", str(requirement)], check=True)
    (archive,) = folder.glob("quickfix-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    return folder / archive.name.removesuffix(".tar.gz")


def repair(source: Path) -> None:
    """Apply REPAIRS; another version of QuickFIX than they were written for ends the set-up here."""
    for name, changes in REPAIRS.items():
        file = source / "C++" / name
        text = file.read_text()
        for before, after in changes:
            assert text.count(before) == 1, f"{name} has changed: look at its repairs again"
            text = text.replace(before, after)
        file.write_text(text)
    about = source / "setup.cfg"
    about.write_text(re.sub(r"^(version = \S+)$", rf"\1{REPAIRED}", about.read_text(), count=1, flags=re.MULTILINE))


def build(source: Path, wheels: Path) -> None:
    """Name, version and modules come from QuickFIX's own setup.cfg."""
    os.chdir(source)
    binding = Extension("_quickfix", [str(path) for path in Path("C++").glob("*.cpp")])
    setup(
        script_args=["--quiet", "bdist_wheel", "--dist-dir", str(wheels)],
        ext_modules=[binding],
        cmdclass={"build_ext": ParallelBuild},
    )


def cache_folder() -> Path:
    """One for each version, Python and way to compile."""
    made_of = [lock_entry(), sys.version, sysconfig.get_platform(), Path(__file__).read_text()]
    key = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "venue" / f"quickfix-{key}"


def require_compiler() -> None:
    if not shutil.which("g++") and not os.environ.get("CXX"):
        sys.exit(f"QuickFIX is compiled from source and there is no C++ compiler here; {REMEDY}")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        sys.exit(f"QuickFIX is compiled from source and Python's header files are not installed; {REMEDY}")


def main() -> None:
    version = lock_entry().split()[0].removeprefix("quickfix==")
    version += REPAIRED
    if any(found.metadata["Name"] == "quickfix" and found.version == version for found in metadata.distributions()):
        return
    cache = cache_folder()
    if not list(cache.glob("*.whl")):
        require_compiler()
        print(f"  QuickFIX {version} comes as source: compiling it, about two minutes, this once.", flush=True)
        with tempfile.TemporaryDirectory(prefix="quickfix-") as folder:
            source = fetch_source(Path(folder))
            repair(source)
            build(source, Path(folder))
            cache.mkdir(parents=True, exist_ok=True)
            (wheel,) = Path(folder).glob("*.whl")
            shutil.copy(wheel, cache / f"{wheel.name}.part")
            (cache / f"{wheel.name}.part").rename(cache / wheel.name)  # whole or not at all
            os.chdir(cache)  # out of the folder that goes away
    (wheel,) = cache.glob("*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--force-reinstall", str(wheel)], check=True)


if __name__ == "__main__":
    main()
