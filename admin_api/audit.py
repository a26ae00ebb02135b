"""The audit: every control action that is in the journal, whoever asked it and by which way; a sink of the replica.

Made anew from the journal at each start, so nothing that was acknowledged is missing from it; ACTIONS_MAX are kept,
the journal has them all. What happens while this process runs is also a line in the log. Control actions that are no
command of the journal, a snapshot or an API key, are in the log only.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, get_args

from venue.control.refusals import refusal_told
from venue.control.told import told
from venue.journal.operations_text import operation_told
from venue.messages import (
    AccountOpened,
    AnyCommand,
    AnyEvent,
    BalanceMoved,
    InstrumentListed,
    LossCapReleased,
    MassCancel,
    MassCancelRejected,
    Operation,
    OperationRefused,
    OrderCanceled,
    SessionControlled,
    SettingChanged,
    TradeAmended,
    TradingStateChanged,
)
from venue.units import Units

log = logging.getLogger("admin_api.audit")

ACTIONS_MAX: Final = 10_000
_AUDITED: Final = frozenset((*get_args(Operation), MassCancel))
_OWN: Final = (
    AccountOpened,
    BalanceMoved,
    InstrumentListed,
    LossCapReleased,
    MassCancelRejected,
    OperationRefused,
    SessionControlled,
    SettingChanged,
    TradeAmended,
    TradingStateChanged,
)


class Action(NamedTuple):
    """`events` are those of the operator's own, not those of the orders it had canceled."""

    journal_seq: int
    time_ns: int
    command: Operation | MassCancel
    events: tuple[AnyEvent, ...]
    orders_canceled: int

    @property
    def verb(self) -> str:
        """What was done, in one word: kill, state, deposit …"""
        return "mass-cancel" if isinstance(self.command, MassCancel) else operation_told(self.command)[0]

    @property
    def subject(self) -> str:
        """To what: an account, a session, an instrument; "" for the venue."""
        return self.command.account if isinstance(self.command, MassCancel) else operation_told(self.command)[1]

    @property
    def is_refused(self) -> bool:
        return any(isinstance(event, OperationRefused | MassCancelRejected) for event in self.events)

    def text(self, units: Units) -> str:
        """What came of it."""
        lines = [line for event in self.events if (line := _told(event, self.command, units))]
        if self.orders_canceled:
            lines.append("1 order canceled" if self.orders_canceled == 1 else f"{self.orders_canceled} orders canceled")
        return "; ".join(lines) or "nothing to do"


def _told(event: AnyEvent, command: AnyCommand, units: Units) -> str:
    match event:
        case OperationRefused() | MassCancelRejected():
            return refusal_told(event, command)
    return told(event, units)


class AuditTrail:
    """Actions up to start_seq were logged when they happened."""

    def __init__(self, start_seq: int, units: Callable[[], Units]) -> None:
        self._start_seq = start_seq
        self._units = units
        self._actions: deque[Action] = deque(maxlen=ACTIONS_MAX)

    def on_events(self, journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        if type(command) not in _AUDITED or not command.by:  # type: ignore[union-attr]
            return
        assert isinstance(command, Operation | MassCancel)
        canceled = sum(type(event) is OrderCanceled for event in events)
        own = tuple(event for event in events if isinstance(event, _OWN))
        action = Action(journal_seq, time_ns, command, own, canceled)
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
