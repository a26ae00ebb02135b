"""Orders amended and canceled over REST, by who may, also those that came over FIX."""

from typing import Any

import httpx
import pytest

from tests.admin_api.conftest import LogOn
from tests.admin_api.rest_orders import enter, order, refused, rest, some, told
from tests.support.api_process import ApiProcess


@pytest.fixture(scope="module")
def trader(api: ApiProcess) -> Any:
    """A trader's client, bound to MAKER, who watches TAKER."""
    with api.client(api.add_key("desk", "trader", "MAKER", watches=("TAKER",))) as client:
        yield client


@pytest.fixture(scope="module")
def other_trader(api: ApiProcess) -> Any:
    """Another trader's client, bound to MAKER too."""
    with api.client(api.add_key("second", "trader", "MAKER", "OTHER")) as client:
        yield client


def test_an_amended_order_has_its_new_terms_and_keeps_its_name(http: httpx.Client, symbol: str) -> None:
    """Quantity, price, display quantity and time in force change; the client_order_id stays."""
    name = f"{symbol}-a"
    placed = enter(http, order(symbol, "iceberg", "buy", price="9", display_quantity="5", client_order_id=name))
    terms = {
        "quantity": "20", "price": "9.50", "display_quantity": "6.5", "time_in_force": "gtd",
        "expire_time": "2099-01-01T00:00:00Z",
    }  # fmt: skip
    answer = http.patch(f"/orders/{placed['order_id']}", json=terms)
    assert answer.status_code == 200, answer.text
    some(
        answer.json(), client_order_id=name, quantity="20.0", price="9.50", display_quantity="6.5", status="new",
        time_in_force="gtd", expire_time="2099-01-01T00:00:00.000000000Z", fills=[], entered=placed["entered"],
    )  # fmt: skip
    assert answer.json()["updated"] > placed["updated"]
    some(told(http, placed["order_id"]), price="9.50", client_order_id=name)
    found = http.get("/orders", params={"client_order_id": name}).json()["orders"]
    assert [one["order_id"] for one in found] == [placed["order_id"]]


def test_an_amendment_that_makes_the_order_trade_tells_its_fills(http: httpx.Client, symbol: str) -> None:
    """The new price reaches the other side: the answer has the trade."""
    rest(http, symbol, "sell", "4", "10", account="OTHER")
    placed = rest(http, symbol, "buy", "6", "9")
    amended = http.patch(f"/orders/{placed['order_id']}", json={"price": "10"}).json()
    some(amended, status="partially_filled", executed_quantity="4.0", leaves_quantity="2.0", average_price="10.00")
    some(amended["fills"][0], price="10.00", quantity="4.0", liquidity="taker")
    answer = http.patch(f"/orders/{placed['order_id']}", json={"quantity": "4"})
    some(answer.json(), status="filled", quantity="4.0", leaves_quantity="0.0", reason=None)


def test_stop_prices_are_amended(http: httpx.Client, symbol: str) -> None:
    """stop_price is a term like any other, where the order has one."""
    placed = enter(http, order(symbol, "stop_limit", "sell", stop_price="9", price="8"))
    some(http.patch(f"/orders/{placed['order_id']}", json={"stop_price": "8.5"}).json(), stop_price="8.50")
    limit = rest(http, symbol, "buy", "6", "5")
    refused(http.patch(f"/orders/{limit['order_id']}", json={"stop_price": "8.5"}), "field_not_allowed")


def test_an_amendment_is_refused_like_an_order(http: httpx.Client, symbol: str) -> None:
    """Off the tick by its field; nothing to amend; too late with its place in the journal."""
    path = f"/orders/{rest(http, symbol, 'buy', '6', '9')['order_id']}"
    answer = http.patch(path, json={"price": "9.001"})
    refused(answer, "off_tick", field="price", value="9.001", remedy="is no multiple of 0.01")
    refused(http.patch(path, json={}), "bad_value")
    refused(http.patch(path, json={"side": "sell"}), "bad_value")
    assert http.delete(path).status_code == 200
    assert refused(http.patch(path, json={"price": "8"}), "too_late", 409)["journal_seq"]


def test_a_canceled_order_is_told_with_its_end(http: httpx.Client, symbol: str) -> None:
    """canceled, as requested, at the time of the cancel; a second cancel is too late."""
    placed = rest(http, symbol, "buy", "6", "9", client_order_id=f"{symbol}-c")
    canceled = http.delete(f"/orders/{placed['order_id']}").json()
    some(canceled, status="canceled", reason="requested", leaves_quantity="0.0", client_order_id=f"{symbol}-c")
    assert canceled["ended"] == canceled["updated"] > placed["entered"]
    some(told(http, placed["order_id"]), status="canceled", ended=canceled["ended"])
    assert refused(http.delete(f"/orders/{placed['order_id']}"), "too_late", 409)["journal_seq"]


