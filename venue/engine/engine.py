"""The engine: one command in, its events out; and what may be asked about the state between commands.

    apply ─► entry ─────► triggers ─► matching ─► book      a new order
          ─► canceling ─► ending                            cancel, mass cancel
          ─► replacing ─► entry's path again                cancel/replace
          ─► expiry, states                                 the clock
          ─► operations                                     instruments, accounts, limits, fees, money, switches
    then  ─► releasing, losses                              what it released; daily loss caps

Invariant: nothing but apply changes the state, and it depends on its arguments alone.
"""

from hashlib import blake2b
from typing import Final

from venue.engine import losses, queries, releasing
from venue.engine.balances import TRANSACTIONS_MAX
from venue.engine.book import Ladder
from venue.engine.canceling import cancel_order, mass_cancel
from venue.engine.dump import ENGINE_VERSION, dump, load
from venue.engine.entry import enter
from venue.engine.expiry import expire_orders, roll_day
from venue.engine.list_entry import enter_list
from venue.engine.operating import refuse_request
from venue.engine.operations import operate
from venue.engine.replacing import replace_order
from venue.engine.state import CLOSED_ORDERS_MAX, State
from venue.engine.states import advance_states
from venue.engine.trades import TRADES_MAX
from venue.errors import InvariantError
from venue.messages import (
    AdvanceStates,
    AnyCommand,
    AnyEvent,
    Balance,
    CancelOrder,
    Currency,
    EnterList,
    EnterOrder,
    ExpireOrders,
    FeeStatus,
    InstrumentStatus,
    Limits,
    ListInstrument,
    MassCancel,
    OpenAccount,
    OrderStatus,
    Position,
    RefuseRequest,
    ReplaceOrder,
    RollDay,
    SetKillSwitch,
    SetSession,
    TradeStatus,
    TradingState,
)

__all__: Final = ["CLOSED_ORDERS_MAX", "ENGINE_VERSION", "Engine"]


