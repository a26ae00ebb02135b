"""What the tests do with journals: fill them, take them over, and change them behind the venue's back."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from venue.engine.engine import ENGINE_VERSION
from venue.journal import Batch, JournalWriter, open_reader, open_writer
from venue.messages import BUY, GTC, LIMIT, AnyCommand, EnterOrder, ExpireOrders

SIZES: Final = (3, 1, 4, 1, 5, 9, 2, 6)  # of the batches fill() makes: 31 commands
ONE: Final[list[AnyCommand]] = [ExpireOrders()]
FIRST_NS: Final = 1_795_467_600_000_000_000  # 2026-11-23T21:00:00Z


def orders(first: int, count: int) -> list[AnyCommand]:
    """Orders first to first + count - 1, told apart by their ClOrdID."""
    return [
        EnterOrder("DEMO1", "DEMO1", f"order-{number}", "BTC-USD", BUY, LIMIT, GTC, number, 4_500_000)
        for number in range(first, first + count)
    ]


def append_batches(writer: JournalWriter, sizes: Sequence[int]) -> None:
    """Batches of these sizes, a second apart, whose orders are numbered as their journal_seq."""
    for size in sizes:
        time_ns = max(writer.last_time_ns + 1_000_000_000, FIRST_NS)
        writer.append(orders(writer.last_seq + 1, size), time_ns)


def fill(url: str, sizes: Sequence[int] = SIZES) -> list[Batch]:
    """A new writer appends batches of these sizes; returns all the journal holds."""
    with closing(open_writer(url, ENGINE_VERSION)) as writer:
        append_batches(writer, sizes)
    return list(open_reader(url).read())


def take_over(url: str) -> JournalWriter:
    """A newer writer while the old one lives: on SQLite only possible when its lock is gone."""
    path = make_url(url).database
    if url.startswith("sqlite"):
        Path(f"{path}.lock").unlink()
    return open_writer(url, ENGINE_VERSION)


def execute(url: str, statement: str, **values: object) -> None:
    """Change the database as no writer would."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount, f"nothing was changed by {statement}"
