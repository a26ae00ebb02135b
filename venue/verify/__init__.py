"""Whether what is kept beside the journal is what the journal gives: `venue verify`.

    journal ──replay from nothing──► engine ──┬── state hash ── the same? ── every snapshot
                                              └── orders, trades, money ──── the history in SQL, at its journal_seq

The engine is the measure, and the journal's own chain is checked on the way; nothing is repaired. Neither a running
venue nor its recorder waits for it: the history is read as it was when the verification began.
"""

from collections.abc import Iterator

from venue.journal import JournalReader
from venue.recorder.reading import History
from venue.snapshots import Show, SnapshotStore
from venue.snapshots.progress import unseen
from venue.verify.course import Tell, begin, differences, snapshot_stops
from venue.verify.history import history_stops, kept_as_it_is

__all__ = ["verify"]


def verify(
    reader: JournalReader, store: SnapshotStore, history: History, *, tell: Tell, show: Show = unseen
) -> Iterator[str]:
    """Sentences that name what differs, in the order of the journal; `tell` is called with what does not.

    Raises JournalError where the journal is broken, OperatorError for what cannot be asked.
    """
    with kept_as_it_is(history, tell) as kept:
        engine = begin(store, reader, tell, show)
        stops = list(snapshot_stops(store, reader, engine.journal_seq, tell, show))
        stops += history_stops(kept, reader, engine.journal_seq, tell, show)
        yield from differences(engine, reader, stops, tell, show)
