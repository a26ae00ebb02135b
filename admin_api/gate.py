"""What every connection passes before the app, and every answer after it.

    Gate: host, origin, size of the head ─► CORS, if configured ─► Admission ─► app
      ◄── security headers, access log, counts

An ASGI application around an application, so that what is refused here, what the app refuses and what it fails at
leave alike: as problems, with the same headers, and with a line in the log.

The line has method, route, status, duration and who asked. It never has a header, a query or a body: keys and
orders are nobody's business but their owner's.
"""

import time
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from admin_api.origins import Origins
from admin_api.problems import ProblemError, answer
from admin_api.view import View
from venue import reasons

log = structlog.get_logger("admin_api.access")

TARGET_BYTES_MAX: Final = 4_096  # path and query
HEAD_BYTES_MAX: Final = 16_384  # all header fields
NO_ROUTE: Final = "none"

_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NO_STORE: Final = (b"cache-control", b"no-store")
_OUR_OWN_ACTIVE: Final = (  # the pages of the documents
    b"content-security-policy",
    b"default-src 'self' 'unsafe-inline' data:; frame-ancestors 'none'",
)
_NOTHING_ACTIVE: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Gate:
    def __init__(self, app: ASGIApp, view: View) -> None:
        self._app = app
        self._view = view
        self._origins = Origins(view.config.api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began_ns = time.perf_counter_ns()
        answering = _Answering(scope, send)
        try:
            self._check(scope)
            await self._app(scope, receive, answering.send)
        except ProblemError as error:
            await answer(error)(scope, receive, answering.send)
        except Exception:
            if scope["type"] == "websocket" or not answering.status:
                raise  # the server logs it
            # else the app has told of a fault of its own, and logged it
        finally:
            self._note(scope, answering, time.perf_counter_ns() - began_ns)

    def _check(self, scope: Scope) -> None:
        """Raises ProblemError."""
        target_bytes = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if target_bytes > TARGET_BYTES_MAX:
            raise _too_large("the URL", target_bytes, TARGET_BYTES_MAX)
        head_bytes = _size_of(scope["headers"])
        if head_bytes > HEAD_BYTES_MAX:
            raise _too_large("the header", head_bytes, HEAD_BYTES_MAX)
        self._origins.require_known(Headers(scope=scope), scope.get("method", "GET"), scope["server"][0])

    def _note(self, scope: Scope, answering: "_Answering", elapsed_ns: int) -> None:
        route = scope.get("route")  # the router's, once it has found one
        name, tags = getattr(route, "name", NO_ROUTE), getattr(route, "tags", None)
        if scope["type"] == "http":
            self._view.traffic.note(name, tags[0] if tags else NO_ROUTE, answering.status, elapsed_ns)
        principal = scope.get("state", {}).get("principal")
        log.info(
            "request",
            method=answering.method,
            route=name,
            status=answering.status,
            duration_ms=round(elapsed_ns / 1e6, 3),
            principal=principal.name if principal else None,
            address=scope["client"][0] if scope["client"] else None,
        )


class _Answering:
    """The way of one answer out. `status` is 0 until it began.

    HEAD is asked as GET, and its answer sent without the body: the server leaves that away.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self.method: Final[str] = scope.get("method", "WEBSOCKET")
        self.status = 0
        self._scope = scope
        self._send = send
        if self.method == "HEAD":
            scope["method"] = "GET"

    async def send(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start":
                self.status = message["status"]
                message["headers"] = [*message["headers"], *_missing(message["headers"])]
                if self.method == "HEAD":
                    self._scope["method"] = "HEAD"
            case "websocket.accept":
                self.status = 101
        await self._send(message)


def _missing(given: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    """The security headers this answer does not have yet."""
    known = {name.lower(): value for name, value in given}
    yield from _SECURITY
    if _NO_STORE[0] not in known:
        yield _NO_STORE
    if _NOTHING_ACTIVE[0] in known:  # the dashboard's pages have a stricter one than those of the documents
        return
    is_page = known.get(b"content-type", b"").startswith(b"text/html")
    yield _OUR_OWN_ACTIVE if is_page else _NOTHING_ACTIVE


def _size_of(headers: Iterable[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _too_large(what: str, size: int, most: int) -> ProblemError:
    return ProblemError(reasons.TOO_LARGE, f"{what} was {size} bytes long: must be at most {most}")
