"""Cancel on disconnect: the orders of a session that asked for it end with its connection.

A session is armed at Logon, by its configuration or CancelOrdersOnDisconnect(8013). The end of its
connection enters a MassCancel of that session's own orders for each account it trades or ever traded. So does the
next start after a crash of the venue, which ends connections too: a file per armed session remembers it, also over a
power loss, and goes when the last MassCancel has been applied, not when it is queued.
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from venue.fix.fix_session import FixSession
from venue.handed import sync
from venue.messages import MassCancel
from venue.reasons import CONNECTION_LOST, LOGGED_OUT

log = logging.getLogger(__name__)

REASONS: Final = frozenset((CONNECTION_LOST, LOGGED_OUT))


class CancelOnDisconnect:
    """`enter` submits a command, with patience; `later` runs a task on another thread."""

    def __init__(
        self,
        folder: Path,
        enter: Callable[[MassCancel, float], bool],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._folder = folder
        self._enter = enter
        self._later = later

    def arm(self, session: FixSession) -> None:
        session.is_armed = True
        if not self._file(session).exists():
            self._file(session).touch()
            sync(self._folder)

    def disarm(self, session: FixSession) -> None:
        """The client logged on again and does not want it any more."""
        session.is_armed = False
        if self._file(session).exists():
            self._file(session).unlink()
            sync(self._folder)

    def fire(self, session: FixSession) -> None:
        """Enter the MassCancels now, or with patience on another thread when the queue is full."""
        session.is_armed = False
        reason = LOGGED_OUT if session.logged_out_by_client else CONNECTION_LOST
        commands = [
            MassCancel(session.comp_id, account, "", session_only=True, reason=reason)
            for account in session.party.trades + session.party.left
        ]
        session.last_cancel = commands[-1] if commands else None
        for number, command in enumerate(commands):
            if not self._enter(command, 0.0):
                self._later(partial(self._insist, commands[number:]))
                return

    def fire_after_crash(self, sessions: dict[str, FixSession]) -> None:
        for session in sessions.values():
            if self._file(session).exists():
                session.logged_out_by_client = False
                self.fire(session)

    def applied(self, session: FixSession, command: MassCancel) -> None:
        """A MassCancel is durable and done; after the last one, if the session is not armed anew by then, the
        next start has nothing to do. They were entered in order, so the others are done too."""
        if command == session.last_cancel and not session.is_armed:
            self._file(session).unlink(missing_ok=True)

    def _insist(self, commands: list[MassCancel]) -> None:
        for command in commands:
            if not self._enter(command, 5.0):
                log.error("%s: its orders could not be canceled now; they are at the next start", command.session)
                return

    def _file(self, session: FixSession) -> Path:
        return self._folder / f"{session.comp_id}.armed"
