"""Values the dictionary allows, for fields that QuickFIX does not look at."""

import pytest

from venue.fix.dictionary import is_allowed


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("54", "1", True),  # Side
        ("54", "9", False),
        ("54", "12", False),
        ("54", "", False),
        ("18", "6", True),  # ExecInst, of which there may be several
        ("18", "6 a", True),
        ("18", "6 z", False),
        ("18", "6  a", False),
        ("11", "anything", True),  # ClOrdID
        ("11", "", False),
        ("9999", "a field of others", True),
    ],
)
def test_is_allowed(tag: str, value: str, expected: bool) -> None:
    """One of the values named, several where the field takes several, anything but nothing where none is named."""
    assert is_allowed(tag, value) is expected
