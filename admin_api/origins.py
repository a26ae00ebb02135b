"""Which names this process answers to, and which pages of other sites may ask it.

A browser sends what any page tells it to, from inside this machine. Two checks keep such pages out:

    Host    must be a name or address this process is reached by. A site that lets its own name point to
            127.0.0.1 (DNS rebinding) is of one origin with us for the browser; its Host gives it away.
    Origin  must be ours, or one of `api.cors_origins`. Sec-Fetch-Site says the same for requests without it.

What is no browser sends neither Origin nor Sec-Fetch-Site, and is not asked for them. A plain link to a page of
ours is let through. Sources: RFC 9110 section 7.2, RFC 6454 section 7, W3C Fetch Metadata.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from admin_api.problems import ProblemError, shown
from venue import reasons
from venue.config import ApiConfig

_OUR_SITE: Final = ("same-origin", "none")  # none: the person typed the address


def require_known_host(headers: Headers, server: str, config: ApiConfig) -> None:
    """`server`: the address the connection was made to. Raises ProblemError."""
    given = headers.getlist("host")
    if len(given) == 1 and _is_known(_host_of(given[0]), server, config):
        return
    raise ProblemError(
        reasons.ORIGIN, f"Host was {shown(', '.join(given))}: it must be localhost, or a name in api.allowed_hosts"
    )


def require_known_origin(headers: Headers, method: str, config: ApiConfig) -> None:
    """Raises ProblemError."""
    origin = headers.get("origin")
    if origin is not None:
        if origin in config.cors_origins or _is_ours(origin, headers["host"]):
            return
        raise ProblemError(reasons.ORIGIN, f"Origin was {shown(origin)}: it must be ours, or stand in api.cors_origins")
    site = headers.get("sec-fetch-site", "none")
    if site not in _OUR_SITE and not (method == "GET" and headers.get("sec-fetch-mode") == "navigate"):
        raise ProblemError(reasons.ORIGIN, f"Sec-Fetch-Site was {shown(site)}: pages of other sites may not ask")


def _is_known(host: str, server: str, config: ApiConfig) -> bool:
    if host in ("localhost", config.host, *(name.lower() for name in config.allowed_hosts)):
        return True
    try:  # an address, however it is written
        return ipaddress.ip_address(host) == ipaddress.ip_address(server)
    except ValueError:
        return False


def _host_of(given: str) -> str:
    """Host without the port: "[::1]:8000" is "::1"."""
    try:
        return (urlsplit(f"//{given}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_ours(origin: str, host: str) -> bool:
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and authority.lower() == host.lower()
