"""The last messages that came from a session, kept for operators to look at until the venue ends.

Session messages have room of their own, so that heartbeats push no order out. What QuickFIX refuses by itself (a wrong
number, what the dictionary does not have) never comes here: its Reject(3) stands in the message store.
"""

import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from venue.fix_text.fields import without_secrets
from venue.vitals import ReceivedMessage

if TYPE_CHECKING:
    from venue.fix.fix_session import FixSession

APP_MAX: Final = 50
ADMIN_MAX: Final = 20
LENGTH_MAX: Final = 4_096  # of one; the rest of a longer one is cut off


class Received:
    """Written by the thread of the session's connection, read on any."""

    def __init__(self) -> None:
        self._app: Final[deque[tuple[int, str]]] = deque(maxlen=APP_MAX)
        self._admin: Final[deque[tuple[int, str]]] = deque(maxlen=ADMIN_MAX)

    def note_app(self, text: str) -> None:
        self._app.append((time.time_ns(), text[:LENGTH_MAX]))

    def note_admin(self, text: str) -> None:
        self._admin.append((time.time_ns(), without_secrets(text[:LENGTH_MAX])))

    def newest(self) -> list[ReceivedMessage]:
        """Oldest first."""
        return [ReceivedMessage(time_ns, text) for time_ns, text in sorted((*self._app.copy(), *self._admin.copy()))]


def newest_of(sessions: Mapping[str, "FixSession"], comp_id: str) -> list[ReceivedMessage]:
    """The last messages of a session, oldest first, on any thread; none of one that is not configured."""
    session = sessions.get(comp_id)
    return session.received.newest() if session else []
