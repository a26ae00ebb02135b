"""Every text the venue writes passes its own dictionary, and QuickFIX sends all of it.

QuickFIX does not check what it sends: a field the dictionary does not have in this message would only be
found by a client, and a field of a repeating group that it takes for one of the message would be moved.
"""

from collections import Counter

import pytest
import quickfix

from tests.fix.unit import test_list_reports as lists
from tests.fix.unit import test_positions
from tests.fix.unit.examples import LISTINGS, NOW_NS, ORDER, changed, message, pairs_of
from tests.fix.unit.test_outbound import WRITTEN
from tests.fix.unit.test_trade_reports import amended, traded
from tests.support.fix_message import frame
from venue import messages as m
from venue import reasons
from venue.fix import answers, positions
from venue.fix.dictionary import DICTIONARY
from venue.fix.list_reports import HeldOrderAccepted
from venue.fix.outbound import REPORTS

DICTIONARY_OF_OURS = quickfix.DataDictionary(str(DICTIONARY))
HEADER = "49=VENUE\x0156=DESK\x0134=7\x0152=20260101-09:50:10.123\x01"

EVERY_TERM = changed(
    display_lots=1,
    min_lots=2,
    post_only=True,
    expire_ns=NOW_NS,
    cash_units=3,
    self_match=m.CANCEL_BOTH,
    trigger=m.ON_MID,
    stop_ticks=5,
    order_group="QUOTES",
)
TRAILING = changed(ord_type=m.TRAILING_STOP, price_ticks=0, stop_ticks=4_400_000, trail_ticks=100)
EVENTS: dict[str, m.Event] = {
    **{name: event for name, (event, _) in WRITTEN.items()},
    "every term": m.OrderAccepted(12, 34, EVERY_TERM, 0, 150_000, 0),
    "trailing stop": m.OrderAccepted(12, 34, TRAILING, 0, 150_000, 0),
    "released": m.OrderReleased(12, 34, ORDER, 0, 150_000, 0),
    "trade": traded(),
    "trade with fees": traded(maker_fee=-1, taker_fee=1, is_auction=True),
    "bust": amended(0, 1, m.CANCELED),
    "correction": amended(5, 1, m.PARTIALLY_FILLED),
    "cancel reject": m.CancelRejected("DESK", "HOUSE", "A", "B", m.REQUEST_CANCEL, reasons.KILLED, "x"),
    "mass cancel": m.MassCanceled(34, m.MassCancel("DESK", "HOUSE", "A2", "BTC-USD", m.SELL), 3),
    "mass cancel refused": m.MassCancelRejected(34, m.MassCancel("DESK", "HOUSE", "A2"), reasons.KILLED, ""),
    "list accepted": m.ListAccepted(lists.BRACKET, (12, 13, 14)),
    "list rejected": m.ListRejected(lists.BRACKET, 1, reasons.POSITION_LIMIT, "x"),
    "list ended": m.ListEnded("L1", "DESK", "HOUSE", (m.OrderStatus(12, ORDER, m.FILLED, 5, 0, 10, False, 5),) * 2),
}
LISTING = LISTINGS["BTC-USD"]
ASKED = message("35=AN 34=1 710=Q 909=Q 320=Q 55=BTC-USD")
ANSWERS = {
    "position": positions.position_report("I1-1", ASKED, LISTING, test_positions.position(-7), 2, 9, NOW_NS),
    "no positions": positions.no_positions("I1-1", ASKED, "HOUSE", *positions.NONE_FOUND, "no positions"),
    "balance": positions.balance_report("I1-1", ASKED, m.Balance("FUND", "USD", 9, 1), 2, 1, 1, 9, NOW_NS),
    "no balances": positions.no_balances(ASKED, "HOUSE"),
    "instruments": answers.security_list(ASKED, [LISTING, LISTING]),
    "state": answers.state_changed("Q", m.TradingStateChanged("X", m.AUCTION, m.OPEN, "a", "b", NOW_NS), NOW_NS),
    "refusal": answers.reject_of(ASKED, 6, "no"),
}


def texts_of(event: m.Event) -> list[str]:
    """Each side's report, and the copy of it."""
    writers = [write for report in REPORTS[type(event)] for write in (report.write, report.copy) if write]
    return [write(LISTINGS, (9, 2, NOW_NS), event) for write in writers]


def sent(text: str) -> str:
    """As QuickFIX sends it, with a header like its own; raises when the dictionary does not allow it."""
    quick = quickfix.Message()
    quick.setString(text, False, DICTIONARY_OF_OURS, DICTIONARY_OF_OURS)
    assert Counter(map(tuple, pairs_of(text))) <= Counter(map(tuple, pairs_of(quick.toString())))
    msg_type, _, body = text.partition("\x01")
    whole = frame([(int(tag), value) for tag, value in pairs_of(f"{msg_type}\x01{HEADER}{body}")]).decode()
    quick.setString(whole, True, DICTIONARY_OF_OURS, DICTIONARY_OF_OURS)
    DICTIONARY_OF_OURS.validate(quick)
    return str(quick.toString())


@pytest.mark.parametrize("name", EVENTS)
def test_report_is_valid_and_whole(name: str) -> None:
    """Every report and every copy of one: no field unknown, missing, twice or out of its group."""
    for text in texts_of(EVENTS[name]):
        sent(text)


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_is_valid_and_whole(name: str) -> None:
    """The same of what is told only when asked."""
    sent(ANSWERS[name])


def test_fee_group_stays_together() -> None:
    """MiscFeeBasis(891) is not sorted away from its group by its tag."""
    text, _ = texts_of(traded(maker_fee=5))[:2]
    assert "136=1|137=0.0000005|138=USD|139=4|891=0|" in sent(text).replace("\x01", "|")


def test_every_event_with_a_report_is_looked_at() -> None:
    """No row of REPORTS is left out above."""
    assert {type(event) for event in EVENTS.values()} | {HeldOrderAccepted} == set(REPORTS)
