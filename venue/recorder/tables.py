"""The tables of the history, as the newest migration leaves them (migrations/).

Decimals are exact: NUMERIC on PostgreSQL, text on SQLite, which has no such numbers. Times are nanoseconds since
1970, UTC. Words are those of venue/names.py; exec_type and ord_status the characters of FIX (150, 39). NULL: there is
none.

Rows come from events alone. So the stop_price of a trailing stop is the one of the order's last event, while the
engine's follows the market; and what says nothing new, a status that was asked for or told again, has no row.
"""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    TypeDecorator,
)

INT64: Final = BigInteger().with_variant(Integer, "sqlite")  # INTEGER has 64 bits there


class Exact(TypeDecorator[str]):
    """A decimal as text on both sides of the database: "45000.00"."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_result_value(self, value: str | Decimal | None, _dialect: Dialect) -> str | None:
        return format(value, "f") if isinstance(value, Decimal) else value


metadata: Final = MetaData()


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, INT64, primary_key=key, autoincrement=False, nullable=False)


def _maybe(name: str) -> Column[int | None]:
    return Column(name, INT64)


def _word(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _perhaps(name: str) -> Column[str | None]:
    return Column(name, Text)


def _exact(name: str) -> Column[str]:
    return Column(name, Exact, nullable=False)


def _exact_perhaps(name: str) -> Column[str | None]:
    return Column(name, Exact)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


# How far the history goes: one row, written in the transaction of the rows it stands for.
progress: Final = Table(
    "history_progress",
    metadata,
    _number("id", key=True),  # always 1
    _number("journal_seq"),  # the end of a batch
    Column("chain_hash", LargeBinary, nullable=False),  # of that batch: a history belongs to one journal
    _number("engine_version"),
    _number("time_ns"),
)

instruments: Final = Table(
    "history_instrument",
    metadata,
    _word("symbol", key=True),
    _word("base"),
    _word("quote"),
    _exact("tick_size"),
    _exact("lot_size"),
    _number("base_decimals"),
    _number("quote_decimals"),
    _number("listed_ns"),
)

orders: Final = Table(
    "history_order",
    metadata,
    _number("order_id", key=True),
    _word("session"),
    _word("account"),
    _word("cl_ord_id"),
    _perhaps("list_id"),
    _word("symbol"),
    _word("side"),
    _word("ord_type"),
    _word("time_in_force"),
    _exact_perhaps("qty"),  # one of qty and cash_qty
    _exact_perhaps("cash_qty"),
    _exact_perhaps("price"),
    _exact_perhaps("stop_price"),
    _exact_perhaps("trail"),
    _exact_perhaps("display_qty"),
    _exact_perhaps("min_qty"),
    _word("trigger"),
    _flag("post_only"),
    _maybe("expire_ns"),
    _word("ord_status"),
    _exact("cum_qty"),
    _exact("leaves_qty"),
    _exact("value"),  # traded, in the quote currency
    _flag("triggered"),
    _flag("held"),
    _perhaps("reason"),  # why it was canceled or reduced; NULL: it was asked for
    _number("entered_ns"),
    _number("entered_seq"),
    _number("changed_ns"),
    _number("changed_seq"),
    Index("history_order_account", "account", "order_id"),
    Index("history_order_symbol", "symbol", "order_id"),
)

executions: Final = Table(
    "history_execution",
    metadata,
    _number("exec_id", key=True),
    _number("journal_seq"),
    _number("time_ns"),
    _word("exec_type"),  # D with the text "triggered" or "released", as the report says it
    _word("ord_status"),
    _maybe("order_id"),  # NULL: a request that was refused
    _word("session"),
    _word("account"),
    _word("cl_ord_id"),
    _perhaps("orig_cl_ord_id"),
    _word("symbol"),
    _word("side"),
    _exact("cum_qty"),
    _exact("leaves_qty"),
    _exact_perhaps("last_qty"),
    _exact_perhaps("last_px"),
    _maybe("trade_id"),
    _perhaps("liquidity"),  # maker, taker or auction
    _exact_perhaps("fee"),  # in the quote currency; negative: a rebate
    _maybe("exec_ref_id"),  # the execution that a bust or correction amends
    _perhaps("reason"),
    _perhaps("text"),
    Index("history_execution_account", "account", "exec_id"),
    Index("history_execution_order", "order_id"),
)

trades: Final = Table(
    "history_trade",
    metadata,
    _number("trade_id", key=True),
    _number("journal_seq"),
    _number("time_ns"),
    _word("symbol"),
    _exact("price"),  # as it stands
    _exact("qty"),  # 0: busted
    _exact("printed_price"),
    _exact("printed_qty"),
    _number("maker_order_id"),
    _word("maker_account"),
    _number("taker_order_id"),
    _word("taker_account"),
    _perhaps("aggressor"),  # buy or sell; NULL: in an auction
    _flag("is_auction"),
    _maybe("amended_seq"),
    _maybe("amended_ns"),
    Index("history_trade_symbol", "symbol", "trade_id"),
    Index("history_trade_time", "symbol", "time_ns"),
)

positions: Final = Table(
    "history_position",
    metadata,
    _word("account", key=True),
    _word("symbol", key=True),
    _exact("qty"),  # short: negative
    _exact("open_value"),  # what it was entered for; average entry price x quantity
    _exact("realized"),  # before fees
    _exact("fees"),
    _number("changed_ns"),
    _number("changed_seq"),
)

balances: Final = Table(
    "history_balance",
    metadata,
    _word("account", key=True),
    _word("currency", key=True),
    _exact("total"),
    _number("changed_ns"),
    _number("changed_seq"),
)

balance_moves: Final = Table(
    "history_balance_move",
    metadata,
    _number("journal_seq", key=True),
    _number("time_ns"),
    _word("account"),
    _word("currency"),
    _exact("amount"),  # negative: withdrawn
    _exact("total"),  # after it
    _word("transaction_id"),
    _word("by"),
    _word("why"),
    Index("history_balance_move_account", "account", "journal_seq"),
)

fees: Final = Table(
    "history_fee",
    metadata,
    _number("day", key=True),  # when it began: the UTC day of the trade, whose amendments count there too
    _word("account", key=True),
    _word("currency", key=True),
    _exact("paid"),
    _exact("rebated"),
    _exact("value"),  # of the trades, both sides of an account counted
)

# Of one minute, from the trades as they stand: a minute without any has no row.
candles: Final = Table(
    "history_candle",
    metadata,
    _word("symbol", key=True),
    _number("start_ns", key=True),
    _exact("open"),
    _exact("high"),
    _exact("low"),
    _exact("close"),
    _exact("volume"),
    _exact("value"),
    _number("trades"),
)

audit: Final = Table(
    "history_audit",
    metadata,
    _number("journal_seq", key=True),
    _number("time_ns"),
    _word("by"),
    _word("why"),
    _word("verb"),
    _word("subject"),
    _word("command"),  # as JSON
    _flag("is_refused"),
    _word("outcome"),
    _number("orders_canceled"),
)
