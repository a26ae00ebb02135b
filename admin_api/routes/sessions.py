"""Sessions: what each may trade, and how those that speak FIX are doing."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from admin_api import naming
from admin_api.control import CONTROL_REFUSALS, carry_out, count_of, recorded
from admin_api.models.controls import Control, ControlDone, Entitlement
from admin_api.models.values import AccountName, JournalSeq, Time, optional_time_text
from admin_api.principals import Asking
from admin_api.problems import ProblemError, responses, wrong_field
from admin_api.session_rates import SessionRate, SessionRates
from admin_api.view import Seen, View
from venue import reasons
from venue.config import NAME
from venue.messages import (
    LOG_OUT,
    RESET_NUMBERS,
    ControlSession,
    FixSessionStatus,
    MassCancel,
    OrderCanceled,
    SessionAction,
    SetSession,
)

router = APIRouter(prefix="/sessions", tags=["sessions"])

CompId = Annotated[
    str,
    Path(
        pattern=NAME,
        description="SenderCompID(49) of a FIX client; `api.NAME` is the session of the API key NAME.",
        examples=["DEMO1"],
    ),
]


class FixState(BaseModel):
    """A FIX session, as the gateway knows it now."""

    is_logged_on: bool
    connected_since: Annotated[Time | None, Field(description="null: not logged on.")]
    next_sender_seq: Annotated[int, Field(description="MsgSeqNum(34) of the venue's next message.", examples=[312])]
    next_target_seq: Annotated[int, Field(description="The one expected next of the client.", examples=[87])]
    queue_depth: Annotated[int, Field(description="Reports that wait to be sent.", examples=[0])]
    queue_max: Annotated[int, Field(description="At which the session is logged out.", examples=[50000])]
    told_journal_seq: Annotated[int, Field(description="Of its last report; 0: none yet.", examples=[1506])]
    messages_in: Annotated[int, Field(description="Application messages since the venue started.", examples=[86])]
    messages_out: Annotated[int, Field(examples=[311])]
    messages_in_per_s: Annotated[
        float | None, Field(description="Of the last seconds; null: not known.", examples=[2.4])
    ]
    messages_out_per_s: Annotated[float | None, Field(examples=[4.8])]


class Session(BaseModel):
    """The accounts it trades and watches; `fix` is null for the session of an API key."""

    session: Annotated[str, Field(examples=["DEMO1"])]
    trades: list[AccountName]
    watches: list[AccountName]
    fix: FixState | None


class SessionAnswer(Session):
    journal_seq: JournalSeq


class SessionCanceled(BaseModel):
    """What was canceled."""

    journal_seq: JournalSeq
    session: Annotated[str, Field(examples=["DEMO1"])]
    orders_canceled: Annotated[int, Field(examples=[12])]


class SessionList(BaseModel):
    """By name."""

    journal_seq: JournalSeq
    sessions: list[Session]


@router.get("", responses=responses(reasons.UNAVAILABLE))
async def list_sessions(view: Seen) -> SessionList:
    """Every session that may trade or watch something, or that may log on over FIX."""
    statuses = await _statuses(view)
    entitled = {known.session: known for known in view.engine.sessions()}
    names = sorted({*entitled, *statuses})
    sessions = [_session(name, entitled.get(name), statuses.get(name), view.session_rates) for name in names]
    return SessionList(journal_seq=view.engine.journal_seq, sessions=sessions)


@router.get("/{comp_id}", responses=responses(reasons.UNKNOWN_SESSION, reasons.UNAVAILABLE))
async def get_session(comp_id: CompId, view: Seen) -> SessionAnswer:
    """State, sequence numbers, queue and entitlements of one session."""
    statuses, entitlement = await _statuses(view), view.entitlements.of(comp_id)
    if entitlement is None and comp_id not in statuses:
        raise naming.unknown(reasons.UNKNOWN_SESSION, "comp_id", comp_id, statuses, "/api/v3/sessions")
    told = _session(comp_id, entitlement, statuses.get(comp_id), view.session_rates)
    return SessionAnswer(journal_seq=view.engine.journal_seq, **dict(told))


@router.put("/{comp_id}/entitlements", responses=responses(reasons.UNKNOWN_ACCOUNT, *CONTROL_REFUSALS))
async def set_entitlements(comp_id: CompId, asked: Entitlement, view: Seen, asking: Asking) -> ControlDone:
    """Say which accounts a session trades and watches. How a FIX session connects stands in the configuration."""
    traded = tuple(naming.account(view, name).account for name in asked.trades)
    watched = tuple(naming.account(view, name).account for name in asked.watches)
    return await carry_out(view, SetSession(comp_id, traded, watched, *recorded(asking, asked.why)))


@router.post(
    "/{comp_id}/logout", responses=responses(reasons.UNKNOWN_SESSION, reasons.NOT_LOGGED_ON, *CONTROL_REFUSALS)
)
async def log_out_session(comp_id: CompId, asked: Control, view: Seen, asking: Asking) -> ControlDone:
    """Log a FIX session out; it may log on again. Its orders stay, unless it has them canceled on disconnect."""
    return await _control(comp_id, LOG_OUT, asked, view, asking)


@router.post("/{comp_id}/reset", responses=responses(reasons.UNKNOWN_SESSION, *CONTROL_REFUSALS))
async def reset_session(comp_id: CompId, asked: Control, view: Seen, asking: Asking) -> ControlDone:
    """Log a FIX session out and set both sequence numbers back to 1: what is stored for resend is forgotten."""
    return await _control(comp_id, RESET_NUMBERS, asked, view, asking)


@router.post("/{comp_id}/cancel-all", responses=responses(reasons.UNKNOWN_SESSION, *CONTROL_REFUSALS))
async def cancel_session_orders(comp_id: CompId, asked: Control, view: Seen, asking: Asking) -> SessionCanceled:
    """Cancel every open order that the session has entered in the accounts it trades; other sessions' orders stay.

    It stays logged on and may enter more: `PUT /kill-switches/session/…` keeps it from that."""
    by, why = recorded(asking, asked.why)
    entitlement = view.entitlements.of(comp_id)
    if entitlement is None and comp_id not in view.config.sessions:
        raise naming.unknown(reasons.UNKNOWN_SESSION, "comp_id", comp_id, view.config.sessions, "/api/v3/sessions")
    accounts = entitlement.trades if entitlement else ()
    commands = [
        MassCancel(comp_id, account, "", session_only=True, reason=reasons.BY_OPERATOR, by=by, why=why)
        for account in accounts
    ]
    made = await view.line.append(*commands) if commands else []
    canceled = count_of(OrderCanceled, (event for done in made for event in done.events))
    seq = made[-1].journal_seq if made else view.engine.journal_seq
    return SessionCanceled(journal_seq=seq, session=comp_id, orders_canceled=canceled)


async def _control(comp_id: str, action: SessionAction, asked: Control, view: View, asking: Asking) -> ControlDone:
    statuses = await _statuses(view)
    if comp_id not in statuses:
        raise wrong_field(reasons.UNKNOWN_SESSION, "comp_id", comp_id, "no FIX session of this name is configured")
    if action == LOG_OUT and not statuses[comp_id].is_logged_on:
        raise ProblemError(reasons.NOT_LOGGED_ON, f"session {comp_id} is not logged on")
    return await carry_out(view, ControlSession(comp_id, action, *recorded(asking, asked.why)))


async def _statuses(view: View) -> dict[str, FixSessionStatus]:
    """Of now. Raises ProblemError when the venue cannot be asked."""
    vitals = await view.fresh_vitals()
    if vitals is None:
        raise ProblemError(reasons.UNAVAILABLE, "the venue cannot be asked for its FIX sessions")
    return {status.comp_id: status for status in vitals.fix_sessions}


def _session(
    name: str, entitlement: SetSession | None, status: FixSessionStatus | None, rates: SessionRates
) -> Session:
    return Session(
        session=name,
        trades=list(entitlement.trades) if entitlement else [],
        watches=list(entitlement.watches) if entitlement else [],
        fix=_fix_state(status, rates.of(name)) if status else None,
    )


def _fix_state(status: FixSessionStatus, rate: SessionRate | None) -> FixState:
    return FixState(
        is_logged_on=status.is_logged_on,
        connected_since=optional_time_text(status.connected_since_ns),
        next_sender_seq=status.next_sender_seq,
        next_target_seq=status.next_target_seq,
        queue_depth=status.queue_len,
        queue_max=status.queue_max,
        told_journal_seq=status.told_journal_seq,
        messages_in=status.messages_in,
        messages_out=status.messages_out,
        messages_in_per_s=rate.messages_in if rate else None,
        messages_out_per_s=rate.messages_out if rate else None,
    )
