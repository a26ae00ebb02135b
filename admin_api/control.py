"""Control actions: operators' commands, journaled with who asked and why, answered with what they brought about."""

from collections.abc import Iterable
from typing import Final

from admin_api.models.controls import ControlDone
from admin_api.principals import Principal
from admin_api.problems import ProblemError
from admin_api.venue_line import Done
from admin_api.view import View
from venue import reasons
from venue.control.refusals import refusal_told
from venue.control.told import told
from venue.control.values import require_line
from venue.messages import AnyEvent, Operation, OperationRefused, OrderCanceled, OrderTraded, OrderTriggered
from venue.units import Units

CONTROL_REFUSALS: Final = (
    reasons.ROLE_MISSING,
    reasons.BAD_VALUE,
    reasons.MEDIA_TYPE,
    reasons.UNAVAILABLE,
    reasons.OUTCOME_UNKNOWN,
)


def recorded(principal: Principal, why: str) -> tuple[str, str]:
    """Who asks and why, as they go into the journal. Raises WrongValueError when `why` says nothing."""
    return principal.name, require_line("why", why)


async def carry_out(view: View, *commands: Operation) -> ControlDone:
    """Have the commands journaled in one batch, and tell what came of them.

    Raises ProblemError with what was refused; of several commands the others are done all the same.
    """
    made = await view.line.append(*commands)
    _require_done(commands, made)
    events = [event for done in made for event in done.events]
    return ControlDone(
        journal_seq=made[-1].journal_seq,
        done=lines_told(events, view.units),
        orders_canceled=count_of(OrderCanceled, events),
        orders_triggered=count_of(OrderTriggered, events),
        trades=count_of(OrderTraded, events),
    )


def lines_told(events: Iterable[AnyEvent], units: Units) -> list[str]:
    """A line for each event that is of the operator's own."""
    return [line for event in events if (line := told(event, units))]


def count_of(kind: type, events: Iterable[AnyEvent]) -> int:
    return sum(isinstance(event, kind) for event in events)


def _require_done(commands: Iterable[Operation], made: Iterable[Done]) -> None:
    refused = [
        (event, command, done.journal_seq)
        for command, done in zip(commands, made, strict=True)
        for event in done.events
        if isinstance(event, OperationRefused)
    ]
    if refused:
        (first, _, journal_seq), *_ = refused
        text = "; ".join(refusal_told(event, command) for event, command, _ in refused)
        raise ProblemError(first.reason, text, journal_seq=journal_seq)
