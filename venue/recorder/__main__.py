"""The process: `python -m venue.recorder`, started and supervised by the venue.

stdin: one line of configuration (VenueConfig as JSON), then nothing; its end ends this process, however the venue
ended. stdout: `ready` once the history has what the journal had at the start. stderr: the log, a JSON object a line.
"""

import argparse
import logging
import os
import sys
import threading

from venue.config import VenueConfig
from venue.errors import VenueError
from venue.logs import start_log
from venue.recorder.process import record

log = logging.getLogger("venue.recorder")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m venue.recorder", description=__doc__)
    options.add_argument("--log-level", default="info")
    options.add_argument("--log-format", default="json")
    given = options.parse_args()
    start_log(given.log_level, given.log_format)
    config = VenueConfig.model_validate_json(sys.stdin.buffer.readline())
    stopping = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopping,), name="stdin", daemon=True).start()
    try:
        record(config, stopping)
    except VenueError as error:
        log.critical("%s", error)
        sys.exit(1)


def _wait_for_end(stopping: threading.Event) -> None:
    """Not through sys.stdin, whose lock an exit of the interpreter would want while this thread still holds it."""
    while os.read(0, 4_096):
        pass
    stopping.set()


if __name__ == "__main__":
    main()
