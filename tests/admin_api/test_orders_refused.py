"""What REST refuses about orders: with a reason of the one table, the field, what it was, and what would do."""

from typing import Any

import httpx
import pytest

from tests.admin_api.conftest import Operate
from tests.admin_api.rest_orders import enter, order, refused, rest
from tests.admin_api.test_orders_entered import SOON
from venue.messages import CANCEL_ONLY, NO_LIMIT, OPEN, SetKillSwitch, SetOrderLimits, SetTradingState

NEEDS, NOT = "is required for order_type {}", "does not go with order_type {}"
ONE = "exactly one of account and user_id is required"

# order_type, terms, reason, field, remedy: what never reaches the venue.
FIELDS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("limit", {"price": "100.001"}, "off_tick", "price", "is no multiple of 0.01"),
    ("limit", {"price": "100", "quantity": "1.05"}, "off_lot", "quantity", "is no multiple of 0.1"),
    ("limit", {"price": "0"}, "bad_value", "price", "must be greater than 0"),
    ("limit", {"price": "99999999999999999999"}, "bad_value", "price", "is too large"),
    ("limit", {}, "price_missing", "price", NEEDS),
    ("ioc", {}, "price_missing", "price", NEEDS),
    ("fok", {}, "price_missing", "price", NEEDS),
    ("stop_loss", {}, "stop_px_missing", "stop_price", NEEDS),
    ("stop_limit", {"stop_price": "9"}, "price_missing", "price", NEEDS),
    ("trailing_stop", {}, "stop_px_missing", "trail", NEEDS),
    ("iceberg", {"price": "9"}, "bad_value", "display_quantity", NEEDS),
    ("market", {"price": "9"}, "field_not_allowed", "price", NOT),
    ("limit", {"price": "9", "stop_price": "8"}, "field_not_allowed", "stop_price", NOT),
    ("limit", {"price": "9", "trail": "1"}, "field_not_allowed", "trail", NOT),
    ("limit", {"price": "9", "trigger": "mid"}, "field_not_allowed", "trigger", NOT),
    ("fok", {"price": "9", "min_quantity": "1"}, "field_not_allowed", "min_quantity", NOT),
    (
        "ioc",
        {"price": "9", "time_in_force": "day"},
        "field_not_allowed",
        "time_in_force",
        "is told by the type with order_type {}",
    ),
    ("market", {"time_in_force": "gtc"}, "field_not_allowed", "time_in_force", "must be ioc, fok with order_type {}"),
    (
        "post_only",
        {"price": "9", "time_in_force": "ioc"},
        "field_not_allowed",
        "time_in_force",
        "must be gtc, day, gtd with order_type {}",
    ),
    ("limit", {"price": "9", "time_in_force": "gtd"}, "bad_value", "expire_time", "is required for time_in_force gtd"),
    (
        "limit",
        {"price": "9", "expire_time": SOON},
        "field_not_allowed",
        "expire_time",
        "goes with time_in_force gtd only",
    ),
    (
        "limit",
        {"price": "9", "time_in_force": "gtd", "expire_time": "2099-02-30T00:00:00Z"},
        "bad_value",
        "expire_time",
        "is no date and time",
    ),
    (
        "limit",
        {"price": "9", "time_in_force": "gtd", "expire_time": "2999-01-01T00:00:00Z"},
        "bad_value",
        "expire_time",
        "is beyond what the venue can count",
    ),
    ("limit", {"price": "9", "quantity": None}, "bad_value", "quantity", "quantity is required"),
    ("market", {"quantity": None}, "bad_value", "quantity", "quantity or cash_quantity is required"),
    ("market", {"cash_quantity": "9"}, "field_not_allowed", "cash_quantity", "does not go with quantity: give one"),
    (
        "market",
        {"quantity": None, "cash_quantity": "0.000000001"},
        "off_lot",
        "cash_quantity",
        "is no multiple of 0.00000001",
    ),
    ("limit", {"price": "9", "account": None}, "bad_value", "account", ONE),
    ("limit", {"price": "9", "user_id": "TAKER"}, "bad_value", "account", ONE),
]


@pytest.mark.parametrize(
    ("order_type", "terms", "reason", "field", "remedy"), FIELDS, ids=[f"{row[0]} {row[1]}" for row in FIELDS]
)
def test_a_term_that_cannot_be_is_refused_by_its_field(
    http: httpx.Client, symbol: str, order_type: str, terms: dict[str, Any], reason: str, field: str, remedy: str
) -> None:
    """Conversions are exact and terms go together, or the field is named; nothing is journaled."""
    body = order(symbol, order_type, "buy", **terms)
    answer = http.post("/orders", json=body)
    value = body.get(field, "missing")
    problem = refused(answer, reason, field=field, value=value, remedy=remedy.format(order_type))
    assert problem["journal_seq"] is None


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"side": "long"}, "side", "long"),
        ({"order_type": "limitt"}, "order_type", "limitt"),
        ({"quantity": 10}, "quantity", "10"),
        ({"quantity": "1e3"}, "quantity", "1e3"),
        ({"quantity": "-1"}, "quantity", "-1"),
        ({"price": None, "prise": "9"}, "prise", "9"),
        ({"client_order_id": "two words"}, "client_order_id", "two words"),
        ({"symbol": None}, "symbol", "missing"),
    ],
)
def test_a_body_that_is_no_order_is_refused_by_its_field(
    http: httpx.Client, symbol: str, change: dict[str, Any], field: str, value: str
) -> None:
    """Words the venue does not know, numbers that are no strings and unknown fields are told by their names."""
    body = {
        name: given for name, given in (order(symbol, "limit", "buy", price="9") | change).items() if given is not None
    }
    problem = refused(http.post("/orders", json=body), "bad_value")
    assert [(error["field"], error["value"]) for error in problem["errors"]] == [(field, value)]


