"""Fees: what an account pays in instruments of one quote currency, and the volume that decides it."""

from typing import Final

from venue.engine.rounding import half_even

RATE_UNIT: Final = 1_000_000  # a rate is hundredths of a basis point


class FeeAccount:
    """One account's fees in one quote currency."""

    def __init__(self) -> None:
        self.maker_rate = 0
        self.taker_rate = 0
        self.lock_rate = 0  # the greater of the two and 0: what locks allow for
        self.volume_today = 0


def fee(rate: int, units: int) -> int:
    """The fee of a fill of this notional, both in units of the quote currency."""
    return half_even(rate * units, RATE_UNIT) if rate else 0
