"""The journal's four tables.

journal_batch is inserted into by the writer, and what is archived or pruned is deleted from its beginning;
nothing in it is ever changed. journal_base says what the batch was that the oldest one follows. journal_epoch
has a row for each writer there was. journal_meta is one row: the format of the journal and the epoch of the
writer that opened it last; the row is what writers are fenced by.
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

journal_base: Final = Table(  # a table of its own: who moves the base must not wait for the row of the fence
    "journal_base",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("last_seq", _INT64, nullable=False),  # 0: nothing was ever removed
    Column("epoch", _INT64, nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
)

journal_epoch: Final = Table(
    "journal_epoch",
    metadata,
    Column("epoch", _INT64, primary_key=True, autoincrement=False),
    Column("first_seq", _INT64, nullable=False),  # of the first command it could append
    Column("engine_version", _INT64, nullable=False),  # the trading behaviour its commands were applied with
    Column("opened_ns", _INT64, nullable=False),
    Column("writer", Text, nullable=False),  # for people: its process and machine
)

journal_meta: Final = Table(
    "journal_meta",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("format", Integer, nullable=False),
    Column("epoch", _INT64, nullable=False),
)
