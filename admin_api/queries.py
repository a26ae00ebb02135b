"""Query parameters that a route does not have are refused: a mistyped filter must not look like one that found all."""

from collections.abc import Iterable, Mapping
from typing import Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from admin_api.problems import wrong_field
from venue import reasons


class Queries:
    """By the name of the route. What is no route of the API, such as a page, is not looked at."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._names: Final[Mapping[str, tuple[str, ...]]] = {
            route.name: _names(route.dependant)
            for route in routes
            if isinstance(route, APIRoute) and route.include_in_schema
        }

    def require_known(self, route: str, given: Mapping[str, str]) -> None:
        """Raises ProblemError."""
        known = self._names.get(route)
        if known is None:
            return
        for name, value in given.items():
            if name not in known:
                remedy = (
                    f"is none of the parameters, which are {', '.join(known)}"
                    if known
                    else "there are no parameters here"
                )
                raise wrong_field(reasons.BAD_VALUE, name, value, remedy)


def _names(dependant: Dependant) -> tuple[str, ...]:
    """Those of what the route depends on too."""
    names: list[str] = []
    for field in dependant.query_params:
        names += _fields_of(field.field_info.annotation) or [field.alias]
    return (*names, *(name for needed in dependant.dependencies for name in _names(needed)))


def _fields_of(model: object) -> list[str]:
    """Several parameters may be declared as the fields of one model; none for what is no model."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]
