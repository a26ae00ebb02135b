"""Idempotency-Key: an order, an amendment, a cancel is done once, whoever is killed between two attempts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.admin_api.rest_orders import enter, order, refused, rest, some, told
from tests.support.api_process import ApiProcess
from tests.support.venue_process import VenueProcess

Restart = Callable[[], None]
KEY = "Idempotency-Key"


@pytest.fixture(params=["nothing", "the admin process", "the venue", "both"])
def restart(request: pytest.FixtureRequest, venue: VenueProcess, api: ApiProcess) -> Restart:
    """kill -9 of what the parameter says, and its start on the data there is."""

    def kill_and_start() -> None:
        if request.param in ("the admin process", "both"):
            api.kill()
        if request.param in ("the venue", "both"):
            venue.kill()
            venue.start()
        if request.param in ("the admin process", "both"):
            api.start()
        api.wait_until_ready()

    return kill_and_start


def is_repeat(answer: httpx.Response) -> bool:
    return str(answer.headers.get("idempotent-replayed")) == "true"


def orders_of(http: httpx.Client, symbol: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/orders", params={"symbol": symbol}).json()["orders"]
    return found


def test_a_repeated_order_is_entered_once(http: httpx.Client, symbol: str, restart: Restart) -> None:
    """The repeat is answered with the order of the first attempt, another body with this key is refused."""
    rest(http, symbol, "sell", "4", "9", account="OTHER")
    body, key = order(symbol, "limit", "buy", price="9"), {KEY: f'"{symbol}-order"'}
    placed = enter(http, body, **key)
    some(placed, status="partially_filled", executed_quantity="4.0")
    restart()
    answer = http.post("/orders", json=body, headers=key)
    assert (answer.status_code, is_repeat(answer)) == (201, True)
    assert answer.headers["location"] == f"/api/v3/orders/{placed['order_id']}"
    some(answer.json(), **{name: value for name, value in placed.items() if name not in ("fills", "journal_seq")})
    refused(http.post("/orders", json=body | {"price": "8"}, headers=key), "key_reused")
    assert [one["order_id"] for one in orders_of(http, symbol) if one["account"] == "MAKER"] == [placed["order_id"]]


def test_a_repeated_order_with_a_name_of_its_own_is_entered_once(
    http: httpx.Client, symbol: str, restart: Restart
) -> None:
    """The key holds beside a client_order_id too; without a key the name alone is a duplicate."""
    body, key = order(symbol, "limit", "buy", price="9", client_order_id=f"{symbol}-mine"), {KEY: f"{symbol}-named"}
    placed = enter(http, body, **key)
    restart()
    answer = http.post("/orders", json=body, headers=key)
    assert (answer.status_code, is_repeat(answer), answer.json()["order_id"]) == (201, True, placed["order_id"])
    refused(http.post("/orders", json=body | {"quantity": "11"}, headers=key), "key_reused")
    refused(http.post("/orders", json=body), "duplicate_cl_ord_id", 409)


def test_a_key_makes_no_repeat_of_an_order_entered_without_one(http: httpx.Client, symbol: str) -> None:
    """The name of another order is a duplicate, whatever comes with it."""
    rest(http, symbol, "buy", "10", "9", client_order_id=f"{symbol}-plain")
    body = order(symbol, "limit", "buy", price="9", client_order_id=f"{symbol}-plain")
    answer = http.post("/orders", json=body, headers={KEY: f"{symbol}-late"})
    remedy = "duplicate ClOrdID(11)"
    problem = refused(answer, "duplicate_cl_ord_id", 409)
    assert problem["errors"] == [{"field": "client_order_id", "value": f"{symbol}-plain", "remedy": remedy}]


def test_a_repeated_amendment_and_cancel_are_done_once(http: httpx.Client, symbol: str, restart: Restart) -> None:
    """The repeats are answered with the order as it stands, and do nothing; the key of one is not that of the other."""
    path = f"/orders/{rest(http, symbol, 'buy', '10', '9')['order_id']}"
    amending, canceling = {KEY: f"{symbol}-amend"}, {KEY: f"{symbol}-cancel"}
    some(http.patch(path, json={"price": "8"}, headers=amending).json(), price="8.00")
    some(http.patch(path, json={"price": "7"}).json(), price="7.00")
    restart()
    answer = http.patch(path, json={"price": "8"}, headers=amending)
    assert (answer.status_code, is_repeat(answer)) == (200, True)
    some(http.get(path).json(), price="7.00")
    refused(http.patch(path, json={"price": "6"}, headers=amending), "key_reused")
    refused(http.delete(path, headers=amending), "key_reused")
    some(http.delete(path, headers=canceling).json(), status="canceled")
    restart()
    answer = http.delete(path, headers=canceling)
    assert (answer.status_code, is_repeat(answer), answer.json()["status"]) == (200, True, "canceled")


def test_a_repeated_mass_cancel_spares_what_was_entered_since(
    http: httpx.Client, symbol: str, restart: Restart
) -> None:
    """It tells what the first attempt canceled."""
    first = rest(http, symbol, "buy", "10", "9")["order_id"]
    wanted, key = {"account": "MAKER", "symbol": symbol, "why": "a test"}, {KEY: f"{symbol}-mass"}
    done = http.post("/orders/mass-cancel", json=wanted, headers=key).json()
    some(done, count=1, order_ids=[first])
    later = rest(http, symbol, "buy", "10", "9")["order_id"]
    restart()
    answer = http.post("/orders/mass-cancel", json=wanted, headers=key)
    assert (answer.json(), is_repeat(answer)) == (done, True)
    assert told(http, later)["status"] == "new"
    refused(http.post("/orders/mass-cancel", json=wanted | {"side": "buy"}, headers=key), "key_reused")


def test_a_repeated_cancel_of_another_sessions_order_is_done_once(
    http: httpx.Client, api: ApiProcess, symbol: str, restart: Restart
) -> None:
    """The same holds where the order is not of the caller's session."""
    with api.client(api.add_key(f"desk-{symbol}", "trader", "MAKER")) as desk:
        placed = rest(desk, symbol, "buy", "10", "9")
    path, key, why = f"/orders/{placed['order_id']}", {KEY: f"{symbol}-cancel"}, {"why": "a test"}
    some(http.delete(path, params=why, headers=key).json(), status="canceled", reason="by_operator")
    restart()
    answer = http.delete(path, params=why, headers=key)
    assert (answer.status_code, is_repeat(answer)) == (200, True)
    some(answer.json(), status="canceled", reason="by_operator")
    refused(http.delete(path, params={"why": "another"}, headers=key), "key_reused")


