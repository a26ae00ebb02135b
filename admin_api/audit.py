"""The audit: every control action that is in the journal, whoever asked it and by which way; a sink of the replica.

Made anew from the journal at each start, so nothing that was acknowledged is missing from it; ACTIONS_MAX are kept,
the journal has them all. What happens while this process runs is also a line in the log. Control actions that are no
command of the journal, a snapshot or an API key, are in the log only.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from venue.control.actions import Action, action_of
from venue.messages import AnyCommand, AnyEvent
from venue.units import Units

log = logging.getLogger("admin_api.audit")

ACTIONS_MAX: Final = 10_000


class AuditTrail:
    """Actions up to start_seq were logged when they happened."""

    def __init__(self, start_seq: int, units: Callable[[], Units]) -> None:
        self._start_seq = start_seq
        self._units = units
        self._actions: deque[Action] = deque(maxlen=ACTIONS_MAX)

    def on_events(self, journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        action = action_of(journal_seq, time_ns, command, events)
        if action is None:
            return
        self._actions.append(action)
        if journal_seq > self._start_seq:
            _log(action, self._units())

    def newest_first(self, before_seq: int | None = None) -> Iterator[Action]:
        """Those before this journal_seq; None: all that are kept."""
        for action in reversed(self._actions):
            if before_seq is None or action.journal_seq < before_seq:
                yield action


def log_action(verb: str, by: str, why: str, text: str) -> None:
    """A control action that is no command of the journal."""
    log.info(text, extra={"action": verb, "by": by, "why": why})


def _log(action: Action, units: Units) -> None:
    log.info(
        action.text(units),
        extra={
            "action": action.verb,
            "subject": action.subject,
            "by": action.command.by,
            "why": action.command.why,
            "is_refused": action.is_refused,
            "orders_canceled": action.orders_canceled,
        },
    )
