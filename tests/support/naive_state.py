"""What the naive engine knows, and the questions it answers: the views of venue.engine.engine.Engine."""

from dataclasses import dataclass, field
from typing import TypeAlias

from tests.support.naive_book import NaiveBook, NaiveOrder
from venue.messages import (
    BUY,
    GTD,
    SELL,
    ListInstrument,
    OpenAccount,
    OrderStatus,
    TradingState,
)

Levels: TypeAlias = list[tuple[int, int, int]]


@dataclass
class NaiveState:
    """`names` remembers every ClOrdID (session, cl_ord_id) an order ever had."""

    closed_orders_max: int = 1_000_000
    journal_seq: int = 0
    time_ns: int = 0
    day_end_ns: int = 0
    listed: list[ListInstrument] = field(default_factory=list)
    opened: list[OpenAccount] = field(default_factory=list)
    states: dict[str, TradingState] = field(default_factory=dict)
    names: dict[tuple[str, str], NaiveOrder] = field(default_factory=dict)
    book: NaiveBook = field(init=False)

    def __post_init__(self) -> None:
        self.book = NaiveBook(self.opened)

    def instrument(self, symbol: str) -> ListInstrument:
        return next(instrument for instrument in self.listed if instrument.symbol == symbol)

    def is_open_account(self, name: str) -> bool:
        return any(account.account == name for account in self.opened)

    def known_orders(self) -> list[NaiveOrder]:
        return self.book.open_orders() + self.book.closed

    def find_order(self, session: str, cl_ord_id: str) -> OrderStatus | None:
        order = self.names.get((session, cl_ord_id))
        return order.status() if order else None

    def find_order_by_id(self, order_id: int) -> OrderStatus | None:
        return next((order.status() for order in self.known_orders() if order.order_id == order_id), None)

    def open_orders(self, account: str) -> list[OrderStatus]:
        return [order.status() for order in self.book.open_orders() if order.terms.account == account]

    def instruments(self) -> list[ListInstrument]:
        return list(self.listed)

    def accounts(self) -> list[OpenAccount]:
        return list(self.opened)

    def trading_state(self, symbol: str) -> TradingState | None:
        return self.states.get(symbol)

    @property
    def next_expiry_ns(self) -> int:
        orders = [order for order in self.book.open_orders() if order.terms.time_in_force == GTD]
        return min((order.terms.expire_ns for order in orders), default=0)

    def depth(self, symbol: str, levels: int) -> tuple[Levels, Levels]:
        """(price_ticks, visible lots, orders) per level, best first, for bids and asks."""
        sides = []
        for side in (BUY, SELL):
            orders = self.book.side_of(symbol, side)
            prices = list(dict.fromkeys(order.terms.price_ticks for order in orders))
            at = [[o.slice_lots for o in orders if o.terms.price_ticks == price] for price in prices]
            level = [(price, sum(slices), len(slices)) for price, slices in zip(prices, at, strict=True)]
            sides.append(level[:levels])
        return sides[0], sides[1]

    def best(self, symbol: str) -> tuple[int, int, int, int, int]:
        bids, asks = self.depth(symbol, 1)
        bid, ask = bids[0] if bids else (0, 0, 0), asks[0] if asks else (0, 0, 0)
        return (bid[0], bid[1], ask[0], ask[1], self.book.last_ticks.get(symbol, 0))
