"""An export: all rows of a question as CSV (RFC 4180), page after page while they are read.

A page is of one moment; rows that are written while an export goes on are newer than its first page, and not in it.
Text that a spreadsheet would take for a formula has a ' before it: who names an order must not run anything elsewhere.
"""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from fastapi import Request
from starlette.responses import StreamingResponse

from venue.recorder.registers import Key

MEDIA_TYPE: Final = "text/csv"
ROWS_AT_ONCE: Final = 1_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

# The text of a page that begins before a key and has so many rows at most; where the next begins, its journal_seq.
TextPage = tuple[str, int, Key, int]
Ask = Callable[[Key, int], Awaitable[TextPage]]


def is_asked(request: Request, form: str | None) -> bool:
    """`format` decides where it is given, else what the caller accepts."""
    if form is not None:
        return form == "csv"
    kinds = (kind.partition(";")[0].strip() for kind in request.headers.get("accept", "").lower().split(","))
    return next(iter(kinds), "") == MEDIA_TYPE


def lines(columns: Sequence[str], free: frozenset[str], rows: Iterable[dict[str, Any]]) -> str:
    """`free` are the columns whose text somebody else has chosen."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([_cell(row[name], name in free) for name in columns] for row in rows)
    return written.getvalue()


def _cell(value: Any, is_free: bool) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if is_free and value.startswith(_FORMULA):
            return f"'{value}"
    return value


async def exported(name: str, columns: Sequence[str], ask: Ask, before: Key, limit: int | None) -> StreamingResponse:
    """The answer, whose first page is read before it begins: what can be refused is refused then."""
    text, count, following, journal_seq = await ask(before, _next_count(limit, 0))

    async def pages() -> AsyncIterator[str]:
        page, written, further = text, count, following
        yield lines(columns, frozenset(), [dict(zip(columns, columns, strict=True))]) + page
        while further and (asked := _next_count(limit, written)):
            page, added, further, _ = await ask(further, asked)
            written += added
            yield page

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Journal-Seq": str(journal_seq)}
    return StreamingResponse(pages(), media_type=f"{MEDIA_TYPE}; charset=utf-8; header=present", headers=headers)


def _next_count(limit: int | None, written: int) -> int:
    return ROWS_AT_ONCE if limit is None else min(ROWS_AT_ONCE, limit - written)
