"""Signing in: an API key becomes a cookie, the cookie its role, on every page and in every stream."""

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.dashboard.conftest import OpenPage
from tests.support.demo_process import DemoProcess
from venue.journal.remote import RemoteJournal
from venue.keys import Role, add_key, revoke_key, session_of
from venue.messages import SetSession


@pytest.fixture
def anew(demo: DemoProcess) -> Iterator[httpx.Client]:
    """A client without a cookie, asking below /api/v3."""
    with httpx.Client(base_url=f"{demo.root}/api/v3", timeout=30) as client:
        yield client


def key_of(demo: DemoProcess, name: str, role: Role, *trades: str) -> str:
    token = add_key(demo.data, name, role, time.time_ns(), by="tests", why="a key")
    if trades:
        with RemoteJournal(demo.data) as journal:
            journal.append([SetSession(session_of(name), trades, (), by="tests", why="a key")])
    return token


def sign_in(client: httpx.Client, token: str) -> httpx.Response:
    answer = client.post("/sign-in", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer


def test_a_key_is_given_once_and_the_cookie_has_its_role(demo: DemoProcess, anew: httpx.Client) -> None:
    """The cookie is HttpOnly, SameSite=Strict and named by the port; signed out, it is nobody's."""
    answer = sign_in(anew, key_of(demo, "cookie", "viewer"))
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"venue_sign_in_{demo.api_port}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert anew.get("/sign-in").json() == {
        "name": "cookie", "role": "viewer", "trades": [], "watches": [], "has_signed_in": True,
    }  # fmt: skip
    assert anew.get("/accounts").json()["reason"] == "role_missing"
    kept = dict(anew.cookies)
    assert anew.delete("/sign-in").status_code == httpx.codes.NO_CONTENT
    assert "venue_sign_in" not in str(anew.cookies)
    assert httpx.get(f"{anew.base_url}sign-in", cookies=kept).json()["reason"] == "unauthenticated"


def test_a_cookie_counts_for_no_other_origin_and_ends_with_its_key(demo: DemoProcess, anew: httpx.Client) -> None:
    """Another origin's page is refused before; without a key nobody signs in; a revoked key's cookie is nobody's."""
    assert anew.post("/sign-in").json()["reason"] == "unauthenticated"
    sign_in(anew, key_of(demo, "ended", "viewer"))
    foreign = anew.get("/sign-in", headers={"Origin": f"http://evil.example:{demo.api_port}"})
    assert foreign.json()["reason"] == "origin"
    same_site = anew.get("/sign-in", headers={"Origin": f"http://localhost:{demo.api_port + 1}"})
    assert same_site.json()["reason"] == "origin"
    revoke_key(demo.data, "ended", time.time_ns(), by="tests", why="it is not needed")
    assert anew.get("/sign-in").json()["reason"] == "unauthenticated"
    key_of(demo, "ended", "viewer")  # another key of the same name does not let the cookie in again
    assert anew.get("/sign-in").json()["reason"] == "unauthenticated"


def test_a_stream_ends_with_the_sign_in_that_opened_it(demo: DemoProcess, anew: httpx.Client) -> None:
    """Within a round of the hub, though the page is still open."""
    sign_in(anew, key_of(demo, "streams", "viewer"))
    cookie = "; ".join(f"{name}={value}" for name, value in anew.cookies.items())
    with connect(f"ws://localhost:{demo.api_port}/ws", additional_headers={"Cookie": cookie}) as stream:
        anew.delete("/sign-in")
        with pytest.raises(ConnectionClosed) as ended:
            stream.recv(timeout=10)
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (1008, "unauthenticated: signed out")


def test_a_trader_signs_in_sees_his_accounts_and_signs_out(demo: DemoProcess, open_page: OpenPage) -> None:
    """A wrong key is said to be wrong; what the role may not see is not there; nobody is shown the way to sign in."""
    token = key_of(demo, "desk7", "trader", "DEMO7")
    page = open_page("/")
    page.click("#sign")
    page.wait_for_url("**/sign-in")
    page.fill("#key", "venue_wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key-error")).to_have_text("the API key is unknown or revoked")
    page.fill("#key", token)
    page.keyboard.press("Enter")
    page.wait_for_url(demo.root + "/")
    expect(page.locator("#who")).to_have_text("desk7, trader")
    expect(page.locator("nav a")).to_have_text(["Overview", "Market", "Orders", "Accounts"])
    page.goto("/market/Q17-USD")
    expect(page.locator("#t-account option")).to_have_text(["DEMO7"])
    expect(page.locator("#controls")).to_be_hidden()
    page.goto("/accounts/DEMO7")
    expect(page.locator("#accounts li")).to_have_count(1)
    expect(page.locator("#kill-controls")).to_be_hidden()
    answer = page.goto("/system")
    assert answer is not None
    assert answer.status == httpx.codes.FORBIDDEN
    expect(page.locator("h1")).to_have_text("Not for this role")
    page.click("#sign")
    page.wait_for_url("**/sign-in")
    expect(page.locator("#without-key")).to_be_visible()


def test_who_is_signed_out_elsewhere_is_shown_the_way_in(demo: DemoProcess, open_page: OpenPage) -> None:
    """An open page whose key is revoked goes to the sign-in, and comes back where it was."""
    page = open_page("/")
    token = key_of(demo, "gone", "operator")
    page.evaluate("key => fetch('/api/v3/sign-in', {method: 'POST', headers: {Authorization: `Bearer ${key}`}})", token)
    page.goto("/accounts/DEMO1")
    expect(page.locator("#who")).to_have_text("gone, operator")
    page.wait_for_selector("html[data-link=live]")
    revoke_key(demo.data, "gone", time.time_ns(), by="tests", why="it is not needed")
    page.wait_for_url("**/sign-in?next=%2Faccounts%2FDEMO1")
    expect(page.locator("h1")).to_have_text("Sign in")
    assert not page.context.cookies()
