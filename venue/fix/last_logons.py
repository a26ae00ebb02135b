"""The highest SendingTime(52) that each CompID has logged on with: a Logon that somebody has recorded is worth nothing.

Kept in a small text file, a line a CompID, which is on the disk before the Logon goes on. A file that is damaged is as
good as one of now: whatever was sent before is refused.
"""

import logging
import time
from pathlib import Path
from typing import Final

from venue.handed import write_synced

log = logging.getLogger(__name__)

FILE: Final = "last-logons"


class LastLogons:
    """`note` may be called on one thread at a time, `of` on any."""

    def __init__(self, folder: Path) -> None:
        self._file: Final = folder / FILE
        self._others_ns = 0
        self._last_ns: dict[str, int] = {}
        try:
            pairs = [line.split() for line in self._file.read_text().splitlines()]
            self._last_ns = {comp_id: int(last_ns) for comp_id, last_ns in pairs}
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            log.error("%s: %s; Logons that were sent before now are refused", self._file, error)
            self._others_ns = time.time_ns()

    def of(self, comp_id: str) -> int:
        """In nanoseconds since 1970; 0: it has not logged on yet."""
        return self._last_ns.get(comp_id, self._others_ns)

    def note(self, comp_id: str, sending_time_ns: int) -> None:
        """Cost: two syncs."""
        self._last_ns[comp_id] = max(sending_time_ns, self.of(comp_id))
        lines = [f"{name} {last_ns}\n" for name, last_ns in sorted(self._last_ns.items())]
        write_synced(self._file, "".join(lines))
