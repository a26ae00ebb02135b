"""The system page: journal, alerts, snapshots, verifying, replaying, the audit trail."""

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk
from tests.dashboard.test_orders import answer

PROCESS_MS = 60_000  # a process of its own has to start, on a busy machine


def test_the_journal_moves_on_and_alerts_come_and_go(open_page: OpenPage, desk: Desk) -> None:
    """A halted instrument is an alert within seconds, and none any more once it is open."""
    page = open_page("/system")
    position = page.locator("#journal-last")
    expect(position).not_to_have_text("–")
    before = position.inner_text()
    expect(position).not_to_have_text(before)
    desk.put("/trading-states/Q15-USD", state="halted", why="news pending")
    alert = page.locator("[data-alert=instrument_halted]", has_text="Q15-USD")
    expect(alert).to_contain_text("warning")
    expect(alert).to_contain_text("until an operator changes it")
    desk.put("/trading-states/Q15-USD", state="open", why="told")
    expect(alert).to_have_count(0)
    expect(page.locator("#history")).not_to_have_text("away")


def test_a_snapshot_is_taken_and_what_is_kept_verified(open_page: OpenPage, desk: Desk) -> None:
    """The one asks why, the other does not; both run beside the venue, and the page says what came of it."""
    page = open_page("/system")
    page.click("#take")
    answer(page, "before the release")
    expect(page.locator("#take-note")).to_contain_text("state hash", timeout=PROCESS_MS)
    newest = desk.get("/snapshots")["snapshots"][0]["snapshot_seq"]
    expect(page.locator("#newest")).to_have_text(f"{newest:,}")
    expect(page.locator("#snapshots tr", has_text=f"{newest:,}")).to_contain_text("yes")
    page.click("#verify")
    expect(page.locator("#verify-progress")).to_be_visible()
    expect(page.locator("#verify-badge")).to_have_text("nothing differs", timeout=PROCESS_MS)
    expect(page.locator("#verify-lines")).to_contain_text("the history is what the journal gives")
    expect(page.locator("#verify")).to_be_enabled()


def test_the_book_as_it_was_is_replayed_and_stepped_through(open_page: OpenPage, desk: Desk, screenshots: Path) -> None:
    """From an order's page: the book it met; one command on it is in it."""
    desk.order("DEMO1", "buy", "1", "Q15-USD", "50")
    order_id = desk.order("DEMO2", "buy", "2", "Q15-USD", "51")
    page = open_page(f"/system?before_order={order_id}#replay")
    expect(page.locator("#replayed")).to_be_visible(timeout=PROCESS_MS)
    page.select_option("#replay-symbol", "Q15-USD")
    bids = page.locator("#replay-book td:nth-child(3)")
    expect(bids).to_have_text(["50.00"])
    expect(page.locator("#replay-command")).to_contain_text("lots Q15-USD limit 5100")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=screenshots / "system.png", full_page=True)
    seq = desk.get(f"/history/orders/{order_id}")["order"]["entered_seq"]
    page.select_option("#moment", "until_seq")
    page.fill("#moment-value", str(seq - 1))
    page.click("#replay-go")
    expect(page.locator("#step-on")).to_be_enabled(timeout=PROCESS_MS)
    page.click("#step-on")
    expect(bids).to_have_text(["51.00", "50.00"], timeout=PROCESS_MS)
    expect(page.locator("#moment-value")).to_have_value(str(seq))
    page.fill("#moment-value", "tomorrow")
    page.click("#replay-go")
    expect(page.locator("#moment-error")).to_contain_text("whole number")
    page.fill("#moment-value", "999999999")
    page.click("#replay-go")
    expect(page.locator("#moment-error")).to_contain_text("must be at most")


def test_the_audit_trail_is_filtered_paged_and_exported(open_page: OpenPage, desk: Desk, tmp_path: Path) -> None:
    """Who did what and why, newest first; the CSV comes from the history, and has all of it."""
    desk.put("/kill-switches/account/DEMO15", engaged=True, why="a drill, for the trail")
    desk.put("/kill-switches/account/DEMO15", engaged=False, why="the drill is over")
    page = open_page("/system")
    rows = page.locator("#audit tr")
    expect(rows.nth(20)).to_be_attached()
    page.click("#audit-older")
    expect(rows.nth(30)).to_be_attached()
    page.fill("#a-subject", "DEMO15")
    page.fill("#a-action", "kill")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("the drill is over")
    with page.expect_download() as started:
        page.click("#audit-csv")
    kept = tmp_path / "audit.csv"
    started.value.save_as(kept)
    assert [row["why"] for row in csv.DictReader(kept.read_text().splitlines())] == [
        "the drill is over",
        "a drill, for the trail",
    ]
    page.fill("#a-by", "nobody")
    expect(page.locator("#audit-state")).to_have_text("Nothing fits.")


def test_the_system_page_fits_a_phone(open_page: OpenPage, screenshots: Path) -> None:
    page = open_page("/system", phone=True, theme="light")
    expect(page.locator("#audit tr").nth(5)).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=screenshots / "system-phone.png")
