"""Reports of trades: fees and rebates, auctions, and what an operator makes of a trade afterwards."""

from typing import Any

import msgspec
import pytest

from tests.fix.unit.examples import LISTINGS, NOW_NS, ORDER, changed, pairs_of, shown
from venue import messages as m
from venue.fix.outbound import REPORTS

HALF = (50_000, 100_000, 50_000 * 4_500_000)  # cum, leaves, notional
SOLD = m.EnterOrder("OTHER", "THEM", "B1", "BTC-USD", m.SELL, m.MARKET, m.IOC, 50_000)


def traded(**more: Any) -> m.OrderTraded:
    """0.5 BTC at 45,000.00: ORDER was the maker."""
    return m.OrderTraded(77, 4_500_000, 50_000, 12, 34, ORDER, *HALF, 13, 35, SOLD, 50_000, 0, HALF[2], **more)


def text(event: m.Event, side: int) -> str:
    return REPORTS[type(event)][side].write(LISTINGS, (9, 2, NOW_NS), event)


def fee_group(event: m.Event, side: int) -> list[list[str]]:
    return [pair for pair in pairs_of(text(event, side)) if pair[0] in ("136", "137", "138", "139", "891")]


def test_fee_and_rebate_are_told_to_the_side_they_are_of() -> None:
    """NoMiscFees(136): amount in the quote currency's units, exchange fee (139=4), absolute (891=0)."""
    event = traded(maker_fee=-12_345, taker_fee=90_000_001)
    shared = [["138", "USD"], ["139", "4"], ["891", "0"]]
    assert fee_group(event, 0) == [["136", "1"], ["137", "-0.0012345"], *shared]
    assert fee_group(event, 1) == [["136", "1"], ["137", "9.0000001"], *shared]


def test_trade_without_a_fee_has_no_fee_group() -> None:
    """An empty group would say nothing."""
    assert fee_group(traded(maker_fee=0, taker_fee=1), 0) == []


@pytest.mark.parametrize(("is_auction", "maker", "taker"), [(False, "1", "2"), (True, "4", "4")])
def test_liquidity_says_who_was_first_but_in_auctions(is_auction: bool, maker: str, taker: str) -> None:
    """LastLiquidityInd(851): 1 added, 2 removed, 4 for both sides of an auction's trade."""
    event = traded(is_auction=is_auction)
    assert [shown(text(event, side))["851"] for side in (0, 1)] == [maker, taker]


def amended(lots: int, price_ticks: int, status: m.OrdStatus) -> m.TradeAmended:
    """The trade, which was all that both orders traded, is now of so many lots."""
    fees = (-5, 7) if lots else (0, 0)
    maker = m.TradeSide(12, 51, 34, changed(qty_lots=lots), status, lots, 0, lots * price_ticks, fees[0])
    taker = m.TradeSide(13, 52, 35, SOLD, m.CANCELED, lots, 0, lots * price_ticks, fees[1])
    return m.TradeAmended(77, price_ticks, lots, maker, taker, False, "JANE", "typing error")


def test_bust_takes_the_trade_from_both_sides() -> None:
    """150=H: ExecRefID(19) is the report of the trade; a filled order is canceled, quantities go back."""
    event = amended(0, 4_500_000, m.CANCELED)
    expected = {"150": "H", "39": "4", "17": "51", "19": "34", "37": "12", "14": "0.00000", "151": "0.00000"}
    expected |= {"6": "0", "31": "45000.00", "32": "0.00000", "880": "77", "58": "typing error", "5001": "9"}
    fields = shown(text(event, 0))
    assert {tag: fields[tag] for tag in expected} == expected
    assert "136" not in fields
    taker = shown(text(event, 1))
    assert (taker["1"], taker["17"], taker["19"], taker["150"]) == ("THEM", "52", "35", "H")


def test_amendment_that_nobody_explained_has_no_text() -> None:
    """A field without a value is no FIX."""
    event = msgspec.structs.replace(amended(40_000, 4_400_000, m.PARTIALLY_FILLED), why="")
    assert "58" not in shown(text(event, 0))


def test_correction_tells_the_trade_as_it_is_now() -> None:
    """150=G: LastPx(31), LastQty(32), the fee and AvgPx(6) after it."""
    event = amended(40_000, 4_400_000, m.PARTIALLY_FILLED)
    fields = shown(text(event, 0))
    expected = {"150": "G", "39": "1", "31": "44000.00", "32": "0.40000", "14": "0.40000", "6": "44000.00"}
    expected |= {"136": "1", "137": "-0.0000005", "851": "1"}
    assert {tag: fields[tag] for tag in expected} == expected
    assert shown(text(event, 1))["137"] == "0.0000007"


@pytest.mark.parametrize("event", [traded(), amended(1, 1, m.NEW)], ids=["trade", "amendment"])
def test_each_side_is_told_and_each_side_has_watchers(event: m.Event) -> None:
    """Both reports belong to their own session and account, and a copy of each says that it is one."""
    reports = REPORTS[type(event)]
    assert [(report.of(event).session, report.of(event).account) for report in reports] == [
        ("DESK", "HOUSE"),
        ("OTHER", "THEM"),
    ]
    for report in reports:
        assert report.copy is not None
        original = report.write(LISTINGS, (9, 2, NOW_NS), event)
        assert report.copy(LISTINGS, (9, 2, NOW_NS), event) == f"{original}797=Y\x01"
