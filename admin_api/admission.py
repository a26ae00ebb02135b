"""Who asks, how often, and with what kind of body: settled before a byte of the body is read.

A caller is known by its key, or by the cookie it was given for one (sign_ins.py), or is whoever asks from this
machine (principals.py). Each key, and each address
without one, has a bucket of its own; what comes with a key that is none is counted by address, in a small one.
Such a key is looked up all the same: 256 random bits are not guessed, and whoever shares an address with somebody
who tries must not be locked out by it. What the small bucket bounds is the noise.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from admin_api.methods import Methods
from admin_api.principals import Principal, principal_of, principal_of_token
from admin_api.problems import ProblemError, answer, shown
from admin_api.sign_ins import cookie_of
from admin_api.throttle import Throttle
from admin_api.view import View
from venue import reasons
from venue.errors import OperatorError
from venue.keys import ANONYMOUS

FAILURES_PER_S: Final = 1.0
FAILURES_AT_ONCE: Final = 20

_WITHOUT_KEY: Final = ("GET", "HEAD", "OPTIONS", "WEBSOCKET")  # what is public, and streams that log on later


class Admission:
    """The principal stands in scope["state"] behind it; None: nobody."""

    def __init__(self, app: ASGIApp, view: View, methods: Methods) -> None:
        self._app = app
        self._view = view
        self._methods = methods
        self._requests = Throttle(view.config.api.requests_per_s_max)
        self._failures = Throttle(FAILURES_PER_S, FAILURES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        method = scope.get("method", "WEBSOCKET")
        try:
            connection = HTTPConnection(scope)
            cookie = cookie_of(connection)
            principal = self._principal(connection, cookie)
            scope.setdefault("state", {}).update(principal=principal, sign_in=cookie)
            self._requests.require(_caller(principal, scope), "requests")
            if principal is None and method not in _WITHOUT_KEY:
                raise ProblemError(reasons.UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
            _require_json(Headers(scope=scope), self._view.config.api.request_bytes_max)
            if method == "OPTIONS":
                await self._methods.told(scope["path"])(scope, receive, send)
                return
        except ProblemError as error:
            await answer(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def principal_of_token(self, token: str, address: str) -> Principal:
        """Of a key that came in a message. Raises ProblemError, also when this address has tried too often."""
        try:
            return principal_of_token(token, self._view.keys)
        except ProblemError:
            self._failures.require(address, "keys that are none")
            raise

    def _principal(self, connection: HTTPConnection, cookie: str | None) -> Principal | None:
        """A key in the header goes before a cookie. A sign-in that has ended is nobody's: not even of this machine."""
        try:
            if cookie is not None and "authorization" not in connection.headers:
                return self._view.sign_ins.find(cookie)
            return principal_of(connection, self._view.config.api, self._view.keys)
        except OperatorError as error:
            raise ProblemError(reasons.UNAVAILABLE, str(error)) from error
        except ProblemError:
            self._failures.require(_address(connection.scope), "keys that are none")
            raise


def _caller(principal: Principal | None, scope: Scope) -> str:
    """Whose bucket it is; an address is no name of a key."""
    if principal is None or principal.name == ANONYMOUS:
        return f"@{_address(scope)}"
    return principal.name


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope["client"] else ""


def _require_json(headers: Headers, bytes_max: int) -> None:
    """Of what has a body. A form of another site's page could not be sent as JSON without being asked for first."""
    length = headers.get("content-length", "0")
    if length == "0" and "transfer-encoding" not in headers:
        return
    if int(length) > bytes_max:  # the server has seen to it that it is a number
        raise ProblemError(reasons.TOO_LARGE, f"the body was {length} bytes long: must be at most {bytes_max}")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(reasons.MEDIA_TYPE, f"Content-Type was {shown(kind) or 'missing'}: must be application/json")
    if (coding := headers.get("content-encoding", "identity").lower()) != "identity":
        raise ProblemError(reasons.MEDIA_TYPE, f"Content-Encoding was {shown(coding)}: must be left away")
