"""A FIX message field by field, in the order it was sent: tag, name, value, and what the value means."""

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from venue.fix_text.dictionary import names

SOH: Final = "\x01"
HIDDEN: Final = "***"
SECRETS: Final = frozenset((95, 96, 553, 554, 925))  # RawDataLength, RawData, Username, Password, NewPassword
_SECRET: Final = re.compile(rf"(?<=\x01)({'|'.join(map(str, sorted(SECRETS)))})=[^\x01]*")
_MSG_TYPE: Final = 35

Part: TypeAlias = Literal["header", "body", "trailer"]


class Field(NamedTuple):
    """`meaning` is "" where the value says it itself."""

    tag: int
    name: str
    value: str
    meaning: str
    part: Part


def fields_of(text: str) -> list[Field]:
    """Every field; secrets are hidden. What is no field ("tag=value") is left out."""
    pairs = (pair.partition("=") for pair in text.split(SOH))
    return [_field(int(tag), value) for tag, equals, value in pairs if equals and tag.isascii() and tag.isdecimal()]


def without_secrets(text: str) -> str:
    """The same message, with nothing in it that somebody signs in with."""
    return _SECRET.sub(rf"\1={HIDDEN}", text)


def message_name(msg_type: str) -> str:
    """Of MsgType(35): ExecutionReport. The type itself, where the dictionary has none of that type."""
    return names().messages.get(msg_type, msg_type)


def _field(tag: int, value: str) -> Field:
    known = names()
    part: Part = "header" if tag in known.header else "trailer" if tag in known.trailer else "body"
    if tag in SECRETS:
        value = HIDDEN
    field_type = known.fields.get(tag)
    if field_type is None:
        return Field(tag, "", value, "", part)
    meaning = message_name(value) if tag == _MSG_TYPE else field_type.values.get(value, "")
    return Field(tag, field_type.name, value, meaning, part)
