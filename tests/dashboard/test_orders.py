"""The blotter, and an order from its entry to its end."""

import csv
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk
from tests.dashboard.test_sign_in import key_of
from tests.support.demo_process import DemoProcess
from tests.support.fix_message import utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.waiting import wait_until


def enter(fix: RawClient, name: str, symbol: str, quantity: str, price: str, side: str = "1") -> int:
    """Over FIX; returns its OrderID."""
    fix.send("D", ClOrdID=name, Symbol=symbol, Side=side, OrderQty=quantity, OrdType="2", Price=price, TimeInForce="1",
             TransactTime=utc_timestamp())  # fmt: skip
    report = fix.receive()
    assert report is not None
    return int(report["OrderID"])


def row_of(page: Page, order_id: int) -> str:
    return f"tr[data-order='{order_id}']"


def answer(page: Page, why: str) -> None:
    """Give the reason in the open dialog, and do it."""
    dialog = page.locator("dialog.ask")
    dialog.locator("#ask-why").fill(why)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)


def test_an_order_entered_over_fix_is_in_the_open_blotter_within_a_second(
    open_page: OpenPage, log_on: Callable[[str], RawClient]
) -> None:
    """It comes, changes and goes without the page being loaded anew; under All orders it stays, as canceled."""
    fix = log_on("DEMO5")
    page = open_page("/orders?symbol=Q10-USD")
    expect(page.locator("#blotter-state")).to_have_text("No open orders that fit.")
    order_id = enter(fix, "live-1", "Q10-USD", "4", "90")
    row = page.locator(row_of(page, order_id))
    expect(row).to_contain_text("live-1", timeout=1_000)
    fix.send("F", ClOrdID="live-2", OrigClOrdID="live-1", Symbol="Q10-USD", Side="1", TransactTime=utc_timestamp())
    expect(row).to_have_count(0, timeout=1_000)
    page.click("[data-kind=orders]")
    expect(row).to_contain_text("canceled")
    page.click("[data-kind=executions]")
    expect(page.locator("#executions tr").first).to_contain_text("canceled")
    assert "kind=executions" in page.url


def test_filters_bound_what_is_listed_and_what_is_exported(open_page: OpenPage, desk: Desk, tmp_path: Path) -> None:
    """By account, instrument, side, status, ClOrdID and time, from the history; the CSV has the same rows."""
    sold = desk.order("DEMO6", "sell", "3", "Q11-USD", "110")
    desk.order("DEMO7", "buy", "1", "Q11-USD", "110")
    page = open_page("/orders")
    page.click("[data-kind=orders]")
    page.select_option("#f-symbol", "Q11-USD")
    expect(page.locator("#orders tr")).to_have_count(2)
    page.fill("#f-account", "DEMO6")
    expect(page.locator("#orders tr")).to_have_count(1)
    expect(page.locator(row_of(page, sold))).to_contain_text("partially filled")
    page.select_option("#f-side", "buy")
    expect(page.locator("#blotter-state")).to_have_text("Nothing fits.")
    page.select_option("#f-side", "")
    page.select_option("#f-status", "open")
    page.fill("#f-from", "2026-01-01T00:00:00")
    expect(page.locator("#orders tr")).to_have_count(1)
    page.fill("#f-to", "2026-01-02T00:00:00")
    expect(page.locator("#blotter-state")).to_have_text("Nothing fits.")
    page.fill("#f-to", "")
    expect(page.locator("#orders tr")).to_have_count(1)
    with page.expect_download() as started:
        page.click("#csv")
    kept = tmp_path / "orders.csv"
    started.value.save_as(kept)
    rows = list(csv.DictReader(kept.read_text().splitlines()))
    assert [(row["order_id"], row["account"], row["executed_quantity"]) for row in rows] == [
        (str(sold), "DEMO6", "1.000")
    ]
    page.fill("#f-account", "NOBODY")
    expect(page.locator("#fault")).to_contain_text("NOBODY")
    page.click("#clear")
    expect(page.locator("#f-account")).to_have_value("")
    expect(page.locator("#fault")).to_be_hidden()


def test_the_blotter_goes_on_to_older_executions(open_page: OpenPage) -> None:
    """A page more at a time; what a kind of execution is asked for, nothing else is listed."""
    page = open_page("/orders?kind=executions&exec_type=new")
    rows = page.locator("#executions tr")
    expect(page.locator("#f-exec_type")).to_have_value("new")
    expect(page.locator("#older")).to_be_visible()
    before = rows.count()
    page.click("#older")
    expect(rows.nth(before + 50)).to_be_attached()
    assert set(page.locator("#executions td:nth-child(2)").all_inner_texts()) == {"new"}


