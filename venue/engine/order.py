"""An order and the account it belongs to, as the engine keeps them.

Invariant of an open order: cum_lots + leaves_lots == terms.qty_lots, and shown_lots <= leaves_lots.
"""

from typing import TYPE_CHECKING

from mypy_extensions import mypyc_attr

from venue.messages import (
    BUY,
    NEW,
    PARTIALLY_FILLED,
    STOP,
    STOP_LIMIT,
    EnterOrder,
    OpenAccount,
    OrderStatus,
    OrdStatus,
    SelfMatch,
)

if TYPE_CHECKING:
    from venue.engine.book import Book, Level


class Account:
    """`open_orders` is in ascending order_id, because ids are given in the order of entry."""

    def __init__(self, listing: OpenAccount) -> None:
        self.open_orders: dict[int, Order] = {}
        self.change(listing)

    def change(self, listing: OpenAccount) -> None:
        self.listing = listing
        self.self_match: SelfMatch = listing.self_match
        self.group = listing.self_match_group

    def is_one_owner_with(self, other: "Account") -> bool:
        return self is other or (self.group != "" and self.group == other.group)


@mypyc_attr(acyclic=True)
class Order:
    """One order from its acceptance until it is forgotten.

    Compiled, the garbage collector does not look at orders: a million of them would cost it half of the
    time the engine has. State parts those that are open, and so refer to each other, when it goes.

    `terms` is what every event about it carries; the fields matching needs again and again stand
    beside it. level, ahead and behind are its place in a queue while it rests or waits.
    """

    def __init__(self, order_id: int, terms: EnterOrder, account: Account, book: "Book", entered_ns: int) -> None:
        self.order_id = order_id
        self.account = account
        self.book = book
        self.entered_ns = entered_ns
        self.cum_lots = 0
        self.notional = 0
        self.shown_lots = 0
        self.ended_as: OrdStatus = NEW  # FILLED, CANCELED or EXPIRED once it is closed
        self.is_triggered = False
        self.former_cl_ord_ids: tuple[str, ...] = ()
        self.level: Level | None = None
        self.ahead: Order | None = None
        self.behind: Order | None = None
        self.change(terms)

    def change(self, terms: EnterOrder) -> None:
        """Take new terms; what was executed stays."""
        self.terms = terms
        self.side: int = terms.side
        self.time_in_force: int = terms.time_in_force
        self.price_ticks = terms.price_ticks  # 0: takes any price
        self.display_lots = terms.display_lots  # 0: shows all
        self.leaves_lots = terms.qty_lots - self.cum_lots

    def is_rising(self) -> bool:
        """Whether a rise of the last price fires it: buy stops and sell take profits."""
        return (self.side == BUY) == (self.terms.ord_type in (STOP, STOP_LIMIT))

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
            self.terms,
            self.ord_status(),
            self.cum_lots,
            self.leaves_lots,
            self.notional,
            self.is_triggered,
            self.entered_ns,
        )
