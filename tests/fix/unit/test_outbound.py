"""Every event becomes the ExecutionReport(8), 9 or r that FIX asks for, field by field."""

from typing import Any

import pytest

from tests.fix.unit.examples import LISTINGS, NOW, NOW_NS, ORDER, changed, shown
from venue import messages as m
from venue import reasons
from venue.fix.list_reports import HeldOrderAccepted
from venue.fix.outbound import REPORTS

STOP = changed(ord_type=m.STOP, price_ticks=0, stop_ticks=4_400_000)
CANCELED = changed(cl_ord_id="A2")

# What every report of ORDER has; the place of the report in the journal is 9, its index there 2.
ALWAYS = {
    "35": "8",
    "1": "HOUSE",
    "11": "A1",
    "37": "12",
    "17": "34",
    "55": "BTC-USD",
    "54": "1",
    "60": NOW,
    "38": "1.50000",
    "40": "2",
    "44": "45000.00",
    "59": "1",
    "5001": "9",
    "5002": "2",
}
UNTOUCHED = {"14": "0.00000", "151": "1.50000", "6": "0"}
PART = {"14": "0.50000", "151": "1.00000", "6": "45000.00"}
HALF = (50_000, 100_000, 50_000 * 4_500_000)  # cum, leaves, notional

WRITTEN: dict[str, tuple[m.Event, dict[str, str]]] = {
    "accepted": (m.OrderAccepted(12, 34, ORDER, 0, 150_000, 0), UNTOUCHED | {"150": "0", "39": "0"}),
    "accepted, waiting for its stop price": (
        m.OrderAccepted(12, 34, STOP, 0, 150_000, 0),
        UNTOUCHED | {"150": "0", "39": "0", "40": "3", "99": "44000.00", "636": "N", "44": ""},
    ),
    "triggered": (
        m.OrderTriggered(12, 34, STOP, 0, 150_000, 0),
        UNTOUCHED
        | {"150": "D", "39": "0", "40": "3", "99": "44000.00", "636": "Y", "378": "99", "58": "triggered", "44": ""},
    ),
    "replaced": (
        m.OrderReplaced(12, 34, CANCELED, *HALF, "A1"),
        PART | {"150": "5", "39": "1", "11": "A2", "41": "A1"},
    ),
    "replaced to what is filled": (
        m.OrderReplaced(12, 34, changed(qty_lots=50_000), 50_000, 0, HALF[2], "A0"),
        PART | {"150": "5", "39": "2", "41": "A0", "38": "0.50000", "151": "0.00000"},
    ),
    "reduced": (
        m.OrderReduced(12, 34, ORDER, *HALF, reasons.SELF_MATCH),
        PART | {"150": "D", "39": "1", "378": "5", "58": "self-match prevention"},
    ),
    "canceled as asked": (
        m.OrderCanceled(12, 34, ORDER, 50_000, 0, HALF[2], reasons.REQUESTED, "A2"),
        PART | {"150": "4", "39": "4", "11": "A2", "41": "A1", "151": "0.00000"},
    ),
    "canceled with the connection": (
        m.OrderCanceled(12, 34, ORDER, 0, 0, 0, reasons.CONNECTION_LOST),
        UNTOUCHED | {"150": "4", "39": "4", "151": "0.00000", "378": "99", "58": "canceled on lost connection"},
    ),
    "canceled remainder": (
        m.OrderCanceled(12, 34, changed(time_in_force=m.IOC), 50_000, 0, HALF[2], reasons.IOC_REMAINDER),
        PART | {"150": "4", "39": "4", "59": "3", "151": "0.00000", "58": "immediate-or-cancel: rest canceled"},
    ),
    "expired": (
        m.OrderExpired(12, 34, changed(time_in_force=m.DAY), 0, 0, 0),
        UNTOUCHED | {"150": "C", "39": "C", "59": "0", "151": "0.00000"},
    ),
    "rejected": (
        m.OrderRejected(34, reasons.QTY_TOO_LARGE, "maximum 1", ORDER),
        UNTOUCHED
        | {
            "150": "8",
            "39": "8",
            "37": "NONE",
            "151": "0.00000",
            "103": "3",
            "58": "quantity above the maximum: maximum 1",
        },
    ),
    "rejected, of an instrument the gateway does not know": (
        m.OrderRejected(34, reasons.UNKNOWN_SYMBOL, "", changed(symbol="NO-USD")),
        dict.fromkeys(ALWAYS, "")
        | {tag: ALWAYS[tag] for tag in ("35", "1", "11", "17", "54", "60", "40", "5001", "5002")}
        | {"55": "NO-USD", "37": "NONE", "150": "8", "39": "8", "14": "0", "151": "0", "6": "0"}
        | {"103": "1", "58": "unknown symbol"},
    ),
    "duplicate, with what the first order is": (
        m.OrderRejected(
            34, reasons.DUPLICATE_CL_ORD_ID, "A1", changed(qty_lots=7), None, 12, m.PARTIALLY_FILLED, *HALF
        ),
        PART | {"150": "8", "39": "1", "103": "6", "58": "duplicate ClOrdID(11): A1"},
    ),
    "told again": (
        m.OrderStatusReported(34, m.OrderStatus(12, ORDER, m.PARTIALLY_FILLED, *HALF, False, 5)),
        PART | {"150": "I", "39": "1"},
    ),
}


