"""Idempotency-Key: a write that is sent again is done once, and answered again.

    first ────► does it ─► answer            the same caller and key again: the same answer, with the header
    repeat ───► waits for the first one      Idempotent-Replayed: true; with another request: 422 key_reused

A refusal is an answer, but nothing was done: it is not kept, and the same key may try again. What is kept is bounded,
and lost with this process: a write whose command is not idempotent by itself needs more than this. Orders have it:
`orders.keys`. Source: draft-ietf-httpapi-idempotency-key-header-07, which writes the key in quotation marks; they may
be left out.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, TypeVar

from fastapi import Header, Response

from admin_api.problems import ProblemError
from venue import reasons

ANSWERS_MAX: Final = 10_000
REPLAYED: Final = "Idempotent-Replayed"

Answer = TypeVar("Answer")

IdempotencyKey: TypeAlias = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="Chosen by the caller, a new one for each request: sent again with it, the request is done once.",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


class _Known(NamedTuple):
    asked: object
    answer: "asyncio.Future[Any]"


class Answers:
    """The last ones given to requests with a key, for all callers together."""

    def __init__(self, answers_max: int = ANSWERS_MAX) -> None:
        self._answers_max: Final = answers_max
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    async def once(
        self,
        caller: str,
        key: str | None,
        asked: object,
        response: Response,
        do: Callable[[], Awaitable[Answer]],
    ) -> Answer:
        """Do what is asked, unless this caller had it done with this key before.

        asked: what tells one request from another, compared with ==: the route and what it was given. Without a key
        it is simply done. Raises ProblemError KEY_REUSED, and whatever `do` raises.
        """
        if key is None:
            return await do()
        name = (caller, key.strip('"'))
        known = self._known.get(name)
        if known is not None:
            if known.asked != asked:
                raise key_reused()
            response.headers[REPLAYED] = "true"
            first: Answer = await asyncio.shield(known.answer)
            return first
        return await self._first(name, asked, do)

    async def _first(self, name: tuple[str, str], asked: object, do: Callable[[], Awaitable[Answer]]) -> Answer:
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._known[name] = _Known(asked, told)
        try:
            answer = await do()
        except BaseException as error:
            del self._known[name]
            if isinstance(error, Exception):
                told.set_exception(error)
                told.exception()  # nobody may be waiting for it
            else:
                told.cancel()
            raise
        told.set_result(answer)
        while len(self._known) > self._answers_max and next(iter(self._known.values())).answer.done():
            self._known.popitem(last=False)
        return answer


def key_reused() -> ProblemError:
    return ProblemError(reasons.KEY_REUSED, "Idempotency-Key was used for another request: take a new one")
