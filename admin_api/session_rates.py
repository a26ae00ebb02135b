"""How many messages a second each FIX session sends and gets, from the venue's counts, asked once a second."""

from collections import deque
from typing import Final, NamedTuple

from venue.vitals import Vitals

RATE_S: Final = 5


class SessionRate(NamedTuple):
    """A second, on average over the last RATE_S."""

    messages_in: float
    messages_out: float


class SessionRates:
    """The counts of the last RATE_S answers; of one start of the venue."""

    def __init__(self) -> None:
        self._seen: deque[Vitals] = deque(maxlen=RATE_S + 1)

    def note(self, vitals: Vitals) -> None:
        if self._seen and self._seen[-1].started_ns != vitals.started_ns:
            self._seen.clear()
        if not self._seen or vitals.time_ns - self._seen[-1].time_ns >= 900_000_000:  # it is asked in between, too
            self._seen.append(vitals)

    def of(self, comp_id: str) -> SessionRate | None:
        """None: it is not known yet."""
        if len(self._seen) < 2:
            return None
        first, last = self._seen[0], self._seen[-1]
        elapsed_s = (last.time_ns - first.time_ns) / 1e9
        counts = [
            (status.messages_in, status.messages_out)
            for vitals in (first, last)
            for status in vitals.fix_sessions
            if status.comp_id == comp_id
        ]
        if len(counts) < 2:
            return None
        return SessionRate(*(round((now - before) / elapsed_s, 1) for before, now in zip(*counts, strict=True)))
