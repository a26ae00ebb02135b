"""Bust and correction: a trade undone, or made anew at another price or quantity, for both sides at once."""

from msgspec.structs import replace

from venue.engine.fees import fee
from venue.engine.losses import note_trade
from venue.engine.order import Order
from venue.engine.settling import move_money
from venue.engine.state import State
from venue.engine.trades import Trade
from venue.messages import (
    BUY,
    CANCELED,
    FILLED,
    SELL,
    UNITS_MAX,
    BustTrade,
    CorrectTrade,
    TradeAmended,
    TradeSide,
)
from venue.reasons import BAD_VALUE, INSUFFICIENT_BALANCE, UNKNOWN_TRADE


def bust_trade(state: State, request: BustTrade) -> int:
    """Cost: O(trades remembered), to find the instrument's last price anew; so for a correction."""
    trade = find_trade(state, request.trade_id)
    if trade is None:
        return UNKNOWN_TRADE
    return amend(state, trade, trade.price_ticks, 0, request.by, request.why)


def correct_trade(state: State, request: CorrectTrade) -> int:
    trade = find_trade(state, request.trade_id)
    if trade is None:
        return UNKNOWN_TRADE
    price_ticks, lots = request.price_ticks, request.qty_lots
    is_same = price_ticks == trade.price_ticks and lots == trade.lots
    is_too_much = price_ticks > trade.book.price_max or passes_bound(state, trade, price_ticks * lots)
    if min(price_ticks, lots) < 1 or lots > trade.lots or is_too_much or is_same:
        return BAD_VALUE
    return amend(state, trade, price_ticks, lots, request.by, request.why)


def passes_bound(state: State, trade: Trade, notional: int) -> bool:
    """Whether one of the orders would have traded for more than a message may carry. The price alone does not tell:
    the instrument may have allowed larger orders when it traded."""
    added = notional - trade.price_ticks * trade.lots
    notional_max: int = UNITS_MAX // trade.book.listing.notional_factor - added
    return max(state.orders[trade.maker_order_id].notional, state.orders[trade.taker_order_id].notional) > notional_max


def find_trade(state: State, trade_id: int) -> Trade | None:
    """A trade that may be amended: remembered, not busted, and both its orders are remembered too."""
    trades = state.trades
    place = trade_id - trades[0].trade_id if trades else -1
    if not 0 <= place < len(trades):
        return None
    trade = trades[place]
    orders = state.orders
    if trade.lots == 0 or trade.maker_order_id not in orders or trade.taker_order_id not in orders:
        return None
    return trade


def amend(state: State, trade: Trade, price_ticks: int, lots: int, by: str, why: str) -> int:
    """Reverse a trade and, unless no lots are left, make it anew; or say why not, with nothing changed."""
    maker, taker = state.orders[trade.maker_order_id], state.orders[trade.taker_order_id]
    move_sides(trade, maker, taker, trade.price_ticks, trade.lots, -1)
    move_sides(trade, maker, taker, price_ticks, lots, 1)
    if is_overdrawn(maker) or is_overdrawn(taker):
        move_sides(trade, maker, taker, price_ticks, lots, -1)
        move_sides(trade, maker, taker, trade.price_ticks, trade.lots, 1)
        return INSUFFICIENT_BALANCE
    change_positions(trade, maker, taker, price_ticks, lots)
    if trade.day_number == state.day_number:
        trade.book.day.amend(trade, price_ticks, lots)
    maker_side = amend_side(state, trade, maker, trade.maker_rate, price_ticks, lots, trade.maker_exec_id)
    taker_side = amend_side(state, trade, taker, trade.taker_rate, price_ticks, lots, trade.taker_exec_id)
    trade.maker_exec_id, trade.taker_exec_id = maker_side.exec_id, taker_side.exec_id
    trade.price_ticks, trade.lots = price_ticks, lots
    state.events.append(
        TradeAmended(trade.trade_id, price_ticks, lots, maker_side, taker_side, trade.is_auction, by, why)
    )
    look_back(state, trade)
    return 0


def move_sides(trade: Trade, maker: Order, taker: Order, price_ticks: int, lots: int, sign: int) -> None:
    """Move the balances of both sides by a trade of so many lots, or (sign -1) back."""
    for order, rate in ((maker, trade.maker_rate), (taker, trade.taker_rate)):
        holding = order.holding
        if holding.is_prefunded:
            units = price_ticks * lots * holding.factor
            move_money(holding, order.side, sign * lots, sign * units, sign * fee(rate, units))


def is_overdrawn(order: Order) -> bool:
    holding = order.holding
    return (
        holding.is_prefunded and min(holding.paying_purse(BUY).available(), holding.paying_purse(SELL).available()) < 0
    )


def change_positions(trade: Trade, maker: Order, taker: Order, price_ticks: int, lots: int) -> None:
    """A trade the other way round, of both sides, then the corrected one."""
    for order in (maker, taker):
        order.holding.fill(SELL if order.side == BUY else BUY, trade.price_ticks, trade.lots)
    if lots:
        for order in (maker, taker):
            order.holding.fill(order.side, price_ticks, lots)


def amend_side(
    state: State, trade: Trade, order: Order, rate: int, price_ticks: int, lots: int, exec_ref_id: int
) -> TradeSide:
    """Change an order, its account's fees and its volume to the amended trade."""
    holding = order.holding
    fee_account = holding.fee_account
    former_units = trade.price_ticks * trade.lots * holding.factor
    units = price_ticks * lots * holding.factor
    fee_units = fee(rate, units)
    added_fee = fee_units - fee(rate, former_units)
    holding.fees_units += added_fee
    fee_account.till.revenue += added_fee
    fee_account.amend_volume(units - former_units, state.day_number - trade.day_number)
    if holding.loss_cap is not None:
        note_trade(state, holding.loss_cap)
    take_off(order, trade.lots - lots)
    order.notional += price_ticks * lots - trade.price_ticks * trade.lots
    return TradeSide(
        order.order_id,
        state.exec_id(),
        exec_ref_id,
        order.last_terms(),
        order.ord_status(),
        order.cum_lots,
        order.leaves_lots,
        order.notional,
        fee_units,
    )


def take_off(order: Order, lots: int) -> None:
    """Executed lots that were undone do not come back to the order."""
    order.cum_lots -= lots
    if order.ended_as == FILLED and lots:
        order.ended_as = CANCELED
    elif not order.ended_as:
        order.terms = replace(order.terms, qty_lots=order.terms.qty_lots - lots)


def look_back(state: State, amended: Trade) -> None:
    """Find the instrument's last price, and its prices of the day, among the trades that are remembered."""
    book = amended.book
    last_ticks = 0
    prices: list[int] = []  # of today
    for trade in state.trades:
        if trade.book is book and trade.lots:
            last_ticks = trade.price_ticks
            if trade.day_number == state.day_number:
                prices.append(trade.price_ticks)
    book.last_ticks = last_ticks
    if amended.day_number == state.day_number:
        book.day.take_prices(prices)
    book.note_move()
