"""Instruments, trading states, kill switches and trades, changed over REST."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.admin_api.conftest import LogOn
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.support.venue_process import VenueProcess
from venue.journal.frames import INSTRUMENT, POSITIONS, TRADE, TRADING_STATE
from venue.journal.remote import RemoteJournal
from venue.messages import CLOSED, HALTED, OPEN, OrderTraded

WHY = "as agreed"


@pytest.fixture
def desk(venue: VenueProcess, http: httpx.Client) -> Iterator[Desk]:
    with RemoteJournal(venue.data) as journal:
        yield Desk(journal, http)


def test_an_instrument_is_listed_and_its_quantities_are_changed(http: httpx.Client, desk: Desk) -> None:
    """Decimals become the integers that orders count in; tick and lot stay, the quantities may change."""
    terms = {
        "symbol": "LTC-USD",
        "base": "LTC",
        "quote": "USD",
        "tick_size": "0.05",
        "lot_size": "0.001",
        "min_quantity": "0.01",
        "max_quantity": "1000",
    }
    listed = http.post("/instruments", json=terms | {"why": "a new one"})
    assert (listed.status_code, listed.headers["location"]) == (201, "/api/v3/instruments/LTC-USD")
    assert told(listed)["done"] == ["LTC-USD: tick 0.05 USD, lot 0.001 LTC, orders from 0.010 LTC to 1000.000 LTC"]
    told(http.patch("/instruments/LTC-USD", json={"max_quantity": "2000", "why": WHY}))
    status = desk.ask(INSTRUMENT, "LTC-USD")
    assert status is not None
    assert (status.listing.min_lots, status.listing.max_lots) == (10, 2_000_000)
    assert refusal(http.post("/instruments", json=terms | {"why": WHY}))[:2] == (409, "exists")
    odd = http.post("/instruments", json=terms | {"symbol": "ODD-USD", "quote_decimals": 2, "why": WHY})
    assert refusal(odd) == (
        422,
        "bad_value",
        "quote_decimals was 2: tick x lot is 0.00005, which needs more decimals",
    )


def test_price_limits_are_changed_one_by_one(http: httpx.Client, desk: Desk, symbol: str) -> None:
    """What is not given stays, null is none."""
    path = f"/instruments/{symbol}/price-limits"
    told(http.patch(path, json={"collar_percent": "5", "breaker_percent": "2.5", "halt_s": "60", "why": WHY}))
    told(http.patch(path, json={"collar_percent": None, "reference_price": "100", "why": WHY}))
    status = desk.ask(INSTRUMENT, symbol)
    assert status is not None
    assert (status.limits.collar_bp, status.limits.breaker_bp, status.limits.halt_ns) == (0, 250, 60 * 10**9)
    assert status.reference_ticks == 10_000


def test_an_instrument_is_halted_for_a_time_and_opened(http: httpx.Client, desk: Desk, symbol: str) -> None:
    """The state is in force when the answer comes; a time goes with few states."""
    halted = told(http.put(f"/trading-states/{symbol}", json={"state": "halted", "for_s": "3600", "why": "news"}))
    assert halted["done"][0].startswith(f"{symbol} is halted until ")
    assert desk.ask(TRADING_STATE, symbol) == HALTED
    told(http.put(f"/trading-states/{symbol}", json={"state": "open", "why": WHY}))
    assert desk.ask(TRADING_STATE, symbol) == OPEN
    refused = refusal(http.put(f"/trading-states/{symbol}", json={"state": "closed", "for_s": "60", "why": WHY}))
    assert refused == (
        422,
        "bad_value",
        "value out of range: a time goes with halted, pre-open and auction only, and must be above 0",
    )
    assert refusal(http.put("/trading-states/NOPE", json={"state": "open", "why": WHY}))[:2] == (404, "unknown_symbol")


def test_all_instruments_are_closed_and_opened_in_one_batch(http: httpx.Client, desk: Desk) -> None:
    """A line for each; none is left out."""
    closed = told(http.put("/trading-states", json={"state": "closed", "why": "holiday"}))
    assert len(closed["done"]) == len(http.get("/instruments").json()["instruments"])
    assert desk.ask(TRADING_STATE, "S001-USD") == CLOSED
    told(http.put("/trading-states", json={"state": "open", "why": WHY}))


def test_a_kill_switch_cancels_the_orders_of_its_scope_and_says_how_many(
    http: httpx.Client, desk: Desk, log_on: LogOn, symbol: str
) -> None:
    """The owner is told over FIX, with who and why; a new order is refused until it is released."""
    fix = log_on("OTHER")
    desk.enter(*(limit_order("OTHER", symbol, BUY, 10, 1_000 - n) for n in range(3)))
    engaged = told(http.put("/kill-switches/account/OTHER", json={"engaged": True, "why": "lost control"}))
    assert (engaged["orders_canceled"], engaged["trades"]) == (3, 0)
    assert engaged["done"] == ["kill switch of account OTHER is engaged"]
    reports = [fix.receive() for _ in range(6)]
    assert [report.get("ExecType") for report in reports if report] == ["0", "0", "0", "4", "4", "4"]
    switches = http.get("/kill-switches").json()["kill_switches"]
    assert [(one["scope"], one["name"], one["by"]) for one in switches] == [("account", "OTHER", "anonymous")]
    told(http.put("/kill-switches/account/OTHER", json={"engaged": False, "why": WHY}))
    assert http.get("/kill-switches").json()["kill_switches"] == []


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/kill-switches/account/NOBODY", 404, "unknown_account"),
        ("/kill-switches/session/NOBODY", 404, "unknown_session"),
        ("/kill-switches/firm/NOBODY", 404, "unknown_firm"),
        ("/kill-switches/planet/EARTH", 422, "bad_value"),
        ("/kill-switches/venue/all", 422, "bad_value"),
    ],
)
def test_a_kill_switch_of_nobody_is_refused(http: httpx.Client, path: str, status: int, reason: str) -> None:
    """A mistyped name must not look like a stopped one."""
    assert refusal(http.put(path, json={"engaged": True, "why": WHY}))[:2] == (status, reason)


def test_the_whole_venue_is_stopped_and_released(http: httpx.Client, desk: Desk, symbol: str) -> None:
    """One request stops all trading."""
    desk.enter(limit_order("MAKER", symbol, BUY, 10, 1_000))
    stopped = told(http.put("/kill-switches/venue", json={"engaged": True, "why": "fire"}))
    assert stopped["orders_canceled"] >= 1
    told(http.put("/kill-switches/venue", json={"engaged": False, "why": "it is out"}))


def trade_between(desk: Desk, symbol: str) -> int:
    """MAKER sells 2.0 to TAKER at 10.00; the trade's id."""
    desk.enter(limit_order("MAKER", symbol, SELL, 20, 1_000))
    (trade,) = (
        event for event in desk.enter(limit_order("TAKER", symbol, BUY, 20, 1_000)) if isinstance(event, OrderTraded)
    )
    desk.wait()
    return trade.trade_id


