"""Query parameters that a route does not have are refused: a mistyped filter must not look like one that found all."""

from collections.abc import Iterable, Mapping
from typing import Final

from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from admin_api.problems import wrong_field
from venue import reasons


class Queries:
    """By the name of the route. What is no route of the API is not looked at."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._names: Final[Mapping[str, tuple[str, ...]]] = {
            route.name: _names(route) for route in routes if isinstance(route, APIRoute)
        }

    def require_known(self, route: str, given: Iterable[str]) -> None:
        """Raises ProblemError."""
        known = self._names.get(route)
        if known is None:
            return
        for name in given:
            if name not in known:
                there_are = f"there are {', '.join(known)}" if known else "there are none"
                raise wrong_field(reasons.BAD_VALUE, "query", name, f"is no parameter here, {there_are}")


def _names(route: APIRoute) -> tuple[str, ...]:
    return tuple(field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query))
