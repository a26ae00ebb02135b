"""What is done to a message: to its fields before it is framed, to its bytes afterwards.

A mutation of fields takes and returns [(tag, value), …]; they are framed with the right length and checksum, so
that what is wrong reaches the venue and not just its first check. Values are latin-1 text, any byte but SOH unless
the mutation is about SOH.
"""

import functools
import random
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Final, TypeAlias

from tests.fuzz.asked import Pairs
from tests.support.fix_message import DICTIONARY, SOH, checksum

Mutation: TypeAlias = Callable[[Pairs, random.Random], Pairs]

ODD_VALUES: Final = (
    "", " ", "0", "-0", "-1", "+1", "00001", "1.", ".5", ".", "-", "--1", "1e5", "1E400", "NaN", "inf", "0x10", "1_000",
    "1,5", "9" * 15, "9" * 19, "9" * 21, "9" * 400, "1" + "0" * 15, "1" + "0" * 15 + ".1", "0." + "0" * 19 + "1",
    "10." + "0" * 30, "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", "Y", "N", "y", "NONE", "null", "A" * 64, "A" * 65, "A" * 1000,
    "20261124-12:00:00", "20261399-25:61:61", "20160229-23:59:60.999999999", "20260229", "00010101-00:00:00",
    "99991231-23:59:59.999", "99999999", "00000000", "21170101-00:00:00", "19691231-23:59:59", "20261124-1:2:3",
    "6 a", "a 6", "6  6", "66", "6 a 6 a", "\x00", "A\x00B", "\xe4\xf6", "\xe2\x82\xac", "\xff\xfe", "\x7f", "\t", "\n",
    "=", "==", "1=1", "|", "%s%n", "{0}", "../../x", "S001-USD ", " S001-USD", "s001-usd", "S999-USD", "VENUE",
    "\u00b2", "\u00b9\u00b2", "1\xa0", "8=FIX.4.4", "10=000",
)  # fmt: skip
ODD_TAGS: Final = (
    "0", "00", "-1", "", " ", "011", "+11", "11 ", " 11", "1 1", "x", "11x", "1.1", "9999", "99999", "5000", "20000",
    "2147483647", "2147483648", "4294967307", "4294967296", "18446744073709551627", "9" * 40, "\xe4", "\x00", "212",
    "213", "89", "93", "90", "91", "348", "354", "618", "115", "128", "129", "50", "57", "97", "627",
)  # fmt: skip


@functools.cache
def dictionary() -> dict[str, tuple[str, ...]]:
    """The venue's fields by tag, each with the values it may have; none named: any."""
    fields = ElementTree.parse(DICTIONARY).getroot().iterfind("fields/field")
    return {field.attrib["number"]: tuple(value.attrib["enum"] for value in field) for field in fields}


# -- of one field ------------------------------------------------------------------------------------------


def byte_changed(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: value[:at] + _byte(chance) + value[at + 1 :])


def byte_inserted(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: value[:at] + _byte(chance) + value[at:])


def byte_removed(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: value[:at] + value[at + 1 :])


def value_doubled(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: value[:at] + value)


def value_odd(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: chance.choice(ODD_VALUES))


def value_allowed(fields: Pairs, chance: random.Random) -> Pairs:
    """Another of the values the dictionary has for the field."""
    place = chance.randrange(len(fields))
    tag, value = fields[place]
    values = dictionary().get(tag) or (value,)
    return [*fields[:place], (tag, chance.choice(values)), *fields[place + 1 :]]


