"""The one rounding of the venue, to the nearest unit, a tie to the even one (IEEE 754 roundTiesToEven);
and the bound that amounts keep in events and answers, so that they can be written."""

from venue.messages import UNITS_MAX


def half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator, rounded half-even; the denominator is positive."""
    whole = numerator // denominator
    twice = 2 * (numerator - whole * denominator)
    if twice > denominator or (twice == denominator and whole % 2):
        return whole + 1
    return whole


def bounded(units: int) -> int:
    """The amount itself, or the nearest that a message may carry: sums of many trades may pass it."""
    return max(-UNITS_MAX, min(units, UNITS_MAX))
