"""What tests do at the venue beside the page: over REST, as operator."""

from typing import Any, Final

import httpx


class Desk:
    def __init__(self, http: httpx.Client) -> None:
        self._http: Final = http

    def order(self, account: str, side: str, quantity: str, symbol: str, price: str) -> int:
        """A limit order; returns its order_id."""
        asked = {
            "account": account, "side": side, "quantity": quantity, "symbol": symbol, "price": price,
            "order_type": "limit",
        }  # fmt: skip
        answer = self._http.post("/orders", json=asked)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        order_id: int = answer.json()["order_id"]
        return order_id

    def get(self, path: str, **query: Any) -> Any:
        answer = self._http.get(path, params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def put(self, path: str, **asked: Any) -> Any:
        answer = self._http.put(path, json=asked)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def cancel(self, order_id: int) -> None:
        answer = self._http.delete(f"/orders/{order_id}", params={"why": "the test is over"})
        assert answer.status_code == httpx.codes.OK, answer.text