def value_of_another(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_value(fields, chance, lambda value, at: chance.choice(fields)[1])


def tag_of_another(fields: Pairs, chance: random.Random) -> Pairs:
    """A field of the dictionary in its place, with its value."""
    return _with_tag(fields, chance, chance.choice(list(dictionary())))


def tag_odd(fields: Pairs, chance: random.Random) -> Pairs:
    return _with_tag(fields, chance, chance.choice(ODD_TAGS))


# -- of the message ----------------------------------------------------------------------------------------


def field_removed(fields: Pairs, chance: random.Random) -> Pairs:
    place = chance.randrange(len(fields))
    return fields[:place] + fields[place + 1 :]


def field_repeated(fields: Pairs, chance: random.Random) -> Pairs:
    """Once more somewhere; sometimes often."""
    place = chance.randrange(len(fields) + 1)
    return fields[:place] + [chance.choice(fields)] * chance.choice((1, 1, 1, 2, 20)) + fields[place:]


def field_inserted(fields: Pairs, chance: random.Random) -> Pairs:
    tag = chance.choice(list(dictionary()))
    value = chance.choice(dictionary()[tag] or ODD_VALUES)
    place = chance.randrange(len(fields) + 1)
    return [*fields[:place], (tag, value), *fields[place:]]


def fields_swapped(fields: Pairs, chance: random.Random) -> Pairs:
    one, two = chance.randrange(len(fields)), chance.randrange(len(fields))
    swapped = list(fields)
    swapped[one], swapped[two] = fields[two], fields[one]
    return swapped


def fields_shuffled(fields: Pairs, chance: random.Random) -> Pairs:
    return chance.sample(fields, len(fields))


def tail_cut(fields: Pairs, chance: random.Random) -> Pairs:
    return fields[: chance.randrange(len(fields)) + 1]


def separator_lost(fields: Pairs, chance: random.Random) -> Pairs:
    """Two fields run into one another."""
    place = chance.randrange(len(fields))
    (tag, value), *rest = fields[place:]
    if not rest:
        return fields
    return [*fields[:place], (tag, f"{value}{rest[0][0]}={rest[0][1]}"), *rest[1:]]


def separator_gained(fields: Pairs, chance: random.Random) -> Pairs:
    """A field falls into two, the second without a tag of its own, or none."""
    return _with_value(fields, chance, lambda value, at: value[:at] + SOH + value[at:])


MUTATIONS: Final[tuple[Mutation, ...]] = (
    byte_changed, byte_changed, byte_inserted, byte_removed, value_doubled, value_odd, value_odd, value_odd,
    value_allowed, value_allowed, value_of_another, tag_of_another, tag_odd, field_removed, field_removed,
    field_repeated, field_inserted, field_inserted, fields_swapped, fields_shuffled, tail_cut, separator_lost,
    separator_gained,
)  # fmt: skip


def mutated(fields: Pairs, chance: random.Random) -> Pairs:
    """Mutated once, sometimes twice, seldom up to eight times."""
    for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 2, chance.randint(3, 8)))):
        if fields:
            fields = chance.choice(MUTATIONS)(fields, chance)
    return fields


# -- of the bytes ------------------------------------------------------------------------------------------


def garbled(frame: bytes, chance: random.Random) -> bytes:
    """Bytes changed after they were sealed, lost, or doubled; a length or checksum that is another."""
    at, other = chance.randrange(len(frame)), chance.randrange(len(frame))
    text = frame.decode("latin-1")
    length = text.split(SOH)[1]
    return chance.choice(
        (
            lambda: frame[:at] + bytes([chance.randrange(256)]) + frame[at + 1 :],
            lambda: frame[: min(at, other)] + frame[max(at, other) :],
            lambda: frame[:at],
            lambda: frame[at:],
            lambda: frame[: max(at, other)] + frame[min(at, other) :],
            lambda: frame[:-4] + f"{chance.randrange(1000):03d}".encode() + b"\x01",
            lambda: _sealed_again(text.replace(length, f"9={chance.randrange(5000)}", 1)),
            lambda: _sealed_again(text.replace(length, f"9={chance.choice(ODD_VALUES)}", 1)),
            lambda: chance.randbytes(chance.randrange(200)).replace(b"8=", b"__") + frame,
        )
    )()


def _sealed_again(text: str) -> bytes:
    head = text[: text.rindex("10=")]
    return f"{head}10={checksum(head)}{SOH}".encode("latin-1")


def _byte(chance: random.Random) -> str:
    printable = chance.random() < 0.8
    return chr(chance.randrange(33, 127) if printable else chance.choice([*range(1), *range(2, 256)]))


def _with_value(fields: Pairs, chance: random.Random, change: Callable[[str, int], str]) -> Pairs:
    place = chance.randrange(len(fields))
    tag, value = fields[place]
    changed = change(value, chance.randrange(len(value) + 1))
    return [*fields[:place], (tag, changed), *fields[place + 1 :]]


def _with_tag(fields: Pairs, chance: random.Random, tag: str) -> Pairs:
    place = chance.randrange(len(fields))
    return [*fields[:place], (tag, fields[place][1]), *fields[place + 1 :]]
