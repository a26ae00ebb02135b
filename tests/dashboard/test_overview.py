"""The overview: every instrument and how the venue does, live."""

import time

from playwright.sync_api import expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk


def test_every_instrument_has_its_last_price_quote_and_trend(open_page: OpenPage, desk: Desk) -> None:
    """In the order of listing, with the figures REST has; the trend is drawn."""
    page = open_page("/")
    symbols = [one["symbol"] for one in desk.get("/instruments")["instruments"]]
    rows = page.locator("#instruments tr")
    expect(rows).to_have_count(len(symbols))
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.symbol)") == symbols
    busy = page.locator("tr[data-symbol=BTC-USD]")
    expect(busy.locator("td").nth(3)).not_to_have_text("–")


def test_a_trade_is_on_the_open_page_within_a_second(open_page: OpenPage, desk: Desk) -> None:
    """Last, volume and quote change without the page being loaded anew; a busy machine may take longer for it."""
    page = open_page("/")
    row = page.locator("tr[data-symbol=Q1-USD]")
    expect(row.locator("td").nth(1)).to_have_text("–")
    desk.order("DEMO1", "sell", "2", "Q1-USD", "101.50")
    desk.order("DEMO2", "buy", "1.5", "Q1-USD", "101.50")
    entered_s = time.monotonic()
    expect(row.locator("td").nth(1)).to_have_text("101.50")
    print(f"on the page {time.monotonic() - entered_s:.2f} s after it was entered (promised: 1)")
    expect(row.locator("td").nth(4)).to_have_text("101.50")
    expect(row.locator("td").nth(6)).to_have_text("1.5")
