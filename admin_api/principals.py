"""Who asks: an API key, or a caller of this machine without one."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from admin_api.problems import ProblemError, wrong_field
from venue import reasons
from venue.config import ApiConfig
from venue.keys import ANONYMOUS, KeyStore, Role, session_of
from venue.messages import SetSession

_FORWARDED: Final = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
_FORWARDED_PREFIX: Final = "x-forwarded-"


@dataclass(frozen=True)
class Principal:
    """A caller. `name` stands as `by` in every command he sends; `session` is the one his orders are of."""

    name: str
    role: Role

    @property
    def session(self) -> str:
        return session_of(self.name)

    @property
    def is_operator(self) -> bool:
        return self.role == "operator"


def principal_of(connection: HTTPConnection, config: ApiConfig, keys: KeyStore) -> Principal | None:
    """Whose request this is; None: nobody's. Raises ProblemError for a key that is none."""
    given = connection.headers.get("authorization")
    if given is not None:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer":
            raise ProblemError(reasons.UNAUTHENTICATED, "Authorization must be `Bearer KEY`", headers=_CHALLENGE)
        return principal_of_token(token.strip(), keys)
    if config.anonymous != "none" and is_of_this_machine(connection):
        return Principal(ANONYMOUS, config.anonymous)
    return None


def principal_of_token(token: str, keys: KeyStore) -> Principal:
    """Raises ProblemError when no key that is in force has this token."""
    key = keys.find(token)
    if key is None:
        raise ProblemError(reasons.UNAUTHENTICATED, "the API key is unknown or revoked", headers=_CHALLENGE)
    return Principal(key.name, key.role)


_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


def is_of_this_machine(connection: HTTPConnection) -> bool:
    """Not when a proxy of this machine passes on what others ask."""
    if connection.client is None or any(map(_is_of_a_proxy, connection.headers)):
        return False
    return _is_loopback(connection.client.host)


@lru_cache(1_000)
def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_of_a_proxy(header: str) -> bool:
    return header in _FORWARDED or header.startswith(_FORWARDED_PREFIX)


def require_trades(principal: Principal, account: str, entitlement: SetSession | None) -> None:
    """Raises ProblemError when the caller may not trade for the account. `entitlement`: of his session."""
    if not principal.is_operator and account not in (entitlement.trades if entitlement else ()):
        raise _not_bound(principal, account, entitlement.trades if entitlement else ())


def require_sees(principal: Principal, account: str, entitlement: SetSession | None) -> None:
    """The same for a question, which may be about an account that the key watches."""
    seen = entitlement.trades + entitlement.watches if entitlement else ()
    if not principal.is_operator and account not in seen:
        raise _not_bound(principal, account, seen)


def _not_bound(principal: Principal, account: str, bound: tuple[str, ...]) -> ProblemError:
    return wrong_field(
        reasons.ROLE_MISSING,
        "account",
        account,
        f"key {principal.name} is bound to {', '.join(bound) or 'no account'}",
    )


async def _asking(connection: HTTPConnection) -> Principal:
    principal: Principal = connection.state.principal
    return principal


Asking = Annotated[Principal, Depends(_asking)]  # of routes that somebody must have been admitted to