def test_an_order_of_a_fix_session_is_canceled_over_rest_and_reported_there(
    http: httpx.Client, trader: httpx.Client, symbol: str, log_on: LogOn
) -> None:
    """Its trader cancels it like any, an operator with a reason; only the session that entered it may amend it."""
    fix = log_on("MAKER")
    order_ids = []
    for number in ("1", "2"):
        fix.enter(f"{symbol}-{number}", "buy", "10", symbol, "9")
        order_ids.append(fix.expect("8", ExecType="0")["OrderID"])
    refused(trader.patch(f"/orders/{order_ids[0]}", json={"price": "8"}), "other_session", 409)
    some(trader.delete(f"/orders/{order_ids[0]}").json(), status="canceled", reason="mass_canceled", session="MAKER")
    fix.expect("8", ExecType="4", ClOrdID=f"{symbol}-1", OrderID=order_ids[0])
    answer = http.delete(f"/orders/{order_ids[1]}")
    refused(answer, "bad_value", field="why", value="missing", remedy="operators say ?why=… they cancel others' orders")
    answer = http.delete(f"/orders/{order_ids[1]}", params={"why": "the desk asked by phone"})
    some(answer.json(), status="canceled", reason="by_operator")
    fix.expect("8", ExecType="4", ClOrdID=f"{symbol}-2", OrderID=order_ids[1])


def test_keys_see_and_change_what_they_are_bound_to(
    trader: httpx.Client, other_trader: httpx.Client, http: httpx.Client, symbol: str, api: ApiProcess
) -> None:
    """A trader enters for its accounts alone, sees those it watches, and knows nothing of the others."""
    mine = rest(trader, symbol, "buy", "6", "9")
    assert mine["session"] == "api.desk"
    watched = rest(http, symbol, "buy", "6", "8", account="TAKER")
    hidden = rest(http, symbol, "buy", "6", "7", account="OTHER")
    remedy = "key desk is bound to MAKER"
    for account in ("TAKER", "OTHER"):
        answer = trader.post("/orders", json=order(symbol, "limit", "buy", price="9", account=account))
        refused(answer, "role_missing", 403, field="account", value=account, remedy=remedy)
    assert told(trader, watched["order_id"])["account"] == "TAKER"
    refused(trader.delete(f"/orders/{watched['order_id']}"), "role_missing", 403)
    refused(trader.get(f"/orders/{hidden['order_id']}"), "unknown_order", 404)
    listed = trader.get("/orders", params={"symbol": symbol}).json()["orders"]
    assert [one["order_id"] for one in listed] == [watched["order_id"], mine["order_id"]]
    refused(trader.get("/orders", params={"account": "OTHER"}), "role_missing", 403)
    refused(other_trader.patch(f"/orders/{mine['order_id']}", json={"price": "8"}), "other_session", 409)
    assert other_trader.delete(f"/orders/{mine['order_id']}").json()["status"] == "canceled"
    with api.client(api.add_key("looker", "viewer")) as viewer:
        refused(viewer.get("/orders"), "role_missing", 403)
        refused(viewer.post("/orders", json=order(symbol, "limit", "buy", price="9")), "role_missing", 403)


def test_a_mass_cancel_takes_what_fits_and_nothing_else(
    http: httpx.Client, trader: httpx.Client, symbol: str, unused_symbols: Any
) -> None:
    """By account, symbol, side and own session; the answer names the orders."""
    elsewhere = next(unused_symbols)
    bought = [rest(trader, symbol, "buy", "6", price)["order_id"] for price in ("9", "8")]
    sold = rest(trader, symbol, "sell", "6", "20")["order_id"]
    operators = rest(http, symbol, "buy", "6", "7")["order_id"]
    other = rest(http, symbol, "buy", "6", "7", account="OTHER")["order_id"]
    away = rest(trader, elsewhere, "buy", "6", "7")["order_id"]
    wanted = {"account": "MAKER", "symbol": symbol, "side": "buy", "own_session_only": True}
    some(trader.post("/orders/mass-cancel", json=wanted).json(), count=2, order_ids=bought)
    assert [told(http, order_id)["status"] for order_id in bought] == ["canceled"] * 2
    refused(http.post("/orders/mass-cancel", json={"account": "MAKER"}), "bad_value")
    wanted = {"account": "MAKER", "symbol": symbol, "why": "end of the test"}
    some(http.post("/orders/mass-cancel", json=wanted).json(), count=2, order_ids=[sold, operators])
    some(told(http, sold), status="canceled", reason="by_operator")
    assert [told(http, order_id)["status"] for order_id in (other, away)] == ["new", "new"]
    wanted = {"account": "MAKER", "symbol": elsewhere}
    some(trader.post("/orders/mass-cancel", json=wanted).json(), order_ids=[away], count=1)
    some(trader.post("/orders/mass-cancel", json=wanted).json(), order_ids=[], count=0)
    refused(trader.post("/orders/mass-cancel", json={"account": "OTHER"}), "role_missing", 403)
    refused(
        trader.post("/orders/mass-cancel", json={"account": "MAKER", "symbol": "S001-US"}), "unknown_symbol", 404
    )  # fmt: skip
    refused(
        http.post("/orders/mass-cancel", json={"account": "NOBODY", "why": "a test"}), "unknown_account", 404
    )  # fmt: skip
