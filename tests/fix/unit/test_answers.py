"""Answers to questions, and refusals: what they say and which ID they carry."""

import pytest

from tests.fix.unit.examples import LISTINGS, NOW, NOW_NS, ORDER, changed, message, shown
from venue import messages as m
from venue.fix import answers, tables

STATUS = m.OrderStatus(12, ORDER, m.PARTIALLY_FILLED, 50_000, 100_000, 50_000 * 4_500_000, False, 5)


def test_status_ids_differ_between_starts_and_within_one() -> None:
    """ExecID(17) of status reports is unique for ever: the number of the start is part of it."""
    first, second = answers.StatusIds(1), answers.StatusIds(2)
    ids = [first.next(), first.next(), second.next()]
    assert ids == ["I1-1", "I1-2", "I2-1"]


def test_status_report_answers_with_the_id_it_was_asked_by() -> None:
    """Matrix G.1.c: asked for an order's former ClOrdID(11), it answers with that one and new quantities."""
    asked = message("35=H 11=A0 790=Q 55=BTC-USD 54=1")
    report = answers.order_status(LISTINGS, answers.StatusIds(3), asked, STATUS, 9, NOW_NS)
    expected = {"150": "I", "39": "1", "11": "A0", "790": "Q", "17": "I3-1", "37": "12", "14": "0.50000", "5001": "9"}
    fields = shown(report)
    assert {tag: fields[tag] for tag in expected} == expected


def test_status_report_has_no_report_index() -> None:
    """ReportIndex(5002) marks the reports of the journal: an answer must not pass for one after a restart."""
    report = answers.order_status(LISTINGS, answers.StatusIds(3), message("35=AF 584=Q"), STATUS, 9, NOW_NS)
    assert "5002" not in shown(report)
    assert "5002" not in shown(answers.no_such_order(answers.StatusIds(3), message("35=H 11=A"), "unknown", 9, NOW_NS))


@pytest.mark.parametrize(("is_triggered", "leaves", "working"), [(False, 1, "N"), (True, 1, "Y"), (True, 0, None)])
def test_status_of_a_stop_says_whether_it_works(is_triggered: bool, leaves: int, working: str | None) -> None:
    """WorkingIndicator(636): N while a stop waits, Y once triggered, absent when the order is over."""
    stop = changed(ord_type=m.STOP, stop_ticks=1, price_ticks=0)
    status = m.OrderStatus(12, stop, m.NEW, 0, leaves, 0, is_triggered, 5)
    report = answers.order_status(LISTINGS, answers.StatusIds(3), message("35=H 11=A1"), status, 9, NOW_NS)
    assert shown(report).get("636") == working


def test_status_of_a_held_order_says_that_it_waits() -> None:
    """WorkingIndicator(636)=N of a limit order that waits for another one of its list."""
    status = m.OrderStatus(12, ORDER, m.NEW, 0, 150_000, 0, False, 5, held=True)
    report = answers.order_status(LISTINGS, answers.StatusIds(3), message("35=H 11=A1"), status, 9, NOW_NS)
    assert shown(report)["636"] == "N"


def test_unknown_order_is_answered_with_what_was_asked() -> None:
    """Matrix G.1.a: 150=I 39=8 103=5 and OrderID(37) NONE."""
    asked = message("35=H 11=A9 55=ETH-USD 54=2")
    assert shown(answers.no_such_order(answers.StatusIds(3), asked, "unknown order", 9, NOW_NS)) == {
        "35": "8",
        "11": "A9",
        "17": "I3-1",
        "37": "NONE",
        "55": "ETH-USD",
        "54": "2",
        "60": NOW,
        "5001": "9",
        "150": "I",
        "39": "8",
        "103": "5",
        "58": "unknown order",
        "14": "0",
        "151": "0",
        "6": "0",
    }


def test_mass_status_that_found_nothing_discloses_nothing() -> None:
    """FIX requires Symbol(55) and Side(54) even then: NONE and 7 (undisclosed)."""
    fields = shown(answers.no_such_order(answers.StatusIds(3), message("35=AF 584=Q"), "no open orders", 9, NOW_NS))
    assert (fields["55"], fields["54"], fields["584"]) == ("NONE", tables.UNDISCLOSED, "Q")


def test_security_list_names_increments_and_limits() -> None:
    """SecurityList(y): one member of NoRelatedSym(146) for each instrument."""
    text = answers.security_list(message("35=x 320=Q"), LISTINGS.values())
    row = "55=BTC-USD|15=USD|561=0.00001|562=0.00001|1140=1000.00000|969=0.01|"
    assert text.replace("\x01", "|") == f"35=y|146=1|{row}320=Q|322=Q|393=1|560=0|893=Y|"


def test_security_list_of_nothing_says_so() -> None:
    """SecurityRequestResult(560)=2: no instruments found, and no empty group."""
    fields = shown(answers.security_list(message("35=x 320=Q"), []))
    assert (fields["560"], fields["393"], fields.get("146")) == ("2", "0", None)


@pytest.mark.parametrize("state", tables.TRADING_STATUS)
def test_change_of_state_is_told_in_words(state: m.TradingState) -> None:
    """SecurityStatus(f): SecurityTradingStatus(326) by the table; Text(58) has state, end and why."""
    char, words = tables.TRADING_STATUS[state]
    event = m.TradingStateChanged("BTC-USD", state, m.OPEN, "operator", "news", NOW_NS + 60_000_000_000)
    assert shown(answers.state_changed("Q", event, NOW_NS)) == {
        "35": "f",
        "324": "Q",
        "325": "Y",
        "326": char,
        "55": "BTC-USD",
        "58": f"{words} until 20260101-09:51:10.123: news",
        "60": NOW,
    }


@pytest.mark.parametrize(
    ("until_ns", "text"), [(0, "auction"), (NOW_NS, f"auction until {NOW}")], ids=["untimed", "timed"]
)
def test_state_asked_for_says_how_long_it_lasts(until_ns: int, text: str) -> None:
    """SecurityStatus(f) as the answer to e: not unsolicited, and no why."""
    fields = shown(answers.security_status("Q", "BTC-USD", (m.AUCTION, until_ns), NOW_NS))
    assert (fields["325"], fields["326"], fields["58"]) == ("N", "22", text)


def test_state_of_an_unknown_instrument_is_unknown() -> None:
    """SecurityTradingStatus(326)=20"""
    fields = shown(answers.security_status("Q", "NO-USD", None, NOW_NS))
    assert (fields["55"], fields["326"], fields["58"]) == ("NO-USD", "20", "unknown symbol")


@pytest.mark.parametrize(
    ("fields", "ref_id"),
    [
        ("35=D 34=7 11=A1", "A1"),
        ("35=AF 34=7 584=Q", "Q"),
        ("35=x 34=7 320=R", "R"),
        ("35=e 34=7 324=S", "S"),
        ("35=B 34=7", "7"),
    ],
)
def test_business_reject_always_names_the_message(fields: str, ref_id: str) -> None:
    """BusinessRejectRefID(379) is the message's own ID, or its MsgSeqNum(34) where it has none."""
    report = shown(answers.reject_of(message(fields), tables.NOT_AVAILABLE, "later"))
    msg_type = message(fields)["35"]
    assert report == {"35": "j", "45": "7", "372": msg_type, "379": ref_id, "380": "4", "58": "later"}
