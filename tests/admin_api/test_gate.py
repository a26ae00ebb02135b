"""What every request passes before it is answered, and how everything leaves: a bound on each, a problem for each."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from admin_api.http_protocol import ARRIVAL_S
from tests.admin_api.answers import refusal, told
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until

PAGE: Final = "https://desk.example.com"
JSON: Final = {"Content-Type": "application/json"}
SAFE: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.fixture(scope="module")
def open_to_a_page(venue: VenueProcess) -> Iterator[ApiProcess]:
    """An API that one page of another origin may ask, and that is reached by a name."""
    with running_api(venue, cors_origins=[PAGE], allowed_hosts=["venue.example.com"]) as process:
        yield process


@pytest.fixture(scope="module")
def slow(venue: VenueProcess) -> Iterator[ApiProcess]:
    """An API that takes five requests a second of each caller."""
    with running_api(venue, requests_per_s_max=5) as process:
        yield process


@pytest.mark.parametrize(
    "host", ["evil.example.com", "evil.example.com:8000", "", "127.0.0.1.nip.io", "[::1", "2130706433"]
)
def test_a_name_we_are_not_reached_by_is_refused(http: httpx.Client, host: str) -> None:
    """DNS rebinding: a page whose own name points to 127.0.0.1 is told by its Host."""
    assert refusal(http.get("/instruments", headers={"Host": host}))[:2] == (403, "origin")


def test_our_names_are_let_in(http: httpx.Client, open_to_a_page: ApiProcess) -> None:
    """localhost, the address itself, and the names that are configured; the port does not matter."""
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8000"):
        assert told(http.get("/health", headers={"Host": host}))
    with open_to_a_page.client() as client:
        assert told(client.get("/health", headers={"Host": "venue.example.com"}))


def test_two_hosts_are_none(api: ApiProcess) -> None:
    """A proxy could have looked at the other one (RFC 9112, 3.2)."""
    answer = spoken(api, b"GET /api/v3/health HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_of_another_site_may_not_ask(http: httpx.Client, method: str, headers: dict[str, str]) -> None:
    """Who asks without a key is an operator here, and any page could tell his browser to ask."""
    asked = {"Access-Control-Request-Method": "POST"} if method == "OPTIONS" else {}
    assert refusal(http.request(method, "/kill-switches", headers=headers | asked))[:2] == (403, "origin")


def test_our_own_page_and_a_link_to_it_are_let_in(api: ApiProcess, http: httpx.Client) -> None:
    """The documents ask from our own origin; a person may come to them from anywhere."""
    assert told(http.get("/health", headers={"Origin": api.root, "Sec-Fetch-Site": "same-origin"}))
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert httpx.get(f"{api.root}/docs", headers=link).status_code == 200
    form = httpx.post(f"{api.url}/kill-switches", headers=link)
    assert refusal(form)[:2] == (403, "origin")


def test_a_configured_page_may_ask_and_read(open_to_a_page: ApiProcess) -> None:
    """CORS: its preflight is answered, its answers and its problems may be read; no other page's are."""
    with open_to_a_page.client() as client:
        asked = {
            "Origin": PAGE,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type",
        }
        preflight = client.options("/kill-switches/venue", headers=asked)
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, PAGE)
        for path in ("/health", "/nothing"):
            answer = client.get(path, headers={"Origin": PAGE})
            assert answer.headers["access-control-allow-origin"] == PAGE
        assert "access-control-allow-origin" not in client.get("/health").headers
        assert refusal(client.get("/health", headers={"Origin": f"{PAGE}.evil.com"}))[:2] == (403, "origin")


