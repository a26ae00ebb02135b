"""An instrument as the FIX edge sees it: its increments turn decimal text into integers and back."""

from functools import lru_cache
from typing import Final

from venue.increments import Increment, average_text, money_increment
from venue.messages import ListInstrument

REMEMBERED: Final = 4096  # conversions, of each of the five kinds


class Listing:
    """`price` counts ticks, `qty` lots, `cash` units of the quote currency.

    Tick, lot and quote decimals of a symbol never change, so a listing may be used on any thread. The
    functions remember what they converted lately: orders gather around the same prices and quantities,
    and a remembered conversion costs a tenth.
    """

    __slots__ = (
        "cash",
        "cash_text",
        "instrument",
        "price",
        "price_text",
        "price_ticks",
        "qty",
        "qty_lots",
        "qty_text",
    )

    def __init__(self, instrument: ListInstrument) -> None:
        self.instrument: Final = instrument
        self.price: Final = Increment(instrument.tick_size)
        self.qty: Final = Increment(instrument.lot_size)
        remember = lru_cache(REMEMBERED)
        self.price_ticks: Final = remember(self.price.to_units)
        self.price_text: Final = remember(self.price.to_text)
        self.qty_lots: Final = remember(self.qty.to_units)
        self.qty_text: Final = remember(self.qty.to_text)
        self.cash: Final = money_increment(instrument.quote_decimals)
        self.cash_text: Final = remember(self.cash.to_text)

    def avg_px(self, notional: int, cum_lots: int) -> str:
        """AvgPx(6): notional / cum_lots in ticks, as a decimal."""
        if not cum_lots:
            return "0"
        ticks, rest = divmod(notional, cum_lots)
        return average_text(self.price, notional, cum_lots) if rest else self.price_text(ticks)
