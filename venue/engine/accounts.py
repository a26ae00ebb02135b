"""Accounts: who trades, with what, within which limits; and the sessions that trade them."""

from typing import TYPE_CHECKING

from venue.engine.balances import Purse
from venue.engine.fees import FeeAccount
from venue.engine.positions import Holding
from venue.messages import (
    NO_LIMIT,
    PREFUNDED,
    OpenAccount,
    SelfMatch,
    SetAccountLimits,
    SetOrderLimits,
    SetSession,
)

if TYPE_CHECKING:
    from venue.engine.groups import Group
    from venue.engine.losses import LossCap
    from venue.engine.order import Order


class Account:
    """An open account, what it holds, and as a linked list its open orders in ascending order_id.

    The list stays in that order by itself, because ids are given in the order of acceptance.
    """

    def __init__(self, listing: OpenAccount, number: int) -> None:
        self.name = listing.account
        self.number = number  # in the order of opening, from 0
        self.first_open: Order | None = None
        self.last_open: Order | None = None
        self.open_count = 0
        self.holdings: dict[str, Holding] = {}  # by symbol
        self.purses: dict[str, Purse] = {}  # by currency, of a prefunded account
        self.fee_accounts: dict[str, FeeAccount] = {}  # by quote currency
        self.order_limits: dict[str, SetOrderLimits] = {}  # by symbol
        self.limits = SetAccountLimits(listing.account)
        self.open_orders_max = NO_LIMIT
        self.loss_caps: dict[str, LossCap] = {}  # by quote currency
        self.is_stopped = False  # by a loss cap that was reached and not released
        self.order_groups: dict[str, Group] = {}  # fill-rate groups, by name
        self.is_killed = False  # by a switch of its own, its firm's or the venue's
        self.change(listing)

    def change(self, listing: OpenAccount) -> None:
        self.listing = listing
        self.self_match: SelfMatch = listing.self_match
        self.group = listing.self_match_group
        self.is_prefunded = listing.settlement == PREFUNDED
        self.take_settings()

    def take_settings(self) -> None:
        """Have every holding take over what the account's settings say."""
        for holding in self.holdings.values():
            holding.take_settings()

    def may_trade(self, symbol: str) -> bool:
        named = self.listing.instruments
        return not named or symbol in named

    def is_one_owner_with(self, other: "Account") -> bool:
        return self is other or (self.group != "" and self.group == other.group)

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
