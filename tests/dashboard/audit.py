"""What of WCAG 2.2 AA can be measured on a page: contrast, names, sizes, order; by audit.js, inside the browser.

Sources: success criteria 1.4.3 (contrast of text), 1.4.10 (reflow), 2.4.7 (focus visible), 2.5.8 (target size),
3.3.2 and 4.1.2 (labels and names), 2.4.2 (title), 3.1.1 (language).
"""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

TAB_STOPS: Final = 25
_SCRIPT: Final = (Path(__file__).parent / "audit.js").read_text()


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it is now; nothing: nothing that can be measured."""
    found: list[str] = _asked(page, "faults")
    return found


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways; tables may, in a place of their own."""
    found: list[str] = _asked(page, "tooWide")
    return found


def tab_stops(page: Page) -> list[tuple[str, bool]]:
    """What the Tab key comes to after the skip link, and whether it is seen that the focus is there."""
    page.focus(".skip")
    found: list[tuple[str, bool]] = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        name, is_visible = _asked(page, "focused")
        if name.startswith("BODY"):  # behind the last one
            break
        found.append((name, is_visible))
    return found


def _asked(page: Page, function: str) -> Any:
    return page.evaluate(f"{_SCRIPT.partition(chr(10))[2].strip()}.{function}()")
