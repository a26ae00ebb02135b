"""What is added up in the history: fees by day, account and currency, and candles of one minute."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select, tuple_

from venue.increments import Increment
from venue.recorder import tables
from venue.recorder.database import upsert_rows
from venue.recorder.listing import Listing
from venue.recorder.stretch import FeeSum, MinuteCandle, Row

KEYS_MAX: Final = 300  # of one question: SQLite takes so many parameters at least


def add_fees(
    connection: Connection, fees: Mapping[tuple[int, str, str], FeeSum], listings: Mapping[str, Listing]
) -> None:
    units = {listing.quote: listing.quote_units for listing in listings.values()}
    found = _found(connection, tables.fees, fees)
    rows: list[Row] = []
    for key, added in fees.items():
        increment = units[key[2]]
        there = _units(increment, found.get(key, ("0", "0", "0")))
        sums = (there[0] + added.paid, there[1] + added.rebated, there[2] + added.value)
        rows.append((*key, *map(increment.to_text, sums)))
    upsert_rows(connection, tables.fees, rows)


def add_candles(
    connection: Connection, candles: Mapping[tuple[str, int], MinuteCandle], listings: Mapping[str, Listing]
) -> None:
    """Trades later than all that are in the candles."""
    found = _found(connection, tables.candles, candles)
    rows = [
        candle_row(key, _joined(found[key], candle, listings[key[0]]) if key in found else candle, listings[key[0]])
        for key, candle in candles.items()
    ]
    upsert_rows(connection, tables.candles, rows)


def candle_row(key: tuple[str, int], candle: MinuteCandle, listing: Listing) -> Row:
    prices = (candle.open, candle.high, candle.low, candle.close)
    return (
        *key, *map(listing.price, prices), listing.qty(candle.lots), listing.value(candle.notional), candle.trades
    )  # fmt: skip


def _joined(there: Row, added: MinuteCandle, listing: Listing) -> MinuteCandle:
    first, high, low = _units(listing.ticks, there[:3])
    joined = MinuteCandle(first)
    joined.high, joined.low, joined.close = max(high, added.high), min(low, added.low), added.close
    joined.lots = listing.lots.to_units(there[4]) + added.lots
    joined.notional = listing.quote_units.to_units(there[5]) // listing.factor + added.notional
    joined.trades = there[6] + added.trades
    return joined


def _found(connection: Connection, table: Table, keys: Iterable[tuple[Any, ...]]) -> dict[Any, Row]:
    """The rows that are there, by key, without the key."""
    names = [column.name for column in table.primary_key]
    columns = [table.c[name] for name in names]
    wanted, found = list(keys), {}
    for at in range(0, len(wanted), KEYS_MAX):
        question = select(table).where(tuple_(*columns).in_(wanted[at : at + KEYS_MAX]))
        for row in connection.execute(question):
            found[tuple(row[: len(names)])] = tuple(row[len(names) :])
    return found


def _units(increment: Increment, texts: Iterable[str]) -> list[int]:
    return [increment.to_units(text) for text in texts]
