"""What the naive engine knows: accounts, instruments, orders and trades in plain lists and dicts.

As little as possible is kept: open lots, locks, books, day statistics and volumes are computed from the
orders and trades whenever they are asked for. Every step costs O(open orders) or worse, on purpose.
It is no example of how to build a venue.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from tests.support.naive_orders import NaiveOrder
from venue.messages import (
    BUY,
    PREFUNDED,
    SELL,
    AnyEvent,
    EnterOrder,
    FeeTier,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    SetAccountFees,
    SetAccountLimits,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    TradingState,
)

DAYS = 30  # complete days whose volume decides the fee tier

Facts: TypeAlias = tuple[int, int, EnterOrder, int, int, int]


@dataclass
class NaivePosition:
    """realized_notional and open_notional in ticks x lots; fees in units."""

    qty_lots: int = 0
    open_notional: int = 0
    realized_notional: int = 0
    fees_units: int = 0


@dataclass
class NaiveGroup:
    setting: SetOrderGroup
    fills: list[tuple[int, int]] = field(default_factory=list)  # time_ns, lots
    tripped: bool = False


@dataclass
class NaiveAccount:
    """`base_x2` is the doubled P&L from which a capped currency's day counts; `reached` has the losses
    that reached a cap; volume_30d is as of the last day roll."""

    opened: OpenAccount
    limits: SetAccountLimits
    order_limits: dict[str, SetOrderLimits] = field(default_factory=dict)
    caps: dict[str, SetLossCap] = field(default_factory=dict)
    base_x2: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    own_fees: dict[str, SetAccountFees] = field(default_factory=dict)
    volume_30d: dict[str, int] = field(default_factory=dict)
    groups: dict[str, NaiveGroup] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    positions: dict[str, NaivePosition] = field(default_factory=dict)

    @property
    def is_prefunded(self) -> bool:
        return self.opened.settlement == PREFUNDED


@dataclass
class NaiveInstrument:
    listing: ListInstrument
    state: TradingState
    limits: SetPriceLimits
    until_ns: int = 0
    reference_ticks: int = 0  # of the circuit breaker
    day_prices: list[int] = field(default_factory=list)  # of today's trades; once amended, of the remembered ones
    last_ticks: int = 0


@dataclass(eq=False)
class NaiveTrade:
    """A trade as it is now, after its amendments; lots 0: busted. Sides: maker, then taker."""

    trade_id: int
    symbol: str
    day: int
    price_ticks: int
    lots: int
    orders: tuple[NaiveOrder, NaiveOrder]
    rates: tuple[int, int]
    fees: tuple[int, int]
    exec_ids: tuple[int, int]
    is_auction: bool


@dataclass
class NaiveState:
    """`names` remembers every ClOrdID (session, cl_ord_id) an order ever had."""

    closed_orders_max: int = 1_000_000
    trades_max: int = 1_000_000
    transactions_max: int = 1_000_000
    journal_seq: int = 0
    time_ns: int = 0
    day_end_ns: int = 0
    day: int = 0  # counts the day rolls
    opened: dict[str, NaiveAccount] = field(default_factory=dict)
    listed: dict[str, NaiveInstrument] = field(default_factory=dict)
    session_settings: dict[str, SetSession] = field(default_factory=dict)
    switches: dict[tuple[int, str], SetKillSwitch] = field(default_factory=dict)
    schedules: dict[str, tuple[FeeTier, ...]] = field(default_factory=dict)
    revenue: dict[str, int] = field(default_factory=dict)
    transactions: dict[str, MoveBalance] = field(default_factory=dict)
    names: dict[tuple[str, str], NaiveOrder] = field(default_factory=dict)
    open: list[NaiveOrder] = field(default_factory=list)  # ascending order_id
    resting: list[NaiveOrder] = field(default_factory=list)  # longest queued slice first
    waiting: list[NaiveOrder] = field(default_factory=list)  # longest waiting first
    released: list[NaiveOrder] = field(default_factory=list)  # reached or no longer held, and not yet run
    closed: list[NaiveOrder] = field(default_factory=list)  # first closed first
    trades: list[NaiveTrade] = field(default_factory=list)
    events: list[AnyEvent] = field(default_factory=list)
    order_id: int = 0
    exec_id: int = 0

    def next_exec_id(self) -> int:
        self.exec_id += 1
        return self.exec_id

    def facts(self, order: NaiveOrder) -> Facts:
        """The fields every order event begins with, a fresh exec_id among them."""
        exec_id = self.next_exec_id()
        return (order.order_id, exec_id, order.terms, order.cum_lots, order.leaves_lots, order.notional)

    def side_of(self, symbol: str, side: int) -> list[NaiveOrder]:
        """One side of one instrument's book, in the order in which its slices would trade."""
        orders = [order for order in self.resting if order.terms.symbol == symbol and order.terms.side == side]
        return sorted(orders, key=lambda order: order.terms.price_ticks, reverse=side == BUY)

    def best_price(self, symbol: str, side: int) -> int:
        """0 when nothing rests there."""
        prices = [o.terms.price_ticks for o in self.resting if o.terms.symbol == symbol and o.terms.side == side]
        return (max(prices) if side == BUY else min(prices)) if prices else 0

    def is_crossed(self, symbol: str) -> bool:
        bid, ask = self.best_price(symbol, BUY), self.best_price(symbol, SELL)
        return bool(bid and ask and bid >= ask)

    def orders_of(self, account: str) -> list[NaiveOrder]:
        return [order for order in self.open if order.terms.account == account]

    def known_trades(self) -> list[NaiveTrade]:
        return self.trades[-self.trades_max :]

    def known_orders(self) -> list[NaiveOrder]:
        return self.open + self.closed

    def currencies_listed(self) -> list[str]:
        """In alphabetical order."""
        found = {i.listing.base for i in self.listed.values()} | {i.listing.quote for i in self.listed.values()}
        return sorted(found)
