"""The match: an incoming order against the other side of the book, then what is left rests or ends.

Price, then time; a trade prints at the resting order's price, in an uncross (auction.py) at the auction's.
Source: FIX 4.4 vol. 4, appendix D.
"""

from venue.engine.bands import reach_key
from venue.engine.book import Book, Ladder, leave_queue
from venue.engine.breaker import halt
from venue.engine.ending import cancel, reduce
from venue.engine.groups import note_fill
from venue.engine.lists import on_traded
from venue.engine.locks import adjust, cost_of_a_lot
from venue.engine.order import Order
from venue.engine.settling import settle
from venue.engine.state import State
from venue.messages import (
    ALLOW,
    BUY,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DECREMENT,
    FILLED,
    FOK,
    IOC,
    OPEN,
    OrderTraded,
    SelfMatch,
    SelfMatchPrevented,
)
from venue.reasons import (
    CIRCUIT_BREAKER,
    INSUFFICIENT_BALANCE,
    IOC_REMAINDER,
    MARKET_REMAINDER,
    PRICE_COLLAR,
    SELF_MATCH,
)


def trade_or_rest(state: State, order: Order) -> None:
    """Match an order that is in no queue, then rest what is left of it, or cancel it.

    Where nothing matches (any state but OPEN) it rests, if need be across the book.
    Cost: O(trades), and O(log levels) for each level that is used up or new.
    """
    book = order.book
    opposite = book.other_side(order.side)
    price_ticks = order.price_ticks
    best = opposite.best
    if best is not None and book.state == OPEN:
        limit_key = opposite.sign * price_ticks if price_ticks else reach_key(book, order.side, 0)
        if best.key <= limit_key:
            match(state, book, opposite, order, limit_key)
            if order.ended_as:
                return
    if price_ticks and order.time_in_force != IOC and order.time_in_force != FOK:
        book.own_side(order.side).add(order, price_ticks)
    else:
        cancel(state, order, remainder_reason(book, opposite, price_ticks))


def remainder_reason(book: Book, opposite: Ladder, price_ticks: int) -> int:
    """Why the rest of an order that may not rest is canceled."""
    if book.state != OPEN:
        return CIRCUIT_BREAKER
    if price_ticks:
        return IOC_REMAINDER
    return MARKET_REMAINDER if opposite.best is None else PRICE_COLLAR


def match(state: State, book: Book, opposite: Ladder, incoming: Order, limit_key: int) -> None:
    """Trade until the incoming order has ended, meets no price it takes, or halts the instrument."""
    account = incoming.account
    self_match = incoming.terms.self_match or account.self_match
    is_paid_at_once = incoming.price_ticks == 0 and incoming.side == BUY and incoming.holding.is_prefunded
    while not incoming.ended_as:
        level = opposite.best
        if level is None or level.key > limit_key:
            return
        resting = level.first
        assert resting is not None  # a level in a ladder holds an order
        price_ticks = resting.price_ticks
        if price_ticks > book.ceiling_ticks or price_ticks < book.floor_ticks:
            halt(state, book, price_ticks)
            return
        if self_match != ALLOW and account.is_one_owner_with(resting.account):
            prevent(state, book, resting, incoming, self_match)
        else:
            lots = min(resting.shown_lots, incoming.leaves_lots)
            if is_paid_at_once and not can_pay(incoming, price_ticks, lots):
                cancel(state, incoming, INSUFFICIENT_BALANCE)
                return
            trade(state, book, resting, incoming, price_ticks, lots, False)


def can_pay(order: Order, price_ticks: int, lots: int) -> bool:
    """Whether a buy that locks nothing can pay its next trade.

    It could pay what it counted on at its start; but its trades may have had some of that canceled.
    """
    return lots * cost_of_a_lot(order.holding, price_ticks) <= order.holding.paying_purse(BUY).available()


def trade(
    state: State, book: Book, resting: Order, incoming: Order, price_ticks: int, lots: int, is_auction: bool
) -> None:
    """One trade and all that follows from it at once. In an uncross both orders rest; `resting` is the maker."""
    take(resting, price_ticks, lots)
    take(incoming, price_ticks, lots)
    maker_fee, taker_fee = settle(state, book, resting, incoming, price_ticks, lots, is_auction)
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
            maker_fee,
            taker_fee,
            is_auction,
        )
    )
    go_on(state, resting)
    go_on(state, incoming)
    if not resting.is_plain and resting.terms.order_group:
        note_fill(state, resting, lots)
    if not incoming.is_plain and incoming.terms.order_group:
        note_fill(state, incoming, lots)
    if book.trailing.waiting:
        pull(book, price_ticks)
    book.print_trade(price_ticks, state.released)


def take(order: Order, price_ticks: int, lots: int) -> None:
    """Move lots of an order from leaves to executed, also in the level where it rests."""
    order.leaves_lots -= lots
    order.cum_lots += lots
    order.notional += price_ticks * lots
    level = order.level
    if level is not None:
        order.shown_lots -= lots
        level.shown_lots -= lots
        level.total_lots -= lots


def go_on(state: State, order: Order) -> None:
    """After a trade: the order's end or next slice, then what it means for its list."""
    level = order.level
    if order.leaves_lots == 0:
        if level is not None:
            level.remove(order)
        state.end(order, FILLED)
        return
    if level is not None and order.shown_lots == 0:
        level.refill(order)
    if order.list is not None:
        on_traded(state, order)


def pull(book: Book, price_ticks: int) -> None:
    """Move the trailing stops that a last price pulls along, oldest order first."""
    for order in book.trailing.pulled(price_ticks):
        leave_queue(order)
        order.trail(price_ticks)
        adjust(order)
        book.wait(order)


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
