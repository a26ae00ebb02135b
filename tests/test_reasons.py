"""The one table of reasons."""

from venue import reasons
from venue.reasons import REASONS

_NUMBERS = {name: value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, int)}


def test_every_reason_number_has_one_row() -> None:
    """No constant without a row, no row without a constant, no number given twice."""
    assert sorted(_NUMBERS.values()) == sorted(REASONS)


def test_every_row_is_named_like_its_constant() -> None:
    """The name a REST client reads is the constant's, so code and documents agree."""
    assert {number: reason.name.upper() for number, reason in REASONS.items()} == {
        number: name for name, number in _NUMBERS.items()
    }


def test_fix_values_are_those_of_fix_4_4() -> None:
    """OrdRejReason(103) is 0..15 or 99, CxlRejReason(102) 0..6 or 99 (FIX 4.4 volume 6)."""
    for reason in REASONS.values():
        assert reason.ord_rej_reason in {*range(16), 99}
        assert reason.cxl_rej_reason in {*range(7), 99}
        assert 200 <= reason.rest_status < 600
