"""The venue goes and comes back: what REST says meanwhile, and that orders go on behind it without a restart."""

import httpx

from tests.admin_api.rest_orders import enter, order, refused, told
from tests.support.api_process import ApiProcess
from tests.support.venue_process import VenueProcess


def test_without_the_venue_orders_are_refused_and_told_and_go_on_when_it_is_back(
    venue: VenueProcess, api: ApiProcess, http: httpx.Client, symbol: str
) -> None:
    """Killed: a new order is 503, nothing journaled, an order from before is still told; started again: the next order
    is accepted by the same admin process, and a key used while the venue was away enters one order."""
    before = enter(http, order(symbol, "limit", "buy", price="9"))
    body, key = order(symbol, "limit", "buy", price="8"), {"Idempotency-Key": f"{symbol}-away"}
    venue.kill()
    problem = refused(http.post("/orders", json=body, headers=key), "unavailable", 503)
    assert problem["journal_seq"] is None
    assert told(http, before["order_id"])["status"] == "new"
    venue.start()
    api.wait_until_ready()
    after = enter(http, body, **key)
    assert enter(http, body, **key)["order_id"] == after["order_id"] == before["order_id"] + 1
