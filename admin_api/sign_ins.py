"""Who has signed in with a browser: an API key, given once, becomes a cookie that scripts of the page cannot read.

The cookie holds 256 random bits and means the key's role for SIGN_IN_S, or until somebody signs out, the key is
revoked, or this process ends. They are kept in memory only: no file that is lost, or found in a backup, lets anybody
in. It is sent by pages of this origin only (SameSite=Strict), and counts only for requests that no other origin's
page has made, also where `api.cors_origins` lets one ask.

Cookies know no ports: the name has the port in it, so that two venues of one machine do not sign each other out.
"""

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from admin_api.origins import is_ours
from admin_api.principals import Principal
from venue.keys import Key, KeyStore

SIGN_IN_S: Final = 12 * 3_600
SIGN_INS_MAX: Final = 10_000  # the oldest ends when there are more


@dataclass(frozen=True)
class SignIn:
    """`key_made_ns` says which key of this name it was: a later one of the same name does not prolong it."""

    principal: Principal
    key_made_ns: int
    ends_s: float  # time.monotonic()


class SignIns:
    """By the cookie's value. `keys` are those of the data folder."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys: Final = keys
        self._of_token: Final[OrderedDict[str, SignIn]] = OrderedDict()

    def begin(self, principal: Principal) -> str:
        """Returns the cookie's value."""
        token = secrets.token_urlsafe(32)
        key_made_ns = next(key.created_ns for key in self._keys.listed() if _is_in_force(key, principal))
        self._of_token[token] = SignIn(principal, key_made_ns, time.monotonic() + SIGN_IN_S)
        if len(self._of_token) > SIGN_INS_MAX:
            self._of_token.popitem(last=False)
        return token

    def find(self, token: str) -> Principal | None:
        """None: it has ended, or never began. Raises OperatorError when the keys cannot be read."""
        found = self._of_token.get(token)
        if found is None:
            return None
        if time.monotonic() < found.ends_s and self._has_its_key(found):
            return found.principal
        del self._of_token[token]
        return None

    def end(self, token: str) -> None:
        self._of_token.pop(token, None)

    def _has_its_key(self, sign_in: SignIn) -> bool:
        return any(
            _is_in_force(key, sign_in.principal) and key.created_ns == sign_in.key_made_ns
            for key in self._keys.listed()
        )


def _is_in_force(key: Key, principal: Principal) -> bool:
    return not key.revoked_ns and (key.name, key.role) == (principal.name, principal.role)


def cookie_of(connection: HTTPConnection) -> str | None:
    """The cookie of this venue, if the request has one and no page of another origin has sent it."""
    origin = connection.headers.get("origin")
    if origin is not None and not is_ours(origin, connection.headers.get("host", "")):
        return None
    return connection.cookies.get(_name(connection))


def set_cookie(response: Response, connection: HTTPConnection, token: str) -> None:
    """Secure where the page came over TLS, which ends before this process: the browser says so in Origin."""
    is_secure = connection.headers.get("origin", "").startswith("https:")
    response.set_cookie(
        _name(connection), token, max_age=SIGN_IN_S, path="/", secure=is_secure, httponly=True, samesite="strict"
    )


def forget_cookie(response: Response, connection: HTTPConnection) -> None:
    response.delete_cookie(_name(connection), path="/", httponly=True, samesite="strict")


def _name(connection: HTTPConnection) -> str:
    return f"venue_sign_in_{connection.scope['server'][1]}"
