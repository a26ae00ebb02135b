"""The history over REST, as a running recorder writes it: the same orders, executions and money as everywhere else."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.admin_api.answers import refusal, told
from tests.admin_api.conftest import LogOn
from tests.admin_api.rest_orders import enter, order, rest
from tests.support.api_process import ApiProcess
from tests.support.venue_config import trading_accounts, trading_sessions, write_config
from tests.support.venue_process import WITH_RECORDER, VenueProcess
from tests.support.waiting import wait_until

FUND: Final = "FUND"  # prefunded
FEES: Final = """
[[fees.USD.tiers]]
volume = "0"
maker = "0.10"
taker = "0.20"
"""


@pytest.fixture(scope="module")
def venue(module_folder: Path) -> Iterator[VenueProcess]:
    """With its recorder."""
    sessions = trading_sessions() | {FUND: {"trades": [FUND], "reset_allowed": True}}
    accounts = trading_accounts() | {FUND: {"settlement": "prefunded", "deposits": {"USD": "1000"}}}
    config = write_config(module_folder / "venue.toml", sessions, accounts)
    config.write_text(config.read_text() + FEES)
    process = VenueProcess(config, module_folder / "data", {"VENUE_API__ENABLED": "false"} | WITH_RECORDER)
    process.start()
    yield process
    process.kill_if_running()


def asked(http: httpx.Client, path: str, /, **parameters: Any) -> dict[str, Any]:
    """What the history says once it has everything that the venue has done."""
    journal_seq = told(http.get("/readiness"))["journal_seq"]
    wait_until(lambda: _reached(http) >= journal_seq, f"the history has {journal_seq}")
    answer = told(http.get(f"/history{path}", params=parameters))
    assert answer["journal_seq"] >= journal_seq
    return answer


def _reached(http: httpx.Client) -> int:
    answer = http.get("/history")
    return int(answer.json()["journal_seq"]) if answer.is_success else 0


def every_row(http: httpx.Client, path: str, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
    """Of all pages."""
    page = asked(http, path, **parameters)
    rows: list[dict[str, Any]] = page[name]
    while page["next_cursor"]:
        page = told(http.get(f"/history{path}", params=parameters | {"cursor": page["next_cursor"]}))
        rows += page[name]
    return rows


def orders_of_all_kinds(http: httpx.Client, symbol: str) -> list[int]:
    """Filled, canceled, resting, stopped, of a list; their ids."""
    bodies = [
        order(symbol, "limit", "sell", "10", price="100.50", client_order_id=f"{symbol}-a"),
        order(symbol, "iceberg", "sell", "20", price="100.50", display_quantity="5"),
        order(symbol, "market", "buy", "13", account="TAKER"),
        order(symbol, "market", "buy", None, cash_quantity="250", account="TAKER"),
        order(symbol, "ioc", "buy", "2", price="90", account="OTHER"),
        order(symbol, "fok", "buy", "50", price="101", account="OTHER"),
        order(symbol, "post_only", "buy", "2", price="90", time_in_force="day", account="OTHER"),
        order(symbol, "stop_limit", "sell", "2", price="80", stop_price="81", trigger="bid", account="OTHER"),
        order(symbol, "take_profit", "sell", "2", stop_price="200", account="OTHER"),
        order(symbol, "limit", "buy", "5", price="70", time_in_force="gtd", expire_time="2036-01-01T00:00:00.5Z"),
    ]
    ids = [enter(http, body)["order_id"] for body in bodies]
    assert http.patch(f"/orders/{ids[9]}", json={"quantity": "6"}).is_success
    assert http.delete(f"/orders/{ids[1]}").is_success
    legs = [order(symbol, "limit", side, "5", price=price) for side, price in (("buy", "60"), ("sell", "140"))]
    for leg in legs:
        del leg["account"]
    listed = told(http.post("/orders/lists", json={"contingency": "oto", "account": "OTHER", "orders": legs}))
    return ids + [one["order_id"] for one in listed["orders"]]


def test_orders_are_told_as_the_venue_tells_them(http: httpx.Client, symbol: str) -> None:
    """Every field that both have, of every kind of order; newest first."""
    ids = orders_of_all_kinds(http, symbol)
    rows = every_row(http, "/orders", "orders", symbol=symbol, limit=5)
    assert [row["order_id"] for row in rows] == ids[::-1]
    for row in rows:
        live = told(http.get(f"/orders/{row['order_id']}"))
        shared = row.keys() & live.keys() - {"client_order_id"}
        assert len(shared) == 26
        quantity = {} if row["quantity"] is not None else {"quantity": None}
        assert {name: row[name] for name in shared} == {name: live[name] for name in shared} | quantity
        assert told(http.get(f"/history/orders/{row['order_id']}"))["order"] == row


def test_executions_are_those_that_were_reported_over_fix(http: httpx.Client, symbol: str, log_on: LogOn) -> None:
    """ExecID, type, quantities and fee of each report; the life of the order has them oldest first."""
    fix = log_on("TAKER")
    sold = rest(http, symbol, "sell", "10", "100.50")["order_id"]
    fix.enter(f"{symbol}-f", "buy", "14", symbol, "101")
    reports = [fix.expect("8", ExecType="0"), fix.expect("8", ExecType="F")]
    fix.cancel(f"{symbol}-c", f"{symbol}-f", "buy", symbol)
    reports.append(fix.expect("8", ExecType="4"))
    fix.enter(f"{symbol}-off", "buy", "14", symbol, "101.005")
    refused = fix.expect("8", ExecType="8")
    order_id = int(reports[0]["OrderID"])
    asked(http, "/orders", symbol=symbol)
    life = told(http.get(f"/history/orders/{order_id}"))
    assert [row["exec_id"] for row in life["executions"]] == [int(report["ExecID"]) for report in reports]
    assert [row["exec_type"] for row in life["executions"]] == ["new", "trade", "canceled"]
    _, trade, canceled = life["executions"]
    assert (trade["last_quantity"], trade["last_price"], trade["liquidity"]) == ("10.0", "100.50", "taker")
    assert (trade["fee"], trade["executed_quantity"], trade["leaves_quantity"]) == ("2.01", "10.0", "4.0")
    assert (canceled["client_order_id"], canceled["orig_client_order_id"]) == (f"{symbol}-c", f"{symbol}-f")
    assert (canceled["status"], canceled["reason"], life["has_more"]) == ("canceled", "requested", False)
    (off,) = asked(http, "/executions", client_order_id=f"{symbol}-off")["executions"]
    assert (off["exec_id"], off["exec_type"], off["reason"], off["order_id"]) == (
        int(refused["ExecID"]), "rejected", "off_tick", None
    )  # fmt: skip
    (own,) = asked(http, "/executions", order_id=sold, exec_type="trade")["executions"]
    assert (own["trade_id"], own["liquidity"], own["fee"]) == (trade["trade_id"], "maker", "1.005")


@pytest.mark.parametrize(
    ("parameters", "places"),
    [
        ({"account": "OTHER", "status": "closed"}, [5, 4]),
        ({"status": "open", "side": "buy"}, [10, 9, 6]),
        ({"status": "filled", "account": "TAKER"}, [3, 2]),
        ({"status": "canceled", "account": "MAKER"}, [1]),
    ],
)
def test_orders_are_found_by_what_was_asked(
    http: httpx.Client, symbol: str, parameters: dict[str, str], places: list[int]
) -> None:
    """Account, status and side, together with the symbol."""
    ids = orders_of_all_kinds(http, symbol)
    rows = asked(http, "/orders", symbol=symbol, **parameters)["orders"]
    assert [ids.index(row["order_id"]) for row in rows] == places


def test_times_bound_what_is_found(http: httpx.Client, symbol: str) -> None:
    """from is in, to is not: with the times that the rows themselves have, to the microsecond."""
    ids = [rest(http, symbol, "buy", "1", "9")["order_id"] for _ in range(4)]
    rows = asked(http, "/orders", symbol=symbol)["orders"]
    second = rows[2]["entered"][:26] + "Z"
    later = [row["order_id"] for row in asked(http, "/orders", symbol=symbol, **{"from": second})["orders"]]
    earlier = [row["order_id"] for row in asked(http, "/orders", symbol=symbol, to=second)["orders"]]
    assert (later, earlier) == (ids[:0:-1], ids[:1])
    assert asked(http, "/orders", symbol=symbol, to="1900-01-01T00:00:00Z")["orders"] == []
    assert asked(http, "/orders", symbol=symbol, **{"from": "9999-01-01T00:00:00Z"})["orders"] == []


def test_an_export_has_all_rows_and_the_fields_of_the_pages(http: httpx.Client, symbol: str) -> None:
    """By format or by what is accepted; what a spreadsheet would take for a formula is text."""
    orders_of_all_kinds(http, symbol)
    rest(http, symbol, "buy", "1", "9", client_order_id=f"=1+{symbol}")
    rows = every_row(http, "/orders", "orders", symbol=symbol)
    answer = http.get("/history/orders", params={"symbol": symbol}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="orders.csv"'
    assert int(answer.headers["journal-seq"]) > 0
    assert answer.text == http.get("/history/orders", params={"symbol": symbol, "format": "csv"}).text
    exported = list(csv.DictReader(io.StringIO(answer.text)))
    assert exported[0]["client_order_id"] == f"'=1+{symbol}"
    exported[0]["client_order_id"] = f"=1+{symbol}"
    assert exported == [{name: as_text(value) for name, value in row.items()} for row in rows]
    two = http.get("/history/orders", params={"symbol": symbol, "format": "csv", "limit": 2})
    assert len(two.text.splitlines()) == 3
    assert http.get("/history/orders", params={"format": "json"}, headers={"Accept": "text/csv"}).json()["orders"]


def as_text(value: Any) -> str:
    return {None: "", True: "true", False: "false"}.get(value, str(value)) if not isinstance(value, str) else value


def test_trades_candles_fees_and_positions_are_those_of_the_market(http: httpx.Client, symbol: str) -> None:
    """Price, quantity and sums; a busted trade stays, with nothing in it."""
    rest(http, symbol, "sell", "10", "100.50")
    for quantity in ("4", "3"):
        enter(http, order(symbol, "market", "buy", quantity, account="TAKER"))
    latest, first = asked(http, "/trades", symbol=symbol)["trades"]
    assert (first["price"], first["quantity"], first["side"], first["amended"]) == ("100.50", "4.0", "buy", None)
    assert (first["maker_account"], first["taker_account"]) == ("MAKER", "TAKER")
    assert http.post(f"/trades/{latest['trade_id']}/bust", json={"why": "a slip"}).is_success
    busted = asked(http, "/trades", symbol=symbol)["trades"][0]
    assert (busted["quantity"], busted["printed_quantity"], busted["amended"] is None) == ("0.0", "3.0", False)
    candles = asked(http, f"/candles/{symbol}", interval="1d")["candles"]
    assert sum(candle["trades"] for candle in candles) in (1, 2)
    (position,) = asked(http, "/positions", symbol=symbol, account="TAKER")["positions"]
    (live,) = [one for one in told(http.get("/accounts/TAKER/positions"))["positions"] if one["symbol"] == symbol]
    assert (position["quantity"], position["realized"], position["fees"]) == (
        live["quantity"], live["realized"], live["fees"]
    )  # fmt: skip
    fees = {row["account"]: row for row in asked(http, "/fees", currency="USD")["fees"]}
    assert float(fees["TAKER"]["paid"]) > float(fees["MAKER"]["paid"]) > 0


def test_money_and_who_moved_it_is_in_the_history(http: httpx.Client) -> None:
    """A deposit is a move, a balance, and an action of the audit, with who and why."""
    deposit = {"currency": "USD", "amount": "250.75", "transaction_id": "wire-17", "why": "wire of November 24"}
    assert http.post(f"/accounts/{FUND}/deposits", json=deposit).is_success
    (move,) = asked(http, "/balance-moves", account=FUND, transaction_id="wire-17")["balance_moves"]
    assert (move["amount"], move["total"], move["by"], move["why"]) == (
        "250.75", "1250.75", "anonymous", "wire of November 24"
    )  # fmt: skip
    (balance,) = asked(http, "/balances", account=FUND)["balances"]
    assert (balance["currency"], balance["total"]) == ("USD", "1250.75")
    (action,) = asked(http, "/audit", action="deposit", by="anonymous", subject=FUND)["actions"]
    assert (action["journal_seq"], action["why"], action["is_refused"]) == (
        move["journal_seq"], "wire of November 24", False
    )  # fmt: skip
    recent = told(http.get("/audit", params={"limit": 1}))["actions"][0]
    assert {name: recent[name] for name in ("text", "time", "action")} == {
        name: action[name] for name in ("text", "time", "action")
    }


def test_traders_see_their_own_accounts_and_nobody_elses(http: httpx.Client, api: ApiProcess, symbol: str) -> None:
    """Rows of others are not there, their sides of trades are blank; to ask for them is refused."""
    orders_of_all_kinds(http, symbol)
    everything = every_row(http, "/orders", "orders", symbol=symbol)
    foreign_id = next(row["order_id"] for row in everything if row["account"] == "MAKER")
    token = api.add_key(f"history-{symbol[:4]}", "trader", "TAKER", watches=("OTHER",))
    with api.client(token) as trader:
        seen = every_row(trader, "/orders", "orders", symbol=symbol)
        assert seen == [row for row in everything if row["account"] in ("TAKER", "OTHER")]
        executions = every_row(trader, "/executions", "executions", symbol=symbol)
        assert {row["account"] for row in executions} == {"TAKER", "OTHER"}
        for path in ("/positions", "/fees"):
            assert {row["account"] for row in asked(trader, path)[path[1:]]} <= {"TAKER", "OTHER"}
        trades = asked(trader, "/trades", symbol=symbol)["trades"]
        assert {(row["maker_account"], row["maker_order_id"], row["taker_account"]) for row in trades} == {
            (None, None, "TAKER")
        }
        assert refusal(trader.get("/history/orders", params={"account": "MAKER"}))[:2] == (403, "role_missing")
        assert refusal(trader.get("/history/trades", params={"account": "MAKER"}))[:2] == (403, "role_missing")
        assert refusal(trader.get(f"/history/orders/{foreign_id}"))[:2] == (404, "unknown_order")
        assert refusal(trader.get("/history/audit"))[:2] == (403, "role_missing")


@pytest.mark.parametrize(
    ("path", "parameters", "problem"),
    [
        ("/orders", {"cursor": "4711"}, (422, "bad_value", "cursor was 4711: must be the next_cursor of a page")),
        ("/orders", {"limit": 501}, (422, "bad_value", "limit was 501: must be at most 500, or format=csv")),
        ("/orders", {"state": "open"}, (422, "bad_value", "")),
        ("/orders", {"symbol": "S1-USD"}, (404, "unknown_symbol", "")),
        ("/trades", {"account": "NOBODY"}, (404, "unknown_account", "")),
        ("/executions", {"exec_type": "fill"}, (422, "bad_value", "")),
        ("/candles/S001-USD", {"interval": "2m"}, (422, "bad_value", "")),
        ("/candles/S001", {}, (404, "unknown_symbol", "")),
        ("/orders/999999999", {}, (404, "unknown_order", "")),
        (
            "/fees",
            {"from": "2026-11-25T00:00:00Z", "to": "2026-11-24T00:00:00Z"},
            (422, "bad_value", "from was 2026-11-25T00:00:00+00:00: must not be after `to`"),
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(
    http: httpx.Client, path: str, parameters: dict[str, Any], problem: tuple[int, str, str]
) -> None:
    """Of the reason table; also where it was to be CSV."""
    status, reason, detail = refusal(http.get(f"/history{path}", params=parameters))
    assert (status, reason) == problem[:2]
    assert problem[2] in ("", detail)
    as_csv = http.get(f"/history{path}", params=parameters, headers={"Accept": "text/csv"})
    if parameters.get("limit") != 501:
        assert refusal(as_csv) == (status, reason, detail)