def test_keys_are_of_one_caller_each(http: httpx.Client, api: ApiProcess, symbol: str) -> None:
    """Two callers may choose the same key."""
    body, key = order(symbol, "limit", "buy", price="9"), {KEY: f"{symbol}-shared"}
    first = enter(http, body, **key)
    with api.client(api.add_key("shares", "trader", "MAKER")) as trader:
        second = enter(trader, body, **key)
    assert second["order_id"] > first["order_id"]


def test_a_refused_order_frees_its_key(http: httpx.Client, symbol: str) -> None:
    """Nothing was done, so the same key may try again, with other terms too."""
    key = {KEY: f"{symbol}-again"}
    refused(http.post("/orders", json=order(symbol, "limit", "buy", "0.5", price="9"), headers=key), "qty_too_small")
    placed = enter(http, order(symbol, "limit", "buy", "1", price="9"), **key)
    assert placed["quantity"] == "1.0"


def test_repeats_at_the_same_time_are_one_order(api: ApiProcess, http: httpx.Client, symbol: str) -> None:
    """Twenty attempts at once, over as many connections: one order, one answer of its own and nineteen repeats."""
    body, key = order(symbol, "limit", "buy", price="9"), {KEY: f"{symbol}-at-once"}

    def attempt(_: int) -> httpx.Response:
        with api.client() as client:
            return client.post("/orders", json=body, headers=key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(not is_repeat(answer) for answer in answers) == 1
    assert len({answer.json()["order_id"] for answer in answers}) == len(orders_of(http, symbol)) == 1
