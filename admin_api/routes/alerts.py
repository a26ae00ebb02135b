"""Alerts: what an operator should look at now."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from admin_api.alerts import RULES, Alert, Severity
from admin_api.models.values import JournalSeq, Time, time_text
from admin_api.view import Seen

router = APIRouter(prefix="/alerts", tags=["control"])


class AlertRow(BaseModel):
    name: Annotated[str, Field(examples=["kill_switch_engaged"])]
    severity: Severity
    title: Annotated[str, Field(examples=["A kill switch is engaged"])]
    subject: Annotated[
        str, Field(description="A session, an instrument …; empty: the venue.", examples=["account DEMO1"])
    ]
    detail: Annotated[str, Field(examples=["engaged by desk: lost control of its orders"])]
    since: Annotated[Time, Field(description="When it was first seen, since this process started.")]


class RuleRow(BaseModel):
    name: Annotated[str, Field(examples=["kill_switch_engaged"])]
    severity: Severity
    title: Annotated[str, Field(examples=["A kill switch is engaged"])]


class AlertList(BaseModel):
    """The alerts that stand, the gravest first, and the rules that are looked at, once a second."""

    journal_seq: JournalSeq
    alerts: list[AlertRow]
    rules: list[RuleRow]


@router.get("")
async def list_alerts(view: Seen) -> AlertList:
    """What an operator should look at now."""
    return AlertList(
        journal_seq=view.engine.journal_seq,
        alerts=[_row(alert) for alert in view.alerts.standing()],
        rules=[RuleRow(name=rule.name, severity=rule.severity, title=rule.title) for rule in RULES],
    )


def _row(alert: Alert) -> AlertRow:
    rule = alert.rule
    return AlertRow(
        name=rule.name,
        severity=rule.severity,
        title=rule.title,
        subject=alert.subject,
        detail=alert.detail,
        since=time_text(alert.since_ns),
    )
