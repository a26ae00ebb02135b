"""What the engine knows between two commands: counters, instruments, accounts, orders.

The counters and the list of events under way stand here too, because every rule needs them. Nothing
here depends on the order in which a dictionary was filled: dump.py writes all of it canonically.
"""

from collections import deque
from typing import Final

from sortedcontainers import SortedList

from venue.engine.book import Book
from venue.engine.order import Account, Order
from venue.messages import GTD, AnyEvent, OrdStatus

CLOSED_ORDERS_MAX: Final = 1_000_000


class State:
    def __init__(self, closed_orders_max: int) -> None:
        self.closed_orders_max = closed_orders_max
        self.journal_seq = 0
        self.time_ns = 0
        self.day_end_ns = 0
        self.last_order_id = 0
        self.last_exec_id = 0
        self.last_trade_id = 0
        self.events: list[AnyEvent] = []  # of the command under way
        self.released: deque[Order] = deque()  # triggered, not yet traded; empty between commands
        self.books: dict[str, Book] = {}
        self.accounts: dict[str, Account] = {}
        self.orders: dict[int, Order] = {}
        self.sessions: dict[str, dict[str, Order]] = {}  # session -> ClOrdID -> order
        self.expiries: SortedList[tuple[int, int]] = SortedList()  # (expire_ns, order_id) of open GTD orders
        self.closed: deque[Order] = deque()  # oldest first

    def exec_id(self) -> int:
        self.last_exec_id += 1
        return self.last_exec_id

    def known_order(self, session: str, cl_ord_id: str) -> Order | None:
        known = self.sessions.get(session)
        return None if known is None else known.get(cl_ord_id)

    def named_order(self, session: str, orig_cl_ord_id: str, order_id: int) -> Order | None:
        """The order a request names: by any ClOrdID it ever had, else by order_id if it is the session's."""
        known = self.sessions.get(session)
        if known is None:
            return None
        order = known.get(orig_cl_ord_id)
        if order is None and order_id:
            order = self.orders.get(order_id)
            if order is not None and order.terms.session != session:
                return None
        return order

    def remember(self, order: Order, session: str, cl_ord_id: str) -> None:
        known = self.sessions.get(session)
        if known is None:
            self.sessions[session] = {cl_ord_id: order}
        else:
            known[cl_ord_id] = order

    def admit(self, order: Order) -> None:
        """Make an accepted order known and open."""
        order_id = order.order_id
        self.orders[order_id] = order
        order.account.open_orders[order_id] = order
        self.remember(order, order.terms.session, order.terms.cl_ord_id)
        self.watch_expiry(order)

    def watch_expiry(self, order: Order) -> None:
        if order.time_in_force == GTD:
            self.expiries.add((order.terms.expire_ns, order.order_id))

    def unwatch_expiry(self, order: Order) -> None:
        if order.time_in_force == GTD:
            self.expiries.remove((order.terms.expire_ns, order.order_id))

    def rename(self, order: Order, cl_ord_id: str) -> None:
        """Give the order one more ClOrdID; `order.terms` still carries the one before it."""
        former = order.terms.cl_ord_id
        if order.former_cl_ord_ids is None:
            order.former_cl_ord_ids = [former]
        else:
            order.former_cl_ord_ids.append(former)
        self.remember(order, order.terms.session, cl_ord_id)

    def end(self, order: Order, ended_as: OrdStatus) -> None:
        """Close an order that is in no queue any more, and forget the oldest closed one if there are too many."""
        order.ended_as = ended_as
        order.leaves_lots = 0
        del order.account.open_orders[order.order_id]
        self.unwatch_expiry(order)
        self.closed.append(order)
        if len(self.closed) > self.closed_orders_max:
            self.forget(self.closed.popleft())

    def forget(self, order: Order) -> None:
        del self.orders[order.order_id]
        known = self.sessions[order.terms.session]
        del known[order.terms.cl_ord_id]
        for cl_ord_id in order.former_cl_ord_ids or ():
            del known[cl_ord_id]
