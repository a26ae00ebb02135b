"""The naive bust and correction of trades."""

from copy import deepcopy

from msgspec.structs import replace

from tests.support.naive_money import available, fees_of, settle, unsettle
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import NaiveState, NaiveTrade
from tests.support.naive_terms import price_bound
from venue import reasons
from venue.messages import (
    CANCELED,
    FILLED,
    UNITS_MAX,
    BustTrade,
    CorrectTrade,
    TradeAmended,
    TradeSide,
)


def amend(state: NaiveState, request: BustTrade | CorrectTrade) -> int:
    """Give a trade another price and quantity, none for a bust; the reason why not, or 0."""
    trade = next((trade for trade in state.known_trades() if trade.trade_id == request.trade_id), None)
    if trade is None or not trade.lots or any(order not in state.known_orders() for order in trade.orders):
        return reasons.UNKNOWN_TRADE
    price, lots = trade.price_ticks, 0
    if isinstance(request, CorrectTrade):
        price, lots = request.price_ticks, request.qty_lots
        bound = price_bound(state.listed[trade.symbol].listing)
        is_same = (price, lots) == (trade.price_ticks, trade.lots)
        if price < 1 or lots < 1 or lots > trade.lots or price > bound or is_same:
            return reasons.BAD_VALUE
        factor = state.listed[trade.symbol].listing.notional_factor
        added = price * lots - trade.price_ticks * trade.lots
        if any((order.notional + added) * factor > UNITS_MAX for order in trade.orders):
            return reasons.BAD_VALUE
    before = (trade.price_ticks, trade.lots)
    books = deepcopy((state.opened, state.revenue, trade.fees))
    resettle(state, trade, price, lots)
    if is_overdrawn(state, trade):
        trade.price_ticks, trade.lots = before
        state.opened, state.revenue, trade.fees = books
        return reasons.INSUFFICIENT_BALANCE
    tell(state, trade, request, *before)
    return 0


def resettle(state: NaiveState, trade: NaiveTrade, price: int, lots: int) -> None:
    unsettle(state, trade)
    trade.price_ticks, trade.lots = price, lots
    trade.fees = fees_of(state, trade)
    settle(state, trade)


def is_overdrawn(state: NaiveState, trade: NaiveTrade) -> bool:
    listing = state.listed[trade.symbol].listing
    accounts = [order.terms.account for order in trade.orders]
    prefunded = [account for account in accounts if state.opened[account].is_prefunded]
    return any(
        available(state, name, currency, []) < 0 for name in prefunded for currency in (listing.base, listing.quote)
    )


def tell(state: NaiveState, trade: NaiveTrade, request: BustTrade | CorrectTrade, price: int, lots: int) -> None:
    """The orders follow the trade, then the event; price and lots are those before."""
    for order in trade.orders:
        order.notional += trade.price_ticks * trade.lots - price * lots
        take_off(order, lots - trade.lots)
    instrument = state.listed[trade.symbol]
    known = [t for t in state.known_trades() if t.symbol == trade.symbol and t.lots]
    instrument.last_ticks = known[-1].price_ticks if known else 0
    instrument.day_prices = [t.price_ticks for t in known if t.day == state.day]
    exec_ids = (state.next_exec_id(), state.next_exec_id())
    sides = zip(trade.orders, exec_ids, trade.exec_ids, trade.fees, strict=True)
    maker, taker = (side_of(*side) for side in sides)
    trade.exec_ids = exec_ids
    now = (trade.trade_id, trade.price_ticks, trade.lots)
    state.events.append(TradeAmended(*now, maker, taker, trade.is_auction, request.by, request.why))


def take_off(order: NaiveOrder, lots: int) -> None:
    """Executed lots that never were: they do not come back to the market."""
    order.cum_lots -= lots
    if order.end is None:
        order.terms = replace(order.terms, qty_lots=order.terms.qty_lots - lots)
    elif order.end == FILLED and lots:
        order.end = CANCELED


def side_of(order: NaiveOrder, exec_id: int, exec_ref_id: int, fee: int) -> TradeSide:
    status = (order.terms, order.ord_status(), order.cum_lots, order.leaves_lots, order.notional)
    return TradeSide(order.order_id, exec_id, exec_ref_id, *status, fee)