def test_a_trade_is_corrected_and_busted(http: httpx.Client, desk: Desk, symbol: str) -> None:
    """Positions of both sides follow; what is busted cannot be busted again."""
    trade_id = trade_between(desk, symbol)
    corrected = told(http.post(f"/trades/{trade_id}/correct", json={"price": "9.50", "quantity": "1.5", "why": WHY}))
    assert corrected["done"][0].endswith(f"in {symbol} is corrected to 1.5 {symbol[:4]} at 9.50 USD")
    trade = desk.ask(TRADE, trade_id)
    assert trade is not None
    assert (trade.price_ticks, trade.qty_lots) == (950, 15)
    told(http.post(f"/trades/{trade_id}/bust", json={"why": "a wrong price"}))
    assert all(not position.qty_lots for position in desk.ask(POSITIONS, "TAKER") if position.symbol == symbol)
    assert refusal(http.post(f"/trades/{trade_id}/bust", json={"why": WHY}))[:2] == (404, "unknown_trade")


@pytest.mark.parametrize(
    ("ask", "status", "reason"),
    [
        (lambda http, _: http.post("/trades/999999/bust", json={"why": WHY}), 404, "unknown_trade"),
        (lambda http, _: http.post("/trades/999999/correct", json={"price": "1", "why": WHY}), 404, "unknown_trade"),
        (lambda http, _: http.post("/trades/0/bust", json={"why": WHY}), 422, "bad_value"),
        (lambda http, it: http.post(f"/trades/{it}/correct", json={"quantity": "9", "why": WHY}), 422, "bad_value"),
        (lambda http, it: http.post(f"/trades/{it}/correct", json={"price": "9.999", "why": WHY}), 422, "bad_value"),
    ],
)
def test_a_trade_is_not_made_larger_nor_off_its_tick(
    http: httpx.Client, desk: Desk, symbol: str, ask: Callable[[httpx.Client, int], httpx.Response],
    status: int, reason: str,
) -> None:  # fmt: skip
    """A correction gives another price or a smaller quantity of a trade there is."""
    assert refusal(ask(http, trade_between(desk, symbol)))[:2] == (status, reason)
