"""Who may ask what: every route and every channel, by every kind of caller.

What is allowed is asked with nothing in it, so that it does nothing: whatever comes of it, it is no 401 and no 403.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from admin_api.access import RULES, Access
from tests.admin_api.answers import told
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import VenueProcess

NOBODY: Final = "nobody"
MAY: Final = {  # in the order of the table's own roles
    Access.PUBLIC: {NOBODY, "viewer", "trader", "foreign", "operator"},
    Access.VIEW: {"viewer", "trader", "foreign", "operator"},
    Access.TRADE: {"trader", "foreign", "operator"},
    Access.OPERATE: {"operator"},
}
PAGES: Final = {
    "custom_swagger_ui_html",
    "swagger_ui_redirect",
    "page",
    "sign_in_page",
    "asset",
}  # no part of the API, and public
NAMES: Final = {"account": "MAKER", "symbol": "S001-USD", "currency": "USD", "scope": "account", "name": "MAKER"}


@pytest.fixture(scope="module")
def closed(venue: VenueProcess) -> Iterator[ApiProcess]:
    """An API that asks everybody for a key."""
    with running_api(venue, anonymous="none") as process:
        yield process


@pytest.fixture(scope="module")
def tokens(closed: ApiProcess) -> dict[str, str]:
    """The callers' keys: "trader" is MAKER's, "foreign" TAKER's."""
    return {
        NOBODY: "",
        "viewer": closed.add_key("viewer", "viewer"),
        "trader": closed.add_key("trader", "trader", "MAKER"),
        "foreign": closed.add_key("foreign", "trader", "TAKER"),
        "operator": closed.add_key("operator", "operator"),
    }


@pytest.fixture(scope="module")
def operations(closed: ApiProcess) -> dict[str, tuple[str, str]]:
    """Method and path of each operation of the OpenAPI document, by name."""
    document = told(httpx.get(f"{closed.root}/openapi.json"))
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def asked(closed: ApiProcess, token: str, method: str, path: str) -> httpx.Response:
    """A request without anything in it: what it would do cannot be done."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    place = re.sub(r"{(\w+)}", lambda found: NAMES.get(found[1], "0"), path)
    return httpx.request(method, closed.root + place, headers=headers, timeout=30, **body)


def test_every_route_has_a_rule_and_every_rule_a_route(operations: dict[str, tuple[str, str]]) -> None:
    """A route that nobody thought about is found here, and so is a rule for one that is gone."""
    streams = {name for name in RULES if name.startswith(("stream", "channel_", "no_stream"))}
    assert set(operations) == set(RULES) - streams - PAGES


@pytest.mark.parametrize("caller", [NOBODY, "viewer", "trader", "foreign", "operator"])
def test_each_caller_is_let_in_where_the_table_says_so_and_nowhere_else(
    closed: ApiProcess, tokens: dict[str, str], operations: dict[str, tuple[str, str]], caller: str
) -> None:
    """401 without a key, 403 with one whose role is too small."""
    wrong = {}
    for name, (method, path) in operations.items():
        answer = asked(closed, tokens[caller], method, path)
        expected = "admitted" if caller in MAY[RULES[name]] else "unauthenticated" if caller == NOBODY else "role"
        if caller == "foreign" and RULES[name] is Access.TRADE and "{account}" in path:
            expected = "account"
        if _outcome(answer) != expected:
            wrong[name] = (expected, answer.status_code, answer.text)
    assert wrong == {}


def _outcome(answer: httpx.Response) -> str:
    if answer.status_code == 401:
        return "unauthenticated"
    if answer.status_code == 403:
        return "account" if answer.json()["detail"].startswith("account was MAKER") else "role"
    assert answer.status_code < 500 or answer.json()["reason"] == "unavailable", answer.text
    return "admitted"


@pytest.mark.parametrize("caller", [NOBODY, "viewer"])
@pytest.mark.parametrize("path", ["/ws/trades", "/ws/orderbook/S001-USD", "/ws/bbo/S001-USD", "/ws/analytics/S001-USD"])
def test_a_stream_is_opened_by_who_may_see_it(
    closed: ApiProcess, tokens: dict[str, str], caller: str, path: str
) -> None:
    """The handshake itself is answered with the problem."""
    headers = {"Authorization": f"Bearer {tokens[caller]}"} if tokens[caller] else {}
    url = closed.root.replace("http", "ws") + path
    if caller == NOBODY:
        with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers):
            pass
        assert refused.value.response.status_code == 401
    else:
        with connect(url, additional_headers=headers) as stream:
            assert stream.recv(timeout=10)


def test_a_revoked_key_is_let_in_no_more(closed: ApiProcess) -> None:
    """From the next request on, without a restart; its name may be given again, to another token."""
    token = closed.add_key("brief", "viewer")
    with closed.client(token) as client:
        assert client.get("/instruments").is_success
        closed.revoke_key("brief")
        assert client.get("/instruments").status_code == 401
    with closed.client(closed.add_key("brief", "viewer")) as client:
        assert client.get("/instruments").is_success
