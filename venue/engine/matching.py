"""The match: an incoming order against the other side of the book, then what is left rests or ends.

Price, then time; a trade prints at the resting order's price. Source: FIX 4.4 vol. 4, appendix D.
"""

from venue.engine.book import ANY_PRICE, Book, Ladder, Level
from venue.engine.ending import cancel, reduce
from venue.engine.order import Order
from venue.engine.state import State
from venue.messages import (
    ALLOW,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DECREMENT,
    FILLED,
    FOK,
    IOC,
    OrderTraded,
    SelfMatch,
    SelfMatchPrevented,
)
from venue.reasons import IOC_REMAINDER, MARKET_REMAINDER, SELF_MATCH


def trade_or_rest(state: State, order: Order) -> None:
    """Match an order that is in no queue, then rest what is left of it, or cancel it.

    Cost: O(trades), and O(log levels) for each level that is used up or new.
    """
    book = order.book
    opposite = book.other_side(order.side)
    price_ticks = order.price_ticks
    limit_key = opposite.sign * price_ticks if price_ticks else ANY_PRICE
    best = opposite.best
    if best is not None and best.key <= limit_key:
        match(state, book, opposite, order, limit_key)
        if order.ended_as:
            return
    if not price_ticks:
        cancel(state, order, MARKET_REMAINDER)
    elif order.time_in_force == IOC or order.time_in_force == FOK:
        cancel(state, order, IOC_REMAINDER)
    else:
        book.own_side(order.side).add(order, price_ticks)


def match(state: State, book: Book, opposite: Ladder, incoming: Order, limit_key: int) -> None:
    """Trade until the incoming order has ended or meets no price it takes."""
    account = incoming.account
    self_match = incoming.terms.self_match or account.self_match
    while not incoming.ended_as:
        level = opposite.best
        if level is None or level.key > limit_key:
            return
        resting = level.first
        assert resting is not None  # a level in a ladder holds an order
        if self_match != ALLOW and account.is_one_owner_with(resting.account):
            prevent(state, book, resting, incoming, self_match)
        else:
            trade(state, book, level, resting, incoming)


def trade(state: State, book: Book, level: Level, resting: Order, incoming: Order) -> None:
    price_ticks = resting.price_ticks
    lots = min(resting.shown_lots, incoming.leaves_lots)
    notional = price_ticks * lots
    incoming.leaves_lots -= lots
    incoming.cum_lots += lots
    incoming.notional += notional
    resting.leaves_lots -= lots
    resting.shown_lots -= lots
    resting.cum_lots += lots
    resting.notional += notional
    level.shown_lots -= lots
    level.total_lots -= lots
    state.last_trade_id += 1
    exec_id = state.last_exec_id + 2
    state.last_exec_id = exec_id
    state.events.append(
        OrderTraded(
            state.last_trade_id,
            price_ticks,
            lots,
            resting.order_id,
            exec_id - 1,
            resting.terms,
            resting.cum_lots,
            resting.leaves_lots,
            resting.notional,
            incoming.order_id,
            exec_id,
            incoming.terms,
            incoming.cum_lots,
            incoming.leaves_lots,
            incoming.notional,
        )
    )
    if resting.shown_lots == 0:
        if resting.leaves_lots:
            level.refill(resting)
        else:
            level.remove(resting)
            state.end(resting, FILLED)
    if incoming.leaves_lots == 0:
        state.end(incoming, FILLED)
    book.print_trade(price_ticks, state.released)


def prevent(state: State, book: Book, resting: Order, incoming: Order, self_match: SelfMatch) -> None:
    """Two orders of one owner met: say so, then do to each what the incoming order's choice asks."""
    lots = min(resting.leaves_lots, incoming.leaves_lots)
    state.events.append(
        SelfMatchPrevented(book.symbol, resting.price_ticks, lots, resting.order_id, incoming.order_id, self_match)
    )
    if self_match == DECREMENT:
        reduce(state, resting, lots)
        reduce(state, incoming, lots)
        return
    if self_match != CANCEL_INCOMING:
        cancel(state, resting, SELF_MATCH)
    if self_match != CANCEL_RESTING:
        cancel(state, incoming, SELF_MATCH)
