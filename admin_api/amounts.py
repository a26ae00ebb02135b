"""Amounts as answers write them: exact decimals as text, and None where there is none."""

from venue.increments import BAND_PERCENT, RATE_PERCENT, Increment, ratio_text, trimmed
from venue.messages import NO_LIMIT
from venue.units import Units


def price(units: Units, symbol: str, price_ticks: int) -> str:
    return units.price(symbol).to_text(price_ticks)


def optional_price(units: Units, symbol: str, price_ticks: int) -> str | None:
    """None for 0, which stands for "no price" inside."""
    return units.price(symbol).to_text(price_ticks) if price_ticks else None


def average_price(increment: Increment, numerator: int, denominator: int) -> str:
    """numerator / denominator ticks, rounded half-even to two decimals more than the tick has."""
    return ratio_text(numerator, denominator, increment, 2)


def mid_price(increment: Increment, half_ticks: int) -> str | None:
    """Exact: one decimal more than the tick has."""
    return ratio_text(half_ticks, 2, increment, 1) if half_ticks else None


def qty(units: Units, symbol: str, lots: int) -> str:
    return units.qty(symbol).to_text(lots)


def qty_limit(units: Units, symbol: str, lots: int) -> str | None:
    return None if lots == NO_LIMIT else qty(units, symbol, lots)


def money(units: Units, currency: str, amount_units: int) -> str:
    """With two decimals at least and no zeros behind them."""
    return trimmed(units.money(currency).to_text(amount_units))


def money_limit(units: Units, currency: str, amount_units: int) -> str | None:
    return None if amount_units == NO_LIMIT else money(units, currency, amount_units)


def notional(units: Units, symbol: str, ticks_times_lots: int) -> str:
    """Money of the quote currency."""
    listing = units.instrument(symbol)
    return money(units, listing.quote, ticks_times_lots * listing.notional_factor)


def rate_percent(rate: int) -> str:
    """A fee rate, in percent of the notional; negative: a rebate."""
    return trimmed(RATE_PERCENT.to_text(rate))


def band_percent(basis_points: int) -> str | None:
    """A price limit, in percent of the reference price."""
    return trimmed(BAND_PERCENT.to_text(basis_points)) if basis_points else None
