"""The trades that may still be busted or corrected, oldest first, and an instrument's figures of the day."""

from typing import TYPE_CHECKING, Final

from mypy_extensions import mypyc_attr

if TYPE_CHECKING:
    from venue.engine.book import Book

TRADES_MAX: Final = 1_000_000


@mypyc_attr(acyclic=True)
class Trade:
    """A trade as it stands now: a correction changes price and lots, a bust leaves none.

    It names its orders by id, so that it keeps none in memory. The exec_ids are those of its last reports.
    """

    def __init__(
        self,
        trade_id: int,
        book: "Book",
        day_number: int,
        price_ticks: int,
        lots: int,
        is_auction: bool,
        maker_order_id: int,
        maker_exec_id: int,
        maker_rate: int,
        taker_order_id: int,
        taker_exec_id: int,
        taker_rate: int,
    ) -> None:
        self.trade_id = trade_id
        self.book = book
        self.day_number = day_number
        self.price_ticks = price_ticks
        self.lots = lots
        self.is_auction = is_auction
        self.maker_order_id = maker_order_id
        self.maker_exec_id = maker_exec_id
        self.maker_rate = maker_rate
        self.taker_order_id = taker_order_id
        self.taker_exec_id = taker_exec_id
        self.taker_rate = taker_rate


class Day:
    """An instrument's figures since the day roll; prices in ticks, 0 = none."""

    def __init__(self) -> None:
        self.open_ticks = 0
        self.high_ticks = 0
        self.low_ticks = 0
        self.volume_lots = 0
        self.notional = 0
        self.trades = 0

    def note(self, price_ticks: int, lots: int) -> None:
        if self.trades == 0:
            self.open_ticks = self.high_ticks = self.low_ticks = price_ticks
        elif price_ticks > self.high_ticks:
            self.high_ticks = price_ticks
        elif price_ticks < self.low_ticks:
            self.low_ticks = price_ticks
        self.volume_lots += lots
        self.notional += price_ticks * lots
        self.trades += 1

    def amend(self, trade: Trade, price_ticks: int, lots: int) -> None:
        """Count one of the day's trades as it is to be instead of as it stands."""
        self.volume_lots += lots - trade.lots
        self.notional += price_ticks * lots - trade.price_ticks * trade.lots
        if lots == 0:
            self.trades -= 1

    def take_prices(self, prices: list[int]) -> None:
        """Take the prices of the day's trades, oldest first."""
        self.open_ticks = prices[0] if prices else 0
        self.high_ticks = max(prices, default=0)
        self.low_ticks = min(prices, default=0)
