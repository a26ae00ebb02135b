"""The real recorder in a process of its own, without a venue: started, killed, started again on the same data."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.support.venue_process import STOP_PATIENCE_S, die_with_parent
from tests.support.waiting import wait_until
from venue.config import VenueConfig

START_PATIENCE_S: Final = 60.0


class RecorderProcess:
    """`log` is all it has logged, over all its lives; `config` may be another one at the next start."""

    def __init__(self, config: VenueConfig) -> None:
        self.config = config
        self._log: Final = config.data / "recorder.log"
        self._out: Final = config.data / "recorder.out"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert not self.is_running
        with self._log.open("ab") as log, self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "venue.recorder"],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        assert self._process.stdin
        self._process.stdin.write(self.config.model_dump_json().encode() + b"\n")
        self._process.stdin.flush()

    def wait_until_ready(self) -> None:
        """Until it has what the journal had at the start."""
        wait_until(lambda: self._is("ready"), f"the recorder is ready:\n{self.printed()}", START_PATIENCE_S)

    def wait_for_log(self, text: str) -> None:
        wait_until(lambda: self._is(text), f"the recorder logs {text!r}:\n{self.printed()}", START_PATIENCE_S)

    def _is(self, text: str) -> bool:
        if text in self.printed():
            return True
        assert self.is_running, f"the recorder ended:\n{self.printed()}"
        return False

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End its stdin, as the venue's end does; returns the exit status."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(STOP_PATIENCE_S)

    def wait(self) -> int:
        """Until it ends by itself; returns the exit status."""
        assert self._process
        status = self._process.wait(START_PATIENCE_S)
        self._close_stdin()
        return status

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill_if_running(self) -> None:
        if self.is_running:
            self.kill()

    def printed(self) -> str:
        return self._out.read_text() + self._log.read_text()

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def told(self, level: str) -> list[str]:
        """The sentences of that level."""
        return [line["event"] for line in self.log if line["level"] == level]

    def _end(self, number: signal.Signals) -> None:
        assert self._process
        os.kill(self._process.pid, number)
        self._process.wait(STOP_PATIENCE_S)
        self._close_stdin()

    def _close_stdin(self) -> None:
        assert self._process
        if self._process.stdin:
            self._process.stdin.close()


def recorder_config(data: Path, **sections: Any) -> VenueConfig:
    return VenueConfig.model_validate({"data": data, "api": {"enabled": False}, **sections})
