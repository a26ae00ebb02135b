"""The naive book: orders of all instruments in plain lists, scanned from end to end for every question.

It is the reference the real book is compared with, written from the rules in venue/engine/__init__.py
alone. Every step costs O(open orders) or worse, on purpose: nothing is kept that could be computed, so
nothing can be forgotten. It is no example of how to build a book.
"""

from dataclasses import dataclass, field
from itertools import groupby

import msgspec

from venue.messages import (
    ACCOUNT_DEFAULT,
    ALLOW,
    BUY,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    CANCELED,
    DECREMENT,
    FILLED,
    FOK,
    IOC,
    LIMIT,
    NEW,
    PARTIALLY_FILLED,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    AnyEvent,
    EnterOrder,
    OpenAccount,
    OrderAccepted,
    OrderCanceled,
    OrderReduced,
    OrderStatus,
    OrderTraded,
    OrderTriggered,
    OrdStatus,
    SelfMatch,
    SelfMatchPrevented,
)
from venue.reasons import (
    FOK_UNFILLABLE,
    IOC_REMAINDER,
    MARKET_REMAINDER,
    MIN_QTY_UNFILLABLE,
    REQUESTED,
    SELF_MATCH,
)

LIMIT_TYPES = (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
STOP_TYPES = (STOP, STOP_LIMIT)
TRIGGER_TYPES = (STOP, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)


@dataclass(eq=False)
class NaiveOrder:
    """One order; closed once `end` is set. slice_lots is what of it the book shows, 0 outside the book."""

    order_id: int
    terms: EnterOrder
    entered_ns: int
    leaves_lots: int
    cum_lots: int = 0
    notional: int = 0
    slice_lots: int = 0
    triggered: bool = False
    end: OrdStatus | None = None

    def ord_status(self) -> OrdStatus:
        if self.end is not None:
            return self.end
        return PARTIALLY_FILLED if self.cum_lots else NEW

    def status(self) -> OrderStatus:
        return OrderStatus(
            self.order_id,
            self.terms,
            self.ord_status(),
            self.cum_lots,
            self.leaves_lots,
            self.notional,
            self.triggered,
            self.entered_ns,
        )

    def rename(self, cl_ord_id: str) -> str:
        """Give the order its new last ClOrdID; the one before it comes back."""
        before = self.terms.cl_ord_id
        self.terms = msgspec.structs.replace(self.terms, cl_ord_id=cl_ord_id)
        return before


def would_cross(terms: EnterOrder, price_ticks: int) -> bool:
    """Could an order of these terms, once it is in the market, trade at a resting price?"""
    if terms.ord_type not in LIMIT_TYPES:
        return True
    return price_ticks <= terms.price_ticks if terms.side == BUY else price_ticks >= terms.price_ticks


def fires_on_rise(terms: EnterOrder) -> bool:
    return (terms.side == BUY) == (terms.ord_type in STOP_TYPES)


def is_reached(terms: EnterOrder, last_ticks: int) -> bool:
    """Does the last trade fire this stop or take profit? 0: the instrument never traded."""
    if last_ticks == 0:
        return False
    return last_ticks >= terms.stop_ticks if fires_on_rise(terms) else last_ticks <= terms.stop_ticks


@dataclass
class NaiveBook:
    """Resting, waiting and released orders of every instrument, and the counters of all ids."""

    accounts: list[OpenAccount]
    resting: list[NaiveOrder] = field(default_factory=list)  # longest queued slice first
    waiting: list[NaiveOrder] = field(default_factory=list)  # oldest entry first
    released: list[NaiveOrder] = field(default_factory=list)  # reached, and not yet run
    closed: list[NaiveOrder] = field(default_factory=list)  # first closed first
    last_ticks: dict[str, int] = field(default_factory=dict)
    events: list[AnyEvent] = field(default_factory=list)
    order_id: int = 0
    exec_id: int = 0
    trade_id: int = 0

    def next_exec_id(self) -> int:
        self.exec_id += 1
        return self.exec_id

    def facts(self, order: NaiveOrder) -> tuple[int, int, EnterOrder, int, int, int]:
        """The fields every order event begins with, a fresh exec_id among them."""
        exec_id = self.next_exec_id()
        return (order.order_id, exec_id, order.terms, order.cum_lots, order.leaves_lots, order.notional)

    # What is there -------------------------------------------------------------------------------------

    def open_orders(self) -> list[NaiveOrder]:
        return sorted(self.resting + self.waiting, key=lambda order: order.order_id)

    def side_of(self, symbol: str, side: int) -> list[NaiveOrder]:
        """One side of one instrument's book, in the order in which its slices would trade."""
        orders = [order for order in self.resting if (order.terms.symbol, order.terms.side) == (symbol, side)]
        return sorted(orders, key=lambda order: order.terms.price_ticks, reverse=side == BUY)

    def queue_against(self, terms: EnterOrder) -> list[NaiveOrder]:
        """The resting orders an incoming one can trade with, in the order in which it meets them."""
        opposite = self.side_of(terms.symbol, SELL if terms.side == BUY else BUY)
        return [order for order in opposite if would_cross(terms, order.terms.price_ticks)]

    def account(self, name: str) -> OpenAccount:
        return next(account for account in self.accounts if account.account == name)

    def self_match(self, terms: EnterOrder) -> SelfMatch:
        if terms.self_match != ACCOUNT_DEFAULT:
            return terms.self_match
        return self.account(terms.account).self_match

    def is_own(self, terms: EnterOrder, other: EnterOrder) -> bool:
        """Are both of one owner, and does the incoming one mind?"""
        if self.self_match(terms) == ALLOW:
            return False
        group = self.account(terms.account).self_match_group
        if group and group == self.account(other.account).self_match_group:
            return True
        return terms.account == other.account

    def tradable(self, terms: EnterOrder) -> list[tuple[int, int]]:
        """(price_ticks, lots) an incoming order would trade now, hidden too, until it meets an own order."""
        found: list[NaiveOrder] = []
        for resting in self.queue_against(terms):
            if not self.is_own(terms, resting.terms):
                found.append(resting)
            elif self.self_match(terms) != CANCEL_RESTING:
                price = resting.terms.price_ticks
                better = [(o.terms.price_ticks, o.leaves_lots) for o in found if o.terms.price_ticks != price]
                ahead = [(price, o.slice_lots) for o in found if o.terms.price_ticks == price]
                return better + ahead
        return [(order.terms.price_ticks, order.leaves_lots) for order in found]

    def lots_for_cash(self, terms: EnterOrder, notional_factor: int) -> int:
        cash, total = terms.cash_units, 0
        for price, level in groupby(self.tradable(terms), key=lambda part: part[0]):
            there = sum(lots for _, lots in level)
            taken = min(there, cash // (price * notional_factor))
            total += taken
            cash -= taken * price * notional_factor
            if taken < there:
                break
        return total

    # What happens --------------------------------------------------------------------------------------

    def accept(self, terms: EnterOrder, time_ns: int) -> NaiveOrder:
        self.order_id += 1
        order = NaiveOrder(self.order_id, terms, time_ns, leaves_lots=terms.qty_lots)
        self.events.append(OrderAccepted(*self.facts(order)))
        return order

    def is_unfillable(self, order: NaiveOrder) -> int:
        """The reason why a FOK or an order with min_lots dies before it trades, or 0."""
        lots = sum(lots for _, lots in self.tradable(order.terms))
        if order.terms.time_in_force == FOK and lots < order.terms.qty_lots:
            return FOK_UNFILLABLE
        return MIN_QTY_UNFILLABLE if lots < order.terms.min_lots else 0

    def enter(self, order: NaiveOrder) -> None:
        """Wait for the trigger or go to market: what an order does when it enters, and enters again."""
        if order.terms.ord_type in TRIGGER_TYPES and not order.triggered:
            if not is_reached(order.terms, self.last_ticks.get(order.terms.symbol, 0)):
                self.waiting.append(order)
                return
            self.trigger(order)
        self.take(order)

    def take(self, order: NaiveOrder) -> None:
        """Match as market or limit order, then rest what may rest and cancel what may not."""
        self.match(order)
        if order.end is not None:
            return
        if order.terms.ord_type not in LIMIT_TYPES:
            self.cancel(order, MARKET_REMAINDER)
        elif order.terms.time_in_force == IOC:
            self.cancel(order, IOC_REMAINDER)
        else:
            self.queue_slice(order)

    def trigger(self, order: NaiveOrder) -> None:
        order.triggered = True
        self.events.append(OrderTriggered(*self.facts(order)))

    def run_released(self) -> None:
        """Run what trades released, first in first out; what it releases in turn queues behind."""
        while self.released:
            order = self.released.pop(0)
            self.trigger(order)
            self.take(order)

    def match(self, order: NaiveOrder) -> None:
        while order.end is None:
            queue = self.queue_against(order.terms)
            if not queue:
                return
            if self.is_own(order.terms, queue[0].terms):
                self.prevent(order, queue[0])
            else:
                self.trade(order, queue[0])

    def trade(self, taker: NaiveOrder, maker: NaiveOrder) -> None:
        price, lots = maker.terms.price_ticks, min(taker.leaves_lots, maker.slice_lots)
        maker.slice_lots -= lots
        for order in (maker, taker):
            order.cum_lots += lots
            order.leaves_lots -= lots
            order.notional += lots * price
            if order.leaves_lots == 0:
                self.close(order, FILLED)
        if maker.end is None and maker.slice_lots == 0:
            self.remove(maker)
            self.queue_slice(maker)
        self.trade_id += 1
        self.events.append(OrderTraded(self.trade_id, price, lots, *self.facts(maker), *self.facts(taker)))
        self.last_ticks[maker.terms.symbol] = price
        self.release(maker.terms.symbol)

    def release(self, symbol: str) -> None:
        """Queue the waiting orders the last trade reached: rising ones first, each nearest first."""
        last = self.last_ticks[symbol]
        reached = [o for o in self.waiting if o.terms.symbol == symbol and is_reached(o.terms, last)]
        rising = [order for order in reached if fires_on_rise(order.terms)]
        falling = [order for order in reached if not fires_on_rise(order.terms)]
        self.waiting = [order for order in self.waiting if order not in reached]
        self.released += sorted(rising, key=lambda order: order.terms.stop_ticks)
        self.released += sorted(falling, key=lambda order: -order.terms.stop_ticks)

    def queue_slice(self, order: NaiveOrder) -> None:
        """Put the order's visible part at the back of its level."""
        order.slice_lots = min(order.terms.display_lots or order.leaves_lots, order.leaves_lots)
        self.resting.append(order)

    def prevent(self, incoming: NaiveOrder, resting: NaiveOrder) -> None:
        """Two orders of one owner met: do what the incoming one asks for, resting order first."""
        mode = self.self_match(incoming.terms)
        lots = min(incoming.leaves_lots, resting.leaves_lots)
        symbol, price = resting.terms.symbol, resting.terms.price_ticks
        met = SelfMatchPrevented(symbol, price, lots, resting.order_id, incoming.order_id, mode)
        self.events.append(met)
        if mode == DECREMENT:
            self.decrement(resting, lots)
            self.decrement(incoming, lots)
        if mode in (CANCEL_RESTING, CANCEL_BOTH):
            self.cancel(resting, SELF_MATCH)
        if mode in (CANCEL_INCOMING, CANCEL_BOTH):
            self.cancel(incoming, SELF_MATCH)

    def decrement(self, order: NaiveOrder, lots: int) -> None:
        if order.leaves_lots == lots:
            self.cancel(order, SELF_MATCH)
            return
        order.terms = msgspec.structs.replace(order.terms, qty_lots=order.terms.qty_lots - lots)
        self.reduce(order)
        self.events.append(OrderReduced(*self.facts(order), reason=SELF_MATCH))

    def reduce(self, order: NaiveOrder) -> None:
        """Let the leaves follow a smaller order quantity; the place in the queue stays."""
        order.leaves_lots = order.terms.qty_lots - order.cum_lots
        order.slice_lots = min(order.slice_lots, order.leaves_lots)

    def cancel(self, order: NaiveOrder, reason: int, cl_ord_id: str = "") -> None:
        """Take an order out of the market; cl_ord_id is the request's when a client asked for it."""
        self.close(order, CANCELED)
        before = order.rename(cl_ord_id) if reason == REQUESTED else ""
        self.events.append(OrderCanceled(*self.facts(order), reason=reason, orig_cl_ord_id=before))

    def close(self, order: NaiveOrder, end: OrdStatus) -> None:
        self.remove(order)
        order.leaves_lots = 0
        order.end = end
        self.closed.append(order)

    def remove(self, order: NaiveOrder) -> None:
        """Take an order from wherever it rests or waits; an incoming one is nowhere."""
        for place in (self.resting, self.waiting):
            if order in place:
                place.remove(order)
        order.slice_lots = 0
