"""What market data asks of the engine it stands beside: the engine itself, or anything that answers like it."""

from typing import Protocol, TypeAlias

from venue.messages import ListInstrument, OpenAccount, OrderStatus, TradingState

Resting: TypeAlias = tuple[int, int, int, int]  # side, price_ticks, shown_lots, rank in the queue at the price


class BookSource(Protocol):
    """Asked between commands only. Prices in ticks, quantities in lots; 0 = none."""

    @property
    def journal_seq(self) -> int: ...

    @property
    def time_ns(self) -> int: ...

    def resting(self, order_id: int) -> Resting | None:
        """Where an order stands on the public side of the book; None: nowhere. Of two orders at one price
        the lower rank trades first; it is taken anew when the order joins the back of the queue behind others."""

    def best(self, symbol: str) -> tuple[int, int, int, int, int]:
        """bid_ticks, bid_lots, ask_ticks, ask_lots, last_ticks."""

    def trading_state(self, symbol: str) -> TradingState | None: ...

    def instruments(self) -> list[ListInstrument]:
        """In the order of listing."""

    def accounts(self) -> list[OpenAccount]: ...

    def open_orders(self, account: str) -> list[OrderStatus]: ...
