"""The journal: where it stands, what it says, and how far its replicas are."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from admin_api.models.values import JournalSeq, Time, time_text
from admin_api.problems import ProblemError, responses
from admin_api.view import Seen
from venue import reasons
from venue.journal import JournalReader, journal_url
from venue.journal.database import parse_url, sqlite_path
from venue.journal.text import show

router = APIRouter(tags=["journal"])

COMMANDS_MAX: Final = 1_000  # of one answer
READERS_MAX: Final = 2  # at once: reading takes the interpreter from everybody else
_readers = asyncio.Semaphore(READERS_MAX)


class JournalState(BaseModel):
    """`chain_hash` is the newest batch's: two journals with the same one are the same."""

    journal_seq: JournalSeq
    last_seq: Annotated[int, Field(description="The newest durable command: there are so many.", examples=[1507])]
    chain_hash: Annotated[str, Field(description="SHA-256; empty: nothing is journaled.", examples=["9f86d081…"])]
    time: Annotated[Time | None, Field(description="Of the newest batch.")]
    file_bytes: Annotated[int | None, Field(description="null: a server keeps it.", examples=[1048576])]


class Commands(BaseModel):
    """Commands as text, in ticks, lots and smallest units, oldest first."""

    journal_seq: JournalSeq
    commands: Annotated[
        list[str],
        Field(examples=[["17  2026-11-24T09:30:00.182354194Z  enter  DEMO1  buy 5 lots BTC-USD limit 4500000 gtc"]]),
    ]
    next: Annotated[int | None, Field(description="Ask on with from = this; null: that was the last one.")]


class ReplicaState(BaseModel):
    """How far a process has applied the journal."""

    name: Annotated[str, Field(examples=["admin_api"])]
    journal_seq: Annotated[int, Field(examples=[1506])]
    behind_commands: Annotated[int, Field(examples=[1])]
    behind_s: Annotated[float, Field(description="To the second; at least so long.", examples=[0.0])]
    seen: Annotated[Time, Field(description="When it said so.")]


class Replicas(BaseModel):
    """`venue_seq`: where the venue itself is."""

    journal_seq: JournalSeq
    venue_seq: Annotated[int, Field(examples=[1507])]
    replicas: list[ReplicaState]


@router.get("/journal", responses=responses(reasons.UNAVAILABLE))
async def get_journal(view: Seen) -> JournalState:
    """Position, size and head of the journal."""
    async with _readers:
        last_seq, chain_hash, time_ns = await asyncio.to_thread(_head, view.reader)
    return JournalState(
        journal_seq=view.engine.journal_seq,
        last_seq=last_seq,
        chain_hash=chain_hash.hex(),
        time=time_text(time_ns) if time_ns else None,
        file_bytes=_file_bytes(journal_url(view.config.journal, view.config.data)),
    )


@router.get("/journal/commands", responses=responses(reasons.BAD_VALUE, reasons.UNAVAILABLE))
async def list_commands(
    view: Seen,
    from_seq: Annotated[int, Query(alias="from", ge=1, le=2**62, description="The first journal_seq.")] = 1,
    limit: Annotated[int, Query(ge=1, le=COMMANDS_MAX, description="At most so many.")] = 100,
) -> Commands:
    """What the journal says, command by command, as `venue journal show` prints it."""
    last_seq = view.engine.journal_seq
    to_seq = min(from_seq + limit - 1, last_seq)
    lines: list[str] = []
    if from_seq <= last_seq:
        async with _readers:
            lines = await asyncio.to_thread(lambda: [line.strip() for line in show(view.reader, from_seq, to_seq)])
    return Commands(journal_seq=last_seq, commands=lines, next=to_seq + 1 if to_seq < last_seq else None)


@router.get("/replicas", responses=responses(reasons.UNAVAILABLE))
async def list_replicas(view: Seen) -> Replicas:
    """Position and lag of each replica that has said where it is: this process among them."""
    vitals = await view.fresh_vitals()
    if vitals is None:
        raise ProblemError(reasons.UNAVAILABLE, "the venue cannot be asked for its replicas")
    replicas = [
        ReplicaState(
            name=lag.name,
            journal_seq=lag.journal_seq,
            behind_commands=lag.behind_commands,
            behind_s=round(lag.behind_s, 3),
            seen=time_text(lag.seen_ns),
        )
        for lag in view.lags.of(vitals)
    ]
    return Replicas(journal_seq=view.engine.journal_seq, venue_seq=vitals.journal_seq, replicas=replicas)


def _head(reader: JournalReader) -> tuple[int, bytes, int]:
    """journal_seq, hash and time of the newest batch."""
    last_seq = reader.last_seq()
    if not last_seq:
        return 0, b"", 0
    newest = max(reader.read(last_seq, last_seq), key=lambda batch: batch.last_seq)
    return newest.last_seq, newest.chain_hash, newest.time_ns


def _file_bytes(url: str) -> int | None:
    """Of SQLite's file and its write-ahead log."""
    path = sqlite_path(parse_url(url))
    if path is None:
        return None
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
