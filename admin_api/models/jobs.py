"""Long work, as it is told while it goes on and after it."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from admin_api.jobs import Job
from admin_api.models.controls import example
from admin_api.models.market import PriceLevel
from admin_api.models.orders import MAX_ID
from admin_api.models.values import JournalSeq, Price, StateWord, Symbol, Time, optional_time_text, time_text

JobId: TypeAlias = Annotated[str, Field(description="To ask for it.", examples=["1795483320182354194"])]
Seq: TypeAlias = Annotated[int, Field(ge=1, le=MAX_ID)]


class JobState(BaseModel):
    job_id: JobId
    by: Annotated[str, Field(description="Who asked.", examples=["desk"])]
    state: Literal["running", "done", "failed"]
    percent: Annotated[int | None, Field(description="Of what it is at; null: not known.", examples=[40])]
    doing: Annotated[str, Field(examples=["replaying the journal: 4,000 of 10,000 commands"])]
    started: Time
    ended: Time | None


class Verification(JobState):
    """Whether snapshots and history are what the journal gives. failed: it could not be found out."""

    differs: Annotated[bool | None, Field(description="Whether something differs; null: not known (yet).")]
    lines: Annotated[list[str], Field(description="What was found.", examples=[["nothing differs"]])]


class VerificationList(BaseModel):
    """Newest first, those asked for since this process started."""

    journal_seq: JournalSeq
    verifications: list[Verification]


class ReplayAsked(BaseModel):
    """A moment of the journal, exactly one: after a command, after an order was entered, or just before."""

    model_config = ConfigDict(extra="forbid", strict=True) | example(until_seq=1)

    until_seq: Annotated[Seq | None, Field(description="A journal_seq.")] = None
    until_order: Annotated[Seq | None, Field(description="An OrderID: the state with it.")] = None
    before_order: Annotated[Seq | None, Field(description="An OrderID: the book that the order met.")] = None

    @model_validator(mode="after")
    def _one(self) -> "ReplayAsked":
        if len(self.model_fields_set & {"until_seq", "until_order", "before_order"}) != 1 or not any(self.words()):
            raise ValueError("exactly one of until_seq, until_order and before_order is required")
        return self

    def words(self) -> tuple[str, ...]:
        """As options of `venue replay`."""
        given = ("--until", self.until_seq), ("--until-order", self.until_order), ("--before-order", self.before_order)
        return tuple(word for name, value in given if value is not None for word in (name, str(value)))


class PastBook(BaseModel):
    """The best levels of a book as it was, best first."""

    symbol: Symbol
    state: StateWord
    last: Price | None
    bids: list[PriceLevel]
    asks: list[PriceLevel]


class PastState(BaseModel):
    """The state right after a command."""

    journal_seq: Annotated[int, Field(description="Of that command.", examples=[1000])]
    time: Annotated[Time | None, Field(description="Of that command.")]
    from_seq: Annotated[int, Field(description="The snapshot the replay began at; 0: the start.", examples=[0])]
    elapsed_s: Annotated[float, Field(examples=[0.21])]
    state_hash: Annotated[str, Field(description="BLAKE2b-256 of the state.", examples=["9f86d081…"])]
    open_orders: Annotated[int, Field(examples=[12])]
    entered: Annotated[str | None, Field(description="The command that entered the order that was asked about.")]
    books: list[PastBook]


class ReplayJob(JobState):
    """A replay; `result` once it is done, `text` says why it failed."""

    asked: Annotated[str, Field(examples=["--until 1000"])]
    text: str
    result: PastState | None


def state_of(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "by": job.by,
        "state": job.state,
        "percent": job.percent,
        "doing": job.doing,
        "started": time_text(job.started_ns),
        "ended": optional_time_text(job.ended_ns),
    }
