"""Which snapshots stay, and so from where on the journal is needed.

Whoever starts again begins at or before a position of its own: the venue at or before the newest command whose reports
QuickFIX has, the recorder at or before the last one in the history. A position without a snapshot at or before it is
served by a replay of the whole journal, so nothing of that may go then.
"""

from collections.abc import Callable, Sequence

from venue.errors import OperatorError
from venue.journal import JournalReader
from venue.snapshots.loading import refusal, whole_dump
from venue.snapshots.store import SnapshotStore


def prune(store: SnapshotStore, reader: JournalReader, keep: int, positions: Sequence[int] = ()) -> list[int]:
    """Delete what is older than the `keep` newest that can be used, but the newest for each of the positions; returns
    their journal_seqs.

    A newer one that is refused stays until as many newer ones are there: nobody loses what was not looked into.
    """
    known = store.newest_first()
    usable = [snapshot.journal_seq for snapshot in known if not refusal(snapshot, reader)]
    if len(usable) < keep:
        return []
    oldest_kept = usable[keep - 1]
    held = {next((seq for seq in usable if seq <= position), 0) for position in positions}
    replaced = [snapshot.journal_seq for snapshot in known if snapshot.journal_seq < oldest_kept]
    replaced = [journal_seq for journal_seq in replaced if journal_seq not in held]
    if replaced:
        store.delete(replaced)
    return replaced


def first_needed(
    store: SnapshotStore, reader: JournalReader, positions: Sequence[int], *, on_refusal: Callable[[str], None]
) -> int:
    """The journal is needed from the batch on that ends with this journal_seq; 0: all of it.

    It is the oldest snapshot that is whole, if it is at or before every one of the positions. Those that are not are
    told to `on_refusal`. Raises OperatorError when the snapshots cannot be read, JournalError when the journal is
    broken. Cost: of reading one snapshot.
    """
    for snapshot in reversed(store.newest_first()):
        try:
            whole_dump(store, snapshot, reader)
        except OperatorError as error:
            on_refusal(str(error))
            continue
        return snapshot.journal_seq if all(snapshot.journal_seq <= position for position in positions) else 0
    return 0
