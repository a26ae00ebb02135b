"""Decimals at the edge, integers inside: ticks, lots, money and rates to and from text, exactly.

An `Increment` is an instrument's tick or lot, a currency's smallest unit, or the step of a rate. A text
that is no multiple of it is refused, never rounded. FIX 4.4 volume 1, "float": optional sign, digits,
optional point; no exponent.
"""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

_NUMBER: Final = re.compile(r"-?\d{1,20}(?:\.\d{0,20})?|-?\.\d{1,20}", re.ASCII)


class Increment:
    """A step such as "0.01": `to_units("45000.5")` is 4500050, `to_text(4500050)` is "45000.50".

    Cost: about 0.5 microseconds a conversion interpreted; the hot paths keep one per instrument.
    """

    __slots__ = ("decimals", "scale", "size", "step")

    def __init__(self, size: str) -> None:
        if not _NUMBER.fullmatch(size) or Decimal(size) <= 0:
            raise ValueError(f"increment was {size!r}: must be a positive decimal such as 0.01")
        self.size: Final = size
        self.decimals: Final = len(size.partition(".")[2])
        self.scale: Final = 10**self.decimals
        self.step: Final = int(Decimal(size) * self.scale)

    def to_units(self, text: str) -> int:
        """Raises ValueError when `text` is no plain decimal number or no multiple of the increment."""
        if not _NUMBER.fullmatch(text):
            raise ValueError(f"{text!r} is no decimal number")
        whole, _, fraction = text.partition(".")
        if len(fraction) > self.decimals:
            if fraction[self.decimals :].strip("0"):
                raise ValueError(f"{text} is no multiple of {self.size}")
            fraction = fraction[: self.decimals]
        units, rest = divmod(int(whole + fraction.ljust(self.decimals, "0")), self.step)
        if rest:
            raise ValueError(f"{text} is no multiple of {self.size}")
        return units

    def to_text(self, units: int) -> str:
        value = units * self.step
        if not self.decimals:
            return str(value)
        sign, value = ("-", -value) if value < 0 else ("", value)
        digits = str(value).rjust(self.decimals + 1, "0")
        return f"{sign}{digits[: -self.decimals]}.{digits[-self.decimals :]}"


RATE_PERCENT: Final = Increment("0.0001")  # fee rates count in hundredths of a basis point, people in percent
BAND_PERCENT: Final = Increment("0.01")  # price limits count in basis points
AVERAGE_DECIMALS: Final = 12  # of an average, beyond those of its increment
SECONDS: Final = Increment("0.000000001")


def money_increment(decimals: int) -> Increment:
    """The smallest unit of a currency that counts in 10 ** -decimals."""
    return Increment(f"0.{'0' * (decimals - 1)}1" if decimals else "1")


def average_text(increment: Increment, total: int, count: int) -> str:
    """total / count increments, such as AvgPx(6): exact when it ends within AVERAGE_DECIMALS digits more than the
    increment has, else rounded half-even there. No zeros at the end beyond those the increment writes."""
    units, rest = divmod(total, count)
    if not rest:
        return increment.to_text(units)
    decimals = increment.decimals + AVERAGE_DECIMALS
    units, rest = divmod(total * increment.step * 10**AVERAGE_DECIMALS, count)
    units += rest * 2 > count or (rest * 2 == count and units % 2)
    digits = str(units).rjust(decimals + 1, "0")
    fraction = digits[-decimals:].rstrip("0").ljust(increment.decimals, "0")
    return f"{digits[:-decimals]}.{fraction}" if fraction else digits[:-decimals]


def decimal_text(number: Decimal) -> str:
    """The one way to write a number that is no multiple of an increment: no exponent, no zeros at the end."""
    return f"{number.normalize():f}"


def trimmed(number: str) -> str:
    """An amount of money for people: two decimals at least, and no zeros behind them."""
    whole, _, decimals = number.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def ratio_text(numerator: int, denominator: int, increment: Increment, more_decimals: int) -> str:
    """numerator / denominator increments, rounded half-even to some decimals more than the increment has."""
    value = Decimal(increment.size) * numerator / denominator
    unit = Decimal(1).scaleb(-increment.decimals - more_decimals)
    return f"{value.quantize(unit, ROUND_HALF_EVEN):f}"
