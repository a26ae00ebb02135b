"""A stretch of the journal as it goes into the history: rows, and what is to be added to rows that are there.

It is made from events alone, so that the history is the same however the journal was cut into stretches; and it is not
changed by being written, so that a transaction that failed is written again as it was.
"""

from typing import Any, Final, NamedTuple, TypeAlias

from venue.messages import EnterOrder, TradeAmended
from venue.recorder.listing import Listing

Row: TypeAlias = tuple[Any, ...]  # in the order of the table's columns
MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 86_400_000_000_000


class OrderChange:
    """What an order is after its last event here. `terms` None: they stay; `held` None: it stays; `reason` 0: it
    stays. An order that was entered here has its entered_seq, another one 0."""

    __slots__ = (
        "cum_lots", "entered_ns", "entered_seq", "held", "journal_seq", "leaves_lots", "listing",
        "notional", "ord_status", "reason", "terms", "time_ns", "triggered",
    )  # fmt: skip

    def __init__(self, listing: Listing) -> None:
        self.listing: Final = listing
        self.terms: EnterOrder | None = None
        self.entered_seq = self.entered_ns = 0
        self.cum_lots = self.leaves_lots = self.notional = 0
        self.ord_status = ""
        self.triggered = False
        self.held: bool | None = None
        self.reason = 0
        self.time_ns = self.journal_seq = 0


class FeeSum:
    """Units of the quote currency: of the trades of one account on one day."""

    __slots__ = ("paid", "rebated", "value")

    def __init__(self) -> None:
        self.paid = self.rebated = self.value = 0

    def add(self, fee: int, value: int) -> None:
        if fee > 0:
            self.paid += fee
        else:
            self.rebated -= fee
        self.value += value

    def take_back(self, fee: int) -> None:
        if fee > 0:
            self.paid -= fee
        else:
            self.rebated += fee


class MinuteCandle:
    """The trades of one minute of one instrument, in ticks, lots and ticks x lots."""

    __slots__ = ("close", "high", "lots", "low", "notional", "open", "trades")

    def __init__(self, price_ticks: int) -> None:
        self.open = self.high = self.low = self.close = price_ticks
        self.lots = self.notional = self.trades = 0

    def add(self, price_ticks: int, lots: int) -> None:
        self.high = max(self.high, price_ticks)
        self.low = min(self.low, price_ticks)
        self.close = price_ticks
        self.lots += lots
        self.notional += price_ticks * lots
        self.trades += 1


class Amendment(NamedTuple):
    """A bust or correction: what it amends is looked up when it is written."""

    journal_seq: int
    time_ns: int
    event: TradeAmended


class Stretch:
    """`positions` and `balances` map what changed to when it did, as (time_ns, journal_seq), until they are rows."""

    def __init__(self) -> None:
        self.orders: dict[int, OrderChange] = {}  # by order_id
        self.executions: list[Row] = []
        self.trades: list[Row] = []
        self.balance_moves: list[Row] = []
        self.audit: list[Row] = []
        self.instruments: list[Row] = []
        self.fees: dict[tuple[int, str, str], FeeSum] = {}  # by day, account, currency
        self.candles: dict[tuple[str, int], MinuteCandle] = {}  # by symbol, start_ns
        self.amendments: list[Amendment] = []
        self.moved_positions: dict[tuple[str, str], tuple[int, int]] = {}  # by account, symbol
        self.moved_balances: dict[tuple[str, str], tuple[int, int]] = {}  # by account, currency
        self.positions: list[Row] = []
        self.balances: list[Row] = []
        self.listings: dict[str, Listing] = {}  # the instruments it names

    def fee_sum(self, day: int, account: str, currency: str) -> FeeSum:
        found = self.fees.get((day, account, currency))
        if found is None:
            found = self.fees[day, account, currency] = FeeSum()
        return found
