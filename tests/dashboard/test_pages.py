"""Every page, dark and light, on a laptop and on a phone: as WCAG 2.2 AA has it as far as it can be measured, and
photographed. A page that is added belongs into PAGES."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from admin_api.dashboard.pages import PAGES as ALL_PAGES
from tests.dashboard.audit import faults_of, tab_stops, too_wide
from tests.dashboard.conftest import PHONE, OpenPage, Theme
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


def orders_are_full(page: Page) -> None:
    expect(page.locator("#orders tr").nth(5)).to_be_visible()


def sessions_are_full(page: Page) -> None:
    expect(page.locator("#sessions tr").first).to_be_visible()
    expect(page.locator("#messages > li").first).to_be_visible()
    page.locator("#messages summary").first.click()


def system_is_full(page: Page) -> None:
    expect(page.locator("#journal-last")).not_to_have_text("–")
    expect(page.locator("#audit tr").nth(5)).to_be_attached()


PAGES: Final[dict[str, tuple[str, Callable[[Page], None]]]] = {
    "overview": ("/", overview_is_full),
    "market": ("/market/BTC-USD", market_is_full),
    "accounts": ("/accounts/MM1", account_is_full),
    "orders": ("/orders", orders_are_full),
    "sessions": ("/sessions/MM1", sessions_are_full),
    "system": ("/system", system_is_full),
}


THEMES: Final[tuple[Theme, ...]] = ("dark", "light")


@pytest.fixture(scope="session")
def lively(desk: Desk) -> None:
    """An account that has traded and has an order in the book; the traders see to the rest."""
    desk.order("DEMO1", "buy", "0.5", "BTC-USD", "46000")
    desk.order("DEMO1", "buy", "0.25", "BTC-USD", "44000")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("lively")
def test_page_is_readable_and_can_be_used_by_keyboard(open_page: OpenPage, screenshots: Path, name: str) -> None:
    """Contrast, names, sizes and order; no sideways scrolling; the focus is seen wherever it goes."""
    path, is_full = PAGES[name]
    page = open_page(path)
    is_full(page)
    look(page, screenshots / f"{name}-dark.png")
    stops = tab_stops(page)
    assert len(stops) >= len(ALL_PAGES) + 4  # the navigation, and what is at both sides of it
    assert [stop for stop, is_visible in stops if not is_visible] == []
    page.emulate_media(color_scheme="light")
    look(page, screenshots / f"{name}-light.png")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    is_full(page)
    look(page, screenshots / f"{name}-phone.png")


def look(page: Page, file: Path) -> None:
    """Photograph the page as it is now, and measure it."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    page.screenshot(path=file, full_page=True)
    assert faults_of(page) == []
    assert too_wide(page) == []


def test_dialogs_errors_and_banners_can_be_read_and_used_too(open_page: OpenPage) -> None:
    """Dark and light: a dialog with a fault in it, a ticket with errors, the sign-in; a dialog keeps the focus."""
    page = open_page("/market/BTC-USD")
    page.fill("#t-quantity", "1")
    page.fill("#t-price", "45000.001")
    page.click("#ticket-send")
    expect(page.locator("#t-price-error")).to_be_visible()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert faults_of(page) == []
    page.click("#controls [data-state='']")
    page.click("dialog button.danger")
    expect(page.locator("#ask-why-error")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#controls [data-state='']")).to_be_focused()
    page.goto("/sign-in")
    page.click("button.primary")
    expect(page.locator("#key-error")).to_be_visible()
    assert faults_of(page) == []


def test_what_is_not_on_the_screen_is_not_painted(open_page: OpenPage) -> None:
    """On a phone the book is far below the candles: while these change it does not, until somebody comes there."""
    page = open_page("/market/BTC-USD", phone=True)
    page.click("#intervals [data-interval='1s']")
    expect(page.locator("#candles .readout")).to_contain_text("VWAP")
    painted = page.evaluate(_PAINTED_MEANWHILE)
    assert painted == 0
    page.locator("#book-title").scroll_into_view_if_needed()
    expect(page.locator("#ladder .spread")).to_be_visible()


_PAINTED_MEANWHILE: Final = """() => new Promise((resolve) => {
  const paints = { ladder: 0, candles: 0 };
  const watch = (id) => new MutationObserver(() => {
    paints[id] += 1;
    if (paints.candles > 3) resolve(paints.ladder);
  }).observe(document.getElementById(id), { childList: true, subtree: true, characterData: true });
  watch("ladder");
  watch("candles");
})"""


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
