"""An instrument's book: ladders of levels, each level a queue of orders.

    bids     best = highest price     rising    waiting orders a rise of the last price fires, lowest stop first
    asks     best = lowest price      falling   those a fall fires, highest stop first
                                      quoted    the same two for each of best bid, best offer and mid

All are one class: a ladder keeps its levels by key = sign x price, so that the best is always the
smallest key and no code is written twice for two sides.

Invariant: a level in a ladder holds at least one order; between commands bids and asks cross only in
trading states in which nothing trades (not in OPEN and POST_ONLY).
"""

from collections import deque
from typing import TYPE_CHECKING

from sortedcontainers import SortedList

from venue.engine.bands import ANY_PRICE, set_breaker
from venue.engine.order import Order
from venue.engine.trades import Day
from venue.engine.trailing import TrailingStops
from venue.messages import (
    BUY,
    ON_BID,
    ON_LAST,
    ON_MID,
    ON_OFFER,
    OPEN,
    POST_ONLY,
    UNITS_MAX,
    ListInstrument,
    SetPriceLimits,
    TradingState,
)

if TYPE_CHECKING:
    from venue.engine.losses import MarkWatch


class Level:
    """The orders at one price, oldest first, as a linked list: any of them leaves in O(1)."""

    def __init__(self, ladder: "Ladder", key: int) -> None:
        self.ladder = ladder
        self.key = key
        self.first: Order | None = None
        self.last: Order | None = None
        self.order_count = 0
        self.shown_lots = 0
        self.total_lots = 0  # hidden quantity included

    def append(self, order: Order) -> None:
        """Queue an order behind all others; it shows its first, or next, slice."""
        order.shown_lots = order.slice_lots()
        order.level = self
        last = self.last
        order.ahead = last
        if last is None:
            self.first = order
        else:
            last.behind = order
        self.last = order
        ladder = self.ladder
        ladder.last_rank = order.rank = ladder.last_rank + 1
        self.order_count += 1
        self.shown_lots += order.shown_lots
        self.total_lots += order.leaves_lots

    def remove(self, order: Order) -> None:
        """Take an order out of the queue; the last one takes the level with it."""
        self.unlink(order)
        if self.order_count == 0:
            self.ladder.close(self)

    def refill(self, order: Order) -> None:
        """Queue an iceberg whose slice is used up behind all others, with its next slice."""
        self.unlink(order)
        self.append(order)

    def unlink(self, order: Order) -> None:
        ahead = order.ahead
        behind = order.behind
        if ahead is None:
            self.first = behind
        else:
            ahead.behind = behind
            order.ahead = None
        if behind is None:
            self.last = ahead
        else:
            behind.ahead = ahead
            order.behind = None
        order.level = None
        self.order_count -= 1
        self.shown_lots -= order.shown_lots
        self.total_lots -= order.leaves_lots
        order.shown_lots = 0

    def shrink(self, order: Order, leaves_lots: int) -> None:
        """Take quantity off a queued order, which keeps its place; hidden quantity goes first."""
        self.total_lots -= order.leaves_lots - leaves_lots
        order.leaves_lots = leaves_lots
        if order.shown_lots > leaves_lots:
            self.shown_lots -= order.shown_lots - leaves_lots
            order.shown_lots = leaves_lots

    def orders(self) -> list[Order]:
        found: list[Order] = []
        order = self.first
        while order is not None:
            found.append(order)
            order = order.behind
        return found


def leave_queue(order: Order) -> None:
    """Take an order out of the queue it stands in, if it stands in one."""
    level = order.level
    if level is not None:
        level.remove(order)
        if order.trail_ticks:
            order.book.trailing.drop(order)


class Ladder:
    """Levels by price. Cost: O(1) for the best level and a known one, O(log levels) for a new one."""

    def __init__(self, sign: int) -> None:
        self.sign = sign  # +1: lowest price first; -1: highest first
        self.best: Level | None = None
        self.last_rank = 0  # of the order that was queued last, at whatever price
        self.watching: Book | None = None  # to be told when the best changes
        self.levels: dict[int, Level] = {}
        self.keys: SortedList[int] = SortedList()

    def add(self, order: Order, price_ticks: int) -> None:
        key = self.sign * price_ticks
        level = self.levels.get(key)
        if level is None:
            level = self.open(key)
        level.append(order)

    def open(self, key: int) -> Level:
        level = Level(self, key)
        self.levels[key] = level
        self.keys.add(key)
        best = self.best
        if best is None or key < best.key:
            self.best = level
            if self.watching is not None:
                self.watching.note_move()
        return level

    def close(self, level: Level) -> None:
        del self.levels[level.key]
        if level is not self.best:
            self.keys.remove(level.key)
            return
        self.keys.pop(0)
        self.best = self.levels[self.keys[0]] if self.levels else None
        if self.watching is not None:
            self.watching.note_move()

    def reached_order(self, price_ticks: int) -> Order | None:
        """The first order in the ladder, if `price_ticks` is at its price or beyond."""
        best = self.best
        if best is None or best.key > self.sign * price_ticks:
            return None
        return best.first

    def orders(self) -> list[Order]:
        """Best price first, oldest first."""
        return [order for key in self.keys for order in self.levels[key].orders()]


