"""The AsyncAPI document: complete, without loose ends, and true of what is sent (`Listener` checks every message)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from admin_api.access import RULES
from admin_api.streams.document import MESSAGES_OF
from admin_api.streams.requests import CHANNELS
from admin_api.streams.routes import router


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> dict[str, Any]:
    answer = http.get(str(http.base_url.copy_with(path="/asyncapi.json")))
    assert answer.status_code == httpx.codes.OK
    whole: dict[str, Any] = answer.json()
    return whole


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Schemas, messages, channels and security schemes that are named are there."""
    found = set(references(document))
    assert found
    for reference in found:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_document_has_what_asyncapi_3_requires(document: dict[str, Any]) -> None:
    """asyncapi, info, and for each operation an action, a channel and messages of that channel."""
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= document["info"].keys()
    for operation in document["operations"].values():
        assert operation["action"] in ("send", "receive")
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_every_address_of_the_app_is_a_channel_of_the_document(document: dict[str, Any]) -> None:
    """An address that is added without a word here fails."""
    told = {channel["address"] for channel in document["channels"].values()}
    assert told == {route.path for route in router.routes}  # type: ignore[attr-defined]


def test_every_channel_has_its_messages_and_says_who_may_listen() -> None:
    """A channel that is added without its messages, or without a row in the access table, fails."""
    assert MESSAGES_OF.keys() == CHANNELS.keys()
    rows = {name.removeprefix("channel_") for name in RULES if name.startswith("channel_")}
    assert rows == CHANNELS.keys()


def test_every_field_with_an_example_has_a_valid_one(document: dict[str, Any]) -> None:
    """Examples are of the type the schema says."""
    types: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "array": list,
        "boolean": bool,
    }
    seen = 0
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            for example in field.get("examples", ()):
                seen += 1
                if "type" in field:
                    assert isinstance(example, types[field["type"]]), field
    assert seen > 50
