"""What went wrong, as REST tells it: problem details with a row of the venue's one reason table.

    HTTP/1.1 422
    {"type": "/api/v3/problems/off_tick", "title": "price is no multiple of the tick", "status": 422,
     "detail": "price was 45000.001: is no multiple of 0.01", "reason": "off_tick", "code": 6,
     "errors": [{"field": "price", "value": "45000.001", "remedy": "is no multiple of 0.01"}], "journal_seq": null}

Source: RFC 9457. `reason` and `code` are those of venue/reasons.py, so that FIX, REST and WebSocket agree.
"""

import logging
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from admin_api.wording import remedy_of
from venue import reasons
from venue.errors import JournalError, OperatorError, WrongValueError
from venue.reasons import REASONS

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_BASE: Final = "/api/v3/problems/"
ERRORS_MAX: Final = 20  # told of one request
VALUE_LENGTH_MAX: Final = 100  # of what somebody sent, told back to him


class FieldError(BaseModel):
    """A field of the request, what it was, and what is allowed."""

    field: Annotated[str, Field(examples=["price"])]
    value: Annotated[str, Field(examples=["45000.001"])]
    remedy: Annotated[str, Field(examples=["is no multiple of 0.01"])]


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: Annotated[str, Field(examples=[f"{TYPE_BASE}off_tick"])]
    title: Annotated[str, Field(examples=["price is no multiple of the tick"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str, Field(examples=["price was 45000.001: is no multiple of 0.01"])]
    reason: Annotated[str, Field(description="A name of the venue's reason table.", examples=["off_tick"])]
    code: Annotated[int, Field(description="Its number there.", examples=[6])]
    errors: list[FieldError] = []
    journal_seq: Annotated[int | None, Field(description="Of the command that was refused, if it was journaled.")] = (
        None
    )


class ProblemError(Exception):
    """Ends a request with a problem of this reason."""

    def __init__(
        self,
        reason: int,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        journal_seq: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        row = REASONS[reason]
        super().__init__(detail or row.text)
        self.headers: Final = headers
        self.problem: Final = Problem(
            type=TYPE_BASE + row.name,
            title=row.text,
            status=row.rest_status,
            detail=detail or row.text,
            reason=row.name,
            code=reason,
            errors=list(errors),
            journal_seq=journal_seq,
        )

    def within(self, place: str) -> "ProblemError":
        """The same of a part of the request: its fields are named from there."""
        inner = self.problem
        errors = [error.model_copy(update={"field": f"{place}.{error.field}"}) for error in inner.errors]
        return ProblemError(inner.code, f"{place}.{inner.detail}", errors, inner.journal_seq, self.headers)


def wrong_field(reason: int, field: str, value: object, remedy: str) -> ProblemError:
    """A problem with one field: its detail says "field was value: remedy"."""
    text = shown(value)
    return ProblemError(reason, f"{field} was {text}: {remedy}", [FieldError(field=field, value=text, remedy=remedy)])


def shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # half a character cannot be sent back
    return text if len(text) <= VALUE_LENGTH_MAX else f"{text[:VALUE_LENGTH_MAX]}…"


def responses(*numbers: int) -> dict[int | str, dict[str, Any]]:
    """The error bodies of a route for OpenAPI, one for each HTTP status of these reasons."""
    told: dict[int | str, dict[str, Any]] = {}
    for number in numbers:
        row = REASONS[number]
        known = told.setdefault(
            row.rest_status, {"model": Problem, "description": "", "content": {MEDIA_TYPE: {"examples": {}}}}
        )
        known["description"] = ", ".join(filter(None, (known["description"], row.name)))
        example = ProblemError(number).problem.model_dump()
        known["content"][MEDIA_TYPE]["examples"][row.name] = {"summary": row.text, "value": example}
    return told


def answer(error: ProblemError) -> JSONResponse:
    return JSONResponse(error.problem.model_dump(), error.problem.status, headers=error.headers, media_type=MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Every error of the app becomes a problem; none leaves it as anything else."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(WrongValueError, _wrong_value)
    app.add_exception_handler(OperatorError, _refused)
    app.add_exception_handler(JournalError, _in_doubt)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return answer(error)


async def _wrong_value(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WrongValueError)
    reason = reasons.BAD_VALUE if error.reason is None else error.reason
    return answer(wrong_field(reason, error.field, error.value, error.remedy))


async def _refused(_: Request, error: Exception) -> JSONResponse:
    return answer(ProblemError(reasons.UNAVAILABLE, str(error)))


async def _in_doubt(_: Request, error: Exception) -> JSONResponse:
    return answer(ProblemError(reasons.OUTCOME_UNKNOWN, str(error)))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [_field_error(detail) for detail in error.errors()[:ERRORS_MAX]]
    is_unreadable = any(detail["type"] == "json_invalid" for detail in error.errors())
    text = "; ".join(f"{item.field} was {item.value}: {item.remedy}" for item in found)
    return answer(ProblemError(reasons.MALFORMED if is_unreadable else reasons.BAD_VALUE, text, found))


def _field_error(detail: dict[str, Any]) -> FieldError:
    if detail["type"] == "json_invalid":
        return FieldError(field="body", value=f"unreadable at character {detail['loc'][-1]}", remedy=remedy_of(detail))
    place = [str(part) for part in detail["loc"] if part not in ("body", "query", "path", "header")]
    value = "missing" if detail["type"] == "missing" else shown(detail.get("input"))
    return FieldError(field=shown(".".join(place)) or "body", value=value, remedy=remedy_of(detail))


_OF_STATUS: Final = {
    400: reasons.MALFORMED,
    404: reasons.NOT_FOUND,
    405: reasons.METHOD_NOT_ALLOWED,
    413: reasons.TOO_LARGE,
}


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    reason, path = _OF_STATUS.get(error.status_code, reasons.INTERNAL), request.scope["path"]
    headers = dict(error.headers or {})
    if reason == reasons.METHOD_NOT_ALLOWED:
        headers["Allow"] = request.app.state.methods.of(path)
    return answer(ProblemError(reason, f"{request.method} {shown(path)}: {REASONS[reason].text}", headers=headers))


async def _fault(_: Request, error: Exception) -> JSONResponse:
    log.error("a request could not be answered", exc_info=error)
    return answer(ProblemError(reasons.INTERNAL, "a fault of the venue's own; its log says more"))