class Engine:
    """What it remembers at most is part of the state: all replicas of a journal have the same limits."""

    def __init__(
        self,
        closed_orders_max: int = CLOSED_ORDERS_MAX,
        trades_max: int = TRADES_MAX,
        transactions_max: int = TRANSACTIONS_MAX,
    ) -> None:
        self._state = State(closed_orders_max, trades_max, transactions_max)

    def apply(self, command: AnyCommand, journal_seq: int, time_ns: int) -> list[AnyEvent]:
        """Apply the next journaled command and return its events in the order they happened.

        time_ns is the time of the command, nanoseconds since the epoch, UTC.
        Raises InvariantError if the command is not the next one or is older than the one before it;
        the venue must stop.
        Cost: O(log levels + trades), see the single commands.
        """
        state = self._state
        if journal_seq != state.journal_seq + 1:
            raise InvariantError(f"journal_seq was {journal_seq}: must be {state.journal_seq + 1}, the next one")
        if time_ns < state.time_ns:
            raise InvariantError(f"time_ns was {time_ns} at journal_seq {journal_seq}: before {state.time_ns}")
        state.journal_seq = journal_seq
        state.time_ns = time_ns
        events: list[AnyEvent] = []
        state.events = events
        if type(command) is EnterOrder:
            enter(state, command)
        elif type(command) is CancelOrder:
            cancel_order(state, command)
        elif type(command) is ReplaceOrder:
            replace_order(state, command)
        elif type(command) is MassCancel:
            mass_cancel(state, command)
        elif type(command) is RefuseRequest:
            refuse_request(state, command)
        elif type(command) is EnterList:
            enter_list(state, command)
        elif type(command) is ExpireOrders:
            expire_orders(state)
        elif type(command) is RollDay:
            roll_day(state, command)
        elif type(command) is AdvanceStates:
            advance_states(state)
        elif not operate(state, command):
            raise InvariantError(f"command at journal_seq {journal_seq} was {command!r}: no known type")
        if state.released or state.requoted_books:
            releasing.run(state)
        while (state.moved_books or state.due_caps) and losses.run(state):
            releasing.run(state)
        return events

    # -----------------------------------------------------------------------------------------------
    # Between commands

    @property
    def journal_seq(self) -> int:
        """Of the last command applied; 0: none yet."""
        return self._state.journal_seq

    @property
    def time_ns(self) -> int:
        """Of the last command applied."""
        return self._state.time_ns

    @property
    def day_end_ns(self) -> int:
        """When the trading day under way ends; 0: none has begun."""
        return self._state.day_end_ns

    @property
    def next_expiry_ns(self) -> int:
        """When the next GTD order expires; 0: none is open."""
        expiries = self._state.expiries
        return expiries[0][0] if expiries else 0

    @property
    def next_state_ns(self) -> int:
        """When the next timed trading state is over; 0: none is timed."""
        return self._state.next_state_ns

    def find_order(self, session: str, cl_ord_id: str) -> OrderStatus | None:
        """The order that has, or once had, this ClOrdID(11)."""
        known = self._state.sessions.get(session)
        order = None if known is None else known.cl_ord_ids.get(cl_ord_id)
        return None if order is None else order.status()

    def find_order_by_id(self, order_id: int) -> OrderStatus | None:
        order = self._state.orders.get(order_id)
        return None if order is None else order.status()

    def entered_as(self, order_id: int) -> str:
        """The ClOrdID(11) the order came with, whatever replaces and cancels have named it since; "" for no order."""
        order = self._state.orders.get(order_id)
        if order is None:
            return ""
        return order.former_cl_ord_ids[0] if order.former_cl_ord_ids else order.terms.cl_ord_id

    def resting(self, order_id: int) -> tuple[int, int, int, int] | None:
        """side, price_ticks, visible lots and rank of an order among the bids or asks; None when it is elsewhere.

        Of the orders at one price the one with the lowest rank trades first. An order keeps its rank as long as it
        keeps its place; one that goes to the back of a queue gets a rank no order of its side has had before.
        Replicas may differ in the numbers, but never in the order they give. Cost: O(1).
        """
        order = self._state.orders.get(order_id)
        return None if order is None else queries.resting(order)

    def open_orders(self, account: str) -> list[OrderStatus]:
        """The account's open orders in ascending order_id; none for an unknown account."""
        known = self._state.accounts.get(account)
        return [] if known is None else [order.status() for order in known.open_orders()]

    def sessions(self) -> list[SetSession]:
        """By name, each with what it may trade and watch."""
        return queries.sessions(self._state)

    def used_accounts(self) -> dict[str, list[str]]:
        """By session, the accounts of its remembered orders, those it may no longer trade too. Cost: O(orders)."""
        return queries.used_accounts(self._state)

    def positions(self, account: str) -> list[Position]:
        """In the order of listing, of the instruments in which the account has, had, or may come to have one."""
        return queries.positions(self._state, account)

    def balances(self, account: str) -> list[Balance]:
        """A prefunded account's, by currency, those that are not 0."""
        return queries.balances(self._state, account)

    def fees(self, account: str) -> list[FeeStatus]:
        """By quote currency of the listed instruments; none for an unknown account."""
        return queries.fees(self._state, account)

    def limits(self, account: str) -> Limits | None:
        """Everything that bounds the account: order limits in the order of listing, all else by name."""
        return queries.limits(self._state, account)

    def currencies(self) -> list[Currency]:
        """By name, those of the listed instruments."""
        return queries.currencies(self._state)

    def kill_switches(self) -> list[SetKillSwitch]:
        """The engaged ones, by scope and name."""
        return queries.kill_switches(self._state)

    def instrument(self, symbol: str) -> InstrumentStatus | None:
        return queries.instrument(self._state, symbol)

    def trade(self, trade_id: int) -> TradeStatus | None:
        """One of the trades that can still be busted or corrected, or was."""
        return queries.trade(self._state, trade_id)

    def newest_trades(self, count: int) -> list[TradeStatus]:
        """The last ones, newest first."""
        return queries.newest_trades(self._state, count)

    def instruments(self) -> list[ListInstrument]:
        """In the order of listing, each with its limits in force."""
        return [book.listing for book in self._state.books.values()]

    def accounts(self) -> list[OpenAccount]:
        """In the order of opening, each with its settings in force."""
        return [account.listing for account in self._state.accounts.values()]

    def trading_state(self, symbol: str) -> TradingState | None:
        book = self._state.books.get(symbol)
        return None if book is None else book.state

    def timed_state(self, symbol: str) -> tuple[TradingState, int] | None:
        """The trading state and its until_ns. Cost: O(1), where instrument() looks at every level that crosses."""
        book = self._state.books.get(symbol)
        return None if book is None else (book.state, book.until_ns)

    def best(self, symbol: str) -> tuple[int, int, int, int, int]:
        """bid_ticks, bid_lots, ask_ticks, ask_lots, last_ticks; 0 = none. Lots are the visible ones."""
        book = self._state.books.get(symbol)
        if book is None:
            return 0, 0, 0, 0, 0
        bid_ticks, bid_lots = best_of(book.bids)
        ask_ticks, ask_lots = best_of(book.asks)
        return bid_ticks, bid_lots, ask_ticks, ask_lots, book.last_ticks

    def depth(self, symbol: str, levels: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
        """Bids and asks, best first, as (price_ticks, visible_lots, order_count)."""
        book = self._state.books.get(symbol)
        if book is None:
            return [], []
        return depth_of(book.bids, levels), depth_of(book.asks, levels)

    # -----------------------------------------------------------------------------------------------
    # The state as bytes

    def dump(self) -> bytes:
        """The whole state, canonically: equal states give equal bytes. Cost: O(orders remembered)."""
        return dump(self._state)

    @classmethod
    def load(cls, payload: bytes) -> "Engine":
        """The engine that gave this dump. Raises OperatorError if its version was another one."""
        engine = cls()
        engine._state = load(payload)
        return engine

    def state_hash(self) -> bytes:
        """BLAKE2b-256 of the dump: equal on all replicas at the same journal_seq."""
        return blake2b(self.dump(), digest_size=32).digest()


def best_of(ladder: Ladder) -> tuple[int, int]:
    level = ladder.best
    return (0, 0) if level is None else (ladder.sign * level.key, level.shown_lots)


def depth_of(ladder: Ladder, levels: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for key in ladder.keys[:levels]:
        level = ladder.levels[key]
        found.append((ladder.sign * level.key, level.shown_lots, level.order_count))
    return found
