"""Every page, dark and light, on a laptop and on a phone: as WCAG 2.2 AA has it as far as it can be measured, and
photographed. A page that is added belongs into PAGES."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from admin_api.dashboard.pages import PAGES as ALL_PAGES
from tests.dashboard.audit import faults_of, tab_stops, too_wide
from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk


def overview_is_full(page: Page) -> None:
    expect(page.locator("tr[data-symbol=BTC-USD] td").nth(1)).not_to_have_text("–")


def market_is_full(page: Page) -> None:
    page.click("#intervals [data-interval='1s']")
    expect(page.locator("#candles .readout")).to_contain_text("VWAP")
    page.locator("#book-title").scroll_into_view_if_needed()
    expect(page.locator("#ladder .spread")).to_contain_text("bp")
    page.locator("#tape").scroll_into_view_if_needed()
    expect(page.locator("#tape tr").first).to_be_visible()
    page.locator("#blotter-title").scroll_into_view_if_needed()
    expect(page.locator("#open-orders tr").first).to_be_visible()


def account_is_full(page: Page) -> None:
    expect(page.locator("#positions tr").first).to_be_visible()
    expect(page.locator("#pnl .readout")).to_contain_text("USD")


def has_its_title(page: Page) -> None:
    expect(page.locator("h1")).to_be_visible()


PAGES: Final[dict[str, tuple[str, Callable[[Page], None]]]] = {
    "overview": ("/", overview_is_full),
    "market": ("/market/BTC-USD", market_is_full),
    "accounts": ("/accounts/MM1", account_is_full),
    "orders": ("/orders", has_its_title),
    "sessions": ("/sessions", has_its_title),
    "system": ("/system", has_its_title),
}


@pytest.fixture(scope="session")
def lively(desk: Desk) -> None:
    """An account that has traded and has an order in the book; the traders see to the rest."""
    desk.order("DEMO1", "buy", "0.5", "BTC-USD", "46000")
    desk.order("DEMO1", "buy", "0.25", "BTC-USD", "44000")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", ["dark", "light", "phone"])
@pytest.mark.usefixtures("lively")
def test_page_is_readable_and_can_be_used_by_keyboard(
    open_page: OpenPage, screenshots: Path, name: str, kind: str
) -> None:
    """Contrast, names, sizes and order; no sideways scrolling; the focus is seen wherever it goes."""
    path, is_full = PAGES[name]
    page = open_page(path, phone=kind == "phone", theme="light" if kind == "light" else "dark")
    is_full(page)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=screenshots / f"{name}-{kind}.png", full_page=True)
    assert faults_of(page) == []
    assert too_wide(page) == []
    if kind == "dark":
        stops = tab_stops(page)
        assert len(stops) >= len(ALL_PAGES) + 4  # the navigation, and what is at both sides of it
        assert [name for name, is_visible in stops if not is_visible] == []


def test_every_page_is_in_the_table_of_this_module() -> None:
    """One that is added without being looked at here fails."""
    assert {page.name for page in ALL_PAGES} == set(PAGES)


def test_colours_are_chosen_and_remembered(open_page: OpenPage) -> None:
    """As the system has them, dark, light; the next page begins with what was chosen, without a flash."""
    page = open_page("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.click("#theme")
    page.click("#theme")
    expect(page.locator("#theme")).to_have_attribute("aria-label", "Colours: light")
    assert page.evaluate(ground) != dark
    page.goto("/accounts")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_skip_link_leads_past_the_navigation(open_page: OpenPage) -> None:
    """The first Tab and Enter."""
    page = open_page("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
