"""The values that the venue's dictionary allows, for what QuickFIX 1.16 does not check: members of repeating groups.

Of a group QuickFIX checks the count, the order and the presence of fields, and not a single value.
Source: DataDictionary::validate of QuickFIX 1.16, which walks over a message's own fields only.
"""

import xml.etree.ElementTree as ElementTree
from typing import Final

from venue.fix_text.dictionary import DICTIONARY as DICTIONARY

_SEVERAL: Final = "MULTIPLEVALUESTRING"  # with a blank between them


def _read() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    fields = ElementTree.parse(DICTIONARY).getroot().findall("fields/field")
    values = {field.attrib["number"]: frozenset(value.attrib["enum"] for value in field) for field in fields}
    several = frozenset(field.attrib["number"] for field in fields if field.attrib["type"] == _SEVERAL)
    return {tag: allowed for tag, allowed in values.items() if allowed}, several


_VALUES, _OF_SEVERAL = _read()


def is_allowed(tag: str, value: str) -> bool:
    """Whether a field may have this value: never an empty one, and one of those the dictionary names, if it does."""
    allowed = _VALUES.get(tag)
    if allowed is None:
        return bool(value)
    return allowed.issuperset(value.split(" ")) if tag in _OF_SEVERAL else value in allowed
