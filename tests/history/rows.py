"""Rows of a history as the recorder writes them, made by hand, and a writer that is no recorder."""

from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, Table, create_engine, delete, insert
from sqlalchemy.pool import NullPool

from venue.engine.engine import ENGINE_VERSION
from venue.recorder import tables

FIRST_NS: Final = 1_795_467_600_000_000_000
SECOND_NS: Final = 1_000_000_000
CHAIN_HASH: Final = bytes(range(32))


def row(table: Table, **given: Any) -> dict[str, Any]:
    """A row of the table with something in every column that must have it."""
    return {column.name: given.pop(column.name, _value(column)) for column in table.columns} | given


def _value(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    kind = column.type.python_type
    return {int: 0, bool: False, bytes: CHAIN_HASH}.get(kind, "0")


def order(order_id: int, account: str = "ANN", symbol: str = "BTC-USD", **given: Any) -> dict[str, Any]:
    """An open order of one lot, entered order_id seconds after FIRST_NS."""
    entered_ns = given.pop("entered_ns", FIRST_NS + order_id * SECOND_NS)
    words = {"side": "buy", "ord_type": "limit", "time_in_force": "gtc", "ord_status": "0", "trigger": "last"}
    sums = {"qty": "1.00000", "price": "45000.00", "leaves_qty": "1.00000", "cum_qty": "0.00000", "value": "0.00"}
    ids = {"order_id": order_id, "cl_ord_id": f"c-{order_id}", "session": account, "account": account, "symbol": symbol}
    return row(tables.orders, **words | sums | ids | {"entered_ns": entered_ns} | given)


def execution(exec_id: int, order_id: int, account: str = "ANN", **given: Any) -> dict[str, Any]:
    ids = {"exec_id": exec_id, "order_id": order_id, "account": account, "session": account, "cl_ord_id": "c"}
    words = {"exec_type": "0", "ord_status": "0", "symbol": "BTC-USD", "side": "buy"}
    return row(tables.executions, **ids | words | {"time_ns": FIRST_NS + exec_id * SECOND_NS} | given)


def trade(trade_id: int, maker: str = "ANN", taker: str = "BOB", **given: Any) -> dict[str, Any]:
    sides = {"maker_account": maker, "taker_account": taker, "maker_order_id": 1, "taker_order_id": 2}
    money = {"price": "45000.00", "qty": "1.00000", "printed_price": "45000.00", "printed_qty": "1.00000"}
    ids = {"trade_id": trade_id, "symbol": "BTC-USD", "aggressor": "buy", "time_ns": FIRST_NS + trade_id * SECOND_NS}
    return row(tables.trades, **sides | money | ids | given)


class Writer:
    """Puts rows in, and says how far the history goes."""

    def __init__(self, url: str) -> None:
        self.engine: Final[Engine] = create_engine(url, poolclass=NullPool)
        with self.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            tables.metadata.create_all(connection)

    def write(self, table: Table, *rows: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(table), rows)

    def reach(self, journal_seq: int, **given: Any) -> None:
        with self.engine.begin() as connection:
            put_progress(connection, journal_seq, **given)


def put_progress(connection: Connection, journal_seq: int, **given: Any) -> None:
    connection.execute(delete(tables.progress))
    whole = {"id": 1, "journal_seq": journal_seq, "engine_version": ENGINE_VERSION, "time_ns": FIRST_NS}
    connection.execute(insert(tables.progress), row(tables.progress, **whole | given))
