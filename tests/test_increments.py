"""Decimal text to integers and back, exactly."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.increments import Increment


@pytest.mark.parametrize(
    ("size", "text", "units"),
    [
        ("0.01", "45000.50", 4_500_050),
        ("0.01", "45000.5", 4_500_050),
        ("0.01", "45000", 4_500_000),
        ("0.01", "1.1000000", 110),
        ("0.01", ".05", 5),
        ("0.01", "-0.05", -5),
        ("0.01", "-.05", -5),
        ("0.25", "1.75", 7),
        ("5", "25", 5),
        ("0.00001", "000000.50000", 50_000),
    ],
)
def test_text_that_is_a_multiple_becomes_units(size: str, text: str, units: int) -> None:
    """A price or quantity text is read exactly, leading and trailing zeros allowed (FIX float)."""
    assert Increment(size).to_units(text) == units


@pytest.mark.parametrize(
    ("size", "text", "complaint"),
    [
        ("0.01", "45000.505", "45000.505 is no multiple of 0.01"),
        ("0.25", "1.70", "1.70 is no multiple of 0.25"),
        ("5", "26", "26 is no multiple of 5"),
        ("0.01", "", "'' is no decimal number"),
        ("0.01", "1e5", "'1e5' is no decimal number"),
        ("0.01", "nan", "'nan' is no decimal number"),
        ("0.01", "+1", "'+1' is no decimal number"),
        ("0.01", "-", "'-' is no decimal number"),
        ("0.01", "1" * 21, "is no decimal number"),
        ("0.01", "١٢", "is no decimal number"),
    ],
)
def test_text_that_is_no_multiple_is_refused(size: str, text: str, complaint: str) -> None:
    """A value off the tick or lot, or no plain decimal, is named and refused, never rounded."""
    with pytest.raises(ValueError, match=re.escape(complaint)):
        Increment(size).to_units(text)


@pytest.mark.parametrize("size", ["0", "-0.01", "", "1e-2", "abc"])
def test_increment_that_is_not_positive_is_refused(size: str) -> None:
    """A tick or lot is a positive plain decimal."""
    with pytest.raises(ValueError, match="increment was"):
        Increment(size)


@given(st.sampled_from(["0.01", "0.25", "5", "0.00001", "1", "0.5"]), st.integers(-(10**15), 10**15))
def test_units_to_text_and_back_is_identity(size: str, units: int) -> None:
    """to_units(to_text(n)) == n, and the text is the exact decimal product."""
    increment = Increment(size)
    text = increment.to_text(units)
    assert increment.to_units(text) == units
    assert Decimal(text) == Decimal(size) * units
