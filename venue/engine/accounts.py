"""Accounts, and the sessions that trade them."""

from typing import TYPE_CHECKING

from venue.engine.balances import Purse
from venue.engine.fees import FeeAccount
from venue.engine.positions import Holding
from venue.messages import NO_LIMIT, PREFUNDED, OpenAccount, SelfMatch, SetAccountLimits, SetSession

if TYPE_CHECKING:
    from venue.engine.book import Book
    from venue.engine.order import Order


class Account:
    """An open account, what it holds, and as a linked list its open orders in ascending order_id.

    The list stays in that order by itself, because ids are given in the order of acceptance.
    """

    def __init__(self, listing: OpenAccount, number: int) -> None:
        self.number = number  # in the order of opening, from 0
        self.first_open: Order | None = None
        self.last_open: Order | None = None
        self.open_count = 0
        self.holdings: dict[str, Holding] = {}  # by symbol
        self.purses: dict[str, Purse] = {}  # by currency
        self.fee_accounts: dict[str, FeeAccount] = {}  # by quote currency
        self.limits: SetAccountLimits | None = None
        self.open_orders_max = NO_LIMIT
        self.is_killed = False  # by a switch of its own, its firm's or the venue's
        self.change(listing)

    def change(self, listing: OpenAccount) -> None:
        self.listing = listing
        self.name = listing.account
        self.self_match: SelfMatch = listing.self_match
        self.group = listing.self_match_group
        self.is_prefunded = listing.settlement == PREFUNDED

    def is_one_owner_with(self, other: "Account") -> bool:
        return self is other or (self.group != "" and self.group == other.group)

    def holding(self, book: "Book") -> Holding:
        """What the account has in this book; the first time it is made."""
        held = self.holdings.get(book.symbol)
        return self.make_holding(book) if held is None else held

    def make_holding(self, book: "Book") -> Holding:
        quote: str = book.listing.quote
        held = self.holdings[book.symbol] = Holding(self, book, self.fee_account(quote))
        named = self.listing.instruments
        held.is_entitled = not named or book.symbol in named
        return held

    def fee_account(self, currency: str) -> FeeAccount:
        found = self.fee_accounts.get(currency)
        if found is None:
            found = self.fee_accounts[currency] = FeeAccount()
        return found

    def add(self, order: "Order") -> None:
        """Note the newest order as open."""
        last = self.last_open
        order.older_open = last
        if last is None:
            self.first_open = order
        else:
            last.newer_open = order
        self.last_open = order
        self.open_count += 1

    def drop(self, order: "Order") -> None:
        """Note that an order is open no more. Cost: O(1)."""
        older = order.older_open
        newer = order.newer_open
        if older is None:
            self.first_open = newer
        else:
            older.newer_open = newer
            order.older_open = None
        if newer is None:
            self.last_open = older
        else:
            newer.older_open = older
            order.newer_open = None
        self.open_count -= 1

    def open_orders(self) -> "list[Order]":
        found: list[Order] = []
        order = self.first_open
        while order is not None:
            found.append(order)
            order = order.newer_open
        return found


class Session:
    """A FIX session, or any other door that requests come through, by its name.

    `trades` are the accounts it may trade; a session without a SetSession may trade none. cl_ord_ids are
    those of its remembered orders, also those an order had before.
    """

    def __init__(self, cl_ord_ids: "dict[str, Order]") -> None:
        self.cl_ord_ids = cl_ord_ids
        self.setting: SetSession | None = None
        self.trades: dict[str, Account] = {}
        self.is_killed = False  # by a switch of its own
