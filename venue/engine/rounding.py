"""The one rounding of the venue: to the nearest unit, a tie to the even one (IEEE 754 roundTiesToEven)."""


def half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator, rounded half-even; the denominator is positive."""
    whole = numerator // denominator
    twice = 2 * (numerator - whole * denominator)
    if twice > denominator or (twice == denominator and whole % 2):
        return whole + 1
    return whole
