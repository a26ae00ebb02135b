"""Without a connection there are no figures: loading, stale, lost, paused and unanswered are shown as such."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk
from tests.support.demo_process import DemoProcess
from tests.support.processes import children_of
from tests.support.waiting import wait_until

LAST = "tr[data-symbol=BTC-USD] td >> nth=1"
HIDDEN_PAGE = """() => {
  Object.defineProperty(document, "hidden", { value: %s, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def admin_pid(demo: DemoProcess) -> int:
    (pid,) = (pid for pid in children_of(demo.process.pid) if b"admin_api" in Path(f"/proc/{pid}/cmdline").read_bytes())
    return pid


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """The process does nothing, and its connections stay."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def link_of(page: Page, state: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-link", state, timeout=20_000)


def test_a_silent_venue_makes_the_page_stale_and_its_figures_are_hidden(demo: DemoProcess, open_page: OpenPage) -> None:
    """After five seconds without a word; with the next word they are back."""
    page = open_page("/")
    expect(page.locator(LAST)).to_be_visible()
    with stopped(admin_pid(demo)):
        link_of(page, "stale")
        expect(page.locator("#link-text")).to_have_text("Stale")
        expect(page.locator("#banner")).to_contain_text("Nothing new from the venue since")
        expect(page.locator(LAST)).to_be_hidden()
    link_of(page, "live")
    expect(page.locator(LAST)).to_be_visible()
    expect(page.locator("#banner")).to_be_hidden()


def test_figures_of_a_venue_that_does_not_answer_are_hidden_too(demo: DemoProcess, open_page: OpenPage) -> None:
    """The admin process is there, but does not know whether what it has is still true."""
    page = open_page("/market/BTC-USD")
    expect(page.locator("#ladder .spread")).to_be_visible()
    with stopped(demo.process.pid):
        link_of(page, "stale")
        expect(page.locator("#banner")).to_contain_text("the venue does not answer its admin process")
        expect(page.locator("#ladder .spread")).to_be_hidden()
    link_of(page, "live")


def test_a_killed_admin_process_is_seen_and_the_page_goes_on_with_the_next_one(
    demo: DemoProcess, open_page: OpenPage, desk: Desk
) -> None:
    """kill -9: no figures, the reason is said; the supervisor starts another, and the page subscribes anew."""
    page = open_page("/market/Q16-USD")
    expect(page.locator("#ladder .spread")).to_be_visible()
    killed = admin_pid(demo)
    os.kill(killed, signal.SIGKILL)
    link_of(page, "lost")
    expect(page.locator("#banner")).to_contain_text("Figures are hidden until it is back.")
    expect(page.locator("#ladder .spread")).to_be_hidden()
    link_of(page, "live")
    assert admin_pid(demo) != killed
    order_id = desk.order("DEMO3", "buy", "7", "Q16-USD", "12.34")
    expect(page.locator("#ladder tr.bid .price:has-text('12.34')")).to_be_visible()
    desk.cancel(order_id)


def test_a_page_that_nobody_looks_at_listens_to_nothing(open_page: OpenPage, desk: Desk) -> None:
    """Ten seconds after it was left; looked at again, it begins anew."""
    page = open_page("/", wait=False, clock=True)
    link_of(page, "live")
    before = desk.get("/overview")["venue"]["streams"]
    page.evaluate(HIDDEN_PAGE % "true")
    page.clock.fast_forward(11_000)
    link_of(page, "paused")
    wait_until(lambda: desk.get("/overview")["venue"]["streams"] == before - 1, "the stream is gone")
    page.evaluate(HIDDEN_PAGE % "false")
    link_of(page, "live")
    expect(page.locator(LAST)).to_be_visible()


def test_what_could_not_be_asked_again_is_not_shown_as_if_it_were_true(open_page: OpenPage) -> None:
    """A refused or failed question hides what it had answered before, and says why."""
    page = open_page("/accounts/MM1")
    expect(page.locator("#positions tr").first).to_be_visible()
    page.route("**/api/v3/accounts/MM1/positions", lambda route: route.abort())
    expect(page.locator("#fault")).to_have_text("The venue cannot be reached.")
    expect(page.locator("#positions tr").first).to_be_hidden()
    page.unroute("**/api/v3/accounts/MM1/positions")
    expect(page.locator("#positions tr").first).to_be_visible()
    expect(page.locator("#fault")).to_be_hidden()


def test_before_the_first_word_the_page_says_that_it_is_loading(open_page: OpenPage) -> None:
    """And shows no figure."""
    page = open_page("/", wait=False, silent=True)
    link_of(page, "connecting")
    expect(page.locator("#link-text")).to_have_text("Connecting")
    expect(page.locator("#orders-per-s")).to_be_hidden()
    note = page.locator("section.panel").first.evaluate("panel => getComputedStyle(panel, '::after').content")
    assert note == '"loading…"'
