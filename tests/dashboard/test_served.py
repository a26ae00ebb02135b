"""Pages and their files as they are sent: what their policy allows, what is kept, and what nobody gets."""

import gzip
import re
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from admin_api.dashboard.pages import PAGES
from tests.admin_api.conftest import module_folder, venue  # noqa: F401 - fixtures: a venue that asks for keys
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import VenueProcess

ALLOWED: Final = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types",
}


@pytest.fixture(scope="module")
def api(venue: VenueProcess) -> Iterator[ApiProcess]:  # noqa: F811 - the fixture
    with running_api(venue, anonymous="none") as process:
        yield process


@pytest.fixture(scope="module")
def signed_in(api: ApiProcess) -> Iterator[httpx.Client]:
    """Signed in as operator; without the header, as a browser is."""
    with httpx.Client(base_url=api.root, timeout=30) as client:
        token = api.add_key("pages", "operator")
        assert client.post("/api/v3/sign-in", headers={"Authorization": f"Bearer {token}"}).is_success
        yield client


def test_every_page_is_sent_with_a_policy_that_allows_files_of_ours_only(signed_in: httpx.Client) -> None:
    """No script or style in the page, nothing from elsewhere, no frame around it; it is never kept."""
    for page in PAGES:
        answer = signed_in.get(page.paths[-1].format(symbol="BTC-USD", order_id="1", account="MAKER", session="MAKER"))
        assert answer.status_code == httpx.codes.OK
        assert set(answer.headers["content-security-policy"].split("; ")) == ALLOWED
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert f"<title>{page.title} " in answer.text
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", answer.text)


def test_the_files_of_a_page_are_kept_for_ever_and_of_another_version_there_are_none(signed_in: httpx.Client) -> None:
    """Their address has a hash of them all; gzip for who takes it."""
    places = re.findall(r'(?:src|href)="(/dashboard/[^"]+)"', signed_in.get("/").text)
    assert len(places) >= 6
    for place in places:
        answer = signed_in.get(place)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        plain = signed_in.get(place, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content
        other = re.sub(r"/dashboard/\w+/", "/dashboard/0123456789abcdef/", place)
        assert signed_in.get(other).json()["reason"] == "not_found"
    version = places[0].split("/")[2]
    for name in ("shell.html", "..%2Fpages.py", "js%2F..%2F..%2Fpages.py", "pages/overview.html", ""):
        assert signed_in.get(f"/dashboard/{version}/{name}").status_code == httpx.codes.NOT_FOUND


def test_gzipped_files_are_what_the_folder_has() -> None:
    """Read once, at the start."""
    from admin_api.dashboard.assets import STATIC, Assets

    found = Assets().find("js/stream.js")
    assert found is not None
    assert gzip.decompress(found.zipped) == found.body == (STATIC / "js" / "stream.js").read_bytes()
    assert Assets().find("shell.html") is None


def test_nobody_is_shown_the_way_to_sign_in_and_back(api: ApiProcess) -> None:
    """A page without a caller leads to the sign-in, which needs none; what comes back is text, not HTML."""
    for path in ("/", "/market/BTC-USD", "/system"):
        answer = httpx.get(api.root + path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")
    page = httpx.get(f"{api.root}/sign-in", params={"next": '"><script>alert(1)</script>'})
    assert page.status_code == httpx.codes.OK
    assert "alert(1)" not in page.text
    assert 'data-anonymous="none"' in page.text


def test_a_page_for_a_larger_role_is_refused_in_words(api: ApiProcess) -> None:
    """403, with the navigation of what the role may see."""
    headers = {"Authorization": f"Bearer {api.add_key('looks', 'viewer')}"}
    for path in ("/accounts", "/orders", "/sessions", "/system"):
        answer = httpx.get(api.root + path, headers=headers)
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert "Not for this role" in answer.text
        assert re.findall(r'<li><a href="([^"]+)"', answer.text) == ["/", "/market"]