def written(event: m.Event, side: int = 0) -> dict[str, str]:
    return shown(REPORTS[type(event)][side].write(LISTINGS, (9, 2, NOW_NS), event))


@pytest.mark.parametrize("name", WRITTEN)
def test_event_of_an_order_becomes_its_report(name: str) -> None:
    """Every field of the ExecutionReport(8), and no other, for each event of an order."""
    event, fields = WRITTEN[name]
    assert written(event) == {tag: value for tag, value in (ALWAYS | fields).items() if value}


def test_trade_is_reported_to_each_side_with_its_own_order() -> None:
    """150=F: LastPx, LastQty and TrdMatchID are shared; order, quantities and liquidity are each side's."""
    sold = m.EnterOrder("OTHER", "THEM", "B1", "BTC-USD", m.SELL, m.MARKET, m.IOC, 50_000)
    event = m.OrderTraded(77, 4_500_000, 50_000, 12, 34, ORDER, *HALF, 13, 35, sold, 50_000, 0, HALF[2])
    shared = {"35": "8", "150": "F", "31": "45000.00", "32": "0.50000", "880": "77", "55": "BTC-USD", "60": NOW}
    shared |= {"5001": "9", "5002": "2", "6": "45000.00", "14": "0.50000"}
    maker = {"1": "HOUSE", "11": "A1", "37": "12", "17": "34", "54": "1", "38": "1.50000", "39": "1", "40": "2"}
    maker |= {"44": "45000.00", "59": "1", "151": "1.00000", "851": "1"}
    taker = {"1": "THEM", "11": "B1", "37": "13", "17": "35", "54": "2", "38": "0.50000", "39": "2", "40": "1"}
    taker |= {"59": "3", "151": "0.00000", "851": "2"}
    assert written(event, 0) == shared | maker
    assert written(event, 1) == shared | taker
    assert [report.of(event).session for report in REPORTS[m.OrderTraded]] == ["DESK", "OTHER"]


def test_rare_terms_are_repeated_as_they_are() -> None:
    """Iceberg, minimum, post-only, expiry, cash and self-match terms come back on every report."""
    order = changed(
        display_lots=1,
        min_lots=2,
        post_only=True,
        expire_ns=NOW_NS,
        cash_units=3,
        self_match=m.CANCEL_BOTH,
        ord_type=m.TAKE_PROFIT_LIMIT,
    )
    report = written(m.OrderAccepted(12, 34, order, 0, 150_000, 0))
    expected = {"111": "0.00001", "110": "0.00002", "18": "6", "126": NOW, "152": "0.0000003", "2964": "3", "40": "J"}
    assert {tag: report[tag] for tag in expected} == expected


REFUSED = m.RefuseRequest(
    *("DESK", "HOUSE", "A1", "", m.REQUEST_ENTER, "NO-USD", m.SELL, reasons.UNKNOWN_SYMBOL, "NO-USD"),
    *(m.LIMIT, "1.5", "45000"),
)


def test_order_refused_at_the_edge_gets_its_own_texts_back() -> None:
    """150=8 of a RefuseRequest: symbol, price and quantity as sent, whatever they were."""
    assert written(m.OrderRejected(34, reasons.UNKNOWN_SYMBOL, "NO-USD", None, REFUSED)) == {
        "35": "8",
        "1": "HOUSE",
        "11": "A1",
        "37": "NONE",
        "17": "34",
        "55": "NO-USD",
        "54": "2",
        "60": NOW,
        "38": "1.5",
        "40": "2",
        "44": "45000",
        "39": "8",
        "150": "8",
        "14": "0",
        "151": "0",
        "6": "0",
        "103": "1",
        "58": "unknown symbol: NO-USD",
        "5001": "9",
        "5002": "2",
    }


