"""How the venue's instruments and currencies count: text outside, integers inside."""

import difflib
from collections.abc import Iterable
from typing import Final

from venue import reasons
from venue.errors import WrongValueError
from venue.increments import Increment, money_increment, trimmed
from venue.messages import NO_LIMIT, ListInstrument

NONE: Final = "none"


class Units:
    """Of the listed instruments, as they were when it was made."""

    def __init__(self, instruments: list[ListInstrument]) -> None:
        self._instruments: Final = {instrument.symbol: instrument for instrument in instruments}
        self._prices = {instrument.symbol: Increment(instrument.tick_size) for instrument in instruments}
        self._qtys = {instrument.symbol: Increment(instrument.lot_size) for instrument in instruments}
        self._money: dict[str, Increment] = {}
        for instrument in instruments:
            self._money[instrument.quote] = money_increment(instrument.quote_decimals)
            self._money[instrument.base] = money_increment(instrument.base_decimals)

    def instrument(self, symbol: str) -> ListInstrument:
        """Raises WrongValueError that names the nearest there is."""
        if symbol not in self._instruments:
            raise unknown("instrument", symbol, self._instruments, "venue instrument list")
        return self._instruments[symbol]

    @property
    def symbols(self) -> list[str]:
        return list(self._instruments)

    @property
    def currencies(self) -> list[str]:
        return list(self._money)

    def price(self, symbol: str) -> Increment:
        self.instrument(symbol)
        return self._prices[symbol]

    def qty(self, symbol: str) -> Increment:
        self.instrument(symbol)
        return self._qtys[symbol]

    def money(self, currency: str) -> Increment:
        if currency not in self._money:
            raise unknown("currency", currency, self._money, "venue fee list")
        return self._money[currency]

    def price_text(self, symbol: str, price_ticks: int) -> str:
        return f"{self.price(symbol).to_text(price_ticks)} {self.instrument(symbol).quote}"

    def qty_text(self, symbol: str, lots: int) -> str:
        return f"{self.qty(symbol).to_text(lots)} {self.instrument(symbol).base}"

    def money_text(self, currency: str, units: int) -> str:
        """With two decimals at least and no zeros behind them: 1000.00 USD, 0.00002 BTC."""
        return f"{trimmed(self.money(currency).to_text(units))} {currency}"

    def qty_limit_text(self, symbol: str, lots: int) -> str:
        return NONE if lots == NO_LIMIT else self.qty_text(symbol, lots)

    def money_limit_text(self, currency: str, units: int) -> str:
        return NONE if units == NO_LIMIT else self.money_text(currency, units)


_REASONS: Final = {
    "account": reasons.UNKNOWN_ACCOUNT,
    "currency": reasons.UNKNOWN_CURRENCY,
    "group": reasons.UNKNOWN_GROUP,
    "instrument": reasons.UNKNOWN_SYMBOL,
    "session": reasons.UNKNOWN_SESSION,
}


def unknown(what: str, name: str, known: Iterable[str], listing: str) -> WrongValueError:
    near = difflib.get_close_matches(name.upper(), list(known), 1)
    remedy = f"did you mean {near[0]}?" if near else f"`{listing}` shows those there are"
    return WrongValueError(what, name, f"unknown; {remedy}", _REASONS[what])
