"""`venue` commands as a person types them, against one venue, with a home folder of their own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from tests.support.venue_process import VenueProcess
from venue.cli import app
from venue.errors import VenueError

ROOT: Final = Path(__file__).parents[2]
DEMO_CONFIG: Final = ROOT / "config" / "demo.toml"
PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    status: int
    lines: list[str]
    errors: list[str]

    @property
    def last(self) -> str:
        return self.lines[-1]


class Shell:
    """Runs commands in the checkout, with port and data folder of `venue` and nobody else's sequence numbers."""

    def __init__(self, venue: VenueProcess, home: Path) -> None:
        self.venue: Final = venue
        self.home: Final = home

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> Answer:
        own = {
            "XDG_STATE_HOME": str(self.home),
            "VENUE_FIX__PORT": str(self.venue.port),
            "VENUE_API__ENABLED": "false",
            "VENUE_DATA": str(self.venue.data),
        }
        done = subprocess.run(
            [sys.executable, "-m", "venue", *arguments],
            cwd=ROOT,
            env=os.environ | own | (environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        return Answer(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())

    def run_here(self, *arguments: str) -> Answer:
        """As run, in this process and so in a fraction of the time: for what only asks the command port."""
        done = CliRunner().invoke(app, [*arguments, "--config", str(DEMO_CONFIG), "--data", str(self.venue.data)])
        if isinstance(done.exception, VenueError):
            return Answer(2, done.stdout.splitlines(), f"venue: {done.exception}".splitlines())
        return Answer(done.exit_code, done.stdout.splitlines(), done.stderr.splitlines())

    def order(self, words: str, *options: str) -> Answer:
        """`venue order …`, as one would write it: order("buy 0.5 BTC-USD @ 45000")."""
        return self.run("order", *words.split(), *options)


def demo_venue(folder: Path, environment: dict[str, str] | None = None) -> VenueProcess:
    """The venue of config/demo.toml, whose day does not end while the tests run; not started."""
    day_end = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M")
    return VenueProcess(DEMO_CONFIG, folder / "data", {"VENUE_DAY_END_UTC": day_end} | (environment or {}))
