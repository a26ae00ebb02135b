"""A stretch into the history: everything in one transaction, with how far the history goes then."""

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection

from venue.recorder import tables
from venue.recorder.amending import amend_trades
from venue.recorder.database import insert_rows, update_rows, upsert_rows
from venue.recorder.order_rows import PROGRESS, TERMS, entered_row, progress_row, reason_name, terms_row
from venue.recorder.progress import HistoryPosition, move
from venue.recorder.stretch import OrderChange, Row, Stretch
from venue.recorder.sums import add_candles, add_fees

_INSERTED: Final = (
    (tables.executions, "executions"),
    (tables.trades, "trades"),
    (tables.balance_moves, "balance_moves"),
    (tables.audit, "audit"),
    (tables.instruments, "instruments"),
)
_UPSERTED: Final = ((tables.positions, "positions"), (tables.balances, "balances"))
# What updates of orders write, each with the order_id behind it.
TRADED: Final = (*PROGRESS, "held")
REPLACED: Final = (*TERMS, *PROGRESS)
CHANGED: Final = (*TERMS, *PROGRESS, "held")
REASON: Final = ("reason",)
TRIGGERED: Final = ("triggered",)


def write_stretch(connection: Connection, stretch: Stretch, before: HistoryPosition, to: HistoryPosition) -> None:
    """All of it or nothing; nothing more when it is there already. Raises DBAPIError when the database fails,
    OperatorError when another recorder writes."""
    with connection.begin():
        if not move(connection, before, to):
            return
        for table, name in _INSERTED:
            insert_rows(connection, table, getattr(stretch, name))
        _write_orders(connection, stretch.orders)
        for table, name in _UPSERTED:
            upsert_rows(connection, table, getattr(stretch, name))
        add_fees(connection, stretch.fees, stretch.listings)
        add_candles(connection, stretch.candles, stretch.listings)
        amend_trades(connection, stretch.amendments, stretch.listings)


def _write_orders(connection: Connection, orders: dict[int, OrderChange]) -> None:
    entered: list[Row] = []
    updated: dict[tuple[str, ...], list[Row]] = defaultdict(list)  # by the columns
    for order_id, change in orders.items():
        if change.entered_seq:
            entered.append(entered_row(order_id, change))
            continue
        if change.terms is None:
            updated[TRADED].append((*progress_row(change), change.held, order_id))
        elif change.held is None:
            updated[REPLACED].append((*terms_row(change, change.terms), *progress_row(change), order_id))
        else:
            row = (*terms_row(change, change.terms), *progress_row(change), change.held, order_id)
            updated[CHANGED].append(row)
        if change.reason:
            updated[REASON].append((reason_name(change), order_id))
        if change.triggered:
            updated[TRIGGERED].append((True, order_id))
    insert_rows(connection, tables.orders, entered)
    for columns, rows in updated.items():
        update_rows(connection, tables.orders, columns, "order_id", rows)
