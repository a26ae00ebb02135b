"""Snapshots of the engine's state: which there are, and taking one."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from admin_api.control import CONTROL_REFUSALS, recorded
from admin_api.jobs import Job
from admin_api.models.controls import Control
from admin_api.models.values import JournalSeq, Time, optional_time_text, time_text
from admin_api.principals import Asking
from admin_api.problems import ProblemError, responses, wrong_field
from admin_api.view import Seen, View
from venue import reasons
from venue.snapshots import Snapshot, open_snapshots, refusal, snapshots_url

router = APIRouter(prefix="/snapshots", tags=["journal"])


class SnapshotRow(BaseModel):
    """The state after one command, kept so that a replay need not begin at the first."""

    snapshot_seq: Annotated[int, Field(description="The journal_seq it stands at.", examples=[1500])]
    state_time: Time
    taken: Time
    engine_version: Annotated[int, Field(examples=[1])]
    state_bytes: Annotated[int, Field(examples=[48213])]
    stored_bytes: Annotated[int, Field(examples=[9120])]
    state_hash: Annotated[str, Field(description="BLAKE2b-256 of the state.", examples=["9f86d081…"])]
    refusal: Annotated[str, Field(description="Why it cannot be used; empty: it can.", examples=[""])]


class SnapshotList(BaseModel):
    """Newest first."""

    journal_seq: JournalSeq
    snapshots: list[SnapshotRow]


class SnapshotTaking(BaseModel):
    """A snapshot that is taken, or was."""

    job_id: Annotated[str, Field(examples=["1795483320182354194"])]
    state: Literal["running", "done", "failed"]
    started: Time
    ended: Time | None
    text: Annotated[str, Field(description="What became of it.", examples=["snapshot 1,500 taken from snapshot 1,000"])]


@router.get("", responses=responses(reasons.UNAVAILABLE))
async def list_snapshots(view: Seen) -> SnapshotList:
    """The snapshots that are kept."""
    rows = await asyncio.to_thread(_rows, view)
    return SnapshotList(journal_seq=view.engine.journal_seq, snapshots=rows)


@router.post("", status_code=202, responses=responses(reasons.BUSY, *CONTROL_REFUSALS))
async def take_snapshot(asked: Control, view: Seen, asking: Asking, response: Response) -> SnapshotTaking:
    """Take a snapshot, in a process of its own. Ask Location for what becomes of it."""
    by, why = recorded(asking, asked.why)
    if running := view.snapshot_jobs.running:
        raise ProblemError(reasons.BUSY, f"a snapshot is being taken: {_location(running)}")
    job = view.snapshot_jobs.start(by, why, "snapshot", "take")
    response.headers["Location"] = _location(job)
    return _told(job)


@router.get("/jobs/{job_id}", responses=responses(reasons.NOT_FOUND))
async def get_snapshot_job(
    job_id: Annotated[str, Path(pattern=r"^[0-9]{1,20}$", examples=["1795483320182354194"])], view: Seen
) -> SnapshotTaking:
    """What became of the taking of a snapshot."""
    job = view.snapshot_jobs.find(job_id)
    if job is None:
        raise wrong_field(reasons.NOT_FOUND, "job_id", job_id, "it was never started, or is forgotten")
    return _told(job)


def _rows(view: View) -> list[SnapshotRow]:
    config = view.config
    known = open_snapshots(snapshots_url(config.snapshots, config.data)).newest_first()
    return [_row(snapshot, refusal(snapshot, view.reader)) for snapshot in known]


def _row(snapshot: Snapshot, refused: str) -> SnapshotRow:
    return SnapshotRow(
        snapshot_seq=snapshot.journal_seq,
        state_time=time_text(snapshot.time_ns),
        taken=time_text(snapshot.taken_ns),
        engine_version=snapshot.engine_version,
        state_bytes=snapshot.state_bytes,
        stored_bytes=snapshot.stored_bytes,
        state_hash=snapshot.state_hash.hex(),
        refusal=refused,
    )


def _told(job: Job) -> SnapshotTaking:
    return SnapshotTaking(
        job_id=job.job_id,
        state=job.state,
        started=time_text(job.started_ns),
        ended=optional_time_text(job.ended_ns),
        text=job.text,
    )


def _location(job: Job) -> str:
    return f"/api/v3/snapshots/jobs/{job.job_id}"
