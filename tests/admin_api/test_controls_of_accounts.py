"""Accounts, money, limits, fees and fill-rate groups, changed over REST and asked of the venue itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.support.venue_process import VenueProcess
from venue.journal.frames import ACCOUNTS, BALANCES, FEES, LIMITS
from venue.journal.remote import RemoteJournal
from venue.messages import CANCEL_BOTH, NO_LIMIT

WHY = "as agreed"


@pytest.fixture(scope="module")
def journal(venue: VenueProcess) -> Iterator[RemoteJournal]:
    with RemoteJournal(venue.data) as remote:
        yield remote


@pytest.fixture(scope="module")
def rich(http: httpx.Client) -> str:
    """A prefunded account."""
    told(http.post("/accounts", json={"account": "RICH", "settlement": "prefunded", "why": WHY}))
    return "RICH"


def test_an_account_is_opened_and_changed_and_what_is_not_given_stays(
    http: httpx.Client, journal: RemoteJournal
) -> None:
    """POST opens it and says where it is; PATCH changes the settings that it names; by and why are recorded."""
    opened = http.post(
        "/accounts", json={"account": "MM1", "firm": "NORTH", "instruments": ["S001-USD"], "why": "a new member"}
    )
    assert (opened.status_code, opened.headers["location"]) == (201, "/api/v3/accounts/MM1")
    assert told(opened)["done"] == ["account MM1: credit, firm NORTH, instruments S001-USD, self-match cancel-incoming"]
    changed = told(http.patch("/accounts/MM1", json={"self_match": "cancel_both", "why": WHY}))
    assert changed["done"] == ["account MM1: credit, firm NORTH, instruments S001-USD, self-match cancel-both"]
    assert changed["journal_seq"] > told(opened)["journal_seq"]
    account = next(known for known in journal.ask(ACCOUNTS) if known.account == "MM1")
    assert (account.firm, account.self_match, account.by, account.why) == ("NORTH", CANCEL_BOTH, "anonymous", WHY)


@pytest.mark.parametrize(
    ("ask", "status", "reason", "detail"),
    [
        (
            lambda http: http.post("/accounts", json={"account": "MAKER", "why": WHY}),
            409,
            "exists",
            "account was MAKER: it is open already: PATCH changes it",
        ),
        (
            lambda http: http.patch("/accounts/MAKERS", json={"firm": "X", "why": WHY}),
            404,
            "unknown_account",
            "account was MAKERS: did you mean MAKER?",
        ),
        (
            lambda http: http.patch("/accounts/MAKER", json={"instruments": ["S001-US"], "why": WHY}),
            404,
            "unknown_symbol",
            "symbol was S001-US: did you mean S001-USD?",
        ),
        (
            lambda http: http.patch("/accounts/MAKER", json={"firm": "a b", "why": WHY}),
            422,
            "bad_value",
            "firm was a b: must be of letters, digits",
        ),
        (
            lambda http: http.patch("/accounts/MAKER", json={"firm": "X"}),
            422,
            "bad_value",
            "why was missing: is required",
        ),
        (
            lambda http: http.patch("/accounts/MAKER", json={"why": "two\u2028lines"}),
            422,
            "bad_value",
            "why was two\u2028lines: must be a line of text, 200 characters at most",
        ),
        (
            lambda http: http.patch("/accounts/MAKER", json={"frim": "X", "why": WHY}),
            422,
            "bad_value",
            "frim was X: is nothing that can be given here",
        ),
        (
            lambda http: http.post(
                "/accounts/MAKER/deposits",
                json={"currency": "USD", "amount": "5", "transaction_id": "w1", "why": WHY},
            ),
            422,
            "not_prefunded",
            "the account has no balances: it is not prefunded: only accounts with settlement prefunded have balances "
            "(`venue account show MAKER`)",
        ),
    ],
)
def test_what_cannot_be_done_to_an_account_is_a_problem_with_its_remedy(
    http: httpx.Client, ask: Callable[[httpx.Client], httpx.Response], status: int, reason: str, detail: str
) -> None:
    """Status, reason and a sentence; nothing is changed."""
    answered = refusal(ask(http))
    assert (answered[0], answered[1]) == (status, reason)
    assert answered[2].startswith(detail)


def test_money_is_moved_once_for_one_transaction_id(http: httpx.Client, journal: RemoteJournal, rich: str) -> None:
    """A deposit that is asked again is answered again and done once; what is locked or not there stays."""
    deposit = {"currency": "USD", "amount": "1000.50", "transaction_id": "wire-1", "why": "wire of November 24"}
    first = told(http.post(f"/accounts/{rich}/deposits", json=deposit))
    again = told(http.post(f"/accounts/{rich}/deposits", json=deposit))
    assert first["done"] == ["RICH: 1000.50 USD deposited as wire-1; balance 1000.50 USD, available 1000.50 USD"]
    assert "had been deposited" in again["done"][0]
    withdrawal = {"currency": "USD", "amount": "400", "transaction_id": "wire-2", "why": WHY}
    told(http.post(f"/accounts/{rich}/withdrawals", json=withdrawal))
    (balance,) = journal.ask(BALANCES, rich)
    assert balance.total_units == 600_50 * 10**6
    too_much = {"currency": "USD", "amount": "601", "transaction_id": "wire-3", "why": WHY}
    refused = http.post(f"/accounts/{rich}/withdrawals", json=too_much)
    assert refusal(refused)[:2] == (422, "insufficient_balance")
    assert refused.json()["journal_seq"] > first["journal_seq"]  # it was journaled, and refused there


@pytest.mark.parametrize(
    ("amount", "detail"),
    [
        ("0.000000001", "amount was 0.000000001: 0.000000001 is no multiple of 0.00000001"),
        ("1e3", "amount was 1e3: must be a decimal number"),
        ("99999999999999999999", "amount was 99999999999999999999: must be from 0 to"),
    ],
)
def test_an_amount_is_exact_or_refused(http: httpx.Client, rich: str, amount: str, detail: str) -> None:
    """Nothing is rounded, and no exponent is read."""
    body = {"currency": "USD", "amount": amount, "transaction_id": "odd", "why": WHY}
    answered = refusal(http.post(f"/accounts/{rich}/deposits", json=body))
    assert answered[:2] == (422, "bad_value")
    assert answered[2].startswith(detail)


def test_limits_are_changed_one_by_one_and_null_is_no_limit(http: httpx.Client, journal: RemoteJournal) -> None:
    """What a PATCH does not name stays as it was."""
    first = told(
        http.patch("/accounts/OTHER/limits/S001-USD", json={"order_quantity_max": "10", "long_max": "50", "why": WHY})
    )
    assert first["done"] == ["OTHER in S001-USD: order 10.0 S001, value none, long 50.0 S001, short none"]
    told(http.patch("/accounts/OTHER/limits/S001-USD", json={"long_max": None, "short_max": "7.5", "why": WHY}))
    told(http.put("/accounts/OTHER/limits", json={"open_orders_max": 3, "why": WHY}))
    limits = journal.ask(LIMITS, "OTHER")
    assert limits is not None
    (order,) = limits.orders
    assert (order.order_lots_max, order.long_lots_max, order.short_lots_max) == (100, NO_LIMIT, 75)
    assert limits.account.open_orders_max == 3
    told(http.put("/accounts/OTHER/limits", json={"open_orders_max": None, "why": WHY}))
    limits = journal.ask(LIMITS, "OTHER")
    assert limits is not None
    assert limits.account.open_orders_max == NO_LIMIT


def test_changes_at_the_same_time_do_not_take_each_other_back(http: httpx.Client, journal: RemoteJournal) -> None:
    """Settings are read and written back whole, one change after the other: each names one field, and all are there."""
    fields = ["order_quantity_max", "order_notional_max", "long_max", "short_max"]

    def change(field: str) -> dict[str, Any]:
        return told(http.patch("/accounts/LEFT/limits/S002-USD", json={field: "50", "why": WHY}))

    with ThreadPoolExecutor(len(fields)) as threads:
        for _ in range(10):
            told(http.patch("/accounts/LEFT/limits/S002-USD", json=dict.fromkeys(fields) | {"why": "anew"}))
            list(threads.map(change, fields))
            limits = journal.ask(LIMITS, "LEFT")
            assert limits is not None
            (order,) = limits.orders
            assert NO_LIMIT not in (
                order.order_lots_max, order.order_notional_max, order.long_lots_max, order.short_lots_max
            )  # fmt: skip


def test_an_account_is_opened_once_whoever_asks_at_the_same_time(http: httpx.Client) -> None:
    """Who comes second is told that it is there, and takes nothing of it back."""

    def open_it(firm: str) -> int:
        return http.post("/accounts", json={"account": "ONCE", "firm": firm, "why": WHY}).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(open_it, ["A", "B", "C", "D"])) == [201, 409, 409, 409]


def test_a_loss_cap_is_set_released_and_taken_away(http: httpx.Client, journal: RemoteJournal) -> None:
    """In a quote currency; a cap of 0 is none that the venue takes."""
    path = "/accounts/TAKER/loss-caps/USD"
    assert told(http.put(path, json={"loss_cap": "2500", "why": WHY}))["done"] == ["TAKER: daily loss cap 2500.00 USD"]
    released = told(http.post("/accounts/TAKER/loss-cap-release", json={"why": WHY}))
    assert released["done"] == ["TAKER is released from its loss caps: its daily loss counts anew from here"]
    assert refusal(http.put(path, json={"loss_cap": "0", "why": WHY})) == (
        422,
        "bad_value",
        "value out of range: a cap must be above 0, or none",
    )
    told(http.put(path, json={"loss_cap": None, "why": WHY}))
    limits = journal.ask(LIMITS, "TAKER")
    assert limits is not None
    assert limits.losses == ()


def test_fees_are_set_for_all_and_for_one(http: httpx.Client, journal: RemoteJournal) -> None:
    """A schedule of tiers, rates of an account's own, and the schedule again."""
    tiers = [
        {"volume": "0", "maker_percent": "0.10", "taker_percent": "0.20"},
        {"volume": "100000", "maker_percent": "-0.01", "taker_percent": "0.15"},
    ]
    schedule = told(http.put("/fees/USD/tiers", json={"tiers": tiers, "why": WHY}))
    assert schedule["done"] == [
        "fees in USD: from 0.00 USD maker 0.10 %, taker 0.20 %; from 100000.00 USD maker -0.01 %, taker 0.15 %"
    ]
    own = {"maker_percent": "-0.0125", "taker_percent": "0.02", "why": WHY}
    told(http.put("/accounts/LEFT/fees/USD", json=own))
    fee = next(fee for fee in journal.ask(FEES, "LEFT") if fee.currency == "USD")
    assert (fee.maker_rate, fee.taker_rate, fee.is_override) == (-125, 200, True)
    told(http.post("/accounts/LEFT/fees/USD/end", json={"why": WHY}))
    fee = next(fee for fee in journal.ask(FEES, "LEFT") if fee.currency == "USD")
    assert (fee.maker_rate, fee.is_override) == (1_000, False)
    wrong = http.put("/fees/USD/tiers", json={"tiers": [tiers[1]], "why": WHY})
    assert refusal(wrong)[:2] == (422, "bad_value")


def test_a_fill_rate_group_is_set_up_reset_and_ended(http: httpx.Client, journal: RemoteJournal) -> None:
    """PUT sets it up or changes it; what is ended is unknown."""
    path = "/accounts/MAKER/groups/fast"
    asked = {"symbol": "S001-USD", "quantity": "10", "window_s": "0.5", "why": WHY}
    assert told(http.put(path, json=asked))["done"] == [
        "group fast of MAKER in S001-USD: tripped by 10.0 S001 within 500 ms"
    ]
    told(http.post(f"{path}/reset", json={"why": WHY}))
    assert told(http.post(f"{path}/end", json={"why": WHY}))["done"] == ["group fast of MAKER is ended"]
    limits = journal.ask(LIMITS, "MAKER")
    assert limits is not None
    assert limits.groups == ()
    assert refusal(http.post(f"{path}/reset", json={"why": WHY}))[:2] == (404, "unknown_group")
