"""A journal that grows as a test wants, and the history of it: what the tests here do with both."""

from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, create_engine, select
from sqlalchemy.pool import NullPool

from tests.support.money_flow import money_commands
from tests.support.order_flow import batch_time_ns, placed, seeded_deep_drafts, seeded_drafts
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import JournalReader, open_reader, open_writer
from venue.messages import AnyCommand
from venue.recorder import tables
from venue.recorder.recording import project_journal
from venue.replica import Replica

Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]


@cache
def flow(name: str, count: int) -> list[AnyCommand]:
    """Whatever changes a state: orders of all kinds, trades, busts, lists, days, switches; or deep books; or money."""
    match name:
        case "deep":
            return placed(seeded_deep_drafts(7, count))
        case "money":
            return money_commands(5, count)
        case _:
            return placed(seeded_drafts(4, count))


@dataclass(frozen=True)
class Place:
    journal_url: str
    history_url: str

    @property
    def reader(self) -> JournalReader:
        return open_reader(self.journal_url)

    def grow(self, commands: list[AnyCommand], to_seq: int | None = None) -> None:
        """Append them up to `to_seq`, in batches of the commands that have one time."""
        with closing(open_writer(self.journal_url, ENGINE_VERSION)) as writer:
            end_seq = len(commands) if to_seq is None else to_seq
            while writer.last_seq < end_seq:
                next_seq = writer.last_seq + 1
                end = min(batch_time_ns(next_seq) + 3, end_seq + 1)
                writer.append(commands[next_seq - 1 : end - 1], batch_time_ns(next_seq))

    def project(self, stretch_commands: int = 10_000) -> int:
        return project_journal(self.reader, self.history_url, stretch_commands).journal_seq

    def replayed(self) -> Engine:
        engine = Engine()
        Replica(engine).catch_up(self.reader)
        return engine

    def rows(self) -> Rows:
        return history_rows(self.history_url)


def history_rows(url: str) -> Rows:
    """Everything in the history, in a settled order."""
    database = create_engine(url, poolclass=NullPool)
    with database.connect() as connection:
        return {table.name: rows_of(connection, table) for table in tables.metadata.sorted_tables}


def rows_of(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