def test_an_order_is_canceled_from_the_blotter_with_a_reason(open_page: OpenPage, desk: Desk) -> None:
    """Without one nothing is done; the reason stands in the audit."""
    order_id = desk.order("DEMO6", "buy", "2", "Q12-USD", "80")
    page = open_page("/orders?symbol=Q12-USD")
    page.locator(row_of(page, order_id)).get_by_role("button").click()
    page.locator("dialog.ask #ask-why").fill("")
    page.locator("dialog.ask button[type=submit]").click()
    expect(page.locator("#ask-why-error")).to_contain_text("Say why")
    assert desk.get(f"/orders/{order_id}")["status"] == "new"
    answer(page, "entered by mistake")
    expect(page.locator(row_of(page, order_id))).to_have_count(0)
    assert desk.get(f"/orders/{order_id}")["status"] == "canceled"


def test_an_order_tells_its_life_with_each_fix_message_decoded(
    open_page: OpenPage, desk: Desk, log_on: Callable[[str], RawClient], screenshots: Path
) -> None:
    """Its terms, its executions, and what was asked and told, field by field; it changes while it is looked at."""
    fix = log_on("DEMO5")
    order_id = enter(fix, "told-1", "Q13-USD", "5", "120", side="2")
    wait_until(lambda: _is_in_history(desk, order_id), "the order is in the history")
    page = open_page(f"/orders/{order_id}")
    expect(page.locator("#order-status")).to_have_text("new")
    expect(page.locator("#terms")).to_contain_text("told-1")
    expect(page.locator("#messages > li")).to_have_count(3)  # asked, told, and OPS watches
    desk.order("DEMO6", "buy", "2", "Q13-USD", "120")
    expect(page.locator("#life tr")).to_have_count(2, timeout=3_000)
    expect(page.locator("#life tr").last).to_contain_text("trade")
    trade = page.locator("#messages details", has_text="trade").first
    trade.locator("summary").press("Enter")
    fields = trade.locator("table.fix-fields")
    expect(fields.locator("tr", has_text="ExecType")).to_contain_text("trade")
    expect(fields.locator("tr", has_text="LastPx")).to_contain_text("120")
    expect(fields.locator("tr", has_text="OrdStatus")).to_contain_text("partially filled")
    page.screenshot(path=screenshots / "order.png")
    page.click("#open-all")
    assert page.locator("#messages details:not([open])").count() == 0
    page.click("#cancel")
    answer(page, "the desk asked")
    expect(page.locator("#order-status")).to_have_text("canceled")
    expect(page.locator("#cancel")).to_be_hidden()
    expect(page.locator("#met")).to_have_attribute("href", f"/system?before_order={order_id}#replay")


def test_a_trader_sees_the_orders_of_his_accounts_and_no_others(
    open_page: OpenPage, demo: DemoProcess, desk: Desk
) -> None:
    """In the blotter and by their number; what only operators may look up is not offered."""
    token = key_of(demo, "blotter", "trader", "DEMO9")
    own = desk.order("DEMO9", "buy", "1", "Q12-USD", "60")
    other = desk.order("DEMO10", "buy", "1", "Q12-USD", "60")
    page = open_page("/sign-in", wait=False)
    page.fill("#key", token)
    page.get_by_role("button", name="Sign in").last.click()
    page.wait_for_selector("html[data-link=live]")
    page.goto("/orders")
    expect(page.locator("#orders tr")).to_have_count(1)
    page.locator(row_of(page, own)).get_by_role("link").click()
    expect(page.locator("#messages > li").first).to_contain_text("NewOrderSingle")
    expect(page.locator("#met")).to_be_hidden()
    page.goto(f"/orders/{other}")
    expect(page.locator("#order-fault")).to_contain_text(str(other))


def _is_in_history(desk: Desk, order_id: int) -> bool:
    return bool(desk.get("/history")["journal_seq"] >= desk.get("/journal")["journal_seq"]) or order_id in [
        one["order_id"] for one in desk.get("/history/orders", symbol="Q13-USD")["orders"]
    ]


def test_an_order_there_is_not_is_told_as_that(open_page: OpenPage) -> None:
    page = open_page("/orders/999999999")
    expect(page.locator("#order-fault")).to_contain_text("999999999")
    expect(page.locator("#life-state")).to_have_text("Not known.")


def test_the_blotter_fits_a_phone_and_hides_what_is_not_live(open_page: OpenPage, screenshots: Path) -> None:
    """Nothing stands beyond the screen's edge but within tables; without a connection there are no figures."""
    page = open_page("/orders")
    expect(page.locator("#orders tr").nth(20)).to_be_attached()
    page.screenshot(path=screenshots / "orders.png")
    phone = open_page("/orders", phone=True, theme="light")
    expect(phone.locator("#orders tr").nth(5)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.screenshot(path=screenshots / "orders-phone.png")
    phone.evaluate("document.documentElement.dataset.link = 'lost'")
    expect(phone.locator("#orders tr").first).not_to_be_visible()
