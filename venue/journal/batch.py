"""A batch of the journal, the epoch it was written in, and the chain that ties it to the batch before.

chain_hash = SHA-256(chain_hash of the batch before, seal of its epoch, first_seq, last_seq, time_ns, payload)
seal       = SHA-256(epoch, first_seq, engine_version, opened_ns, writer)

with numbers as signed 64-bit big-endian integers and the writer's name in UTF-8: so every column of a batch and of its
epoch is under the chain, and nobody can make old commands those of another engine version. The batch before the first
one counts as GENESIS, which names the format: a journal of another format has another chain from its first byte.
"""

import struct
from hashlib import sha256
from typing import Any, Final

import msgspec

from venue.errors import DamageError
from venue.messages import AnyCommand, decode_commands

FORMAT: Final = 4  # raised by every change of tables, chain or payload that older code cannot read
GENESIS: Final = sha256(b"venue journal, format %d" % FORMAT).digest()
_THREE: Final = struct.Struct(">3q").pack
_FOUR: Final = struct.Struct(">4q").pack
_COLUMNS: Final = (int, int, int, int, bytes, bytes)  # of a batch


class Epoch(msgspec.Struct, frozen=True):
    """The time of one writer. first_seq: of the first command it could append; an epoch may have none."""

    epoch: int
    first_seq: int
    engine_version: int
    opened_ns: int
    writer: str  # for people: its process and machine

    def seal(self) -> bytes:
        numbers = _FOUR(self.epoch, self.first_seq, self.engine_version, self.opened_ns)
        return sha256(numbers + self.writer.encode("utf-8", "surrogateescape")).digest()


class Link(msgspec.Struct, frozen=True):
    """What the chain needs of the batch before; also of one that is no longer there."""

    first_seq: int
    last_seq: int
    epoch: int
    chain_hash: bytes


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Commands first_seq to last_seq, made durable together by the writer of that epoch, at time_ns."""

    first_seq: int
    last_seq: int
    epoch: int
    time_ns: int
    payload: bytes
    chain_hash: bytes

    def commands(self) -> list[AnyCommand]:
        """Decode the payload. Raises DamageError when it is not the commands the batch claims."""
        try:
            commands = decode_commands(self.payload)
        except msgspec.DecodeError as error:  # ValidationError is one of them
            raise DamageError(f"{self.where()}: the payload was no list of commands: {error}") from error
        if len(commands) != self.last_seq - self.first_seq + 1:
            raise DamageError(f"{self.where()}: the payload held {len(commands)} commands")
        return commands

    def where(self) -> str:
        return f"journal_seq {self.first_seq} to {self.last_seq}"


BEGINNING: Final = Link(-(1 << 63), 0, 0, GENESIS)  # before the first command of all


def batch_of(row: Any) -> Batch:
    """Raises DamageError when a column is of the wrong type: SQLite keeps whatever it is given."""
    batch = Batch(*row)
    for value, kind in zip(row, _COLUMNS, strict=True):
        if type(value) is not kind:
            raise DamageError(f"{batch.where()}: a column was of the wrong type: {value!r:.40}, no {kind.__name__}")
    return batch


def chain(before: bytes, seal: bytes, first_seq: int, last_seq: int, time_ns: int, payload: bytes) -> bytes:
    """The chain hash of a batch. Cost: about 1 microsecond, and 1 ms for a megabyte."""
    return sha256(before + seal + _THREE(first_seq, last_seq, time_ns) + payload).digest()


def check_link(before: Batch | Link, batch: Batch, epoch: Epoch | None) -> None:
    """Raise DamageError unless `batch` is the unchanged one that follows `before`; `epoch` is its own."""
    if batch.first_seq != before.last_seq + 1:
        raise DamageError(f"journal_seq {before.last_seq + 1}: the next batch found was {batch.where()}")
    if batch.epoch < before.epoch:
        raise DamageError(f"{batch.where()}: the epoch was {batch.epoch}, after {before.epoch} before it")
    if epoch is None:
        raise DamageError(f"{batch.where()}: the epoch was {batch.epoch}, of which the journal knows no writer")
    if batch.epoch != before.epoch and epoch.first_seq != batch.first_seq:
        raise DamageError(
            f"{batch.where()}: the first batch of epoch {epoch.epoch}, whose first_seq was {epoch.first_seq}"
        )
    computed = chain(
        before.chain_hash, epoch.seal(), batch.first_seq, batch.last_seq, batch.time_ns, batch.payload
    )  # fmt: skip
    if computed != batch.chain_hash:
        raise DamageError(
            f"{batch.where()}: the chain hash was {batch.chain_hash.hex()[:16]}…, computed {computed.hex()[:16]}…: "
            "this batch, its epoch or the batch before was changed after it was written"
        )
