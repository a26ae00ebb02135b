"""Query parameters: those the OpenAPI document names are taken, any other is refused."""

from typing import Any

import httpx

_PLACES = {"symbol": "BTC-USD", "account": "MAKER", "order_id": "1", "comp_id": "MAKER", "job_id": "1", "name": "busy"}


def _questions(document: dict[str, Any]) -> dict[str, list[str]]:
    """The path of every GET, with the parameters of its query."""
    return {
        path.format(**_PLACES): [one["name"] for one in asked["get"].get("parameters", []) if one["in"] == "query"]
        for path, asked in document["paths"].items()
        if "get" in asked and path.startswith("/api/v3")
    }


def _not_taken(http: httpx.Client, path: str, name: str) -> bool:
    """Whether the parameter itself is refused, whatever its value."""
    problem = http.get(path.removeprefix("/api/v3"), params={name: "?"}).json()
    return any(
        error["field"] == name and error["remedy"].startswith(("is none of the parameters", "there are no parameters"))
        for error in problem.get("errors", [])
    )


def test_every_parameter_of_the_document_is_taken_and_no_other(http: httpx.Client) -> None:
    """A mistyped filter must not look like one that found everything, and no filter may be refused."""
    questions = _questions(http.get(str(http.base_url).removesuffix("/api/v3/") + "/openapi.json").json())
    assert sum(map(len, questions.values())) > 10
    for path, names in questions.items():
        assert _not_taken(http, path, "mistyped"), path
        assert [name for name in names if _not_taken(http, path, name)] == [], path
