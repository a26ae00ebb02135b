"""The process: `python -m venue.recorder`, started and supervised by the venue.

stdin: one line of configuration (VenueConfig as JSON), then nothing; its end ends this process, however the venue
ended. stdout: `ready` once the history has what the journal had at the start. stderr: the log, a JSON object a line.
"""

import logging
import sys
import threading

from venue.config import VenueConfig
from venue.errors import VenueError
from venue.recorder.process import record
from venue.supervised import begin_process, call_at_end_of_stdin

log = logging.getLogger("venue.recorder")


def main() -> None:
    begin_process("python -m venue.recorder", __doc__)
    config = VenueConfig.model_validate_json(sys.stdin.buffer.readline())
    stopping = threading.Event()
    call_at_end_of_stdin(stopping.set)
    try:
        record(config, stopping)
    except VenueError as error:
        log.critical("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
