"""How an instrument's integers are written in the history: exact decimals, each as long as its increment's.

Prices, quantities and fees come again and again, so their texts are remembered: 0.05 microseconds instead of 0.5.
"""

from collections.abc import Callable
from typing import Final

from venue.increments import Increment, money_increment
from venue.messages import ListInstrument

REMEMBERED_MAX: Final = 2_048  # texts of one kind of one instrument; all are forgotten then

ToText = Callable[[int], str]


class Listing:
    """Of one instrument; tick, lot, currencies and decimals stay for ever. `price`, `qty`, `money` and `value` write
    ticks, lots, units of the quote currency, and price_ticks x lots as money of it."""

    def __init__(self, listed: ListInstrument) -> None:
        self.symbol: Final = listed.symbol
        self.base: Final = listed.base
        self.quote: Final = listed.quote
        self.factor: Final = listed.notional_factor
        self.ticks: Final = Increment(listed.tick_size)
        self.lots: Final = Increment(listed.lot_size)
        self.quote_units: Final = money_increment(listed.quote_decimals)
        self.price: Final = remembered(self.ticks.to_text)
        self.qty: Final = remembered(self.lots.to_text)
        self.money: Final = remembered(self.quote_units.to_text)

    def value(self, notional: int) -> str:
        """Of most orders it is 0, and else hardly ever twice the same."""
        return self.quote_units.to_text(notional * self.factor) if notional else self.money(0)


def remembered(to_text: ToText) -> ToText:
    texts: dict[int, str] = {}

    def text(units: int) -> str:
        found = texts.get(units)
        if found is None:
            if len(texts) >= REMEMBERED_MAX:
                texts.clear()
            found = texts[units] = to_text(units)
        return found

    return text
