"""FIX messages as plain text, made and read without a FIX library.

Fields are written by their names in the venue's own dictionary (`fix_specs/`), so that a test reads
ClOrdID="A" and not 11="A"; a field the dictionary does not have is written as its number: T999="HI".
"""

import functools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

SOH: Final = "\x01"
DICTIONARY: Final = Path(__file__).parents[2] / "fix_specs" / "FIX44.xml"
ADMIN_TYPES: Final = frozenset("A05123 4".replace(" ", ""))


@functools.cache
def _tags_by_name() -> dict[str, int]:
    fields = ElementTree.parse(DICTIONARY).getroot().iterfind("fields/field")
    return {field.attrib["name"]: int(field.attrib["number"]) for field in fields}


@functools.cache
def _names_by_tag() -> dict[int, str]:
    return {number: name for name, number in _tags_by_name().items()}


def tag_of(name: str) -> int:
    """The number of a field: "ClOrdID" -> 11; "T999" -> 999, which needs no dictionary."""
    if re.fullmatch(r"T-?\d+", name):
        return int(name[1:])
    return _tags_by_name()[name]


def name_of(tag: int) -> str:
    return _names_by_tag().get(tag, f"T{tag}")


class FixMessage:
    """The fields of one message in the order they stand on the wire, header and trailer included."""

    def __init__(self, fields: Iterable[tuple[int, str]]) -> None:
        self.fields: Final = list(fields)

    @classmethod
    def parse(cls, text: str) -> "FixMessage":
        pairs = (field.partition("=") for field in text.split(SOH) if field)
        return cls((int(tag), value) for tag, _, value in pairs)

    def get(self, name: str) -> str | None:
        """The first value of the field, None when the message does not have it."""
        tag = tag_of(name)
        return next((value for number, value in self.fields if number == tag), None)

    def all(self, name: str) -> list[str]:
        """Every value of the field: the members of a repeating group."""
        tag = tag_of(name)
        return [value for number, value in self.fields if number == tag]

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        assert value is not None, f"{name}({tag_of(name)}) was missing in {self}"
        return value

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    @property
    def msg_type(self) -> str:
        return self["T35"]

    @property
    def msg_seq_num(self) -> int:
        return int(self["T34"])

    @property
    def is_admin(self) -> bool:
        return self.msg_type in ADMIN_TYPES

    def differences(self, expected: dict[str, str | None]) -> Iterator[str]:
        """One line for each field that is not as expected; None means the field must be absent."""
        for name, wanted in expected.items():
            if self.get(name) != wanted:
                yield f"{name}({tag_of(name)}) was {self.get(name)!r}, expected {wanted!r}"

    def __str__(self) -> str:
        return "|".join(f"{tag}={value}" for tag, value in self.fields)


def utc_timestamp(offset_s: float = 0.0) -> str:
    """Now plus offset_s as a UTCTimestamp with milliseconds."""
    moment = datetime.now(UTC) + timedelta(seconds=offset_s)
    return moment.strftime("%Y%m%d-%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def checksum(text: str) -> str:
    """CheckSum(10): the sum of all bytes before it modulo 256, three digits."""
    return f"{sum(text.encode('latin-1')) % 256:03d}"


def frame(
    fields: Iterable[tuple[int | str, str]], begin_string: str = "FIX.4.4", body_length: str | None = None
) -> bytes:
    """Put BeginString(8), BodyLength(9) and CheckSum(10) around fields that start with MsgType(35).

    `body_length` replaces the right one; the checksum then fits the wrong length.
    """
    body = "".join(f"{tag}={value}{SOH}" for tag, value in fields)
    length = str(len(body.encode("latin-1"))) if body_length is None else body_length
    head = f"8={begin_string}{SOH}9={length}{SOH}"
    return f"{head}{body}10={checksum(head + body)}{SOH}".encode("latin-1")


def seal(text: str) -> bytes:
    """A message written out by hand with "|" between its fields, closed with the right CheckSum(10)."""
    text = text.replace("|", SOH)
    return f"{text}10={checksum(text)}{SOH}".encode("latin-1")


def seal_body(body: str) -> bytes:
    """Like `seal`, with BeginString(8) and the right BodyLength(9) put before what need not be FIX at all."""
    return seal(f"8=FIX.4.4|9={len(body.encode('latin-1'))}|{body}")
