"""What the venue's dictionary, fix_specs/FIX44.xml, calls messages, fields and values. Read once, when first asked."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

DICTIONARY: Final = Path(__file__).parents[2] / "fix_specs" / "FIX44.xml"


class FieldType(NamedTuple):
    """`values` are the words for its values, in lower case; none where any value may stand."""

    tag: int
    name: str
    values: Mapping[str, str]


class Names(NamedTuple):
    """`messages` by MsgType(35), `fields` by tag; `header` and `trailer` are tags."""

    messages: Mapping[str, str]
    fields: Mapping[int, FieldType]
    header: frozenset[int]
    trailer: frozenset[int]


@cache
def names() -> Names:
    root = ElementTree.parse(DICTIONARY).getroot()
    fields = {field.tag: field for field in map(_field, root.iterfind("fields/field"))}
    tags = {field.name: field.tag for field in fields.values()}
    return Names(
        {message.attrib["msgtype"]: message.attrib["name"] for message in root.iterfind("messages/message")},
        fields,
        *(
            frozenset(tags[field.attrib["name"]] for field in root.iterfind(f"{part}/field"))
            for part in ("header", "trailer")
        ),
    )


def _field(element: ElementTree.Element) -> FieldType:
    values = {value.attrib["enum"]: _words(value.attrib["description"]) for value in element.iterfind("value")}
    return FieldType(int(element.attrib["number"]), element.attrib["name"], values)


def _words(description: str) -> str:
    """PARTIALLY_FILLED -> partially filled"""
    return description.replace("_", " ").lower()
