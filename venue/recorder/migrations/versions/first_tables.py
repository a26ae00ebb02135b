"""The first tables: progress, instruments, orders, executions, trades, positions, balances, fees, candles, audit."""

from alembic import op

from venue.recorder.migrations.columns import (
    exact,
    exact_or_null,
    flag,
    number,
    number_or_null,
    octets,
    word,
    word_or_null,
)

revision = "1"
down_revision = None


def upgrade() -> None:
    make_what_happened()
    make_what_is()


def make_what_happened() -> None:
    op.create_table(
        "history_order",
        number("order_id", key=True),
        word("session"),
        word("account"),
        word("cl_ord_id"),
        word_or_null("list_id"),
        word("symbol"),
        word("side"),
        word("ord_type"),
        word("time_in_force"),
        exact_or_null("qty"),
        exact_or_null("cash_qty"),
        exact_or_null("price"),
        exact_or_null("stop_price"),
        exact_or_null("trail"),
        exact_or_null("display_qty"),
        exact_or_null("min_qty"),
        word("trigger"),
        flag("post_only"),
        number_or_null("expire_ns"),
        word("ord_status"),
        exact("cum_qty"),
        exact("leaves_qty"),
        exact("value"),
        flag("triggered"),
        flag("held"),
        word_or_null("reason"),
        number("entered_ns"),
        number("entered_seq"),
        number("changed_ns"),
        number("changed_seq"),
    )
    op.create_index("history_order_account", "history_order", ["account", "order_id"])
    op.create_index("history_order_symbol", "history_order", ["symbol", "order_id"])
    op.create_table(
        "history_execution",
        number("exec_id", key=True),
        number("journal_seq"),
        number("time_ns"),
        word("exec_type"),
        word("ord_status"),
        number_or_null("order_id"),
        word("session"),
        word("account"),
        word("cl_ord_id"),
        word_or_null("orig_cl_ord_id"),
        word("symbol"),
        word("side"),
        exact("cum_qty"),
        exact("leaves_qty"),
        exact_or_null("last_qty"),
        exact_or_null("last_px"),
        number_or_null("trade_id"),
        word_or_null("liquidity"),
        exact_or_null("fee"),
        number_or_null("exec_ref_id"),
        word_or_null("reason"),
        word_or_null("text"),
    )
    op.create_index("history_execution_account", "history_execution", ["account", "exec_id"])
    op.create_index("history_execution_order", "history_execution", ["order_id"])
    op.create_table(
        "history_trade",
        number("trade_id", key=True),
        number("journal_seq"),
        number("time_ns"),
        word("symbol"),
        exact("price"),
        exact("qty"),
        exact("printed_price"),
        exact("printed_qty"),
        number("maker_order_id"),
        word("maker_account"),
        number("taker_order_id"),
        word("taker_account"),
        word_or_null("aggressor"),
        flag("is_auction"),
        number_or_null("amended_seq"),
        number_or_null("amended_ns"),
    )
    op.create_index("history_trade_symbol", "history_trade", ["symbol", "trade_id"])
    op.create_index("history_trade_time", "history_trade", ["symbol", "time_ns"])
    op.create_table(
        "history_balance_move",
        number("journal_seq", key=True),
        number("time_ns"),
        word("account"),
        word("currency"),
        exact("amount"),
        exact("total"),
        word("transaction_id"),
        word("by"),
        word("why"),
    )
    op.create_index("history_balance_move_account", "history_balance_move", ["account", "journal_seq"])
    op.create_table(
        "history_audit",
        number("journal_seq", key=True),
        number("time_ns"),
        word("by"),
        word("why"),
        word("verb"),
        word("subject"),
        word("command"),
        flag("is_refused"),
        word("outcome"),
        number("orders_canceled"),
    )


def make_what_is() -> None:
    op.create_table(
        "history_progress",
        number("id", key=True),
        number("journal_seq"),
        octets("chain_hash"),
        number("engine_version"),
        number("time_ns"),
    )
    op.create_table(
        "history_instrument",
        word("symbol", key=True),
        word("base"),
        word("quote"),
        exact("tick_size"),
        exact("lot_size"),
        number("base_decimals"),
        number("quote_decimals"),
        number("listed_ns"),
    )
    op.create_table(
        "history_position",
        word("account", key=True),
        word("symbol", key=True),
        exact("qty"),
        exact("open_value"),
        exact("realized"),
        exact("fees"),
        number("changed_ns"),
        number("changed_seq"),
    )
    op.create_table(
        "history_balance",
        word("account", key=True),
        word("currency", key=True),
        exact("total"),
        number("changed_ns"),
        number("changed_seq"),
    )
    op.create_table(
        "history_fee",
        number("day", key=True),
        word("account", key=True),
        word("currency", key=True),
        exact("paid"),
        exact("rebated"),
        exact("value"),
    )
    op.create_table(
        "history_candle",
        word("symbol", key=True),
        number("start_ns", key=True),
        exact("open"),
        exact("high"),
        exact("low"),
        exact("close"),
        exact("volume"),
        exact("value"),
        number("trades"),
    )
