"""One book: orders entered over REST and over FIX trade with each other, and the drop copy reports both."""

import httpx

from tests.admin_api.conftest import WATCHER, LogOn
from tests.admin_api.rest_orders import enter, order, refused, rest, some, soon_told, told


def test_an_order_over_rest_and_one_over_fix_trade_with_each_other(
    http: httpx.Client, symbol: str, log_on: LogOn
) -> None:
    """The FIX client gets its fill, the REST client its own, and both name the same trade."""
    fix = log_on("TAKER")
    placed = rest(http, symbol, "sell", "10", "100.50", client_order_id=f"{symbol}-rest")
    fix.enter(f"{symbol}-fix", "buy", "4", symbol, "101")
    fix.expect("8", ExecType="0", OrderQty="4.0")
    fill = fix.expect("8", ExecType="F", LastPx="100.50", LastQty="4.0", OrdStatus="2")
    found = soon_told(http, placed["order_id"], status="partially_filled")
    some(found, executed_quantity="4.0", average_price="100.50")
    bought = told(http, int(fill["OrderID"]))
    some(bought, session="TAKER", account="TAKER", order_type="limit", time_in_force="day", status="filled")
    fix.enter(f"{symbol}-rests", "buy", "5", symbol, "99")
    resting = fix.expect("8", ExecType="0")
    sold = enter(http, order(symbol, "market", "sell", "3"))
    some(sold["fills"][0], price="99.00", quantity="3.0", liquidity="taker")
    fill = fix.expect("8", ExecType="F", OrderID=resting["OrderID"], LastQty="3.0")
    assert fill["TrdMatchID"] == str(sold["fills"][0]["trade_id"])


def test_the_drop_copy_of_an_account_reports_its_orders_over_rest_and_over_fix(
    http: httpx.Client, symbol: str, log_on: LogOn
) -> None:
    """A session that watches the account gets every report of both orders, in the order of the journal."""
    watcher, owner = log_on(WATCHER), log_on("OTHER")
    body = order(symbol, "limit", "sell", "10", price="50", account="OTHER", client_order_id=f"{symbol}-rest")
    placed = enter(http, body)
    owner.enter(f"{symbol}-fix", "sell", "5", symbol, "51")
    report = owner.expect("8", ExecType="0", ClOrdID=f"{symbol}-fix")
    some(http.patch(f"/orders/{placed['order_id']}", json={"price": "52"}).json(), price="52.00")
    assert http.delete(f"/orders/{placed['order_id']}").json()["status"] == "canceled"
    why = {"why": "end of the test"}
    assert http.delete(f"/orders/{report['OrderID']}", params=why).json()["status"] == "canceled"
    rest_id, fix_id = str(placed["order_id"]), report["OrderID"]
    for exec_type, order_id in (("0", rest_id), ("0", fix_id), ("5", rest_id), ("4", rest_id), ("4", fix_id)):
        watcher.expect("8", ExecType=exec_type, OrderID=order_id, Account="OTHER", CopyMsgIndicator="Y", Symbol=symbol)


def test_a_name_in_use_over_fix_is_free_over_rest(http: httpx.Client, symbol: str, log_on: LogOn) -> None:
    """ClOrdIDs are of a session each: REST has its own, and within it a name is used once."""
    fix = log_on("MAKER")
    fix.enter(f"{symbol}-same", "buy", "4", symbol, "9")
    fix.expect("8", ExecType="0")
    rest(http, symbol, "buy", "4", "9", client_order_id=f"{symbol}-same")
    body = order(symbol, "limit", "buy", "4", price="9", client_order_id=f"{symbol}-same")
    refused(http.post("/orders", json=body), "duplicate_cl_ord_id", 409)
    found = http.get("/orders", params={"client_order_id": f"{symbol}-same"}).json()["orders"]
    assert {one["session"] for one in found} == {"MAKER", "api.anonymous"}
