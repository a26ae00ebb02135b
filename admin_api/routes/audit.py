"""The audit: who did what, and why."""

from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from admin_api.models.values import JournalSeq, Time, time_text
from admin_api.view import Seen
from venue.control.actions import Action
from venue.units import Units

router = APIRouter(prefix="/audit", tags=["control"])

ACTIONS_MAX: Final = 500  # of one answer

ShortText = Annotated[str, Query(max_length=200)]


class AuditRow(BaseModel):
    """One control action, as it stands in the journal."""

    journal_seq: Annotated[int, Field(description="Of its command.", examples=[1507])]
    time: Time
    by: Annotated[str, Field(description="The name of a key, a login name, or `configuration`.", examples=["desk"])]
    why: Annotated[str, Field(examples=["lost control of its orders"])]
    action: Annotated[str, Field(examples=["kill"])]
    subject: Annotated[str, Field(description="An account, a session, an instrument …", examples=["DEMO1"])]
    text: Annotated[str, Field(examples=["kill switch of account DEMO1 is engaged"])]
    is_refused: bool
    orders_canceled: Annotated[int, Field(examples=[12])]


class AuditTrailAnswer(BaseModel):
    """Newest first."""

    journal_seq: JournalSeq
    actions: list[AuditRow]
    next: Annotated[int | None, Field(description="Ask on with cursor = this; null: there are no more.")]


@router.get("")
async def list_audit(
    view: Seen,
    by: Annotated[ShortText | None, Query(description="Only of this one.", examples=["desk"])] = None,
    action: Annotated[ShortText | None, Query(description="Only of this kind.", examples=["kill"])] = None,
    subject: Annotated[ShortText | None, Query(description="Only about this.", examples=["DEMO1"])] = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the answer before.")] = None,
    limit: Annotated[int, Query(ge=1, le=ACTIONS_MAX, description="At most so many.")] = 100,
) -> AuditTrailAnswer:
    """Control actions, newest first: all ways they can be asked, the last 10,000. The journal has them all."""
    found = (
        one
        for one in view.audit.newest_first(cursor)
        if by in (None, one.command.by) and action in (None, one.verb) and subject in (None, one.subject)
    )
    page = list(islice(found, limit + 1))
    return AuditTrailAnswer(
        journal_seq=view.engine.journal_seq,
        actions=[_row(one, view.units) for one in page[:limit]],
        next=page[limit - 1].journal_seq if len(page) > limit else None,
    )


def _row(action: Action, units: Units) -> AuditRow:
    return AuditRow(
        journal_seq=action.journal_seq,
        time=time_text(action.time_ns),
        by=action.command.by,
        why=action.command.why,
        action=action.verb,
        subject=action.subject,
        text=action.text(units),
        is_refused=action.is_refused,
        orders_canceled=action.orders_canceled,
    )
