"""Which names this process answers to, and which pages of other sites may ask it.

A browser sends what any page tells it to, from inside this machine. Two checks keep such pages out:

    Host    must be a name or address this process is reached by. A site that lets its own name point to
            127.0.0.1 (DNS rebinding) is of one origin with us for the browser; its Host gives it away.
    Origin  must be ours, or one of `api.cors_origins`. Sec-Fetch-Site says the same for requests without it.

What is no browser sends neither Origin nor Sec-Fetch-Site, and is not asked for them. A plain link to a page of
ours is let through. Sources: RFC 9110 section 7.2, RFC 6454 section 7, W3C Fetch Metadata.
"""

import ipaddress
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from admin_api.problems import ProblemError, shown
from venue import reasons
from venue.config import ApiConfig

_OUR_SITE: Final = ("same-origin", "none")  # none: the person typed the address


class Origins:
    """What is let in by a configuration. Cost: 3 µs a request."""

    def __init__(self, config: ApiConfig) -> None:
        self._hosts: Final = frozenset(name.lower() for name in ("localhost", config.host, *config.allowed_hosts))
        self._pages: Final = frozenset(config.cors_origins)

    def require_known(self, headers: Headers, method: str, server: str) -> None:
        """`server`: the address the connection was made to. Raises ProblemError."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_known(_host_of(hosts[0]), server):
            was = shown(", ".join(hosts))
            raise ProblemError(reasons.ORIGIN, f"Host was {was}: it must be localhost, or a name in api.allowed_hosts")
        origin = headers.get("origin")
        if origin is not None:
            self._require_page(origin, hosts[0])
        else:
            _require_our_site(headers, method)

    def _is_known(self, host: str, server: str) -> bool:
        return host in self._hosts or _is_same_address(host, server)

    def _require_page(self, origin: str, host: str) -> None:
        if origin not in self._pages and not is_ours(origin, host):
            raise ProblemError(
                reasons.ORIGIN, f"Origin was {shown(origin)}: it must be ours, or stand in api.cors_origins"
            )


def _require_our_site(headers: Headers, method: str) -> None:
    site = headers.get("sec-fetch-site", "none")
    if site not in _OUR_SITE and not (method == "GET" and headers.get("sec-fetch-mode") == "navigate"):
        raise ProblemError(reasons.ORIGIN, f"Sec-Fetch-Site was {shown(site)}: pages of other sites may not ask")


@lru_cache(1_000)
def _host_of(given: str) -> str:
    """Host without the port: "[::1]:8000" is "::1"."""
    try:
        return (urlsplit(f"//{given}").hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(1_000)
def _is_same_address(host: str, server: str) -> bool:
    """However it is written."""
    try:
        return ipaddress.ip_address(host) == ipaddress.ip_address(server)
    except ValueError:
        return False


def is_ours(origin: str, host: str) -> bool:
    """Whether a page of this origin came from the host that the request names."""
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and authority.lower() == host.lower()
