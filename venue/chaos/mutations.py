"""What happens to a message on its way out of a broken client."""

from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

from venue.fix.framing import sealed

Fields: TypeAlias = list[bytes]  # of a body, each TAG=VALUE, MsgType(35) first
Mutation: TypeAlias = Callable[[Fields, Random], Fields]

VALUES: Final = (
    b"", b"0", b"-1", b"00001", b"1e5", b"NaN", b"9" * 20, b"9" * 400, b"2147483648", b"A" * 1000, b"\xff\xfe", b"\x00",
    b"%s%n", b"20261399-25:61:61", b"Y", b" ",
)  # fmt: skip
TAGS: Final = (b"0", b"-1", b"", b"011", b"x", b"9999", b"4294967307", b"35", b"10", b"96", b"43", b"36", b"123")


def _byte_changed(fields: Fields, chance: Random) -> Fields:
    at = chance.randrange(len(fields))
    field = bytearray(fields[at])
    field[chance.randrange(len(field))] = chance.randrange(2, 256)
    return [*fields[:at], bytes(field), *fields[at + 1 :]]


def _value_odd(fields: Fields, chance: Random) -> Fields:
    at = chance.randrange(len(fields))
    tag = fields[at].partition(b"=")[0]
    return [*fields[:at], tag + b"=" + chance.choice(VALUES), *fields[at + 1 :]]


def _tag_odd(fields: Fields, chance: Random) -> Fields:
    at = chance.randrange(len(fields))
    text = fields[at].partition(b"=")[2]
    return [*fields[:at], chance.choice(TAGS) + b"=" + text, *fields[at + 1 :]]


def _field_lost(fields: Fields, chance: Random) -> Fields:
    at = chance.randrange(len(fields))
    return fields[:at] + fields[at + 1 :]


def _field_repeated(fields: Fields, chance: Random) -> Fields:
    at = chance.randrange(len(fields))
    return fields[:at] + [fields[at]] * chance.choice((2, 3, 50)) + fields[at:]


def _order_shuffled(fields: Fields, chance: Random) -> Fields:
    return chance.sample(fields, len(fields))


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _byte_changed, _value_odd, _value_odd, _tag_odd, _field_lost, _field_repeated, _order_shuffled,
)  # fmt: skip


def mutated(body: bytes, chance: Random) -> bytes:
    """A message made of a body, wrong in one way or two; mostly with the right length and checksum, so that what is
    wrong is not found at once."""
    fields = body.split(b"\x01")[:-1]
    for _ in range(chance.choice((1, 1, 1, 2))):
        if fields and all(fields):
            fields = chance.choice(MUTATIONS)(fields, chance)
    message = sealed(b"".join(field + b"\x01" for field in fields))
    return message if chance.random() < 0.75 else _garbled(message, chance)


def _garbled(message: bytes, chance: Random) -> bytes:
    """Damaged behind the checksum's back: a byte changed, the end lost, a piece doubled."""
    at = chance.randrange(len(message))
    return chance.choice(
        (
            message[:at] + bytes([chance.randrange(256)]) + message[at + 1 :],
            message[:at],
            message[:at] + message[at // 2 :],
        )
    )
