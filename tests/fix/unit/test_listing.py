"""AvgPx(6): exact where it can be, and known to the last digit where it cannot."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.fix.unit.examples import LISTINGS
from venue.fix.listing import Listing
from venue.increments import AVERAGE_DECIMALS
from venue.messages import ListInstrument

BITCOIN = LISTINGS["BTC-USD"]
EIGHTHS = Listing(ListInstrument("BOND", "BOND", "USD", "0.125", "1", 3, 125, 1, 100))


def test_avg_px_of_one_price_is_that_price() -> None:
    """Fills at one price: the text is the price's own."""
    assert BITCOIN.avg_px(3 * 4_500_050, 3) == "45000.50"


def test_avg_px_between_ticks_is_exact_when_it_ends() -> None:
    """1 at 0.01 and 1 at 0.02: 0.015."""
    assert BITCOIN.avg_px(1 + 2, 2) == "0.015"
    assert EIGHTHS.avg_px(1 + 2, 2) == "0.1875"


def test_avg_px_of_nothing_is_zero() -> None:
    """No execution: AvgPx(6) is 0, as FIX requires the field."""
    assert BITCOIN.avg_px(0, 0) == "0"


@given(st.integers(1, 10**30), st.integers(1, 10**15))
def test_avg_px_is_within_half_a_unit_of_its_last_digit(notional: int, cum_lots: int) -> None:
    """Rounding is half-even at AVERAGE_DECIMALS beyond the tick: never off by more than half of that."""
    for listing, tick in ((BITCOIN, Fraction(1, 100)), (EIGHTHS, Fraction(1, 8))):
        exact = Fraction(notional, cum_lots) * tick
        error = abs(Fraction(listing.avg_px(notional, cum_lots)) - exact)
        assert error * 2 <= Fraction(1, 10 ** (listing.price.decimals + AVERAGE_DECIMALS))


def test_avg_px_rounds_half_to_even() -> None:
    """A quotient exactly between two last digits takes the even one."""
    half = 2 * 10**AVERAGE_DECIMALS
    assert BITCOIN.avg_px(1, half) == "0.00"  # 0.5 of the last digit
    assert BITCOIN.avg_px(3, half) == "0.00" + "0" * (AVERAGE_DECIMALS - 1) + "2"  # 1.5 of it
