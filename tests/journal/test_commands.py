"""The bytes of commands: a faithful round trip, and no surprise from any other bytes."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journal.journals import FIRST_NS
from venue.config import JournalConfig
from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError
from venue.journal import Batch, journal_url, open_reader, open_writer
from venue.messages import AnyCommand, decode_commands, encode_commands

_BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=30),
    int: st.integers(-(1 << 63), (1 << 64) - 1),
    bool: st.booleans(),
}


def _values(field_type: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(field_type), get_args(field_type)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is UnionType:
        return st.one_of([_values(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(_values(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_values(argument) for argument in arguments))
    if field_type is NoneType:
        return st.none()
    return _structs_of(field_type) if issubclass(field_type, msgspec.Struct) else _BY_TYPE[field_type]


def _structs_of(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: _values(hints[name]) for name in kind.__struct_fields__})


any_command: st.SearchStrategy[AnyCommand] = st.one_of([_structs_of(kind) for kind in get_args(AnyCommand)])
batches = st.lists(st.lists(any_command, min_size=1, max_size=20), min_size=1, max_size=5)


@given(st.lists(any_command, max_size=20))
def test_commands_decode_to_what_was_encoded(commands: list[AnyCommand]) -> None:
    """Commands come back equal, and encode again to the same bytes: the chain can be recomputed."""
    payload = encode_commands(commands)
    assert decode_commands(payload) == commands
    assert encode_commands(decode_commands(payload)) == payload


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_decode(octets: bytes) -> None:
    """Nothing but DecodeError escapes the decoder, nothing but JournalError a batch."""
    _assert_refused_or_decoded(octets)


@given(st.lists(any_command, min_size=1, max_size=5), st.data())
def test_mutated_bytes_are_refused_or_decode(commands: list[AnyCommand], data: st.DataObject) -> None:
    """Near misses too: bytes of real commands changed, cut, doubled."""
    octets = bytearray(encode_commands(commands))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(octets) - 1, 0)))
        octets[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    _assert_refused_or_decoded(bytes(octets))


@pytest.mark.parametrize(
    "octets", [b"", b"\xc0", b"\x91", b"\x91\xc0", b"\x91\x91\x63", b"\xdd\xff\xff\xff\xff", b"\x90\x90"]
)
def test_bytes_that_are_no_commands_are_refused(octets: bytes) -> None:
    """Empty, nil, cut, an unknown command, a list of four thousand million, something behind the end."""
    with pytest.raises(msgspec.DecodeError):
        decode_commands(octets)
    with pytest.raises(JournalError, match="journal_seq 7 to 7: the payload was no list of commands"):
        Batch(7, 7, 1, 0, octets, b"").commands()


@settings(max_examples=20)
@given(batches)
def test_journal_gives_back_any_commands(written: list[list[AnyCommand]]) -> None:
    """Through the database and the chain: the batches appended are the batches read."""
    with tempfile.TemporaryDirectory() as folder:
        url = journal_url(JournalConfig(), Path(folder))
        with closing(open_writer(url, ENGINE_VERSION, synchronous="NORMAL")) as writer:
            for commands in written:
                writer.append(commands, FIRST_NS)
        assert [batch.commands() for batch in open_reader(url).read()] == written


def _assert_refused_or_decoded(octets: bytes) -> None:
    for decode, refusal in _decoders(octets):
        try:
            commands = decode()
        except refusal:
            continue
        assert decode_commands(encode_commands(commands)) == commands


def _decoders(octets: bytes) -> list[tuple[Callable[[], list[AnyCommand]], type[Exception]]]:
    batch = Batch(1, 1, 1, 0, octets, b"")
    return [(lambda: decode_commands(octets), msgspec.DecodeError), (batch.commands, JournalError)]