@pytest.mark.parametrize(
    ("ask", "status", "reason"),
    [
        (lambda http: http.post("/orders", content=b"{}" + b" " * 70_000, headers=JSON), 413, "too_large"),
        (lambda http: http.post("/orders", content=iter([b"[" * 40_000] * 2), headers=JSON), 413, "too_large"),
        (lambda http: http.get("/instruments", params={"x": "y" * 5_000}), 413, "too_large"),
        (lambda http: http.get("/instruments", headers={"X-Long": "y" * 20_000}), 413, "too_large"),
        (lambda http: http.post("/orders", content=b"a=b"), 415, "media_type"),
        (lambda http: http.post("/orders", data={"a": "b"}), 415, "media_type"),
        (
            lambda http: http.post("/orders", content=b"{}", headers=JSON | {"Content-Encoding": "gzip"}),
            415,
            "media_type",
        ),
        (lambda http: http.post("/orders", content=b"{", headers=JSON), 400, "malformed"),
        (lambda http: http.post("/orders", content=b"\xff\xfe", headers=JSON), 400, "malformed"),
        (lambda http: http.post("/orders", content=b"[" * 30_000, headers=JSON), 400, "malformed"),
        (lambda http: http.post("/orders", content=b'{"\\ud800": "\\ud800"}', headers=JSON), 422, "bad_value"),
        (lambda http: http.post("/orders", content=b"NaN", headers=JSON), 422, "bad_value"),
        (lambda http: http.get("/instruments", params={"symbols": "A"}), 422, "bad_value"),
        (lambda http: http.get("/nothing"), 404, "not_found"),
        (lambda http: http.get("/orders/%00%ff"), 404, "not_found"),
        (lambda http: http.delete("/instruments"), 405, "method_not_allowed"),
        (lambda http: http.request("TRACE", "/instruments"), 405, "method_not_allowed"),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    http: httpx.Client, ask: Callable[[httpx.Client], httpx.Response], status: int, reason: str
) -> None:
    """Whatever is wrong with a request, the answer has the same form, and the same safe headers."""
    answer = ask(http)
    assert refusal(answer)[:2] == (status, reason)
    assert SAFE.items() <= answer.headers.items()


def test_what_is_no_http_is_a_problem_too(api: ApiProcess) -> None:
    """And the connection ends."""
    answer = spoken(api, b"EHLO venue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert json.loads(body)["reason"] == "malformed"


def test_a_head_without_end_ends_the_connection(api: ApiProcess, http: httpx.Client) -> None:
    """What somebody sends for ever is not kept for ever."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
        connection.sendall(b"GET /api/v3/health HTTP/1.1\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(b"X-Long: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 1_000_000)
    assert told(http.get("/health"))


def test_trailers_without_end_end_the_connection(api: ApiProcess, http: httpx.Client) -> None:
    """What may stand behind a chunked body (RFC 9112, 7.1.2) is bounded as the head is."""
    head = b"POST /api/v3/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(b"X-Trailer: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 1_000_000)
    assert told(http.get("/health"))


def test_a_request_that_does_not_arrive_ends_the_connection(api: ApiProcess) -> None:
    """A byte now and then would hold a connection for ever."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=3 * ARRIVAL_S) as connection:
        connection.sendall(b"GET /api/v3/health HTTP/1.1\r\nHost: localh")
        assert connection.recv(1) == b""


def test_empty_lines_between_requests_hold_no_connection(api: ApiProcess) -> None:
    """They are no request (RFC 9112, 2.2): who sends nothing else is let go, who goes on is answered."""
    request = b"GET /api/v3/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", api.port), timeout=3 * ARRIVAL_S) as connection:
        for separator in (b"", b"\r\n", b"\n"):
            connection.sendall(separator)
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b'{"status":"ok"}'):
                answer += connection.recv(65_536)
        connection.sendall(b"\r\n")
        assert connection.recv(1) == b""


def test_head_and_options_are_answered_for_every_path(http: httpx.Client) -> None:
    """HEAD as GET without the body, OPTIONS with what there is (RFC 9110, 9.3.2 and 9.3.7)."""
    head, got = http.head("/instruments"), http.get("/instruments")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    options = http.options("/accounts")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    refused = http.put("/accounts", json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert refusal(http.options("/nothing"))[:2] == (404, "not_found")


def test_every_answer_has_safe_headers(api: ApiProcess, http: httpx.Client) -> None:
    """No sniffing, no framing, no storing; the pages of the documents run their own scripts and nobody else's."""
    assert SAFE.items() <= http.get("/instruments").headers.items()
    page = httpx.get(f"{api.root}/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'self' 'unsafe-inline' data:;")
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page.text)


