"""Reading the whole journal to find out whether it is what was written: `venue journal verify`."""

from collections.abc import Callable

import msgspec

from venue.journal.batch import GENESIS
from venue.journal.reader import JournalReader


class Audit(msgspec.Struct, frozen=True):
    """What a journal without a fault holds."""

    batches: int
    first_seq: int  # 1, unless what came before was removed; then the chain is checked from its base on
    last_seq: int
    writers: int  # epochs that appended something
    payload_bytes: int
    first_time_ns: int  # 0 when the journal is empty
    last_time_ns: int
    chain_hash: bytes  # of the newest batch: two journals with the same one are the same


def verify(reader: JournalReader, on_progress: Callable[[int, int], None] | None = None) -> Audit:
    """Check every link of the chain and decode every command, from the oldest to what was the end at the start.

    `on_progress` is called after each batch with the journal_seq done and the one to reach. Raises
    JournalError naming the journal_seq of the first fault. Cost: about a microsecond per command.
    """
    first_seq, end = reader.first_seq(), reader.last_seq()
    batches = payload_bytes = first_time_ns = last_time_ns = 0
    last_seq = first_seq - 1
    epochs: set[int] = set()
    chain_hash = GENESIS
    for batch in reader.read(first_seq, end):
        batch.commands()
        batches += 1
        payload_bytes += len(batch.payload)
        epochs.add(batch.epoch)
        first_time_ns = first_time_ns or batch.time_ns
        last_seq, last_time_ns, chain_hash = batch.last_seq, batch.time_ns, batch.chain_hash
        if on_progress:
            on_progress(last_seq, end)
    return Audit(batches, first_seq, last_seq, len(epochs), payload_bytes, first_time_ns, last_time_ns, chain_hash)
