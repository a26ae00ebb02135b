"""The naive engine's orders and lists, and the questions one order's terms answer by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from venue.messages import (
    BRACKET,
    BUY,
    LIMIT,
    NEW,
    OCO,
    PARTIALLY_FILLED,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_STOP,
    Contingency,
    EnterOrder,
    OrderStatus,
    OrdStatus,
)

LIMIT_TYPES = (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
STOP_TYPES = (STOP, STOP_LIMIT)
TRIGGER_TYPES = (STOP, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT, TRAILING_STOP)


@dataclass(eq=False)
class NaiveList:
    """Orders that depend on each other. `freed`: the first was filled, the others are held no longer (or
    have their turn next); `spent`: its OCO has done its one cancellation."""

    list_id: str
    session: str
    account: str
    contingency: Contingency
    orders: list[NaiveOrder] = field(default_factory=list)
    freed: bool = False
    spent: bool = False
    ended: bool = False

    def pair(self) -> list[NaiveOrder]:
        """The two that are an OCO as things are now; none while they are held for the first."""
        if self.contingency == OCO:
            return self.orders
        return self.orders[1:] if self.contingency == BRACKET and self.freed else []


@dataclass(eq=False)
class NaiveOrder:
    """One order; closed once `end` is set. slice_lots is what of it the book shows, 0 outside the book.

    lock_rate is the fee rate (hundredths of a basis point) at which a prefunded buy is locked.
    """

    order_id: int
    terms: EnterOrder
    entered_ns: int
    leaves_lots: int
    cum_lots: int = 0
    notional: int = 0
    slice_lots: int = 0
    triggered: bool = False
    end: OrdStatus | None = None
    held: bool = False
    list: NaiveList | None = None
    lock_rate: int = 0

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
            self.held,
        )

    def rename(self, cl_ord_id: str) -> None:
        """Give the order its new last ClOrdID."""
        self.terms = msgspec.structs.replace(self.terms, cl_ord_id=cl_ord_id)

    def waits_for_trigger(self) -> bool:
        return self.terms.ord_type in TRIGGER_TYPES and not self.triggered

    def partner(self) -> NaiveOrder | None:
        """The other open one of the OCO it is part of now."""
        pair = self.list.pair() if self.list else []
        return next((o for o in pair if o is not self and o.end is None), None) if self in pair else None


def would_cross(terms: EnterOrder, price_ticks: int) -> bool:
    """Could an order of these terms, once it is in the market, trade at a resting price?"""
    if terms.ord_type not in LIMIT_TYPES:
        return True
    return is_within(terms.side, price_ticks, terms.price_ticks)


def is_within(side: int, price_ticks: int, limit_ticks: int) -> bool:
    """Is the price no worse than the limit for who is on that side?"""
    return price_ticks <= limit_ticks if side == BUY else price_ticks >= limit_ticks


def fires_on_rise(terms: EnterOrder) -> bool:
    return (terms.side == BUY) == (terms.ord_type in (*STOP_TYPES, TRAILING_STOP))
