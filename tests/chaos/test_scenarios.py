"""`venue chaos-client` let loose on a venue with its gate: what each scenario comes to, and who notices."""

from collections import Counter
from typing import Final

import pytest

from tests.chaos.ordeal import AIMED_AT, Ordeal, session_of
from tests.support.raw_fix import RawClient
from venue.chaos import SCENARIOS
from venue.chaos.peer import CLOSED

ENDINGS: Final = {  # what the scenario says last
    "gap": "after 30 gaps the session lives",
    "storm": "after 5,000 messages and 1 logons the session lives",
    "slow-reader": "reading again: the session lives",  # kernel and outbox have room for its 2,000 reports
    "duplicate-logon": "the first session lives",
    "half-frame": "0 unfinished Logons are still waited for; the session with half an order is open",
    "half-open": "0 of 5 connections without a word are still there",
    "flood": "0 of them are still open",
    "dribble": "orders in pieces of one byte: the session lives",
    "clock-skew": "TestRequest(1) an hour late: the venue ",
    "mutated-before-logon": "300 Logons, ",
    "mutated-after-logon": "the last session ",
}
ANSWERS: Final = {  # at least
    "gap": {"Logon(A)": 1, "ResendRequest(2)": 30},
    "storm": {"Logon(A)": 1, "Heartbeat(0)": 500},
    "slow-reader": {"Logon(A)": 1, "ExecutionReport(8)": 1_000},
    "duplicate-logon": {"Logon(A)": 1},
    "half-frame": {"Logon(A)": 1, CLOSED: 15},
    "half-open": {"Logon(A)": 1, "TestRequest(1)": 1, CLOSED: 6},
    "flood": {CLOSED: 900},  # the rest is refused
    "dribble": {"Logon(A)": 1, "ExecutionReport(8)": 5, CLOSED: 1},
    "clock-skew": {"Logon(A)": 1, "Reject(3)": 1, CLOSED: 6},
    "mutated-before-logon": {CLOSED: 100},
    "mutated-after-logon": {"Logon(A)": 1, "Reject(3)": 1, "Heartbeat(0)": 1},
}
LET_IN_ONCE: Final = ("duplicate-logon", "half-frame", "half-open", "flood", "dribble", "clock-skew")


def test_good_clients_get_their_reports_and_no_others(ordeal: Ordeal) -> None:
    """While a thousand connections and ten bad sessions do their worst, trade after trade is reported as ever."""
    print(f"{ordeal.trades} trades meanwhile")
    assert ordeal.trades > 100
    assert (ordeal.venue.is_running, ordeal.venue.pid) == (True, ordeal.pid)
    assert not [line for line in ordeal.venue.output if "Traceback" in line or '"level": "error"' in line]
    assert not [line for session in (ordeal.maker, ordeal.taker) for line in session.dialogue if line.startswith("< 3")]


def test_books_are_as_they_were(ordeal: Ordeal) -> None:
    """Thousands of orders later the quotes rest untouched, and nobody else's stand beside them."""
    for side, price in (("buy", "11.00"), ("sell", "9.00")):
        ordeal.taker.enter(f"all-{side}", side, "1000", AIMED_AT)
        ordeal.taker.expect("8", ExecType="0")
        ordeal.taker.expect("8", ExecType="F", LastPx=price, LastQty="10.0")
        ordeal.taker.expect("8", ExecType="4", CumQty="10.0")
        ordeal.maker.expect("8", ExecType="F", OrdStatus="2", LastPx=price)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_ends_as_it_must_and_its_session_may_log_on_again(name: str, ordeal: Ordeal) -> None:
    """Each ends by itself, and with what a venue owes it; nothing of it keeps its owner out."""
    assert name not in ordeal.errors, ordeal.errors[name]
    run = ordeal.runs[name]
    print("\n".join([*ordeal.told[name], f"sent {run.sent}; answered: {run.told()}"]))
    assert ENDINGS[name] in ordeal.told[name][-1]
    assert run.answers >= Counter(ANSWERS[name])
    if name in LET_IN_ONCE:
        assert run.answers["Logon(A)"] <= 1, run.told()
    with RawClient(ordeal.venue.port, session_of(name), source="127.0.3.1") as client:
        client.log_on_when_free()
        client.expect_quiet()
