"""Canonical bytes: MessagePack, a list of commands or events at a time."""

from typing import TypeAlias

import msgspec

from venue.messages.commands import (
    AdvanceStates,
    CancelOrder,
    EnterList,
    EnterOrder,
    ExpireOrders,
    MassCancel,
    RefuseRequest,
    ReplaceOrder,
    RollDay,
)
from venue.messages.events import AnyEvent
from venue.messages.operations import Operation

AnyCommand: TypeAlias = (
    EnterOrder
    | CancelOrder
    | ReplaceOrder
    | MassCancel
    | RefuseRequest
    | EnterList
    | ExpireOrders
    | RollDay
    | AdvanceStates
    | Operation
)

_encoder = msgspec.msgpack.Encoder()
_commands = msgspec.msgpack.Decoder(list[AnyCommand])
_events = msgspec.msgpack.Decoder(list[AnyEvent])

encode_commands = _encoder.encode  # a list of commands -> msgpack
encode_events = _encoder.encode


def decode_commands(payload: bytes) -> list[AnyCommand]:
    """Raises msgspec.DecodeError (ValidationError is one) when the bytes are no list of commands."""
    try:
        return _commands.decode(payload)
    except UnicodeDecodeError as error:  # the one error msgspec lets through as it is
        raise msgspec.DecodeError(f"text was no UTF-8: {error}") from error


def decode_events(payload: bytes) -> list[AnyEvent]:
    """Raises msgspec.DecodeError when the bytes are no list of events."""
    try:
        return _events.decode(payload)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"text was no UTF-8: {error}") from error
