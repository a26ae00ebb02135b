"""Orders and their fills as answers tell them."""

from typing import Any, Final

from admin_api import amounts
from admin_api.models.orders import Order, OrderFill
from admin_api.models.values import optional_time_text, time_text
from admin_api.orders.outcome import Fill, Outcome
from admin_api.orders.words import (
    SELF_MATCH_WORDS,
    SIDE_WORDS,
    STATUS_WORDS,
    TIME_IN_FORCE_WORDS,
    TRIGGER_WORDS,
    order_type_of,
)
from admin_api.view import View
from venue.increments import average_text
from venue.messages import CANCELED, EXPIRED, FILLED, OrderStatus
from venue.reasons import REASONS

ENDED: Final = (FILLED, CANCELED, EXPIRED)


def told(view: View, status: OrderStatus) -> dict[str, Any]:
    """The fields of models.orders.Order, of an order as it is now."""
    trace = view.orders.trace(status.order_id)
    return _fields(view, status, trace.reason, trace.updated_ns, trace.ended_ns)


def told_after(view: View, outcome: Outcome, time_ns: int) -> dict[str, Any]:
    """The same of an order as a command at time_ns left it, and `fills`."""
    status = outcome.status
    ended_ns = time_ns if status.ord_status in ENDED else 0
    fields = _fields(view, status, outcome.reason, time_ns, ended_ns)
    return fields | {"fills": [_fill(view, status.terms.symbol, fill) for fill in outcome.fills]}


def order_of(view: View, status: OrderStatus) -> Order:
    return Order.model_construct(**told(view, status))


def _fields(view: View, status: OrderStatus, reason: int, updated_ns: int, ended_ns: int) -> dict[str, Any]:
    terms, units = status.terms, view.units
    price, qty = units.price(terms.symbol), units.qty(terms.symbol)
    quote = units.instrument(terms.symbol).quote
    has_stop = terms.stop_ticks != 0
    return {
        "order_id": status.order_id,
        "client_order_id": view.engine.entered_as(status.order_id),
        "account": terms.account,
        "session": terms.session,
        "symbol": terms.symbol,
        "side": SIDE_WORDS[terms.side],
        "order_type": order_type_of(terms),
        "time_in_force": TIME_IN_FORCE_WORDS[terms.time_in_force],
        "status": STATUS_WORDS[status.ord_status],
        "reason": REASONS[reason].name if reason or status.ord_status == CANCELED else None,
        "quantity": qty.to_text(terms.qty_lots),
        "executed_quantity": qty.to_text(status.cum_lots),
        "leaves_quantity": qty.to_text(status.leaves_lots),
        "average_price": average_text(price, status.notional, status.cum_lots) if status.cum_lots else None,
        "price": price.to_text(terms.price_ticks) if terms.price_ticks else None,
        "stop_price": price.to_text(terms.stop_ticks) if has_stop else None,
        "trail": price.to_text(terms.trail_ticks) if terms.trail_ticks else None,
        "display_quantity": qty.to_text(terms.display_lots) if terms.display_lots else None,
        "min_quantity": qty.to_text(terms.min_lots) if terms.min_lots else None,
        "cash_quantity": amounts.money(units, quote, terms.cash_units) if terms.cash_units else None,
        "trigger": TRIGGER_WORDS[terms.trigger] if has_stop or terms.trail_ticks else None,
        "is_triggered": status.triggered,
        "is_held": status.held,
        "self_match": SELF_MATCH_WORDS.get(terms.self_match),
        "order_group": terms.order_group or None,
        "list_id": terms.list_id or None,
        "expire_time": optional_time_text(terms.expire_ns),
        "entered": time_text(status.entered_ns),
        "updated": time_text(updated_ns),
        "ended": optional_time_text(ended_ns),
    }


def _fill(view: View, symbol: str, fill: Fill) -> OrderFill:
    trade, units = fill.trade, view.units
    return OrderFill.model_construct(
        trade_id=trade.trade_id,
        price=amounts.price(units, symbol, trade.price_ticks),
        quantity=amounts.qty(units, symbol, trade.qty_lots),
        fee=amounts.money(units, units.instrument(symbol).quote, fill.fee_units),
        liquidity="auction" if trade.is_auction else "maker" if fill.is_maker else "taker",
    )
