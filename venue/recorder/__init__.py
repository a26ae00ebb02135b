"""The recorder: the venue's history in SQL, and its snapshots; a process of its own that follows the journal.

    journal ──follow──► replica ──events──► rows ──one transaction, with its journal_seq──► history
                           │
                           └── dump, now and then ──► snapshots

Exactly once. The rows of a stretch of the journal and the journal_seq it ends with are written in one transaction:
whoever is killed goes on from there, and nothing is written twice or left out. It reads the journal and nothing else,
so the venue never waits for it; when its database is away it waits, and catches up.
"""
