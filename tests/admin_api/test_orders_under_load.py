"""Read your writes: whoever was answered sees what he did, however many write at the same time."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import httpx

from tests.admin_api.conftest import LogOn
from tests.admin_api.rest_orders import order
from tests.support.api_process import ApiProcess

WRITERS = 24
ORDERS_EACH = 20


async def write_and_read(client: httpx.AsyncClient, symbol: str, number: int) -> list[int]:
    """Enter, read back, amend, read back, cancel every second one, read back: each question after its answer."""
    entered: list[int] = []
    for turn in range(ORDERS_EACH):
        name = f"{symbol}-{number}-{turn}"
        body = order(symbol, "limit", "buy", "2", price="9", client_order_id=name)
        placed = (await client.post("/orders", json=body)).json()
        path = f"/orders/{placed['order_id']}"
        entered.append(placed["order_id"])
        await see(client, path, placed["journal_seq"], status="new", price="9.00", client_order_id=name)
        newest = (await client.get("/orders", params={"client_order_id": name})).json()["orders"]
        assert [one["order_id"] for one in newest] == [placed["order_id"]]
        amended = (await client.patch(path, json={"price": "8"})).json()
        await see(client, path, amended["journal_seq"], status="new", price="8.00")
        if turn % 2:
            canceled = (await client.delete(path)).json()
            await see(client, path, canceled["journal_seq"], status="canceled", ended=canceled["ended"])
    return entered


async def see(client: httpx.AsyncClient, path: str, journal_seq: int, **expected: Any) -> None:
    found = (await client.get(path)).json()
    assert {name: found[name] for name in expected} == expected
    assert found["journal_seq"] >= journal_seq


def test_every_writer_reads_what_he_wrote_while_others_write(
    api: ApiProcess, http: httpx.Client, unused_symbols: Iterator[str], log_on: LogOn
) -> None:
    """Two dozen REST clients and a FIX client at once: no GET behind an answer misses what was answered, every order
    has an id of its own, and the open ones are listed in the end."""
    symbols = list(itertools.islice(unused_symbols, 4))
    fix = log_on("OTHER")
    for number in range(200):  # unread until the end, so that they come while the others write
        fix.enter(f"fix-{number}", "buy", "1", symbols[0], "7")

    async def run() -> list[list[int]]:
        limits = httpx.Limits(max_connections=WRITERS, max_keepalive_connections=WRITERS)
        async with httpx.AsyncClient(base_url=api.url, timeout=60, limits=limits) as client:
            writing = (write_and_read(client, symbols[number % 4], number) for number in range(WRITERS))
            return await asyncio.gather(*writing)

    entered = [order_id for orders in asyncio.run(run()) for order_id in orders]
    assert len(set(entered)) == WRITERS * ORDERS_EACH
    page = http.get("/orders", params={"account": "MAKER", "status": "open", "limit": 500}).json()
    assert len(page["orders"]) == WRITERS * ORDERS_EACH // 2
    for number in range(200):
        fix.expect("8", ExecType="0", ClOrdID=f"fix-{number}")
