"""The accounts page: what an account has and may do, and what operators change of it."""

import re

from playwright.sync_api import Page, expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk


def say_why(page: Page, why: str = "as agreed by phone") -> None:
    """Answer the dialog, which is gone once it is done."""
    page.fill("#ask-why", why)
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_trade_changes_position_pnl_and_open_orders_of_the_open_page(open_page: OpenPage, desk: Desk) -> None:
    """The figures are REST's; the chart ends where the P&L is."""
    page = open_page("/accounts/DEMO8")
    expect(page.locator("#positions-state")).to_have_text("It has not traded yet, and has no open orders.")
    expect(page.locator("#pnl .readout")).to_have_text("Nothing was traded yet.")
    desk.order("DEMO7", "sell", "3", "Q8-USD", "20")
    desk.order("DEMO8", "buy", "2", "Q8-USD", "20")
    desk.order("DEMO8", "buy", "1", "Q8-USD", "10")
    row = page.locator("#positions tr[data-symbol=Q8-USD]")
    expect(row.locator("td").first).to_have_text("+2.000")
    expect(row.locator("td").nth(6)).to_have_text("1.000")
    (pnl,) = desk.get("/accounts/DEMO8/pnl")["currencies"]
    expect(page.locator("#sums dd").first).to_have_attribute("title", pnl["net"])
    expect(page.locator("#pnl .line-down")).not_to_have_attribute("d", "")
    history = desk.get("/accounts/DEMO8/pnl/history", minutes=60)["currencies"]
    assert [one["currency"] for one in history] == ["USD"]
    assert history[0]["points"][-1]["net"] == pnl["net"]
    page.click("#spans [data-minutes='60']")
    told = re.compile(rf"Net P&L of DEMO8: −{pnl['net'][1:]} USD now")
    expect(page.locator("#pnl svg")).to_have_attribute("aria-label", told)


def test_the_kill_switch_asks_says_why_and_is_released(open_page: OpenPage, desk: Desk) -> None:
    """Of an account and of a firm; its open orders are canceled, and the audit has the reason."""
    order_id = desk.order("DEMO12", "buy", "1", "Q9-USD", "10")
    page = open_page("/accounts/DEMO12")
    page.click("#kill")
    page.keyboard.press("Escape")
    assert not desk.get("/accounts/DEMO12")["is_killed"]
    page.click("#kill")
    page.click("dialog button.danger")
    expect(page.locator("#ask-why-error")).to_be_visible()
    say_why(page, "lost control of its algorithm")
    expect(page.locator("#killed")).to_be_visible()
    order = desk.get(f"/orders/{order_id}")
    assert order["status"] == "canceled"
    (switch,) = desk.get("/kill-switches")["kill_switches"]
    assert (switch["scope"], switch["name"], switch["why"]) == ("account", "DEMO12", "lost control of its algorithm")
    page.click("#kill:has-text('Release')")
    say_why(page)
    expect(page.locator("#killed")).to_be_hidden()
    page.click("#kill-firm")
    say_why(page)
    expect(page.locator("#kill-firm")).to_have_text("Release firm…")
    page.click("#kill-firm")
    say_why(page)
    expect(page.locator("#kill-firm")).to_have_text("Kill firm…")
    assert desk.get("/kill-switches")["kill_switches"] == []


def test_limits_loss_caps_and_fees_are_edited_with_a_reason(open_page: OpenPage, desk: Desk) -> None:
    """What is left empty is no limit; what the venue refuses is said in the dialog, which stays."""
    page = open_page("/accounts/DEMO6")
    page.click("#limits tr[data-symbol=BTC-USD] button")
    page.fill("#ask-quantity", "1.000001")
    page.fill("#ask-why", "as agreed by phone")
    page.keyboard.press("Enter")
    expect(page.locator("#ask-error")).to_contain_text("1.000001")
    page.fill("#ask-quantity", "7.5")
    page.fill("#ask-long", "")
    say_why(page)
    row = page.locator("#limits tr[data-symbol=BTC-USD] td")
    expect(row.nth(0)).to_have_text("7.50000")
    expect(row.nth(2)).to_have_text("no limit")
    page.click("#add-limits")
    page.select_option("#ask-symbol", "SOL-USD")
    page.fill("#ask-quantity", "100")
    say_why(page)
    expect(page.locator("#limits tr[data-symbol=SOL-USD] td").first).to_have_text("100.000")
    page.click("#edit-open-orders")
    page.fill("#ask-count", "77")
    say_why(page)
    expect(page.locator("#open-orders-limit")).to_contain_text("77 at most")
    page.click("#caps button")
    page.fill("#ask-cap", "12345")
    say_why(page)
    expect(page.locator("#caps td").first).to_have_text("12,345.00")
    page.click("#fees tr:has-text('USD') button")
    page.fill("#ask-maker", "-0.02")
    page.fill("#ask-taker", "0.05")
    say_why(page)
    expect(page.locator("#fees tr:has-text('USD')")).to_contain_text("its own rates")
    page.click("#fees tr:has-text('USD') button:has-text('Schedule')")
    say_why(page)
    expect(page.locator("#fees tr:has-text('USD')")).to_contain_text("tier 1")
    limits = desk.get("/accounts/DEMO6/limits")
    assert (limits["open_orders_max"], limits["loss_caps"][0]["loss_cap"]) == (77, "12345.00")


def test_money_is_deposited_and_withdrawn_and_all_orders_canceled(open_page: OpenPage, desk: Desk) -> None:
    """A transaction is done once; balances follow."""
    before = desk.get("/accounts/DEMO13/balances")["balances"]
    page = open_page("/accounts/DEMO13")
    usd = page.locator("#balances tr[data-currency=USD] td")
    expect(usd.first).to_have_text("1,000,000.00")
    page.click("#deposit")
    page.fill("#ask-amount", "250.50")
    page.fill("#ask-transaction", "wire-1")
    say_why(page)
    expect(usd.first).to_have_text("1,000,250.50")
    page.click("#withdraw")
    page.fill("#ask-amount", "9999999999")
    page.fill("#ask-transaction", "wire-2")
    page.fill("#ask-why", "asked")
    page.keyboard.press("Enter")
    expect(page.locator("#ask-error")).to_contain_text("insufficient")
    page.fill("#ask-amount", "250.50")
    say_why(page)
    expect(usd.first).to_have_text("1,000,000.00")
    desk.order("DEMO13", "buy", "1", "BTC-USD", "44000")
    expect(usd.nth(1)).not_to_have_text("0.00")
    page.click("#cancel-all")
    say_why(page)
    expect(usd.nth(1)).to_have_text("0.00")
    assert desk.get("/accounts/DEMO13/balances")["balances"] == before


def test_accounts_are_found_by_name_and_firm(open_page: OpenPage) -> None:
    """What is looked for stands in the list; nothing found is said."""
    page = open_page("/accounts")
    page.wait_for_url("**/accounts/DEMO1")
    page.fill("#find", "west")
    expect(page.locator("#accounts li")).to_have_count(4)
    page.fill("#find", "nobody")
    expect(page.locator("#accounts-state")).to_have_text("None is called so.")
    page.fill("#find", "demo16")
    page.click("#accounts a")
    page.wait_for_url("**/accounts/DEMO16")
    page.goto("/accounts/NOBODY")
    expect(page.locator("#fault")).to_contain_text("NOBODY")
