"""The recorder beside the venue: the process that keeps the history, and takes the snapshots.

The venue knows no more of it than its command line, `python -m venue.recorder` and our options of the log: the
configuration is a line of JSON on stdin.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.journal import journal_url
from venue.journal.database import parse_url, sqlite_path
from venue.logs import log_arguments
from venue.recorder.database import history_url
from venue.snapshots import snapshots_url
from venue.supervisor import Child

FAREWELL_S: Final = 30.0  # at the venue's stop: for what the history lacks, and the last snapshot


class RecorderProcess:
    """Running from start() to stop(). Raises OperatorError when recorder.url or snapshots.url cannot be meant."""

    def __init__(self, config: VenueConfig, log_file: Path | None = None, processors: Sequence[int] = ()) -> None:
        _require_file_of_its_own(config)
        self._history = _place(history_url(config.recorder, config.data), "recorder")
        self._snapshots = _place(snapshots_url(config.snapshots, config.data), "snapshots")
        self.child: Final = Child(
            "the recorder",
            [sys.executable, "-m", "venue.recorder", *log_arguments()],
            config.model_dump_json().encode() + b"\n",
            log_file=log_file,
            processors=processors,
            gives_way=True,
            farewell_s=FAREWELL_S,
        )

    def told(self) -> list[str]:
        """Where it writes, in lines for the person who starts the venue."""
        return [f"history in {self._history}", f"snapshots in {self._snapshots}"]

    def start(self) -> None:
        self.child.start()

    def stop(self) -> None:
        """End the process, once it has everything that is in the journal."""
        self.child.stop()


def _require_file_of_its_own(config: VenueConfig) -> None:
    """SQLite has one lock for each file: the venue's commits would wait for the history's."""
    files = {
        "journal": sqlite_path(parse_url(journal_url(config.journal, config.data))),
        "recorder": sqlite_path(parse_url(history_url(config.recorder, config.data), "recorder")),
    }
    if files["recorder"] and files["recorder"] == files["journal"]:
        raise OperatorError(
            f"recorder.url was {config.recorder.url}, which is the journal's file: the venue would wait for the "
            "history: name another file, or none for history.sqlite in the data folder"
        )


def _place(url: str, setting: str) -> str:
    """The file, or the URL without its password."""
    parsed = parse_url(url, setting)
    return str(sqlite_path(parsed) or parsed)
