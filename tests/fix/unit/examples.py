"""Instruments, messages and orders the unit tests of the FIX edge share."""

from typing import Any, Final

import msgspec

from venue import messages as m
from venue.fix.inbound import Fields, Party
from venue.fix.listing import Listing

BITCOIN: Final = m.ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.00001", 7, 1, 1, 10**8)
LISTINGS: Final = {"BTC-USD": Listing(BITCOIN)}
PARTY: Final = Party("DESK", ("HOUSE", "FUND"), ("RIVAL",), LISTINGS, "21:00")
NOW_NS: Final = 1_767_261_010_123_456_789  # 2026-01-01 09:50:10.123456789 UTC
NOW: Final = "20260101-09:50:10.123"

ORDER: Final = m.EnterOrder("DESK", "HOUSE", "A1", "BTC-USD", m.BUY, m.LIMIT, m.GTC, 150_000, price_ticks=4_500_000)


def changed(order: m.EnterOrder = ORDER, **terms: Any) -> m.EnterOrder:
    return msgspec.structs.replace(order, **terms)


def message(fields: str) -> Fields:
    """ "35=D 11=A1 …" as fields."""
    return dict([pair.split("=", 1) for pair in fields.split()])


def pairs_of(report: str) -> list[list[str]]:
    """The fields of a report in their order, those of a repeating group each time they come."""
    return [pair.split("=", 1) for pair in report.split("\x01")[:-1]]


def shown(report: str) -> Fields:
    """The fields of a report; a tag that stands twice would be wrong in all of ours without groups."""
    pairs = pairs_of(report)
    fields = {pair[0]: pair[1] for pair in pairs}
    assert len(fields) == len(pairs), f"a tag came twice in {report!r}"
    return fields
