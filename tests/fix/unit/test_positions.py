"""Positions and balances as FIX tells them."""

from itertools import pairwise

import pytest

from tests.fix.unit.examples import LISTINGS, NOW, NOW_NS, message, pairs_of, shown
from venue import messages as m
from venue.fix import positions

LISTING = LISTINGS["BTC-USD"]
ASKED = message("35=AN 710=Q")
AMOUNTS = {"RPNL": "-12.5000000", "UPNL": "0.0000001", "FEES": "3.0000000"}


def position(qty_lots: int, mark_half_ticks: int = 9_000_001) -> m.Position:
    entry = abs(qty_lots) * 4_500_000
    return m.Position("HOUSE", "BTC-USD", qty_lots, entry, -125_000_000, 1, 30_000_000, mark_half_ticks, 7, 8)


@pytest.mark.parametrize(
    ("qty_lots", "quantity", "avg_px"),
    [(150_000, ["704", "1.50000"], "45000.00"), (-1, ["705", "0.00001"], "45000.00"), (0, ["704", "0.00000"], "0")],
    ids=["long", "short", "flat"],
)
def test_position_report_has_quantity_prices_and_money(qty_lots: int, quantity: list[str], avg_px: str) -> None:
    """PositionReport(AP): long or short, average entry, the mark with its half tick, P&L and fees."""
    text = positions.position_report("I3-1", ASKED, LISTING, position(qty_lots), 2, 9, NOW_NS)
    pairs = pairs_of(text)
    amounts = {name: amount for (tag, name), (_, amount) in pairwise(pairs) if tag == "707"}
    assert amounts == AMOUNTS
    assert quantity in pairs
    fields = dict(pairs)
    expected = {"35": "AP", "1": "HOUSE", "6": avg_px, "15": "USD", "55": "BTC-USD", "60": NOW, "727": "2"}
    expected |= {"702": "1", "703": "TQ", "730": "45000.005", "731": "2", "753": "3", "710": "Q", "721": "I3-1"}
    expected |= {"728": "0", "5001": "9"}
    assert {tag: fields[tag] for tag in expected} == expected
    assert "5002" not in fields


def test_position_without_a_price_has_no_mark() -> None:
    """SettlPrice(730)=0: nothing was traded or quoted yet."""
    fields = dict(pairs_of(positions.position_report("I3-1", ASKED, LISTING, position(1, 0), 1, 9, NOW_NS)))
    assert fields["730"] == "0.00"


def test_account_without_positions_is_told_so() -> None:
    """RequestForPositionsAck(AO) 728=2, completed, for the instrument asked for."""
    asked = message("35=AN 710=Q 55=BTC-USD")
    fields = shown(positions.no_positions("I3-1", asked, "HOUSE", *positions.NONE_FOUND, "no positions"))
    assert fields == {
        "35": "AO",
        "1": "HOUSE",
        "55": "BTC-USD",
        "58": "no positions",
        "581": "1",
        "710": "Q",
        "721": "I3-1",
        "727": "0",
        "728": "2",
        "729": "0",
    }


@pytest.mark.parametrize(("number", "is_last"), [(1, "N"), (2, "Y")])
def test_balance_report_has_total_and_available(number: int, is_last: str) -> None:
    """CollateralReport(BA): TotalNetValue(900), and MarginExcess(899) less what open orders have locked."""
    balance = m.Balance("FUND", "USD", 1_000_000, 250_001)
    fields = shown(positions.balance_report("I3-2", message("35=BB 909=Q"), balance, 4, number, 2, 9, NOW_NS))
    assert fields == {
        "35": "BA",
        "1": "FUND",
        "15": "USD",
        "60": NOW,
        "899": "74.9999",
        "900": "100.0000",
        "908": "I3-2",
        "909": "Q",
        "910": "3",
        "911": "2",
        "912": is_last,
        "5001": "9",
    }


def test_account_without_balances_is_told_so() -> None:
    """CollateralInquiryAck(BG): completed, with nothing to tell."""
    fields = shown(positions.no_balances(message("35=BB 909=Q"), "HOUSE"))
    assert fields == {"35": "BG", "1": "HOUSE", "58": "no balances", "909": "Q", "945": "2", "946": "99"}
