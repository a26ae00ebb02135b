"""The journal: the one durable, ordered record of every command. Everything else is a reader of it.

    sequencer ──append──► journal_batch ──read──► replicas at start, `venue journal`, `venue replay`
     ▲ (the one writer)        │
     └─ RemoteJournal          └────────follow──► replicas in other processes

It is one SQL table of batches; the URL decides whether SQLite (the default, a file in the data
folder) or PostgreSQL keeps it. The journal knows nothing of what its commands mean, and it is no
queue: a batch that is in it never changes and never leaves.

Durable. `append` returns when the database has synced the batch: SQLite with WAL and
synchronous=FULL, PostgreSQL with synchronous_commit=on. (synchronous=NORMAL, SQLite only, survives
kill -9 but not a power loss: for tests and demonstrations.) Every failure of an append, and every one
whose outcome is not known, ends the writer: nothing is retried (a second fsync may succeed on pages
the first one lost), nothing more is accepted.

One writer. A writer takes the next epoch when it opens, and the statement that inserts a batch
holds only while the epoch is still the writer's own: whoever opened last wins, the older one's next
append fails. That is fail-over as PostgreSQL needs it, and wrong for two `venue serve` on one data
folder, where the second start is the mistake: on SQLite an OS lock on journal.sqlite.lock comes
first, so the second start is refused and the first one not even disturbed. The epoch still guards
where the lock cannot (the lock file was deleted, the folder is shared between machines).

Chained. Each batch carries SHA-256 over the batch before and itself (batch.py). A missing batch, a
changed byte or a batch of a writer that was fenced is found by whoever reads, and named by its
journal_seq; nothing is repaired. The chain cannot see that the newest batches are missing as a
whole (a copy of journal.sqlite without its -wal): who knows a journal_seq that must be there asks
for it, and `read` and `follow` refuse when the journal ends before.

From outside. Another process appends with a `RemoteJournal`, which sends its commands to the venue that
writes: there they take their place in the one order, and are answered when they are durable (frames.py).
"""

from venue.journal.archives import archive_folder
from venue.journal.audit import Audit, verify
from venue.journal.batch import Batch, Epoch
from venue.journal.behaviour import require_same_behaviour, same_behaviour_from
from venue.journal.database import journal_url
from venue.journal.reader import JournalReader, open_reader
from venue.journal.remote import RemoteJournal
from venue.journal.writer import JournalWriter, open_writer

__all__ = [
    "Audit",
    "Batch",
    "Epoch",
    "JournalReader",
    "JournalWriter",
    "RemoteJournal",
    "archive_folder",
    "journal_url",
    "open_reader",
    "open_writer",
    "require_same_behaviour",
    "same_behaviour_from",
    "verify",
]
