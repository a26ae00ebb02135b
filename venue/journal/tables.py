"""The journal's two tables.

journal_batch is only ever inserted into. journal_meta is one row: the format of the journal and the
epoch of the writer that opened it last; the row is what writers are fenced by.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

# SQLite makes a primary key the row's own address only if its type is exactly INTEGER (64 bits there).
_INT64: Final = BigInteger().with_variant(Integer, "sqlite")

metadata: Final = MetaData()

journal_batch: Final = Table(
    "journal_batch",
    metadata,
    Column("first_seq", _INT64, primary_key=True, autoincrement=False),
    Column("last_seq", _INT64, nullable=False),
    Column("epoch", _INT64, nullable=False),
    Column("time_ns", _INT64, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
)

journal_meta: Final = Table(
    "journal_meta",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("format", Integer, nullable=False),
    Column("epoch", _INT64, nullable=False),
    Column("writer", Text, nullable=False),  # for people: process and machine of the epoch's writer
    Column("opened_ns", _INT64, nullable=False),
)
