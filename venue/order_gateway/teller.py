"""Telling the venue how the sessions of this gateway are: who asks the venue hears of all sessions."""

import logging
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from venue.errors import VenueError
from venue.journal import RemoteJournal
from venue.journal.frames import VITALS
from venue.messages import FixSessionStatus

log = logging.getLogger(__name__)

LOOK_S: Final = 0.1
PERIOD_S: Final = 1.0  # at the latest, also when nothing has changed

_encode: Final = msgspec.json.Encoder().encode


class Teller:
    """In a thread of its own, from start() to stop(), at once when something has changed. `on_end` is called there when
    the venue is gone."""

    def __init__(
        self,
        name: str,
        venue: RemoteJournal,
        statuses: Callable[[], list[FixSessionStatus]],
        journal_seq: Callable[[], int],
        on_end: Callable[[Exception], None],
    ) -> None:
        self._name = name
        self._venue = venue
        self._statuses = statuses
        self._journal_seq = journal_seq
        self._on_end = on_end
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        """The venue has been told once when this returns."""
        self._tell(self._statuses())
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        told, looks = self._statuses(), 0
        while not self._stopping.wait(LOOK_S):
            now, looks = self._statuses(), looks + 1
            if now == told and looks < PERIOD_S / LOOK_S:
                continue
            try:
                self._tell(now)
            except VenueError as error:
                if self._venue.has_ended:
                    self._on_end(error)
                    return
                log.warning("the venue could not be told how the sessions are: %s", error)
            told, looks = now, 0

    def _tell(self, statuses: list[FixSessionStatus]) -> None:
        self._venue.ask(VITALS, self._name, self._journal_seq(), _encode(statuses).decode())
