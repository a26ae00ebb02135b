"""Verifying what is kept beside the journal, and replaying it to any moment: each in a process of its own."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from admin_api.jobs import Job, Jobs
from admin_api.models.jobs import PastState, ReplayAsked, ReplayJob, Verification, VerificationList, state_of
from admin_api.principals import Asking
from admin_api.problems import ProblemError, responses, wrong_field
from admin_api.view import Seen
from venue import reasons

router = APIRouter(tags=["journal"])

DIFFERENCES_MAX: Final = 20
LEVELS: Final = 20  # of each side of a replayed book

JobPath = Annotated[str, Path(pattern=r"^[0-9]{1,20}$", examples=["1795483320182354194"])]
_START: Final = responses(reasons.BUSY, reasons.BAD_VALUE, reasons.UNAVAILABLE)


@router.get("/verifications")
async def list_verifications(view: Seen) -> VerificationList:
    """The verifications that were asked for, and what they found."""
    told = [_verification(job) for job in view.verify_jobs.newest_first]
    return VerificationList(journal_seq=view.engine.journal_seq, verifications=told)


@router.post("/verifications", status_code=202, responses=_START)
async def start_verification(view: Seen, asking: Asking, response: Response) -> Verification:
    """Compare every snapshot and the history with a replay of the whole journal. Ask Location for what is found."""
    _require_free(view.verify_jobs, "a verification", "/api/v3/verifications/")
    job = view.verify_jobs.start(asking.name, "", "verify", "--most", str(DIFFERENCES_MAX))
    response.headers["Location"] = f"/api/v3/verifications/{job.job_id}"
    return _verification(job)


@router.get("/verifications/{job_id}", responses=responses(reasons.NOT_FOUND))
async def get_verification(job_id: JobPath, view: Seen) -> Verification:
    """How far a verification is, and what it found."""
    return _verification(_found(view.verify_jobs, job_id))


@router.post("/replays", status_code=202, responses=_START)
async def start_replay(asked: ReplayAsked, view: Seen, asking: Asking, response: Response) -> ReplayJob:
    """Rebuild the state as it was at a moment of the journal. Ask Location for the books."""
    if asked.until_seq is not None and asked.until_seq > view.engine.journal_seq:
        remedy = f"must be at most {view.engine.journal_seq}, the last command"
        raise wrong_field(reasons.BAD_VALUE, "until_seq", asked.until_seq, remedy)
    _require_free(view.replay_jobs, "a replay", "/api/v3/replays/")
    words = asked.words()
    job = view.replay_jobs.start(asking.name, " ".join(words), "replay", *words, "--levels", str(LEVELS), "--json")
    response.headers["Location"] = f"/api/v3/replays/{job.job_id}"
    return _replay(job)


@router.get("/replays/{job_id}", responses=responses(reasons.NOT_FOUND))
async def get_replay(job_id: JobPath, view: Seen) -> ReplayJob:
    """How far a replay is, and the books as they were."""
    return _replay(_found(view.replay_jobs, job_id))


def _require_free(jobs: Jobs, what: str, place: str) -> None:
    if running := jobs.running:
        raise ProblemError(reasons.BUSY, f"{what} is under way: {place}{running.job_id}")


def _found(jobs: Jobs, job_id: str) -> Job:
    job = jobs.find(job_id)
    if job is None:
        raise wrong_field(reasons.NOT_FOUND, "job_id", job_id, "it was never started, or is forgotten")
    return job


def _verification(job: Job) -> Verification:
    differs = bool(job.status) if job.state == "done" else None
    return Verification(**state_of(job), differs=differs, lines=job.lines)


def _replay(job: Job) -> ReplayJob:
    """The document is the last line."""
    is_done = job.state == "done"
    result = PastState.model_validate_json(job.lines[-1]) if is_done else None
    return ReplayJob(**state_of(job), asked=job.why, text="" if is_done else job.text, result=result)
