"""FIX messages as {field name: value}: names instead of numbers, from the venue's own dictionary.

Of a repeating group only the last member is kept; of what the client asks for, answers have the one fee of a trade.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias
from xml.etree import ElementTree

import quickfix

from venue.fix.dictionary import DICTIONARY

Fields: TypeAlias = dict[str, str]

SOH: Final = "\x01"
HEADER: Final = frozenset({"PossResend"})  # what we may set there; QuickFIX sets the rest


@functools.cache
def tags() -> dict[str, int]:
    """Name -> tag number."""
    fields = ElementTree.parse(DICTIONARY).getroot().iterfind("fields/field")
    return {field.attrib["name"]: int(field.attrib["number"]) for field in fields}


@functools.cache
def names() -> dict[str, str]:
    """Tag number, as the text it has on the wire -> name."""
    return {str(tag): name for name, tag in tags().items()}


@functools.cache
def message_names() -> dict[str, str]:
    """MsgType(35) -> name."""
    messages = ElementTree.parse(DICTIONARY).getroot().iterfind("messages/message")
    return {message.attrib["msgtype"]: message.attrib["name"] for message in messages}


def read(message: quickfix.Message) -> Fields:
    known = names()
    pairs = (field.partition("=") for field in message.toString().split(SOH) if field)
    return {known.get(tag, tag): value for tag, _, value in pairs}


def written(fields: Mapping[str, str], orders: Iterable[Mapping[str, str]] = ()) -> quickfix.Message:
    """`orders` are the members of NoOrders(73). Raises KeyError for a name the dictionary does not have."""
    message = quickfix.Message()
    header = message.getHeader()
    header.setField(tags()["MsgType"], fields["MsgType"])
    for name, value in fields.items():
        if name in HEADER:
            header.setField(tags()[name], value)
        elif name != "MsgType":
            message.setField(tags()[name], value)
    for order in orders:
        group = quickfix.Group(tags()["NoOrders"], tags()["ClOrdID"])
        for name, value in order.items():
            group.setField(tags()[name], value)
        message.addGroup(group)
    return message
