"""A batch of the journal and the chain that ties it to the one before.

chain_hash = SHA-256(chain_hash of the batch before, first_seq, last_seq, epoch, time_ns, payload)

with the four numbers as signed 64-bit big-endian integers. The batch before the first one counts as
GENESIS, which names the format: a journal of another format has another chain from its first byte.
"""

import struct
from hashlib import sha256
from typing import Final

import msgspec

from venue.errors import JournalError
from venue.messages import AnyCommand, decode_commands

FORMAT: Final = 3  # raised by every change of tables, chain or payload that older code cannot read
GENESIS: Final = sha256(b"venue journal, format %d" % FORMAT).digest()
_NUMBERS: Final = struct.Struct(">4q").pack


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Commands first_seq to last_seq, made durable together by the writer of that epoch, at time_ns."""

    first_seq: int
    last_seq: int
    epoch: int
    time_ns: int
    payload: bytes
    chain_hash: bytes

    def commands(self) -> list[AnyCommand]:
        """Decode the payload. Raises JournalError when it is not the commands the batch claims."""
        try:
            commands = decode_commands(self.payload)
        except msgspec.DecodeError as error:  # ValidationError is one of them
            raise JournalError(f"{self.where()}: the payload was no list of commands: {error}") from error
        if len(commands) != self.last_seq - self.first_seq + 1:
            raise JournalError(f"{self.where()}: the payload held {len(commands)} commands")
        return commands

    def where(self) -> str:
        return f"journal_seq {self.first_seq} to {self.last_seq}"


def chain(before: bytes, first_seq: int, last_seq: int, epoch: int, time_ns: int, payload: bytes) -> bytes:
    """The chain hash of a batch. Cost: about 1 microsecond, and 1 ms for a megabyte."""
    return sha256(before + _NUMBERS(first_seq, last_seq, epoch, time_ns) + payload).digest()


def check_link(before: Batch | None, batch: Batch) -> None:
    """Raise JournalError unless `batch` is the unchanged one that follows `before` (None: the first)."""
    first_seq = before.last_seq + 1 if before else 1
    if batch.first_seq != first_seq:
        raise JournalError(f"journal_seq {first_seq}: the next batch found was {batch.where()}")
    if before and batch.epoch < before.epoch:
        raise JournalError(f"{batch.where()}: the epoch was {batch.epoch}, after {before.epoch} before it")
    try:
        computed = chain(
            before.chain_hash if before else GENESIS,
            batch.first_seq,
            batch.last_seq,
            batch.epoch,
            batch.time_ns,
            batch.payload,
        )
    except (TypeError, struct.error) as error:  # SQLite keeps whatever type it is given
        raise JournalError(f"{batch.where()}: a column was of the wrong type: {error}") from error
    if computed != batch.chain_hash:
        raise JournalError(
            f"{batch.where()}: the chain hash was {_short(batch.chain_hash)}, computed {_short(computed)}: "
            "this batch or the one before was changed after it was written"
        )


def _short(chain_hash: object) -> str:
    return f"{chain_hash.hex()[:16]}…" if isinstance(chain_hash, bytes) else repr(chain_hash)
