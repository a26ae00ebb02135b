"""The recorder: the venue's history in SQL, and its snapshots; a process of its own that follows the journal.

    journal ──follow──► replica ──events──► rows ──one transaction, with its journal_seq──► history
                           │
                           └── dump, now and then ──► snapshots

Exactly once. The rows of a stretch of the journal and the journal_seq it ends with are written in one transaction:
whoever is killed goes on from there, and nothing is written twice or left out. It reads the journal and nothing else,
so the venue never waits for it; when its database is away it waits, and catches up. Snapshots wait with it: they are
of the engine that the history is made with.

    process                              the loop: next batches, a transaction, a snapshot if one is due
    feed, outage, lag                    reading ahead; a database that is away; telling the venue how far it is
    keeping                              when a snapshot is taken, and what may go then
    recording                            beginning where the history ends, applying, writing
    projection, stretch, …_rows          events ──► rows: pure, no database
    writing, sums, amending              rows ──► tables, in one transaction
    progress, database, migrations       how far it goes; bulk statements; the tables, step by step
    tables, reading                      the tables, and who asks them
"""
