"""Finding orders over REST: filters, and pages that hold still while orders arrive."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.admin_api.rest_orders import enter, order, rest
from tests.support.api_process import ApiProcess


def ids(page: dict[str, Any]) -> list[int]:
    return [one["order_id"] for one in page["orders"]]


def listed(http: httpx.Client, **wanted: str | int) -> dict[str, Any]:
    answer = http.get("/orders", params=wanted)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def all_pages(http: httpx.Client, **wanted: str | int) -> list[int]:
    """The ids of every page, one after the other."""
    page = listed(http, **wanted)
    found = ids(page)
    while page["next_cursor"]:
        page = listed(http, cursor=page["next_cursor"], **wanted)
        found += ids(page)
    return found


def test_orders_are_found_by_each_filter(http: httpx.Client, symbol: str) -> None:
    """Account, symbol, side, status and client_order_id narrow the list, newest first."""
    buy = rest(http, symbol, "buy", "5", "9", client_order_id=f"{symbol}-buy")["order_id"]
    sell = rest(http, symbol, "sell", "5", "20")["order_id"]
    other = rest(http, symbol, "buy", "5", "8", account="OTHER")["order_id"]
    filled = enter(http, order(symbol, "ioc", "buy", "2", price="20", account="TAKER"))["order_id"]
    gone = rest(http, symbol, "buy", "5", "7")["order_id"]
    http.delete(f"/orders/{gone}")
    assert ids(listed(http, symbol=symbol)) == [gone, filled, other, sell, buy]
    assert ids(listed(http, symbol=symbol, account="MAKER")) == [gone, sell, buy]
    assert ids(listed(http, symbol=symbol, side="sell")) == [sell]
    assert ids(listed(http, symbol=symbol, status="open")) == [other, sell, buy]
    assert ids(listed(http, symbol=symbol, status="closed")) == [gone, filled]
    assert ids(listed(http, symbol=symbol, status="new")) == [other, buy]
    assert ids(listed(http, symbol=symbol, status="partially_filled")) == [sell]
    assert ids(listed(http, symbol=symbol, status="filled")) == [filled]
    assert ids(listed(http, symbol=symbol, status="canceled", account="MAKER")) == [gone]
    assert ids(listed(http, symbol=symbol, status="expired")) == []
    assert ids(listed(http, client_order_id=f"{symbol}-buy")) == [buy]
    assert ids(listed(http, client_order_id=f"{symbol}-buy", account="OTHER")) == []
    assert ids(listed(http, client_order_id="none")) == []


@pytest.mark.parametrize("status", ["open", None])
def test_pages_follow_each_other_without_gap_or_repeat(http: httpx.Client, symbol: str, status: str | None) -> None:
    """A cursor goes on right behind the last order of its page, to the end."""
    entered = [rest(http, symbol, "buy", "1", "9")["order_id"] for _ in range(7)]
    wanted: dict[str, str | int] = {"symbol": symbol, "limit": 3}
    if status:
        wanted["status"] = status
    first = listed(http, **wanted)
    assert ids(first) == entered[:3:-1]
    assert all_pages(http, **wanted) == entered[::-1]
    assert all_pages(http, **wanted, account="MAKER") == entered[::-1]


def test_pages_hold_still_while_orders_arrive(http: httpx.Client, api: ApiProcess, symbol: str) -> None:
    """With orders entered between any two pages, and open ones of other pages canceled, what was there at the start
    and stays is listed exactly once, and nothing that came later."""
    entered = [rest(http, symbol, "buy", "1", "9", account="TAKER")["order_id"] for _ in range(60)]
    kept = [order_id for order_id in entered if order_id % 3]

    async def page_while_busy() -> list[int]:
        async with httpx.AsyncClient(base_url=api.url, timeout=30) as client:
            busy = True

            async def keep_entering() -> None:
                doomed = [order_id for order_id in entered if order_id % 3 == 0]
                while busy:
                    await client.post("/orders", json=order(symbol, "limit", "buy", "1", price="9", account="TAKER"))
                    if doomed:
                        await client.delete(f"/orders/{doomed.pop()}")

            entering = asyncio.create_task(keep_entering())
            found: list[int] = []
            cursor: str | None = ""
            while cursor is not None:
                wanted = {"account": "TAKER", "symbol": symbol, "status": "open", "limit": "4"}
                page = (await client.get("/orders", params=wanted | ({"cursor": cursor} if cursor else {}))).json()
                found += ids(page)
                cursor = page["next_cursor"]
            busy = False
            await entering
            return found

    found = asyncio.run(page_while_busy())
    assert found == sorted(set(found), reverse=True)
    assert [order_id for order_id in found if order_id in kept] == kept[::-1]


def test_a_page_that_finds_little_goes_on(http: httpx.Client, symbol: str, unused_symbols: Any) -> None:
    """A page looks at a bounded number of orders: a rare one is found by following the cursors, not by one request
    that holds up the others."""
    rare = rest(http, symbol, "buy", "1", "9")["order_id"]
    busy = next(unused_symbols)
    entered = asyncio.run(enter_many(str(http.base_url), busy, 2_100))
    assert entered == 2_100
    page = listed(http, symbol=symbol, limit=1)
    assert (ids(page), page["next_cursor"] is None) == ([], False)
    assert ids(listed(http, symbol=symbol, limit=1, cursor=page["next_cursor"])) == [rare]


async def enter_many(url: str, symbol: str, count: int) -> int:
    """Enter orders over eight connections; returns how many were accepted."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        numbers = iter(range(count))

        async def enter_some() -> int:
            done = 0
            for _ in numbers:
                answer = await client.post("/orders", json=order(symbol, "limit", "buy", "1", price="9"))
                done += answer.status_code == 201
            return done

        return sum(await asyncio.gather(*(enter_some() for _ in range(8))))
