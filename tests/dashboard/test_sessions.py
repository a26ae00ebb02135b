"""The sessions page: how each session is, its last messages, and what an operator does to it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.dashboard.conftest import OpenPage
from tests.dashboard.desk import Desk
from tests.dashboard.test_orders import answer, enter
from tests.support.raw_fix import RawClient
from tests.support.waiting import wait_until


def test_every_session_tells_its_state_numbers_rates_and_queue(open_page: OpenPage, desk: Desk) -> None:
    """Those that are logged on first; API keys have a list of their own."""
    page = open_page("/sessions")
    busy = page.locator("tr[data-session=MM1]")
    expect(busy).to_contain_text("logged on")
    expect(busy.locator("td").nth(2)).not_to_have_text("0")
    sessions = [one for one in desk.get("/sessions")["sessions"] if one["fix"]]
    expect(page.locator("#sessions tr")).to_have_count(len(sessions))
    page.click("[data-which=on]")
    expect(page.locator("#sessions tr", has_text="away")).to_have_count(0)
    page.click("[data-which=api]")
    expect(page.locator("#sessions tr", has_text="logged on")).to_have_count(0)


def test_the_last_messages_of_a_session_are_decoded(
    open_page: OpenPage, log_on: Callable[[str], RawClient], screenshots: Path
) -> None:
    """Both ways, newest first; heartbeats only if asked for; held while somebody reads."""
    fix = log_on("DEMO7")
    enter(fix, "seen-1", "Q14-USD", "1", "70")
    page = open_page("/sessions/DEMO7")
    page.click("[data-which=fix]")
    messages = page.locator("#messages details")
    expect(messages.first).to_contain_text("ExecutionReport")
    sent = page.locator("#messages details", has_text="NewOrderSingle").first
    sent.locator("summary").click()
    expect(sent.locator("tr", has_text="ClOrdID")).to_contain_text("seen-1")
    expect(sent.locator("tr", has_text="OrdType")).to_contain_text("limit")
    fix.send("1", TestReqID="hello")
    assert fix.receive() is not None
    expect(page.locator("#messages [data-type='1']")).to_have_count(0)
    page.check("#heartbeats")
    expect(page.locator("#messages [data-type='1']").first).to_be_attached()
    expect(page.locator("#facts")).to_contain_text("Next MsgSeqNum in")
    page.screenshot(path=screenshots / "sessions.png")
    page.check("#hold")
    count = messages.count()
    enter(fix, "seen-2", "Q14-USD", "1", "70")
    with page.expect_response("**/api/v3/sessions"):
        pass
    assert messages.count() == count
    page.uncheck("#hold")
    expect(page.locator("#messages details", has_text="NewOrderSingle")).to_have_count(2)


def test_an_operator_cancels_logs_out_kills_and_resets(
    open_page: OpenPage, desk: Desk, log_on: Callable[[str], RawClient]
) -> None:
    """Each asks and says why, and the session feels it."""
    fix = log_on("DEMO8")
    order_id = enter(fix, "mine-1", "Q14-USD", "1", "60")
    page = open_page("/sessions/DEMO8")
    expect(page.locator("#state")).to_have_text("logged on")
    page.click("#cancel-all")
    answer(page, "lost control")
    expect(page.locator(".notice")).to_contain_text("1 orders of DEMO8 canceled")
    assert desk.get(f"/orders/{order_id}")["status"] == "canceled"
    page.click("#kill")
    answer(page, "still lost")
    expect(page.locator("#state")).to_have_text("killed")
    expect(page.locator("#kill")).to_have_text("Release kill switch…")
    page.click("#kill")
    answer(page, "found again")
    expect(page.locator("#state")).to_have_text("logged on")
    page.click("#log-out")
    answer(page, "maintenance")
    expect(page.locator("#state")).to_have_text("away")
    expect(page.locator("#log-out")).to_be_hidden()
    page.click("#reset")
    answer(page, "their store is lost")
    wait_until(lambda: desk.get("/sessions/DEMO8")["fix"]["next_sender_seq"] == 1, "DEMO8 begins anew")
    actions = [(row["action"], row["why"]) for row in desk.get("/audit", limit=5)["actions"]]
    assert {"lost control", "still lost", "found again", "maintenance", "their store is lost"} == {
        why for _, why in actions
    }


def test_a_session_there_is_not_is_told_as_that(open_page: OpenPage) -> None:
    page = open_page("/sessions/NOBODY", phone=True)
    expect(page.locator("#unknown")).to_contain_text("There is no session NOBODY.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
