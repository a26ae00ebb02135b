"""The venue at a glance, over REST and as a stream, and the paces a stream may be had at."""

from typing import Any, Final

import httpx
import pytest

from admin_api.rates import Pace
from admin_api.tally import InstrumentTally, Tally
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.admin_api.listening import Listener, listening
from tests.support.api_process import ApiProcess
from venue.messages import HALTED, OPEN, SetTradingState

FIELDS: Final = ("symbol", "state", "last", "bid", "bid_quantity", "ask", "ask_quantity", "spread", "volume", "trades")


def of(told: dict[str, Any], symbol: str) -> dict[str, Any]:
    """One instrument of an overview."""
    found: dict[str, Any]
    (found,) = (one for one in told["instruments"] if one["symbol"] == symbol)
    return found


def trade(desk: Desk, symbol: str, price_ticks: int = 10_000) -> None:
    desk.enter(limit_order("MAKER", symbol, SELL, 30, price_ticks), limit_order("TAKER", symbol, BUY, 10, price_ticks))


def test_overview_has_last_price_quote_and_day_of_each_instrument(desk: Desk, symbol: str) -> None:
    """And the closes of its last minutes; the venue accepts orders, and says how it does."""
    before = of(desk.get("/overview"), symbol)
    assert (before["last"], before["change"], before["spread"], before["trend"]) == (None, None, None, [])
    trade(desk, symbol)
    desk.enter(limit_order("TAKER", symbol, BUY, 10, 9_990))
    told = desk.get("/overview")
    found = of(told, symbol)
    assert {name: found[name] for name in FIELDS} == {
        "symbol": symbol, "state": "open", "last": "100.00", "bid": "99.90", "bid_quantity": "1.0", "ask": "100.00",
        "ask_quantity": "2.0", "spread": "0.10", "volume": "1.0", "trades": 1,
    }  # fmt: skip
    assert found["trend"] == ["100.00"]
    venue = told["venue"]
    assert (venue["status"], venue["failure"]) == ("accepting", "")
    assert venue["sessions_logged_on"] <= venue["sessions_configured"]
    assert [one["name"] for one in venue["replicas"]] == ["admin_api"]


def test_overview_stream_begins_whole_then_tells_what_changed(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Only the instruments that changed, and once a second the venue's own figures."""
    with listening(api) as listener:
        listener.subscribe("overview")
        whole = listener.wait_for("overview_snapshot")
        assert len(whole["instruments"]) == len(desk.get("/instruments")["instruments"])
        trade(desk, symbol)
        told = listener.wait_for("overview", lambda one: bool(one["instruments"]))
        assert [one["symbol"] for one in told["instruments"]] == [symbol]
        assert (of(told, symbol)["last"], of(told, symbol)["trend"]) == ("100.00", None)
        desk.enter(SetTradingState(symbol, HALTED, by="tests", why="news"))
        listener.wait_for("overview", lambda one: any(two["state"] == "halted" for two in one["instruments"]))
        desk.enter(SetTradingState(symbol, OPEN, by="tests", why="over"))
        first = listener.wait_for("overview", lambda one: one["venue"] is not None)
        later = listener.wait_for("overview", lambda one: one["venue"] is not None)
        assert later["venue"]["time"] > first["venue"]["time"]
        assert later["venue"]["streams"] >= 1


def test_depth_tells_the_best_fifty_levels_whole(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """The same levels as REST's book, at the same feed_seq; nothing while nothing changes."""
    desk.enter(*(limit_order("MAKER", symbol, SELL, 10, 10_000 + level) for level in range(60)))
    with listening(api) as listener:
        listener.subscribe("depth", symbol=symbol)
        first = listener.wait_for("depth")
        book = desk.get(f"/orderbook/{symbol}", levels=50)
        assert (first["asks"], first["bids"], first["feed_seq"]) == (book["asks"], book["bids"], book["feed_seq"])
        assert len(first["asks"]) == 50
        desk.enter(limit_order("TAKER", symbol, BUY, 40, 9_000))
        told = listener.wait_for("depth")
        assert told["bids"] == [["90.00", "4.0", 1]]
        assert told["feed_seq"] > first["feed_seq"]


def test_a_pace_joins_what_happens_within_it(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """At 1,000 ms the first change comes at once, the next nine together; another pace is another subscription."""
    with listening(api) as listener:
        listener.subscribe("bbo", symbol=symbol, every_ms=1000)
        listener.wait_for("bbo")
        for number in range(10):
            desk.enter(limit_order("MAKER", symbol, BUY, 10, 9_000 + number))
        listener.wait_for("bbo", lambda one: one["bid"] == "90.09")
        told = [message for message in listener.messages if message["type"] == "bbo"]
        assert len(told) <= 3
        listener.subscribe("bbo", symbol=symbol)
        listener.wait_for("bbo", lambda one: one["bid"] == "90.09")
        listener.ask("unsubscribe", channel="bbo", symbol=symbol)
        listener.wait_for("unsubscribed", lambda one: one["every_ms"] == 0)


@pytest.mark.parametrize("pace", [50, -1, "fast"])
def test_a_pace_there_is_not_is_refused(api: ApiProcess, symbol: str, pace: object) -> None:
    """With those there are."""
    with listening(api) as listener:
        listener.ask("subscribe", channel="bbo", symbol=symbol, every_ms=pace)
        told = refusal(listener)
        assert told["field"] == "every_ms"
        assert told["detail"].endswith("must be 0, 100, 250, 1000")


def refusal(listener: Listener) -> dict[str, Any]:
    return listener.wait_for("refused")


def test_rates_are_of_the_last_five_seconds() -> None:
    """Nothing before the second look; what was long ago does not count."""
    tally = Tally()
    counted = tally.instruments["X"] = InstrumentTally()
    pace = Pace(tally)
    pace.look(100.0, 10)
    assert pace.rates is None
    for second in range(1, 11):
        counted.orders += 20
        counted.trades += 4
        pace.look(100.0 + second, 10 + 30 * second)
    assert pace.rates == (30.0, 20.0, 4.0)
    for second in range(11, 17):
        pace.look(100.0 + second, 310)
    assert pace.rates == (0.0, 0.0, 0.0)


def test_pnl_history_is_for_who_sees_the_account(api: ApiProcess, http: httpx.Client, desk: Desk, symbol: str) -> None:
    """Its owner and operators; the last point is the P&L of now."""
    trade(desk, symbol)
    desk.get("/readiness")
    told = http.get("/accounts/TAKER/pnl/history", params={"minutes": 10}).json()
    (course,) = told["currencies"]
    assert len(course["points"]) == 11
    assert course["points"][-1]["net"] == desk.get("/accounts/TAKER/pnl")["currencies"][0]["net"]
    with api.client(api.add_key("pnl-foreign", "trader", "MAKER")) as foreign:
        assert foreign.get("/accounts/TAKER/pnl/history").json()["reason"] == "role_missing"
        assert foreign.get("/accounts/MAKER/pnl/history").is_success
    assert http.get("/accounts/TAKER/pnl/history", params={"minutes": 1441}).json()["reason"] == "bad_value"
