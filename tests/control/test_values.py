"""Decimals, percents and times as operators type them: exact, or refused with what is allowed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.control.values import band_of, duration_of, duration_text, limit_of, percent_text, rate_of, units_of
from venue.errors import OperatorError
from venue.increments import Increment, money_increment, ratio_text, trimmed
from venue.messages import NO_LIMIT, UNITS_MAX, ListInstrument
from venue.units import Units

CENT = Increment("0.01")
BTC = ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 6, 1, 1, 10, base_decimals=8, lot_units=1_000)


@given(st.integers(0, UNITS_MAX), st.integers(0, 18))
def test_money_comes_back_as_it_was_shown(units: int, decimals: int) -> None:
    """What a table shows can be typed again, to the last unit."""
    money = money_increment(decimals)
    assert units_of("AMOUNT", money.to_text(units), money) == units


@given(st.integers(-100_000, 100_000))
def test_a_rate_comes_back_as_it_was_shown(rate: int) -> None:
    """Percent with four decimals are hundredths of a basis point; a rebate keeps its sign."""
    assert rate_of("--maker", percent_text(rate).removesuffix(" %")) == rate


@given(st.integers(1, 10**15))
def test_a_time_is_shown_in_a_unit_that_makes_it_whole(ns: int) -> None:
    """Nothing is rounded: 90 s is not 1.5 m."""
    number, unit = duration_text(ns).split()
    assert (int(number) if unit == "ns" else duration_of("--for", number + unit)) == ns


@pytest.mark.parametrize(
    ("text", "ns"),
    [("250ms", 250_000_000), ("60s", 60 * 10**9), ("1.5m", 90 * 10**9), ("8h", 28_800 * 10**9), ("0", 0)],
)
def test_times_are_typed_with_their_unit(text: str, ns: int) -> None:
    """Milliseconds to days; a fraction is exact."""
    assert duration_of("--for", text) == ns


def test_thousands_may_be_set_apart() -> None:
    """1,000.5 and 1_000.50 are one amount, "none" is no limit and 0 is one."""
    assert [units_of("AMOUNT", text, CENT) for text in ("1,000.5", "1_000.50", "1000.5")] == [100_050] * 3
    assert [limit_of("--long", text, CENT) for text in ("none", "NONE", "0")] == [NO_LIMIT, NO_LIMIT, 0]
    assert [band_of("--collar", text) for text in ("none", "2.5", "2.5%")] == [0, 250, 250]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (lambda: units_of("AMOUNT", "1e3", CENT), "AMOUNT was '1e3': '1e3' is no decimal number"),
        (lambda: units_of("AMOUNT", "0.001", CENT), "AMOUNT was '0.001': 0.001 is no multiple of 0.01"),
        (lambda: units_of("AMOUNT", "-1", CENT), "AMOUNT was '-1': must be from 0 to 46116860184273879.04"),
        (lambda: units_of("AMOUNT", "9" * 18, CENT), f"AMOUNT was '{'9' * 18}': must be from 0 to"),
        (lambda: rate_of("--maker", "0.00001"), "--maker was '0.00001': 0.00001 is no multiple of 0.0001"),
        (lambda: duration_of("--for", "5"), "--for was '5': must be like 250ms, 60s, 15m, 8h or 3d"),
        (lambda: duration_of("--for", "ms"), "--for was 'ms': must be like"),
        (lambda: duration_of("--for", "5sm"), "--for was '5sm': must be like"),
        (lambda: Units([BTC]).price("BTC-US"), "instrument was 'BTC-US': unknown; did you mean BTC-USD"),
        (lambda: Units([BTC]).money("EUR"), "currency was 'EUR': unknown; `venue fee list` shows those there are"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_remedy(typed: Callable[[], object], sentence: str) -> None:
    """The option, what was typed, and what is allowed."""
    with pytest.raises(OperatorError, match=sentence):
        typed()


def test_amounts_are_shown_with_their_unit() -> None:
    """Prices in the quote currency, quantities in the base, money without zeros behind the second decimal."""
    units = Units([BTC])
    assert units.price_text("BTC-USD", 4_500_050) == "45000.50 USD"
    assert units.qty_text("BTC-USD", -150_000) == "-1.50000 BTC"
    assert units.money_text("USD", 1_000_000) == "1.00 USD"
    assert units.money_text("BTC", 1_234) == "0.00001234 BTC"
    assert units.qty_limit_text("BTC-USD", NO_LIMIT) == "none"
    assert [trimmed(text) for text in ("7", "7.1", "-7.100", "7.0001")] == ["7.00", "7.10", "-7.10", "7.0001"]


@pytest.mark.parametrize(("numerator", "text"), [(9, "0.0300"), (10, "0.0333"), (11, "0.0367"), (0, "0.0000")])
def test_an_average_is_rounded_to_more_decimals_than_the_tick_has(numerator: int, text: str) -> None:
    """Half-even, two decimals beyond the price's own."""
    assert ratio_text(numerator, 3, CENT, 2) == text
