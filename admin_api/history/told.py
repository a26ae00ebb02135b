"""Rows of the history as they are told over REST: one function for each kind of row."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple, cast

from admin_api.models import history as models
from admin_api.models.history import ExecStatusWord, ExecWord
from admin_api.models.orders import OrderType, SideWord, StatusWord
from admin_api.models.values import optional_time_text, time_text
from venue.increments import average_text, trimmed
from venue.reasons import REASONS, REQUESTED
from venue.recorder.reading import Row
from venue.units import Units


class Who(NamedTuple):
    """Whose eyes: accounts None: all."""

    units: Units
    accounts: tuple[str, ...] | None

    def sees(self, account: str) -> bool:
        return self.accounts is None or account in self.accounts


STATUS_CHARS: Final[Mapping[ExecStatusWord, str]] = {
    "new": "0",
    "partially_filled": "1",
    "filled": "2",
    "canceled": "4",
    "rejected": "8",
    "expired": "C",
}
# How a kind of execution is known in its row: ExecType(150) has one character for several.
EXECUTION_MARKS: Final[Mapping[ExecWord, Mapping[str, str]]] = {
    "new": {"exec_type": "0"},
    "canceled": {"exec_type": "4"},
    "replaced": {"exec_type": "5"},
    "rejected": {"exec_type": "8"},
    "expired": {"exec_type": "C"},
    "trade": {"exec_type": "F"},
    "trade_corrected": {"exec_type": "G"},
    "trade_canceled": {"exec_type": "H"},
    "released": {"exec_type": "D", "text": "released"},
    "triggered": {"exec_type": "D", "text": "triggered"},
    "reduced": {"exec_type": "D", "reason": "self_match"},
}
_STATUSES: Final = {char: word for word, char in STATUS_CHARS.items()}
_EXEC_WORDS: Final = {marks["exec_type"]: word for word, marks in EXECUTION_MARKS.items() if len(marks) == 1}
_RESTATED: Final[Mapping[str | None, ExecWord]] = {"released": "released", "triggered": "triggered"}
_ORDER_TYPES: Final[Mapping[str, OrderType]] = {
    "market": "market",
    "stop": "stop_loss",
    "stop-limit": "stop_limit",
    "take-profit": "take_profit",
    "take-profit-limit": "take_profit_limit",
    "trailing-stop": "trailing_stop",
}


def order_of(row: Row, who: Who) -> models.PastOrder:
    has_stop = row["stop_price"] is not None or row["trail"] is not None
    return models.PastOrder.model_construct(
        order_id=row["order_id"],
        client_order_id=row["cl_ord_id"],
        account=row["account"],
        session=row["session"],
        symbol=row["symbol"],
        side=row["side"],
        order_type=order_type_of(row),
        time_in_force=row["time_in_force"],
        status=cast(StatusWord, _STATUSES[row["ord_status"]]),
        reason=_reason(row, row["ord_status"]),
        quantity=row["qty"],
        executed_quantity=row["cum_qty"],
        leaves_quantity=row["leaves_qty"],
        average_price=average_price(row, who.units),
        executed_value=trimmed(row["value"]),
        price=row["price"],
        stop_price=row["stop_price"],
        trail=row["trail"],
        display_quantity=row["display_qty"],
        min_quantity=row["min_qty"],
        cash_quantity=_money(row["cash_qty"]),
        trigger=row["trigger"] if has_stop else None,
        is_triggered=row["triggered"],
        is_held=row["held"],
        list_id=row["list_id"],
        expire_time=optional_time_text(row["expire_ns"] or 0),
        entered=time_text(row["entered_ns"]),
        entered_seq=row["entered_seq"],
        updated=time_text(row["changed_ns"]),
        updated_seq=row["changed_seq"],
    )


def order_type_of(row: Row) -> OrderType:
    """The order_type that says most about it, as everywhere."""
    if row["ord_type"] != "limit":
        return _ORDER_TYPES[row["ord_type"]]
    if row["time_in_force"] in ("ioc", "fok"):
        return cast(OrderType, row["time_in_force"])
    if row["post_only"]:
        return "post_only"
    return "iceberg" if row["display_qty"] is not None else "limit"


def average_price(row: Row, units: Units) -> str | None:
    """AvgPx(6), to the digit what the order itself is told with; None: nothing was executed."""
    cum_qty, symbol = Fraction(row["cum_qty"]), row["symbol"]
    if not cum_qty or symbol not in units.symbols:
        return None
    price, qty = units.price(symbol), units.qty(symbol)
    notional = Fraction(row["value"]) / Fraction(price.size) / Fraction(qty.size)
    return average_text(price, int(notional), int(cum_qty / Fraction(qty.size)))


def execution_of(row: Row, _who: Who) -> models.PastExecution:
    return models.PastExecution.model_construct(
        exec_id=row["exec_id"],
        exec_type=_EXEC_WORDS.get(row["exec_type"]) or _RESTATED.get(row["text"], "reduced"),
        order_id=row["order_id"],
        client_order_id=row["cl_ord_id"],
        orig_client_order_id=row["orig_cl_ord_id"],
        account=row["account"],
        session=row["session"],
        symbol=row["symbol"],
        side=cast(SideWord | None, row["side"] or None),
        status=_STATUSES[row["ord_status"]],
        executed_quantity=row["cum_qty"],
        leaves_quantity=row["leaves_qty"],
        last_quantity=row["last_qty"],
        last_price=row["last_px"],
        trade_id=row["trade_id"],
        liquidity=row["liquidity"],
        fee=_money(row["fee"]),
        exec_ref_id=row["exec_ref_id"],
        reason=_reason(row, row["exec_type"]),
        text=row["text"],
        journal_seq=row["journal_seq"],
        time=time_text(row["time_ns"]),
    )


def trade_of(row: Row, who: Who) -> models.PastTrade:
    sides: dict[str, Any] = {}
    for side in ("maker", "taker"):
        account = row[f"{side}_account"]
        is_seen = who.sees(account)
        sides[f"{side}_order_id"] = row[f"{side}_order_id"] if is_seen else None
        sides[f"{side}_account"] = account if is_seen else None
    return models.PastTrade.model_construct(
        trade_id=row["trade_id"],
        symbol=row["symbol"],
        price=row["price"],
        quantity=row["qty"],
        printed_price=row["printed_price"],
        printed_quantity=row["printed_qty"],
        side=row["aggressor"],
        is_auction=row["is_auction"],
        **sides,
        amended=optional_time_text(row["amended_ns"] or 0),
        amended_seq=row["amended_seq"],
        journal_seq=row["journal_seq"],
        time=time_text(row["time_ns"]),
    )


def candle_of(row: Row, _who: Who) -> models.PastCandle:
    prices = {name: row[name] for name in ("open", "high", "low", "close")}
    return models.PastCandle.model_construct(
        start=time_text(row["start_ns"]),
        **prices,
        volume=row["volume"],
        notional=trimmed(row["value"]),
        trades=row["trades"],
    )


def position_of(row: Row, _who: Who) -> models.PastPosition:
    return models.PastPosition.model_construct(
        account=row["account"],
        symbol=row["symbol"],
        quantity=row["qty"],
        open_value=trimmed(row["open_value"]),
        realized=trimmed(row["realized"]),
        fees=trimmed(row["fees"]),
        updated=time_text(row["changed_ns"]),
        updated_seq=row["changed_seq"],
    )


def balance_of(row: Row, _who: Who) -> models.PastBalance:
    return models.PastBalance.model_construct(
        account=row["account"],
        currency=row["currency"],
        total=trimmed(row["total"]),
        updated=time_text(row["changed_ns"]),
        updated_seq=row["changed_seq"],
    )


def move_of(row: Row, _who: Who) -> models.BalanceMove:
    names = {name: row[name] for name in ("journal_seq", "account", "currency", "transaction_id", "by", "why")}
    return models.BalanceMove.model_construct(
        **names, time=time_text(row["time_ns"]), amount=trimmed(row["amount"]), total=trimmed(row["total"])
    )


def fees_of(row: Row, _who: Who) -> models.DayFees:
    return models.DayFees.model_construct(
        day=f"{datetime.fromtimestamp(row['day'] // 10**9, UTC):%Y-%m-%d}",
        account=row["account"],
        currency=row["currency"],
        paid=trimmed(row["paid"]),
        rebated=trimmed(row["rebated"]),
        value=trimmed(row["value"]),
    )


def action_of(row: Row, _who: Who) -> models.PastAction:
    names = {name: row[name] for name in ("journal_seq", "by", "why", "subject", "is_refused", "orders_canceled")}
    return models.PastAction.model_construct(
        **names, time=time_text(row["time_ns"]), action=row["verb"], text=row["outcome"], command=row["command"]
    )


def _reason(row: Row, char: str) -> str | None:
    """A cancel without one was asked for: ExecType(150) and OrdStatus(39) have the same character for it."""
    return row["reason"] or (REASONS[REQUESTED].name if char == STATUS_CHARS["canceled"] else None)


def _money(amount: str | None) -> str | None:
    return None if amount is None else trimmed(amount)
