"""The OpenAPI document, completed: what every route can answer and no route states, and who may ask it.

A route names the refusals that are its own. Those that come before it, at the gate, are the same for all and follow
from the access table, and from whether there is something to be read wrongly: parameters, a body.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from admin_api.access import RULES, Access, roles_that_may
from admin_api.problems import MEDIA_TYPE, Problem, responses
from venue import reasons

Json: TypeAlias = dict[str, Any]

SCHEME: Final = "API key"
_OWN_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")  # FastAPI's, which no answer of ours has
_PROBLEM: Final = {"$ref": f"#/components/schemas/{Problem.__name__}"}


def completed(document: Json, *, needs_key: bool) -> Json:
    """The document as FastAPI makes it, with the rest; `needs_key`: nobody is let in without one."""
    for operation in _operations(document):
        rule = RULES[operation["operationId"]]
        told = responses(*_refusals(operation, rule))
        answers = operation["responses"]
        if _is_of_validation(answers.get("422")):
            del answers["422"]
        for status, answer in told.items():
            _join(answers.setdefault(str(status), {"description": "", "content": {}}), answer)
        for answer in answers.values():
            _say_problem(answer)
        operation["responses"] = dict(sorted(answers.items()))
        _say_access(operation, rule, needs_key=needs_key)
    schemas = document["components"]["schemas"]
    for name in _OWN_SCHEMAS:
        schemas.pop(name, None)
    schemas.setdefault(Problem.__name__, Problem.model_json_schema(ref_template="#/components/schemas/{model}"))
    document["components"]["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "description": "`venue key add` makes keys."}
    }
    return document


def _operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def _refusals(operation: Mapping[str, Any], rule: Access) -> Iterator[int]:
    """Of the gate and of reading the request."""
    yield from (reasons.ORIGIN, reasons.TOO_LARGE, reasons.RATE_LIMIT, reasons.INTERNAL)
    if rule is not Access.PUBLIC:
        yield from (reasons.UNAUTHENTICATED, reasons.UNAVAILABLE)
    if rule > Access.VIEW:
        yield reasons.ROLE_MISSING
    if "requestBody" in operation:
        yield from (reasons.MALFORMED, reasons.MEDIA_TYPE)
    if "requestBody" in operation or "parameters" in operation:
        yield reasons.BAD_VALUE


def _is_of_validation(answer: Json | None) -> bool:
    return answer is not None and _OWN_SCHEMAS[0] in str(answer.get("content", {}).get("application/json", ""))


def _join(known: Json, answer: Mapping[str, Any]) -> None:
    """Add the examples that an answer of this status does not have yet."""
    examples = known["content"].setdefault(MEDIA_TYPE, {}).setdefault("examples", {})
    for name, example in answer["content"][MEDIA_TYPE]["examples"].items():
        if name not in examples:
            examples[name] = example
            known["description"] = ", ".join(filter(None, (known["description"], name)))


def _say_problem(answer: Json) -> None:
    """The body of a problem has a media type of its own."""
    content = answer.get("content", {})
    if MEDIA_TYPE in content:
        content.pop("application/json", None)
        content[MEDIA_TYPE]["schema"] = _PROBLEM


def _say_access(operation: Json, rule: Access, *, needs_key: bool) -> None:
    roles = roles_that_may(rule)
    operation["x-roles"] = roles
    if rule is Access.PUBLIC:
        operation["security"] = []
    else:
        operation["security"] = [{SCHEME: []}] if needs_key else [{SCHEME: []}, {}]
        operation["description"] = f"{operation.get('description', '')}\n\nRoles: {', '.join(roles)}.".strip()
