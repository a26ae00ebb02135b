"""`venue demo` in a process of its own: the venue with its admin API and simulated traders."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.waiting import wait_until

ROOT: Final = Path(__file__).parents[2]
PATIENCE_S: Final = 60.0


class DemoProcess:
    """`fix_port` and `api_port` are where it listens; `root` is where its pages are."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path, data: Path) -> None:
        self.process: Final = process
        self.data: Final = data
        self._output = output
        self.fix_port = int(self._printed(r"FIX order entry at 127\.0\.0\.1:(\d+)"))
        self.api_port = int(self._printed(r"REST and WebSocket at http://127\.0\.0\.1:(\d+)"))
        self.root: Final = f"http://localhost:{self.api_port}"

    def _printed(self, pattern: str) -> str:
        def is_there() -> bool:
            assert self.process.poll() is None, f"the demo ended:\n{self._output.read_text()}"
            return re.search(pattern, self._output.read_text()) is not None

        wait_until(is_there, f"the demo prints {pattern}", PATIENCE_S)
        found = re.search(pattern, self._output.read_text())
        assert found
        return found[1]


@contextmanager
def running_demo(config: Path, data: Path, orders_per_s: int, **environment: str) -> Iterator[DemoProcess]:
    """Until the end of the block."""
    output = data.parent / f"{data.name}.out"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "venue", "demo", "--config", str(config), "--data", str(data), "--fix-port", "0",
                "--api-port", "0", "--orders-per-s", str(orders_per_s),
            ],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield DemoProcess(process, output, data)
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
