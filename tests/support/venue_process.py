"""The real venue in a process of its own: started, killed, started again on the same data.

Nothing is left behind: the kernel kills the venue when the process that started it ends, however it
ends (PR_SET_PDEATHSIG of prctl(2)).
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.fix_party import Deadline

START_PATIENCE_S: Final = 60.0
STOP_PATIENCE_S: Final = 20.0
# Parts of the environment: venues of tests have neither admin API nor recorder nor gate else.
WITH_API: Final = {"VENUE_API__ENABLED": "true"}
WITH_RECORDER: Final = {"VENUE_RECORDER__ENABLED": "true"}
WITH_GATE: Final = {"VENUE_GATE__ENABLED": "true"}  # its sessions need no credentials unless the test says so
_READY: Final = re.compile(r"FIX order entry at 127\.0\.0\.1:(\d+)(?: over TLS)?, ")
_API: Final = re.compile(r"REST and WebSocket at http://127\.0\.0\.1:(\d+)")
_OWN: Final = {
    "VENUE_FIX__PORT": "0",
    "VENUE_API__PORT": "0",
    "VENUE_API__ENABLED": "false",
    "VENUE_RECORDER__ENABLED": "false",
    "VENUE_GATE__ENABLED": "false",
    "VENUE_FIX__CREDENTIALS": "none",
}
_PR_SET_PDEATHSIG: Final = 1
_prctl: Final = ctypes.CDLL(None).prctl


def die_with_parent() -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class VenueProcess:
    """`port` is the FIX port while the venue runs, `api_port` the admin API's when it is started with one, as by
    VenueProcess(config, data, WITH_API); `output` is all the venue has printed."""

    def __init__(
        self,
        config: Path,
        data: Path,
        environment: dict[str, str] | None = None,
        program: Sequence[str] = ("venue",),
    ) -> None:
        self.config: Final = config
        self.data: Final = data
        self.port = self.api_port = 0
        self.output: list[str] = []
        self._program = program  # of `python -m`, with what comes before the venue's own arguments
        self._environment = os.environ | _OWN | (environment or {})
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._news = threading.Condition()

    def start(self) -> None:
        """Start on the data there is and wait until the port is announced."""
        self.begin()
        with self._news:
            self._news.wait_for(lambda: self._is_announced() or not self.is_running, START_PATIENCE_S)
        assert self.port, f"the venue did not start:\n{self.printed()}"

    def start_in_vain(self) -> str:
        """Start on data the venue must refuse, with exit status 2; returns what it said last."""
        self.begin()
        assert self.wait_for_exit() == 2, self.printed()
        return self.output[-1]

    def begin(self) -> None:
        """Start on the data there is, and do not wait."""
        assert not self.is_running
        self.port = self.api_port = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._program, "serve", "--config", str(self.config), "--data", str(self.data)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent,
        )
        self._reader = threading.Thread(target=self._read_output, args=(self._process,), daemon=True)
        self._reader.start()

    def _is_announced(self) -> bool:
        return bool(self.port and (self.api_port or self._environment["VENUE_API__ENABLED"] == "false"))

    def _read_output(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with self._news:
                    self.output.append(line.rstrip("\n"))
                    if ready := _READY.search(line):
                        self.port = int(ready[1])
                    if api := _API.search(line):
                        self.api_port = int(api[1])
                    self._news.notify_all()
        process.wait()
        with self._news:
            self._news.notify_all()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_for_exit(self) -> int:
        """Wait until the venue has ended of its own will; returns the exit status."""
        assert self._process is not None
        assert self._reader is not None
        try:
            status = self._process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the venue did not end:\n{self.printed()}") from None
        self._reader.join()
        return status

    def kill(self) -> None:
        """kill -9, and wait until the process is gone."""
        self._end(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """SIGTERM, or SIGINT as by Ctrl-C; returns the exit status of a clean stop."""
        return self._end(number)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        assert self._reader is not None
        self._process.send_signal(number)
        try:
            status = self._process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise AssertionError(f"the venue did not end on {number.name}:\n{self.printed()}") from None
        self._reader.join()
        return status

    def kill_if_running(self) -> None:
        if self.is_running:
            self.kill()

    def wait_for_output(self, text: str, patience_s: float = STOP_PATIENCE_S) -> None:
        """Wait until the venue has printed a line with `text` in it."""
        with self._news:
            found = self._news.wait_for(lambda: any(text in line for line in self.output), patience_s)
        assert found, f"the venue did not print {text!r}:\n{self.printed()}"

    def printed(self) -> str:
        return "\n".join(self.output[-60:])


def run_venue_command(*arguments: str, patience_s: float = 60.0, environment: dict[str, str] | None = None) -> str:
    """Run `venue ARGUMENTS` to its end and return what it printed; it must exit with 0."""
    done = subprocess.run(
        [sys.executable, "-m", "venue", *arguments],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        timeout=Deadline(patience_s).left(),
        preexec_fn=die_with_parent,
    )
    assert done.returncode == 0, f"venue {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout
