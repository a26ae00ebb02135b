"""Telling the venue how far the history is: it tells whoever asks for its vitals, the admin API first of all."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from venue.errors import VenueError
from venue.journal import RemoteJournal
from venue.journal.frames import VITALS

log = logging.getLogger(__name__)

REPLICA_NAME: Final = "recorder"
PERIOD_S: Final = 1.0


class LagTeller:
    """Once a second, in a thread of its own, while the venue runs. `journal_seq` tells where the history ends."""

    def __init__(self, data: Path, journal_seq: Callable[[], int]) -> None:
        self._data = data
        self._journal_seq = journal_seq
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="lag teller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _tell(self) -> None:
        while not self._stopping.is_set():
            try:
                with RemoteJournal(self._data) as line:
                    self._tell_over(line)
            except VenueError as error:  # it starts, or stops: nobody misses the lag then
                log.debug("the venue could not be told how far the history is: %s", error)
                self._stopping.wait(PERIOD_S)

    def _tell_over(self, line: RemoteJournal) -> None:
        while not self._stopping.is_set():
            line.ask(VITALS, REPLICA_NAME, self._journal_seq())
            self._stopping.wait(PERIOD_S)
