"""Order lists over REST: all of a list is accepted or none, and its orders look after each other."""

from typing import Any

import httpx

from tests.admin_api.rest_orders import enter, order, refused, rest, some, told


def leg(symbol: str, order_type: str, side: str, **terms: str) -> dict[str, Any]:
    return {"symbol": symbol, "order_type": order_type, "side": side, "quantity": "5"} | terms


def bracket(symbol: str) -> dict[str, Any]:
    """Buy at 10, protected by a stop at 9, to be sold at 12."""
    orders = [
        leg(symbol, "limit", "buy", price="10"),
        leg(symbol, "stop_loss", "sell", stop_price="9"),
        leg(symbol, "limit", "sell", price="12"),
    ]
    return {"contingency": "bracket", "account": "MAKER", "orders": orders}


def entered(http: httpx.Client, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = http.post("/orders/lists", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


def test_a_bracket_waits_for_its_entry_and_one_exit_cancels_the_other(http: httpx.Client, symbol: str) -> None:
    """The exits are held until the entry is filled; the profit taken, the stop is canceled."""
    done = entered(http, bracket(symbol) | {"list_id": f"{symbol}-bracket"})
    assert [one["is_held"] for one in done["orders"]] == [False, True, True]
    assert {one["list_id"] for one in done["orders"]} == {done["list_id"]} == {f"{symbol}-bracket"}
    entry, stop, profit = (one["order_id"] for one in done["orders"])
    enter(http, order(symbol, "limit", "sell", "5", price="10", account="OTHER"))
    some(told(http, entry), status="filled")
    assert [told(http, order_id)["is_held"] for order_id in (stop, profit)] == [False, False]
    enter(http, order(symbol, "limit", "buy", "5", price="12", account="OTHER"))
    some(told(http, profit), status="filled", average_price="12.00")
    some(told(http, stop), status="canceled", reason="contingency")


def test_an_oco_that_trades_at_once_tells_it(http: httpx.Client, symbol: str) -> None:
    """The answer has each order as the command left it, with its fills."""
    rest(http, symbol, "sell", "5", "10", account="OTHER")
    orders = [leg(symbol, "limit", "buy", price="10"), leg(symbol, "stop_loss", "buy", stop_price="20")]
    done = entered(http, {"contingency": "oco", "account": "MAKER", "orders": orders})
    filled, canceled = done["orders"]
    some(filled, status="filled", executed_quantity="5.0")
    some(filled["fills"][0], price="10.00", quantity="5.0")
    some(canceled, status="canceled", reason="contingency", fills=[])


def test_a_list_at_fault_is_refused_whole_by_its_order_and_field(http: httpx.Client, symbol: str) -> None:
    """A field is named from the list on; what the engine refuses names the order; nothing is entered."""
    body = bracket(symbol)
    body["orders"][1]["stop_price"] = "9.001"
    answer = http.post("/orders/lists", json=body)
    refused(answer, "off_tick", field="orders.1.stop_price", value="9.001", remedy="is no multiple of 0.01")
    body = bracket(symbol)
    body["orders"][2]["side"] = "buy"
    problem = refused(http.post("/orders/lists", json=body), "field_not_allowed")
    assert (problem["errors"][0]["field"], problem["journal_seq"] > 0) == ("orders.2", True)
    refused(http.post("/orders/lists", json=bracket(symbol) | {"contingency": "oto"}), "field_not_allowed")
    assert http.get("/orders", params={"symbol": symbol}).json()["orders"] == []


def test_a_repeated_list_is_entered_once(http: httpx.Client, symbol: str) -> None:
    """The same key and list: the same orders; the same key and another list: refused."""
    key = {"Idempotency-Key": f"{symbol}-list"}
    done = entered(http, bracket(symbol), **key)
    again = http.post("/orders/lists", json=bracket(symbol), headers=key)
    assert again.json() == done
    assert again.headers["idempotent-replayed"] == "true"
    refused(http.post("/orders/lists", json=bracket(symbol) | {"contingency": "oco"}, headers=key), "key_reused")
    assert len(http.get("/orders", params={"symbol": symbol}).json()["orders"]) == 3
