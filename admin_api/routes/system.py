"""Whether the venue is there, and what its problems mean."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from admin_api.problems import TYPE_BASE, ProblemError, responses
from admin_api.view import Seen
from venue import reasons
from venue.reasons import REASONS

router = APIRouter(tags=["system"])


class Health(BaseModel):
    """This process answers; readiness tells about the venue."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Everything that was in the journal at the start is applied, and the venue accepts orders."""

    status: Literal["ready"] = "ready"
    journal_seq: Annotated[int, Field(description="Of the last command applied here.", examples=[1506])]


class ReasonRow(BaseModel):
    """A row of the venue's one reason table."""

    type: Annotated[str, Field(examples=[f"{TYPE_BASE}off_tick"])]
    reason: Annotated[str, Field(examples=["off_tick"])]
    code: Annotated[int, Field(examples=[6])]
    title: Annotated[str, Field(examples=["price is no multiple of the tick"])]
    status: Annotated[int, Field(description="HTTP status of its problem.", examples=[422])]
    ord_rej_reason: Annotated[int, Field(description="FIX OrdRejReason(103).", examples=[99])]
    cxl_rej_reason: Annotated[int, Field(description="FIX CxlRejReason(102).", examples=[99])]


@router.get("/health")
async def health() -> Health:
    """Whether this process answers."""
    return Health()


@router.get("/readiness", responses=responses(reasons.UNAVAILABLE))
async def readiness(view: Seen) -> Readiness:
    """Whether the venue can be traded through here."""
    follower = view.follower
    if not follower.is_caught_up:
        raise ProblemError(
            reasons.UNAVAILABLE, f"replaying the journal: {follower.journal_seq} of {follower.start_seq} commands"
        )
    vitals = view.recent_vitals
    if vitals is None or not vitals.is_accepting:
        failure = vitals.failure if vitals else "it does not answer"
        raise ProblemError(reasons.UNAVAILABLE, f"the venue does not accept orders: {failure or 'it is stopping'}")
    return Readiness(journal_seq=follower.journal_seq)


@router.get("/problems")
async def list_problems() -> list[ReasonRow]:
    """Every reason for which FIX, REST and WebSocket refuse or cancel."""
    return [_row(number) for number in REASONS]


@router.get("/problems/{name}", responses=responses(reasons.NOT_FOUND))
async def get_problem(name: Annotated[str, Path(examples=["off_tick"])]) -> ReasonRow:
    """What the `type` of a problem leads to."""
    for number, row in REASONS.items():
        if row.name == name:
            return _row(number)
    raise ProblemError(reasons.NOT_FOUND, f"problem was {name}: `{TYPE_BASE}` lists those there are")


def _row(number: int) -> ReasonRow:
    row = REASONS[number]
    return ReasonRow(
        type=TYPE_BASE + row.name,
        reason=row.name,
        code=number,
        title=row.text,
        status=row.rest_status,
        ord_rej_reason=row.ord_rej_reason,
        cxl_rej_reason=row.cxl_rej_reason,
    )
