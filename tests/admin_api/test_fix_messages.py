"""FIX messages over REST: the last of a session, and those of an order, field by field."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.admin_api.conftest import WATCHER, LogOn
from tests.admin_api.rest_orders import enter, order
from tests.support.api_process import ApiProcess
from tests.support.fix_message import tag_of, utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_config import SESSIONS, STEADY, trading_accounts, trading_sessions, write_config
from tests.support.venue_process import WITH_RECORDER, VenueProcess
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def venue(module_folder: Path) -> Iterator[VenueProcess]:
    """With its recorder, which knows the executions of an order."""
    sessions = trading_sessions() | {WATCHER: {"watches": sorted(set(SESSIONS.values())), "reset_allowed": True}}
    config = write_config(module_folder / "venue.toml", sessions, trading_accounts())
    process = VenueProcess(config, module_folder / "data", {"VENUE_API__ENABLED": "false"} | WITH_RECORDER)
    process.start()
    yield process
    process.kill_if_running()


def value(message: dict[str, Any], name: str) -> str | None:
    tag = tag_of(name)
    return next((field["value"] for field in message["fields"] if field["tag"] == tag), None)


def send_order(fix: RawClient, name: str, symbol: str, **fields: str) -> None:
    terms = {"Side": "1", "OrderQty": "10", "OrdType": "2", "Price": "100.00", "TimeInForce": "1"} | fields
    fix.send("D", ClOrdID=name, Symbol=symbol, TransactTime=utc_timestamp(), **terms)


def messages_of(http: httpx.Client, order_id: int, count: int) -> list[dict[str, Any]]:
    """Once there are so many: the history is a moment behind."""
    path = f"/history/orders/{order_id}/messages"

    def are_there() -> bool:
        answer = http.get(path)
        return answer.is_success and len(answer.json()["messages"]) >= count

    wait_until(are_there, f"order {order_id} has {count} messages")
    answer = told(http.get(path))
    assert answer["is_complete"]
    messages: list[dict[str, Any]] = answer["messages"]
    return messages


def order_id_of(fix: RawClient) -> int:
    report = fix.receive()
    assert report is not None
    pass_a_millisecond()
    return int(report["OrderID"])


def pass_a_millisecond() -> None:
    """SendingTime(52) tells no less: a request of the same one would stand before the report it follows."""
    now_ms = time.time_ns() // 1_000_000
    wait_until(lambda: time.time_ns() // 1_000_000 > now_ms, "the millisecond is over")


def test_an_order_has_every_message_from_its_entry_to_its_end(http: httpx.Client, log_on: LogOn, symbol: str) -> None:
    """What was asked, as it came, and each report, as it was sent, in this order; a refused cancel is among them."""
    fix = log_on("RIGHT")
    send_order(fix, "life-1", symbol)
    order_id = order_id_of(fix)
    changes = {"life-2": ("G", "life-1"), "life-3": ("F", "life-2"), "life-4": ("F", "life-2")}
    for name, (msg_type, former) in changes.items():
        terms = {"OrdType": "2", "Price": "101.00", "OrderQty": "10"} if msg_type == "G" else {}
        fix.send(
            msg_type, ClOrdID=name, OrigClOrdID=former, Symbol=symbol, Side="1", TransactTime=utc_timestamp(), **terms
        )
        assert fix.receive() is not None
        pass_a_millisecond()
    messages = [one for one in messages_of(http, order_id, 11) if one["session"] == "RIGHT"]
    assert [
        (one["direction"], one["name"], one["source"]) for one in messages if value(one, "ClOrdID") != "life-4"
    ] == [
        ("in", "NewOrderSingle", "memory"),
        ("out", "ExecutionReport", "store"),
        ("in", "OrderCancelReplaceRequest", "memory"),
        ("out", "ExecutionReport", "store"),
        ("in", "OrderCancelRequest", "memory"),
        ("out", "ExecutionReport", "store"),
    ]
    (refused,) = (one for one in messages if one["name"] == "OrderCancelReject")
    assert (value(refused, "ClOrdID"), value(refused, "OrderID")) == ("life-4", str(order_id))
    reports = [one for one in messages if one["name"] == "ExecutionReport"]
    words = [[field["meaning"] for field in one["fields"] if field["name"] == "ExecType"] for one in reports]
    assert words == [["new"], ["replaced"], ["canceled"]]
    assert all(one["journal_seq"] for one in reports)
    assert [one["time"] for one in messages if one["time"] is None] == []


def test_what_the_gateway_has_forgotten_is_told_from_the_journal(
    http: httpx.Client, venue: VenueProcess, log_on: LogOn, symbol: str
) -> None:
    """After a restart of the venue: the request in words, under the same names; the reports are still as sent."""
    fix = log_on("LEFT")
    send_order(fix, "old-1", symbol)
    order_id = order_id_of(fix)
    fix.close()
    venue.kill()
    venue.start()
    first, report, _copy = messages_of(http, order_id, 3)
    assert (first["direction"], first["source"], first["name"]) == ("in", "journal", "NewOrderSingle")
    told_fields = {field["name"]: field["value"] for field in first["fields"]}
    expected = {"ClOrdID": "old-1", "Symbol": symbol, "Side": "buy", "OrdType": "limit", "Price": "100.00"}
    assert told_fields.items() >= expected.items()
    assert (report["direction"], report["source"], value(report, "ClOrdID")) == ("out", "store", "old-1")


def test_an_order_of_rest_is_told_with_the_copies_of_who_watches(http: httpx.Client, symbol: str) -> None:
    """It has no session that is told of it: what was asked stands in the journal, WATCHER got copies."""
    order_id = enter(http, order(symbol, "limit", "buy", "5", price="99"))["order_id"]
    messages = messages_of(http, order_id, 2)
    assert [(one["direction"], one["source"], one["session"]) for one in messages] == [
        ("in", "journal", "api.anonymous"),
        ("out", "store", WATCHER),
    ]


def test_a_trader_sees_only_what_the_orders_own_session_was_told(
    http: httpx.Client, api: ApiProcess, log_on: LogOn, symbol: str
) -> None:
    """No copies of who watches; and nothing of accounts that are none of his business."""
    fix = log_on("OTHER")
    send_order(fix, "seen-1", symbol)
    order_id = order_id_of(fix)
    assert {one["session"] for one in messages_of(http, order_id, 3)} == {"OTHER", WATCHER}
    token = api.add_key("minder", "trader", watches=("OTHER",))
    with api.client(token) as minder:
        messages = told(minder.get(f"/history/orders/{order_id}/messages"))["messages"]
        assert {one["session"] for one in messages} == {"OTHER"}
    stranger = api.add_key("stranger", "trader", watches=("MAKER",))
    with api.client(stranger) as client:
        assert refusal(client.get(f"/history/orders/{order_id}/messages"))[:2] == (404, "unknown_order")
        assert refusal(client.get("/sessions/OTHER/messages"))[:2] == (403, "role_missing")


def test_a_session_tells_its_last_messages_both_ways(
    http: httpx.Client, venue: VenueProcess, log_on: LogOn, symbol: str
) -> None:
    """Newest first, session messages too; passwords never, neither here nor in what the venue remembers."""
    fix = log_on("TWIN")
    pass_a_millisecond()
    send_order(fix, "twin-1", symbol)
    order_id_of(fix)
    fix.send("1", TestReqID="are you there")
    assert fix.receive() is not None
    messages = told(http.get("/sessions/TWIN/messages", params={"limit": 4}))["messages"]
    for direction, names in (("in", ["TestRequest", "NewOrderSingle"]), ("out", ["Heartbeat", "ExecutionReport"])):
        assert [one["name"] for one in messages if one["direction"] == direction] == names
    fix.log_out()
    fix.close()
    with RawClient(venue.port, "TWIN") as again:
        again.connect()
        again.log_on_afresh(Username="twin", Password="hunter2", RawDataLength="6", RawData="secret")
        answer = http.get("/sessions/TWIN/messages")
        logons = [one for one in told(answer)["messages"] if one["name"] == "Logon" and one["direction"] == "in"]
        assert (value(logons[0], "Username"), value(logons[0], "Password")) == ("***", "***")
        assert "hunter2" not in answer.text
        assert "secret" not in answer.text


def test_there_is_nothing_to_tell_of_a_session_or_order_that_is_not(http: httpx.Client) -> None:
    """A session that never logged on has no messages; one that is not configured is refused."""
    assert refusal(http.get("/sessions/NOBODY/messages"))[:2] == (404, "unknown_session")
    assert refusal(http.get("/history/orders/999999999/messages"))[:2] == (404, "unknown_order")
    assert told(http.get(f"/sessions/{STEADY}/messages"))["messages"] == []
