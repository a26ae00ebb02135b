"""The messages of a session or an order, collected from where each is kept."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from admin_api.fix_messages.requests import Request, request_message
from admin_api.models.fix_messages import FixMessage, message_of
from admin_api.view import View
from venue import messages as m
from venue.errors import VenueError
from venue.fix_text import sent
from venue.journal import JournalReader
from venue.journal.frames import RECEIVED
from venue.recorder.reading import Life

READERS_MAX: Final = 2  # at once
ORDER_MESSAGES_MAX: Final = 500
REQUESTS_MAX: Final = 200  # looked for in the journal
_TRADE: Final = "F"  # ExecType(150): no request of the order's own leads to it but its entry or its change
_readers = asyncio.Semaphore(READERS_MAX)
_REQUEST_TYPES: Final = frozenset("DEFG")


async def of_session(view: View, comp_id: str, limit: int) -> list[FixMessage]:
    """The last messages, newest first. Raises VenueError when the venue cannot be asked what came."""
    received = await view.line.ask(RECEIVED, comp_id)
    path = sent.body_path(view.config.data, view.config.fix.comp_id, comp_id)

    def read() -> list[FixMessage]:
        came = [message_of(one.text, comp_id, "in", one.time_ns) for one in received]
        left = [message_of(text, comp_id, "out") for text in sent.newest(path, limit)]
        return sorted(came + left, key=_place, reverse=True)[:limit]

    async with _readers:
        return await asyncio.to_thread(read)


async def of_order(view: View, life: Life, *, with_copies: bool) -> tuple[list[FixMessage], bool]:
    """What was asked about an order, and what its session was told of it, oldest first; whether that is all.

    What came is told as it came while the gateway remembers it, else as it stands in the journal. `with_copies`: also
    what was sent to the sessions that watch its account now.
    """
    session: str = life.order["session"]
    watchers = _watchers(view, life.order["account"]) if with_copies else []
    asked, told = await _read(view, life, [session, *(name for name in watchers if name != session)])
    came = await _came(view, session, _ids(life))
    known = {_value(message, 11) for message in came}
    asked = [message for message in asked if _value(message, 11) not in known]
    found = sorted([*asked, *came, *told], key=_place)
    reported = {message.journal_seq for message in told if message.session == session}
    expected = {row["journal_seq"] for row in life.executions} if session in view.config.sessions else set()
    is_complete = not life.has_more and expected <= reported and len(found) <= ORDER_MESSAGES_MAX
    return found[:ORDER_MESSAGES_MAX], is_complete


def _place(message: FixMessage) -> tuple[str, str, str, int]:
    """In time, which FIX tells to the millisecond; a request comes before what is told of it."""
    return (message.time or "")[:_TO_THE_MS], message.direction, message.session, message.msg_seq_num or 0


_TO_THE_MS: Final = len("2026-11-24T01:24:59.182")


def _watchers(view: View, account: str) -> list[str]:
    entitled = (view.entitlements.of(name) for name in view.config.sessions)
    return [known.session for known in entitled if known and account in known.watches]


async def _read(view: View, life: Life, sessions: Sequence[str]) -> tuple[list[FixMessage], list[FixMessage]]:
    """From the journal and from the sessions' stores."""
    order, units = life.order, view.units
    seqs = [row["journal_seq"] for row in life.executions]
    changes = [row["journal_seq"] for row in life.executions if row["exec_type"] != _TRADE]
    last_seq = 0 if order["ord_status"] in ("0", "1") else order["changed_seq"]
    about = order["order_id"], order["entered_seq"], last_seq

    def read() -> tuple[list[FixMessage], list[FixMessage]]:
        told: list[FixMessage] = []
        for session in sessions:
            path = sent.body_path(view.config.data, view.config.fix.comp_id, session)
            texts = sent.of_order(path, *about, seqs)
            told += (message_of(text, session, "out") for text in texts[: ORDER_MESSAGES_MAX + 1])
        requests = _requests(view.reader, life, changes)
        return [request_message(request, units, seq, time_ns) for request, seq, time_ns in requests], told

    async with _readers:
        return await asyncio.to_thread(read)


def _requests(reader: JournalReader, life: Life, seqs: Iterable[int]) -> Iterator[tuple[Request, int, int]]:
    """Of the commands that changed the order, those that asked about it; with journal_seq and time. Those that were
    removed from the journal are left out."""
    ids, account, first_seq = _ids(life), life.order["account"], reader.first_seq()
    for seq in sorted(seq for seq in {life.order["entered_seq"], *seqs} if seq >= first_seq)[:REQUESTS_MAX]:
        for batch in reader.read(seq, seq):
            command = batch.commands()[seq - batch.first_seq]
            for request in command.orders if isinstance(command, m.EnterList) else (command,):
                if isinstance(request, Request) and request.account == account and _is_about(request, ids):
                    yield request, seq, batch.time_ns


def _is_about(request: Request, ids: frozenset[str]) -> bool:
    """A mass cancel has ended the order, or it would not be among its commands."""
    match request:
        case m.EnterOrder():
            return request.cl_ord_id in ids
        case m.CancelOrder() | m.ReplaceOrder():
            return request.cl_ord_id in ids or request.orig_cl_ord_id in ids
    return True


def _ids(life: Life) -> frozenset[str]:
    """Every ClOrdID(11) the order had, and those of the requests that changed it."""
    named = (row[name] for row in life.executions for name in ("cl_ord_id", "orig_cl_ord_id"))
    return frozenset(filter(None, (life.order["cl_ord_id"], *named)))


async def _came(view: View, session: str, ids: frozenset[str]) -> list[FixMessage]:
    """What the gateway remembers; nothing when it cannot be asked, for the journal has it too."""
    if session not in view.config.sessions:
        return []
    try:
        received = await view.line.ask(RECEIVED, session)
    except VenueError:
        return []
    messages = (message_of(one.text, session, "in", one.time_ns) for one in received)
    return [
        message
        for message in messages
        if message.msg_type in _REQUEST_TYPES and ids & {_value(message, 11), _value(message, 41)}
    ]


def _value(message: FixMessage, tag: int) -> str:
    return next((field.value for field in message.fields if field.tag == tag), "")
