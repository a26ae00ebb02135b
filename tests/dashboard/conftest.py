"""A venue with traders, and a real browser in front of its pages; both serve the tests of this folder and end with
them: while Playwright runs, its event loop is that of the thread, and no other test could have one.

Q1-USD … Q17-USD are instruments that no trader trades, each of one file: what its tests do there is all that happens.
Screenshots of the pages go to VENUE_SCREENSHOTS, or to bench-results/screenshots in the checkout.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.dashboard.desk import Desk
from tests.support.demo_process import ROOT, DemoProcess, running_demo
from tests.support.raw_fix import RawClient
from tests.support.waiting import wait_until

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
LAPTOP: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
PATIENCE_MS: Final = 20_000
QUIET: Final = """
[instruments.Q{number}-USD]
base = "Q{number}"
quote = "USD"
tick = "0.01"
lot = "0.001"
min_qty = "0.001"
max_qty = "100000"
"""

Theme: TypeAlias = Literal["dark", "light"]
OpenPage: TypeAlias = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        reason = "there is no Chromium: `apt-get install chromium` (make test does so where it may), then run again"
        for item in items:
            if "dashboard" in str(item.path) and "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    folder = tmp_path_factory.mktemp("dashboard")
    quiet = "".join(QUIET.format(number=number) for number in range(1, 18))
    config = folder / "venue.toml"
    config.write_text((ROOT / "config" / "demo.toml").read_text() + quiet)
    with running_demo(config, folder / "data", 30, VENUE_RECORDER__ENABLED="true") as process:
        ready = f"{process.root}/api/v3/readiness"
        wait_until(lambda: httpx.get(ready, timeout=60).is_success, "the admin API is ready", 60)
        yield process


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, demo: DemoProcess) -> Iterator[OpenPage]:
    """open_page("/accounts", phone=True, theme="light") is a page whose figures are live; each test's own, closed
    with it. A page that reports an error of its scripts, or of its policy, fails the test. `clock`: the test may turn
    the page's clock forward; `silent`: its WebSocket never opens."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def start(
        path: str = "/",
        *,
        phone: bool = False,
        theme: Theme = "dark",
        wait: bool = True,
        clock: bool = False,
        silent: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else LAPTOP, color_scheme=theme, has_touch=phone, base_url=demo.root
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{path}: {error}"))
        page.on("console", lambda told: errors.append(f"{path}: {told.text}") if _is_our_fault(told) else None)
        if clock:
            page.clock.install()
        if silent:
            page.add_init_script(
                "window.WebSocket = class { static OPEN = 1; readyState = 0; addEventListener() {} close() {} };"
            )
        page.goto(path)
        if wait:
            page.wait_for_selector("html[data-link=live]")
        return page

    yield start
    for context in contexts:
        context.close()
    assert not errors


def _is_our_fault(told: object) -> bool:
    """A refused request is an error for the browser's console; what was refused is for the test to say."""
    text = getattr(told, "text", "")
    return getattr(told, "type", "") == "error" and not text.startswith(
        ("Failed to load resource", "WebSocket connection")
    )


@pytest.fixture(scope="package")
def screenshots() -> Path:
    folder = Path(os.environ.get("VENUE_SCREENSHOTS") or ROOT / "bench-results" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def http(demo: DemoProcess) -> Iterator[httpx.Client]:
    """An operator without a key, asking below /api/v3."""
    with httpx.Client(base_url=f"{demo.root}/api/v3", timeout=30) as client:
        yield client


@pytest.fixture(scope="package")
def desk(http: httpx.Client) -> Desk:
    return Desk(http)


@pytest.fixture
def log_on(demo: DemoProcess) -> Iterator[Callable[[str], RawClient]]:
    """FIX sessions of this test, ended with it."""
    clients: list[RawClient] = []

    def start(comp_id: str) -> RawClient:
        client = RawClient(demo.fix_port, comp_id)
        clients.append(client)
        client.log_on_when_free()
        return client

    yield start
    for client in clients:
        client.close()