def test_a_body_that_is_no_json_is_refused(http: httpx.Client) -> None:
    """It is told that the request could not be read, as 400."""
    answer = http.post("/orders", content="{", headers={"Content-Type": "application/json"})
    refused(answer, "malformed", 400)


def test_an_unknown_symbol_is_told_with_the_nearest_there_is(http: httpx.Client) -> None:
    """404, and what the caller may have meant."""
    answer = http.post("/orders", json=order("S100-US", "limit", "buy", price="9"))
    refused(answer, "unknown_symbol", 404, field="symbol", value="S100-US", remedy="did you mean S100-USD?")


def test_an_unknown_account_is_told_with_the_nearest_there_is(http: httpx.Client, symbol: str) -> None:
    """An operator may trade for every account there is, and for no other; the field is the one that was sent."""
    answer = http.post("/orders", json=order(symbol, "limit", "buy", price="9", account="maker"))
    refused(answer, "unknown_account", 404, field="account", value="maker", remedy="did you mean MAKER?")
    terms = order(symbol, "limit", "buy", price="9") | {"user_id": "NOBODY"}
    terms.pop("account", None)
    problem = refused(http.post("/orders", json=terms), "unknown_account", 404)
    assert problem["errors"][0]["field"] == "user_id"


def test_what_the_engine_refuses_is_told_with_its_reason_and_place_in_the_journal(
    http: httpx.Client, symbol: str, operate: Operate
) -> None:
    """Each refusal of the engine keeps its text and says where in the journal it stands."""
    rest(http, symbol, "sell", "10", "100", account="OTHER", client_order_id=f"{symbol}-1")
    bad: list[tuple[dict[str, Any], str, int]] = [
        (order(symbol, "limit", "buy", "0.5", price="9"), "qty_too_small", 422),
        (order(symbol, "limit", "buy", "1000001", price="9"), "qty_too_large", 422),
        (order(symbol, "post_only", "buy", price="100"), "post_only_would_take", 422),
        (order(symbol, "iceberg", "buy", price="9", display_quantity="11"), "field_not_allowed", 422),
        (order(symbol, "limit", "buy", price="9", time_in_force="gtd", expire_time="2001-01-01T00:00:00Z"),
         "expire_time_past", 422),
        (order(symbol, "limit", "buy", price="9", order_group="none"), "unknown_group", 404),
        (order(symbol, "trailing_stop", "buy", trail="1"), "no_reference", 409),
        (order(symbol, "market", "sell", None, cash_quantity="100"), "book_empty", 422),
        (order(symbol, "limit", "buy", price="9", client_order_id=f"{symbol}-1"), "duplicate_cl_ord_id", 409),
    ]  # fmt: skip
    places = []
    for body, reason, status in bad:
        problem = refused(http.post("/orders", json=body), reason, status)
        places.append(problem["journal_seq"])
    assert places == sorted(set(places))


def test_limits_states_and_switches_refuse_with_their_text(http: httpx.Client, symbol: str, operate: Operate) -> None:
    """What an operator has set is told in the words every other report has."""
    limits = SetOrderLimits("TAKER", symbol, 50, NO_LIMIT, NO_LIMIT, NO_LIMIT, "tests", "a limit")
    operate(limits)
    body = order(symbol, "limit", "buy", "6", price="9", account="TAKER")
    base = symbol.partition("-")[0]
    problem = refused(http.post("/orders", json=body), "order_qty_limit")
    assert problem["detail"].endswith(f"limit 5.0 {base}, was 6.0 {base}")
    assert [(error["field"], error["value"]) for error in problem["errors"]] == [("quantity", "6")]
    operate(SetTradingState(symbol, CANCEL_ONLY, "tests", "a test"))
    problem = refused(http.post("/orders", json=order(symbol, "limit", "buy", price="9")), "not_accepted_now", 409)
    assert problem["detail"].endswith(f"{symbol} is cancel-only")
    operate(SetTradingState(symbol, OPEN, "tests", "a test"), SetKillSwitch(2, "LEFT", True, "tests", "a test"))
    answer = http.post("/orders", json=order(symbol, "limit", "buy", price="9", account="LEFT"))
    assert refused(answer, "killed", 403)["detail"].endswith("of account LEFT")
    operate(SetKillSwitch(2, "LEFT", False, "tests", "over"))
    enter(http, order(symbol, "limit", "buy", price="9", account="LEFT"))


def test_questions_about_no_order_are_refused(http: httpx.Client) -> None:
    """An unknown id is 404 with the id, whatever is asked of it; what is no id is told by its field."""
    for answer in (http.get("/orders/987654"), http.delete("/orders/987654"), http.patch("/orders/987654", json={})):
        remedy = "unknown, or forgotten since it closed"
        refused(answer, "unknown_order", 404, field="order_id", value="987654", remedy=remedy)
    assert refused(http.get("/orders/0"), "bad_value")["errors"][0]["field"] == "order_id"
    refused(http.get("/orders/x"), "not_found", 404)
    assert refused(http.get("/orders", params={"acount": "MAKER"}), "bad_value")["errors"][0]["field"] == "acount"
    refused(
        http.get("/orders", params={"cursor": "?"}), "bad_value",
        field="cursor", value="?", remedy="must be the next_cursor of a page",
    )  # fmt: skip
