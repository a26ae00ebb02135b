"""The two tables of the snapshots: a row for each, and its dump in compressed chunks.

Nothing is ever updated: a snapshot is inserted whole and deleted whole.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

_INT64: Final = BigInteger().with_variant(Integer, "sqlite")  # INTEGER has 64 bits there

metadata: Final = MetaData()

snapshot: Final = Table(
    "snapshot",
    metadata,
    Column("journal_seq", _INT64, primary_key=True, autoincrement=False),  # of the last command in the state
    Column("time_ns", _INT64, nullable=False),  # of that command
    Column("taken_ns", _INT64, nullable=False),
    Column("engine_version", Integer, nullable=False),
    Column("codec", Text, nullable=False),  # how the chunks make the dump
    Column("chunks", Integer, nullable=False),
    Column("state_bytes", _INT64, nullable=False),
    Column("stored_bytes", _INT64, nullable=False),
    Column("state_hash", LargeBinary, nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),  # of the batch that ends with journal_seq
)

snapshot_chunk: Final = Table(
    "snapshot_chunk",
    metadata,
    Column("journal_seq", _INT64, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 0
    Column("payload", LargeBinary, nullable=False),
)