@pytest.mark.parametrize(
    ("request_", "reason", "order_id", "status", "expected"),
    [
        (m.REQUEST_CANCEL, reasons.UNKNOWN_ORDER, 0, m.REJECTED, {"37": "NONE", "39": "8", "102": "1", "434": "1"}),
        (m.REQUEST_REPLACE, reasons.TOO_LATE, 12, m.FILLED, {"37": "12", "39": "2", "102": "0", "434": "2"}),
        (m.REQUEST_CANCEL, reasons.DUPLICATE_CL_ORD_ID, 12, m.NEW, {"37": "12", "39": "0", "102": "6", "434": "1"}),
        (m.REQUEST_REPLACE, reasons.RATE_LIMIT, 12, m.NEW, {"37": "12", "39": "0", "102": "99", "434": "2"}),
    ],
)
def test_cancel_reject_names_order_status_and_reason(
    request_: Any, reason: int, order_id: int, status: Any, expected: dict[str, str]
) -> None:
    """OrderCancelReject(9): 37 and 39 are the order's real ones, 102 comes from the table of reasons."""
    event = m.CancelRejected("DESK", "HOUSE", "A2", "A1", request_, reason, "", order_id, status)
    assert written(event) == {
        "35": "9",
        "1": "HOUSE",
        "11": "A2",
        "41": "A1",
        "60": NOW,
        "5001": "9",
        "5002": "2",
        "58": reasons.REASONS[reason].text,
        **expected,
    }


def test_mass_cancel_report_counts_what_it_canceled() -> None:
    """OrderMassCancelReport(r) echoes the request, with MassCancelResponse(531) as asked and 533."""
    event = m.MassCanceled(34, m.MassCancel("DESK", "HOUSE", "A2", "BTC-USD", m.SELL), 3)
    shared = {"35": "r", "1": "HOUSE", "11": "A2", "37": "M34", "60": NOW, "5001": "9", "5002": "2", "533": "3"}
    assert written(event) == shared | {"530": "1", "531": "1", "55": "BTC-USD", "54": "2"}
    event = m.MassCanceled(34, m.MassCancel("DESK", "HOUSE", "A2"), 3)
    assert written(event) == shared | {"530": "7", "531": "7"}


@pytest.mark.parametrize(("reason", "char"), [(reasons.UNKNOWN_SYMBOL, "1"), (reasons.UNKNOWN_ACCOUNT, "99")])
def test_refused_mass_cancel_says_so(reason: int, char: str) -> None:
    """OrderMassCancelReport(r) with 531=0 and MassCancelRejectReason(532)."""
    report = written(m.MassCancelRejected(34, m.MassCancel("DESK", "HOUSE", "A2", "NO"), reason, "NO"))
    assert (report["531"], report["532"], report["58"]) == ("0", char, f"{reasons.REASONS[reason].text}: NO")


def test_every_event_is_reported_or_about_no_session() -> None:
    """REPORTS has a row for each event that concerns a session; the rest are the venue's own."""
    own = {
        m.SelfMatchPrevented,
        m.InstrumentListed,
        m.AccountOpened,
        m.TradingStateChanged,
        m.DayRolled,
        m.OperationRefused,
        m.SettingChanged,
        m.BalanceMoved,
        m.LossCapReached,
        m.LossCapReleased,
        m.OrderGroupTripped,
        m.AuctionUncrossed,
        m.SessionControlled,
    }
    assert set(m.AnyEvent.__args__) | {HeldOrderAccepted} == set(REPORTS) | own


def test_text_of_every_reason_fits_every_report() -> None:
    """Each row of the table of reasons can be written as 8, 9 and r without a missing code."""
    for reason in reasons.REASONS:
        assert written(m.OrderRejected(1, reason, "", ORDER))["103"].isdecimal()
        assert written(m.CancelRejected("D", "H", "A", "B", m.REQUEST_CANCEL, reason, ""))["102"].isdecimal()
        assert written(m.MassCancelRejected(1, m.MassCancel("D", "H", "A"), reason, ""))["532"].isdecimal()
