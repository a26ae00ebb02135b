"""An order, as the engine keeps it.

Invariant of an open order: cum_lots + leaves_lots == terms.qty_lots, and shown_lots <= leaves_lots.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from mypy_extensions import mypyc_attr

from venue.engine.trailing import first_stop
from venue.messages import (
    BUY,
    NEW,
    PARTIALLY_FILLED,
    STOP,
    STOP_LIMIT,
    TRAILING_STOP,
    EnterOrder,
    OrderStatus,
    OrdStatus,
)

if TYPE_CHECKING:
    from venue.engine.book import Level
    from venue.engine.lists import OrderList
    from venue.engine.positions import Holding


@mypyc_attr(acyclic=True)
class Order:
    """One order from its acceptance until it is forgotten.

    `terms` is what every event about it carries; the terms that matching needs again and again stand
    beside it (and come in one by one, because entry has unpacked them already). level, ahead and behind
    are its place in a queue while it rests or waits.

    Compiled, the garbage collector does not look at orders: a million of them would cost it half of the
    time the engine has. State parts those that are open, and so refer to each other, when it goes.
    """

    def __init__(
        self,
        order_id: int,
        holding: "Holding",
        entered_ns: int,
        terms: EnterOrder,
        side: int,
        time_in_force: int,
        qty_lots: int,
        price_ticks: int,
        display_lots: int,
    ) -> None:
        self.order_id = order_id
        self.holding = holding
        self.account = holding.account
        self.book = holding.book
        self.entered_ns = entered_ns
        self.cum_lots = 0
        self.notional = 0
        self.shown_lots = 0
        self.ended_as: OrdStatus = NEW  # FILLED, CANCELED or EXPIRED once it is closed
        self.is_triggered = False
        self.former_cl_ord_ids: list[str] | None = None  # oldest first
        self.canceled_as = ""  # ClOrdID(11) of the request that canceled it: its last one
        self.level: Level | None = None
        self.ahead: Order | None = None
        self.behind: Order | None = None
        self.rank = 0  # rises along the queue; it is no part of the state, only the order of the queue is
        self.older_open: Order | None = None
        self.newer_open: Order | None = None
        self.terms = terms
        self.side = side
        self.time_in_force = time_in_force
        self.price_ticks = price_ticks  # 0: takes any price
        self.display_lots = display_lots  # 0: shows all
        self.leaves_lots = qty_lots
        self.is_plain = False  # known to have no stop, no group and nothing to decide before it matches
        self.trail_ticks = 0  # of a trailing stop
        self.list: OrderList | None = None  # while it is open, if it came in one
        self.partner: Order | None = None  # the open order it is an OCO with, see locks.py
        self.is_held = False  # until another order of its list is filled
        self.counted_lots = 0  # in the position limits, see locks.py
        self.lock_units = 0

    def change(self, terms: EnterOrder) -> None:
        """Take new terms; what was executed stays."""
        self.terms = terms
        self.time_in_force = terms.time_in_force
        self.price_ticks = terms.price_ticks
        self.display_lots = terms.display_lots
        self.leaves_lots = terms.qty_lots - self.cum_lots

    def rename(self, terms: EnterOrder) -> None:
        """Take terms with another ClOrdID(11), and keep the former one in mind."""
        former = self.terms.cl_ord_id
        names = self.former_cl_ord_ids
        if names is None:
            self.former_cl_ord_ids = [former]
        else:
            names.append(former)
        self.terms = terms

    def last_terms(self) -> EnterOrder:
        """Its terms with the last ClOrdID(11) it was given: a cancel's is not copied into them before."""
        return replace(self.terms, cl_ord_id=self.canceled_as) if self.canceled_as else self.terms

    def trail(self, price_ticks: int) -> None:
        """Take the stop that this price gives a trailing stop."""
        self.terms = replace(self.terms, stop_ticks=first_stop(self.side, price_ticks, self.trail_ticks))

    def is_rising(self) -> bool:
        """Whether a rise of the last price fires it: buy stops and sell take profits."""
        return (self.side == BUY) == (self.terms.ord_type in (STOP, STOP_LIMIT, TRAILING_STOP))

    def is_waiting(self) -> bool:
        """Whether it is a stop or take profit that was not reached yet."""
        return self.terms.stop_ticks > 0 and not self.is_triggered

    def slice_lots(self) -> int:
        """What it shows when it joins the back of a level."""
        if 0 < self.display_lots < self.leaves_lots:
            return self.display_lots
        return self.leaves_lots

    def ord_status(self) -> OrdStatus:
        if self.ended_as:
            return self.ended_as
        return PARTIALLY_FILLED if self.cum_lots else NEW

    def status(self) -> OrderStatus:
        return OrderStatus(
            self.order_id,
            self.last_terms(),
            self.ord_status(),
            self.cum_lots,
            self.leaves_lots,
            self.notional,
            self.is_triggered,
            self.entered_ns,
            self.is_held,
        )


def order_id_of(order: Order) -> int:
    return order.order_id
