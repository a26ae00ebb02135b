"""What an operator did: a command that is in the journal, and what came of it, for whoever keeps an audit trail."""

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


def action_of(journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> Action | None:
    """None: no operator asked this. Cost: next to nothing for what is none."""
    if type(command) not in _AUDITED or not command.by:  # type: ignore[union-attr]
        return None
    assert isinstance(command, Operation | MassCancel)
    canceled = sum(type(event) is OrderCanceled for event in events)
    own = tuple(event for event in events if isinstance(event, _OWN))
    return Action(journal_seq, time_ns, command, own, canceled)


def _told(event: AnyEvent, command: AnyCommand, units: Units) -> str:
    match event:
        case OperationRefused() | MassCancelRejected():
            return refusal_told(event, command)
    return told(event, units)
