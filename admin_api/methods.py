"""Which methods each path knows: for OPTIONS, and for the Allow header of a 405. Source: RFC 9110, 9.3.7 and 10.2.1."""

import re
from collections.abc import Iterable
from typing import Final

from starlette.responses import Response
from starlette.routing import compile_path

from admin_api.problems import ProblemError
from venue import reasons


class Methods:
    """Of (path, methods) as the routes declare them. HEAD goes wherever GET does, OPTIONS everywhere."""

    def __init__(self, routes: Iterable[tuple[str, set[str]]]) -> None:
        known: dict[str, set[str]] = {}
        for path, methods in routes:
            known.setdefault(path, {"OPTIONS"}).update(methods | ({"HEAD"} if "GET" in methods else set()))
        self._known: Final[list[tuple[re.Pattern[str], set[str]]]] = [
            (compile_path(path)[0], methods) for path, methods in known.items()
        ]

    def of(self, path: str) -> str:
        """As in Allow; "" when there is nothing."""
        found = (methods for pattern, methods in self._known if pattern.match(path))
        return ", ".join(sorted(set().union(*found)))

    def told(self, path: str) -> Response:
        """The answer to OPTIONS. Raises ProblemError when there is nothing."""
        allowed = self.of(path)
        if not allowed:
            raise ProblemError(reasons.NOT_FOUND)
        return Response(status_code=204, headers={"Allow": allowed})