class Book:
    """Everything about one instrument: its listing, trading state, last price and orders."""

    def __init__(self, listing: ListInstrument, state: TradingState) -> None:
        self.symbol: str = listing.symbol
        self.change(listing)
        self.state: TradingState = state
        self.until_ns = 0  # when the state ends by itself; 0: by a command
        self.last_ticks = 0  # price of the last trade; 0: none yet
        self.limits = SetPriceLimits(listing.symbol)  # as they were set last
        self.collar_bp = 0
        self.reference_ticks = 0  # of the circuit breaker; 0: none yet
        self.floor_ticks = 0  # the prices trades may print at
        self.ceiling_ticks = ANY_PRICE
        self.bids = Ladder(-1)
        self.asks = Ladder(1)
        self.rising = Ladder(1)
        self.falling = Ladder(-1)
        self.quoted = [Ladder(sign) for _ in (ON_BID, ON_OFFER, ON_MID) for sign in (1, -1)]
        self.trailing = TrailingStops()
        self.day = Day()
        self.mark_watch: MarkWatch | None = None  # of positions under a daily loss cap
        self.moved_books: list[Book] = []  # the state's; of use only with a mark_watch
        self.is_moved = False
        self.requoted_books: list[Book] | None = None  # the state's, once an order has waited for a quote here
        self.is_requoted = False

    def change(self, listing: ListInstrument) -> None:
        self.listing = listing
        self.min_lots = listing.min_lots
        self.max_lots = listing.max_lots
        self.price_max = UNITS_MAX // (listing.max_lots * listing.notional_factor)  # so that notionals fit 64 bits

    def own_side(self, side: int) -> Ladder:
        return self.bids if side == BUY else self.asks

    def other_side(self, side: int) -> Ladder:
        return self.asks if side == BUY else self.bids

    def is_crossed(self) -> bool:
        bid, ask = self.bids.best, self.asks.best
        return bid is not None and ask is not None and ask.key <= -bid.key

    def mark_half(self) -> int:
        """The mark in half ticks: the mid where quotes can trade and are two-sided, else the last price; 0: none."""
        bid, ask = self.bids.best, self.asks.best
        if bid is None or ask is None or self.state not in (OPEN, POST_ONLY):
            return 2 * self.last_ticks
        return ask.key - bid.key

    def tell_moves(self, moved_books: "list[Book]") -> None:
        """From here on, be in this list after the mark may have moved."""
        self.moved_books = moved_books
        self.bids.watching = self.asks.watching = self

    def tell_quotes(self, requoted_books: "list[Book]") -> None:
        """From here on, be in this list after the best bid or offer may have moved."""
        self.requoted_books = requoted_books
        self.bids.watching = self.asks.watching = self

    def note_move(self) -> None:
        if self.mark_watch is not None and not self.is_moved:
            self.is_moved = True
            self.moved_books.append(self)
        if self.requoted_books is not None and not self.is_requoted:
            self.is_requoted = True
            self.requoted_books.append(self)

    def limit_prices(self, limits: SetPriceLimits) -> None:
        self.limits = limits
        self.collar_bp = limits.collar_bp
        set_breaker(self, limits.reference_ticks or self.reference_ticks)

    # -----------------------------------------------------------------------------------------------
    # Orders that wait for a price

    def wait(self, order: Order) -> None:
        """Put an order of a stop type, in no queue, behind the others at its stop price."""
        self.trigger_side(order).add(order, order.terms.stop_ticks)
        if order.trail_ticks:
            self.trailing.add(order)

    def trigger_side(self, order: Order) -> Ladder:
        source: int = order.terms.trigger
        if source == ON_LAST:
            return self.rising if order.is_rising() else self.falling
        return self.quoted[2 * (source - ON_BID) + (0 if order.is_rising() else 1)]

    def is_waited_in(self) -> bool:
        """Whether an order waits for the best bid, the best offer or their mid."""
        return any(ladder.best is not None for ladder in self.quoted)

    def source_ticks(self, source: int, sign: int) -> int:
        """The price that reaches stops of a trigger ladder with this sign; 0: there is none.

        The mid may lie between two ticks: rising orders are reached by the tick below, falling by the one above.
        """
        if source == ON_LAST:
            return self.last_ticks
        bid, ask = self.bids.best, self.asks.best
        bid_ticks = 0 if bid is None else -bid.key
        ask_ticks = 0 if ask is None else ask.key
        if source == ON_BID:
            return bid_ticks
        if source == ON_OFFER:
            return ask_ticks
        if bid_ticks == 0 or ask_ticks == 0:
            return 0
        return sign * (sign * (bid_ticks + ask_ticks) // 2)

    def fires_at_once(self, order: Order, stop_ticks: int) -> bool:
        sign = self.trigger_side(order).sign
        source_ticks = self.source_ticks(order.terms.trigger, sign)
        return source_ticks > 0 and sign * stop_ticks <= sign * source_ticks

    def print_trade(self, price_ticks: int, released: "deque[Order]") -> None:
        """Note the last price and move the orders it fires from the trigger ladders to `released`."""
        self.last_ticks = price_ticks
        if self.mark_watch is not None:
            self.note_move()
        if self.reference_ticks == 0:
            set_breaker(self, price_ticks)
        release_reached(self.rising, price_ticks, released)
        release_reached(self.falling, price_ticks, released)

    def release_quoted(self, released: "deque[Order]") -> None:
        """Move the orders that the quotes reach to `released`: of the bid, of the offer, of the mid."""
        for number, ladder in enumerate(self.quoted):
            if ladder.best is not None:
                source_ticks = self.source_ticks(ON_BID + number // 2, ladder.sign)
                if source_ticks:
                    release_reached(ladder, source_ticks, released)


def release_reached(ladder: Ladder, price_ticks: int, released: "deque[Order]") -> None:
    while (order := ladder.reached_order(price_ticks)) is not None:
        leave_queue(order)
        released.append(order)
