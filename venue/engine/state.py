"""What the engine knows between two commands: counters, instruments, accounts, orders.

The counters and the list of events under way stand here too, because every rule needs them. Nothing
here depends on the order in which a dictionary was filled: dump.py writes all of it canonically.
"""

from collections import deque
from typing import TYPE_CHECKING, Final, cast

from sortedcontainers import SortedList

from venue.engine.accounts import Account, Session
from venue.engine.balances import Transaction
from venue.engine.book import Book, leave_queue
from venue.engine.fees import FeeAccount, Till
from venue.engine.lists import on_ended
from venue.engine.locks import adjust, free
from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.engine.trades import Trade
from venue.messages import GTD, AnyEvent, OrdStatus, SetKillSwitch

if TYPE_CHECKING:
    from venue.engine.losses import LossCap

CLOSED_ORDERS_MAX: Final = 1_000_000


class State:
    def __init__(self, closed_orders_max: int, trades_max: int, transactions_max: int) -> None:
        self.closed_orders_max = closed_orders_max
        self.trades_max = trades_max
        self.transactions_max = transactions_max
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
        self.sessions: dict[str, Session] = {}
        self.requoted_books: list[Book] = []  # whose quotes moved and may be waited for; empty between commands
        self.next_state_ns = 0  # when the next timed trading state is over; 0: none is timed
        self.expiries: SortedList[tuple[int, int]] = SortedList()  # (expire_ns, order_id) of open GTD orders
        self.closed: deque[Order] = deque()  # oldest first
        self.day_number = 0  # how often the day was rolled
        self.tills: dict[str, Till] = {}  # by currency, of the listed instruments
        self.trades: deque[Trade] = deque()  # oldest first, busted ones too
        self.transactions: dict[str, Transaction] = {}  # by transaction_id, oldest first
        self.switches: dict[tuple[int, str], SetKillSwitch] = {}  # engaged ones, by scope and name
        self.moved_books: list[Book] = []  # whose marks a loss cap watches and the command moved
        self.due_caps: list[LossCap] = []  # to be looked at after the command

    def exec_id(self) -> int:
        self.last_exec_id += 1
        return self.last_exec_id

    def session(self, name: str) -> Session:
        known = self.sessions.get(name)
        if known is None:
            known = self.sessions[name] = Session(hashed_texts())
        return known

    def cl_ord_ids(self, session: str) -> dict[str, Order]:
        """Every ClOrdID(11) of the session's remembered orders, also those an order had before."""
        return self.session(session).cl_ord_ids

    def own_order(self, session: str, order_id: int) -> Order | None:
        """The order with this id, if it is one of the session's."""
        order = self.orders.get(order_id)
        return order if order is not None and order.terms.session == session else None

    def admit(self, order: Order) -> None:
        """Make a new order open and known by the next id."""
        order_id = self.last_order_id + 1
        order.order_id = order_id
        self.last_order_id = order_id
        self.orders[order_id] = order
        self.open(order)

    def open(self, order: Order) -> None:
        """Count an order among the open ones; its order_id is the greatest of its account's."""
        order.account.add(order)
        adjust(order)
        if order.trail_ticks:
            order.book.trailing.open_count += 1
        if order.time_in_force == GTD:
            self.watch_expiry(order)

    def holding(self, account: Account, book: Book) -> Holding:
        """What the account has in this book; the first time an empty one."""
        found = account.holdings.get(book.symbol)
        if found is not None:
            return found
        quote: str = book.listing.quote
        made = account.holdings[book.symbol] = Holding(account, book, self.fee_account(account, quote))
        cap = account.loss_caps.get(quote)
        if cap is not None:
            cap.holdings.append(made)
            made.loss_cap = cap
        return made

    def fee_account(self, account: Account, currency: str) -> FeeAccount:
        found = account.fee_accounts.get(currency)
        if found is None:
            found = account.fee_accounts[currency] = FeeAccount(self.tills[currency])
        return found

    def remember(self, trade: Trade) -> None:
        self.trades.append(trade)
        if len(self.trades) > self.trades_max:
            self.trades.popleft()

    def note_state_times(self) -> None:
        """After an instrument's until_ns has changed. Cost: O(instruments)."""
        due = [book.until_ns for book in self.books.values() if book.until_ns]
        self.next_state_ns = min(due) if due else 0

    def watch_expiry(self, order: Order) -> None:
        self.expiries.add((order.terms.expire_ns, order.order_id))

    def unwatch_expiry(self, order: Order) -> None:
        self.expiries.remove((order.terms.expire_ns, order.order_id))

    def end(self, order: Order, ended_as: OrdStatus) -> None:
        """Close an order that is in no queue any more, and forget the oldest closed one if there are too many."""
        order.ended_as = ended_as
        order.leaves_lots = 0
        order.is_held = False
        order.account.drop(order)
        free(order)
        if order.time_in_force == GTD:
            self.unwatch_expiry(order)
        if order.trail_ticks:
            order.book.trailing.open_count -= 1
        self.closed.append(order)
        if len(self.closed) > self.closed_orders_max:
            self.forget(self.closed.popleft())
        if order.list is not None:
            on_ended(self, order)

    def forget(self, order: Order) -> None:
        del self.orders[order.order_id]
        known = self.sessions[order.terms.session].cl_ord_ids
        del known[order.terms.cl_ord_id]
        for cl_ord_id in order.former_cl_ord_ids or ():
            del known[cl_ord_id]
        if order.canceled_as:
            del known[order.canceled_as]

    def __del__(self) -> None:
        """Part the open orders: they refer to each other, and the garbage collector does not look at them."""
        for account in self.accounts.values():
            for order in account.open_orders():
                leave_queue(order)
                account.drop(order)
                order.list = None
                order.partner = None


def hashed_texts() -> dict[str, Order]:
    """An empty dictionary that keeps the hash of each key beside it, as CPython does once a key was no str.

    With a million ids it then knows a new one, the usual case, without reading a stored text in other
    memory: 120 ns instead of 270.
    """
    texts: dict[str | None, Order | None] = {None: None}
    del texts[None]
    return cast(dict[str, Order], texts)
