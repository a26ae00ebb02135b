"""Orders as a REST client writes them, and what it looks at in the answers."""

from typing import Any

import httpx

from tests.support.waiting import wait_until


def order(symbol: str, order_type: str, side: str, quantity: str | None = "10", **more: Any) -> dict[str, Any]:
    """The body of a new order, of account MAKER unless `account` says otherwise; what is None is left out."""
    body = {"symbol": symbol, "order_type": order_type, "side": side, "quantity": quantity, "account": "MAKER"} | more
    return {name: value for name, value in body.items() if value is not None}


def enter(http: httpx.Client, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Have the order accepted, and return the answer."""
    answer = http.post("/orders", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    placed: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v3/orders/{placed['order_id']}"
    return placed


def rest(http: httpx.Client, symbol: str, side: str, quantity: str, price: str, **more: Any) -> dict[str, Any]:
    """A limit order that is not to trade."""
    placed = enter(http, order(symbol, "limit", side, quantity, price=price, **more))
    assert placed["status"] == "new"
    return placed


def told(http: httpx.Client, order_id: int) -> dict[str, Any]:
    """The order as GET tells it."""
    answer = http.get(f"/orders/{order_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def soon_told(http: httpx.Client, order_id: int, **expected: Any) -> dict[str, Any]:
    """The same once it has what is expected: what others do is seen a moment later."""
    wait_until(lambda: expected.items() <= http.get(f"/orders/{order_id}").json().items(), f"{order_id} is {expected}")
    return told(http, order_id)


def some(fields: dict[str, Any], **expected: Any) -> None:
    """Compare the named fields."""
    assert {name: fields[name] for name in expected} == expected


def refused(answer: httpx.Response, reason: str, status: int = 422, **field: str) -> dict[str, Any]:
    """The problem of an answer: its reason, its HTTP status and, where given, the field, its value and the remedy."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["status"], problem["reason"]) == (status, status, reason), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert problem["errors"] == [field]
        assert problem["detail"] == f"{field['field']} was {field['value']}: {field['remedy']}"
    return problem