def test_who_asks_too_often_is_told_when_to_come_back(slow: ApiProcess) -> None:
    """A bucket for each key, and one for the address of those without; one does not empty another's."""
    token = slow.add_key("patient", "viewer")
    with slow.client() as anonymous, slow.client(token) as patient:
        answers = [anonymous.get("/health") for _ in range(50)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) > 20
        assert refusal(refused[0])[1] == "rate_limit"
        assert refused[0].headers["retry-after"] == "1"
        assert patient.get("/instruments").is_success
        wait_until(lambda: anonymous.get("/health").is_success, "the bucket has filled again", 10)


def test_wrong_keys_are_throttled_hard_and_right_ones_are_not(http: httpx.Client, api: ApiProcess) -> None:
    """Who tries keys is put off; who shares his address is not locked out."""
    token = api.add_key("rightful", "viewer")
    with api.client("venue_wrong") as guessing, api.client(token) as rightful:
        statuses = [guessing.get("/instruments").status_code for _ in range(40)]
        assert statuses[0] == 401
        assert statuses.count(429) >= 15
        assert guessing.get("/instruments").headers["retry-after"]
        assert rightful.get("/instruments").is_success
    assert told(http.get("/health"))


def test_a_caller_behind_a_proxy_of_this_machine_is_not_of_this_machine(http: httpx.Client) -> None:
    """What it passes on may come from anywhere: nobody is an operator by the address of a proxy."""
    for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"):
        assert refusal(http.get("/accounts", headers={header: "203.0.113.9"}))[:2] == (401, "unauthenticated")


def test_the_log_has_a_line_for_each_request_and_nothing_secret(venue: VenueProcess, tmp_path: Path) -> None:
    """Method, route, status, duration, who; no key, no header, no body, no query."""
    log = tmp_path / "admin.log"
    with running_api(venue, log_file=log) as api:
        token = api.add_key("secretive", "operator")
        with api.client(token) as client:
            client.get("/instruments", params={"secret": "query-4711"})
            client.patch("/accounts/MAKER", json={"firm": "FIRM-4711", "why": "for the audit"})
            client.get("/orders", headers={"Authorization": "Bearer venue_wrong-4711"})
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    asked = [line for line in lines if line["logger"] == "admin_api.access" and line["principal"] == "secretive"]
    assert [(line["method"], line["route"], line["status"]) for line in asked] == [
        ("GET", "list_instruments", 422),
        ("PATCH", "change_account", 200),
    ]
    assert all(line["journal_seq"] > 0 and line["duration_ms"] > 0 for line in asked)
    (audited,) = (line for line in lines if line["logger"] == "admin_api.audit" and line["by"] == "secretive")
    assert (audited["action"], audited["subject"], audited["why"]) == ("account", "MAKER", "for the audit")
    assert token not in text
    assert "query-4711" not in text
    assert "venue_wrong-4711" not in text


def test_the_audit_log_tells_of_keys_too(venue: VenueProcess, tmp_path: Path) -> None:
    """They are made and revoked past this process, which sees it within seconds; a token is told nobody."""
    log = tmp_path / "admin.log"

    def told_of_keys() -> list[tuple[str, str, str]]:
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        return [(line["event"], line["by"], line["why"]) for line in lines if line.get("action") == "key"]

    with running_api(venue, log_file=log) as api:
        token = api.add_key("passing", "operator")
        wait_until(lambda: bool(told_of_keys()), "the new key is told", 10)
        api.revoke_key("passing")
        wait_until(lambda: len(told_of_keys()) == 2, "its revocation is told", 10)
    assert told_of_keys() == [
        ("key passing (operator) is made", "tests", "a key"),
        ("key passing (operator) is revoked", "tests", "it is not needed"),
    ]
    assert token not in log.read_text()


def spoken(api: ApiProcess, request: bytes) -> bytes:
    """What is answered to these bytes, until the connection ends."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
        return answer
