"""The figures for Prometheus: what they count after a known flow, and that dashboard and alerts use no other names."""

import json
import os
import re
import signal
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml  # type: ignore[import-untyped]  # it carries no types
from prometheus_client.parser import text_string_to_metric_families

from tests.admin_api.conftest import LogOn, Operate
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.support.api_process import ApiProcess
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue.fix.order_timer import SAMPLE_EVERY
from venue.journal.frames import VITALS
from venue.messages import (
    HALTED,
    OPEN,
    BustTrade,
    CancelOrder,
    ListInstrument,
    OrderAccepted,
    OrderTraded,
    ReplaceOrder,
    SetTradingState,
)

CONFIG: Final = Path(__file__).parents[2] / "config"
DASHBOARD: Final = json.loads((CONFIG / "grafana-dashboard.json").read_text())
ALERTS: Final = yaml.safe_load((CONFIG / "alerts.yml").read_text())
EXPRESSIONS: Final = [
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
    *(rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]),
    *(variable["query"] for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query"),
]
NAME: Final = re.compile(r"\b(?:venue|process|python)_\w+")
MATCHERS: Final = re.compile(r"\b(venue_\w+)\{([^}]*)\}")

Sample = tuple[str, frozenset[tuple[str, str]]]


def metrics_text(desk: Desk, http: httpx.Client | None = None) -> str:
    desk.wait()
    answer = (http or desk.http).get(str(desk.http.base_url.join("/metrics")))
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


def scraped(desk: Desk) -> dict[Sample, float]:
    """As Prometheus reads it."""
    families = text_string_to_metric_families(metrics_text(desk))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def of(metrics: dict[Sample, float], name: str, **labels: str) -> float:
    return metrics.get((name, frozenset(labels.items())), 0.0)


def grown(before: dict[Sample, float], after: dict[Sample, float], name: str, **labels: str) -> float:
    return of(after, name, **labels) - of(before, name, **labels)


def test_orders_and_trades_are_counted_by_symbol(desk: Desk, symbol: str) -> None:
    """Three orders, a replace, a cancel, a trade and its bust: each figure grows by as much."""
    before = scraped(desk)
    events = desk.enter(
        limit_order("MAKER", symbol, BUY, 30, 10_000),
        limit_order("MAKER", symbol, BUY, 20, 9_000),
        limit_order("TAKER", symbol, SELL, 15, 10_000),
    )
    _, second, _ = (event.order_id for event in events if isinstance(event, OrderAccepted))
    (trade_id,) = (event.trade_id for event in events if isinstance(event, OrderTraded))
    desk.enter(ReplaceOrder("MAKER", "MAKER", "metric-1", "", second, qty_lots=25))
    desk.enter(CancelOrder("MAKER", "MAKER", "metric-2", "", second), BustTrade(trade_id, "tests", "a bust"))
    after = scraped(desk)
    expected = {
        "venue_orders_total": 3,
        "venue_replaces_total": 1,
        "venue_cancels_total": 1,
        "venue_trades_total": 1,
        "venue_trade_amendments_total": 1,
        "venue_traded_quantity_total": 1.5,
        "venue_traded_notional_total": 150.0,
        "venue_expiries_total": 0,
    }
    assert {name: grown(before, after, name, symbol=symbol) for name in expected} == expected


def test_rejects_are_counted_by_reason(desk: Desk, symbol: str) -> None:
    """What was asked and why it was refused, in the names of the reason table."""
    before = scraped(desk)
    desk.enter(
        limit_order("MAKER", symbol, BUY, 1, 10_000),
        CancelOrder("MAKER", "MAKER", "metric-3", "nothing"),
        BustTrade(10**9, "tests", "no such trade"),
    )
    after = scraped(desk)
    for request, reason in (("enter", "qty_too_small"), ("cancel", "unknown_order"), ("operation", "unknown_trade")):
        assert grown(before, after, "venue_rejects_total", request=request, reason=reason) == 1


def test_requests_are_counted_by_route_and_status(desk: Desk) -> None:
    """A path with a name in it counts under its route; what no route is for counts as one."""
    before = scraped(desk)
    for path in ("/bbo/S001-USD", "/bbo/S002-USD", "/bbo/NONE", "/nothing/here", "/or/there"):
        desk.http.get(path)
    after = scraped(desk)
    counted = {
        (route, status): grown(before, after, "venue_rest_requests_total", route=route, status=status)
        for route, status in (("get_bbo", "200"), ("get_bbo", "404"), ("none", "404"))
    }
    assert counted == {("get_bbo", "200"): 2, ("get_bbo", "404"): 1, ("none", "404"): 2}
    assert grown(before, after, "venue_rest_latency_seconds_count", group="market data") == 3
    quantiles = [
        of(after, "venue_rest_latency_seconds", group="market data", quantile=at) for at in ("0.5", "0.99", "1")
    ]
    assert 0 < quantiles[0] <= quantiles[1] <= quantiles[2] < 10


def test_trading_state_is_told_by_symbol(desk: Desk, symbol: str) -> None:
    """One sample for each instrument: the state it is in."""
    desk.enter(SetTradingState(symbol, HALTED, "tests", "a halt"))
    assert of(scraped(desk), "venue_trading_state", symbol=symbol, state="halted") == 1
    desk.enter(SetTradingState(symbol, OPEN, "tests", "over"))
    after = scraped(desk)
    assert of(after, "venue_trading_state", symbol=symbol, state="open") == 1
    assert ("venue_trading_state", frozenset({("symbol", symbol), ("state", "halted")})) not in after


def test_sessions_are_told_as_the_gateway_knows_them(desk: Desk, log_on: LogOn) -> None:
    """Logged on or not, messages in and out, and what waits in the outbox against its bound."""

    def is_on() -> float:
        return of(scraped(desk), "venue_fix_session_logged_on", session="OTHER")

    assert is_on() == 0
    client = log_on("OTHER")
    wait_until(lambda: is_on() == 1, "the session is told as logged on")
    metrics = scraped(desk)
    assert of(metrics, "venue_fix_sessions_logged_on") >= 1
    assert of(metrics, "venue_fix_outbox_reports_max", session="OTHER") == 50_000
    client.close()
    wait_until(lambda: is_on() == 0, "the session is told as gone")


def test_replica_lag_and_the_venue_s_own_figures(desk: Desk) -> None:
    """The venue accepts, and once nothing is entered the replica of the admin API is level with it."""
    lag = ("venue_replica_lag_commands", frozenset({("replica", "admin_api")}))
    at = desk.ask(VITALS).journal_seq
    wait_until(lambda: of(scraped(desk), "venue_journal_seq") == at, "the venue was asked since")
    wait_until(lambda: scraped(desk).get(lag) == 0, "the replica has said that it is level")
    metrics = scraped(desk)
    assert of(metrics, "venue_accepting_orders") == 1
    assert of(metrics, "venue_replica_lag_seconds", replica="admin_api") == 0
    assert 0 < of(metrics, "venue_commit_latency_seconds", quantile="0.5") < 10
    assert of(metrics, "venue_queue_commands_max") == 10_000
    assert of(metrics, "process_resident_memory_bytes") > 10_000_000


def test_replica_of_another_process_is_told_where_it_last_said_it_was(desk: Desk, symbol: str) -> None:
    """What it has not applied, in commands, and since when."""
    at = desk.ask(VITALS).journal_seq
    wait_until(lambda: of(scraped(desk), "venue_journal_seq") == at, "the venue was seen there")
    desk.enter(*(limit_order("MAKER", symbol, BUY, 10, 9_000) for _ in range(5)))
    desk.ask(VITALS, "history", at)
    wait_until(lambda: of(scraped(desk), "venue_replica_lag_commands", replica="history") == 5, "it is told")
    (replica,) = (one for one in desk.get("/performance")["replicas"] if one["name"] == "history")
    assert (replica["journal_seq"], replica["behind_commands"]) == (at, 5)
    wait_until(lambda: of(scraped(desk), "venue_replica_lag_seconds", replica="history") > 0, "the time goes on")


def test_performance_has_the_same_percentiles_as_the_metrics(desk: Desk, symbol: str) -> None:
    """In ascending order; commits, replicas and requests are there, and so is the venue itself."""
    desk.enter(limit_order("MAKER", symbol, BUY, 30, 10_000))
    answer = desk.get("/performance")
    for latency in (answer["commit"], answer["apply"], *answer["rest"]):
        percentiles = [latency[name] for name in ("p50_us", "p95_us", "p99_us", "max_us")]
        assert percentiles == sorted(percentiles)
        assert percentiles[0] > 0
        assert latency["count"] > 0
    assert {"market data", "system", "performance"} <= {
        latency["group"] for latency in desk.get("/performance")["rest"]
    }
    assert answer["venue"]["is_accepting"] is True
    assert "admin_api" in [replica["name"] for replica in answer["replicas"]]


def test_order_to_report_is_measured_when_fix_orders_come(desk: Desk, log_on: LogOn, symbol: str) -> None:
    """One order in so many is a sample; its latency is there once it was taken."""
    client = log_on("MAKER")
    for number in range(2 * SAMPLE_EVERY):
        client.enter(f"timed-{number}", "buy", "1", symbol, "90.00")
    wait_until(lambda: desk.get("/performance")["order_to_report"] is not None, "an order was measured")
    latency = desk.get("/performance")["order_to_report"]
    assert 0 < latency["p50_us"] <= latency["max_us"] < 10_000_000


def test_json_has_what_prometheus_gets(desk: Desk, symbol: str) -> None:
    """The same samples under the same names."""
    desk.enter(limit_order("MAKER", symbol, BUY, 30, 10_000))
    answer = desk.get("/metrics")
    told = {
        (sample["name"], frozenset(sample["labels"].items())): sample["value"]
        for family in answer["metrics"]
        for sample in family["samples"]
    }
    text = scraped(desk)
    assert of(told, "venue_orders_total", symbol=symbol) == of(text, "venue_orders_total", symbol=symbol) == 1
    assert {name for name, _ in told} == {name for name, _ in text}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_dashboard_and_alerts_ask_for_metrics_there_are(desk: Desk, expression: str) -> None:
    """Every name in an expression is one that /metrics has, with the labels it is asked by."""
    text = metrics_text(desk)
    known = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    names = set(NAME.findall(expression))
    assert names
    assert names <= known
    samples = scraped(desk)
    for name, matchers in MATCHERS.findall(expression):
        labels = {key for told, told_labels in samples if told == name for key, _ in told_labels}
        if labels:  # what was not counted yet has no samples
            assert set(re.findall(r"(\w+)\s*[=!]", matchers)) <= labels


def test_figures_need_a_key(desk: Desk, api: ApiProcess) -> None:
    """A viewer's does; Prometheus sends it as its authorization."""
    with api.client(api.add_key("prometheus", "viewer")) as scraper:
        assert "venue_orders_total" in metrics_text(desk, scraper)
    with api.client("venue_wrong") as stranger:
        answer = stranger.get(str(desk.http.base_url.join("/metrics")))
        assert (answer.status_code, answer.json()["reason"]) == (401, "unauthenticated")


def test_instruments_beyond_the_bound_count_as_one(desk: Desk, operate: Operate) -> None:
    """The 200 that were listed first have a label each; the rest are `other` together."""
    before = scraped(desk)
    new = [f"NEW{number}-USD" for number in range(3)]
    operate(*(ListInstrument(name, name[:-4], "USD", "0.01", "0.1", 8, 100_000, 10, 10**6) for name in new))
    operate(*(limit_order("MAKER", name, BUY, 10, 10_000) for name in new))
    after = scraped(desk)
    assert grown(before, after, "venue_orders_total", symbol="other") == 3
    symbols = {dict(labels).get("symbol") for name, labels in after if name == "venue_orders_total"}
    assert len(symbols) == 201
    assert not symbols & set(new)


def test_venue_that_does_not_answer_is_told_of_no_more(desk: Desk, venue: VenueProcess) -> None:
    """Neither ready nor accepting, and the age of its last answer grows; with its next answer all is back."""

    def text() -> str:
        return desk.http.get(str(desk.http.base_url.join("/metrics"))).text

    os.kill(venue.pid, signal.SIGSTOP)
    try:
        wait_until(lambda: desk.http.get("/readiness").status_code == httpx.codes.SERVICE_UNAVAILABLE, "it is missed")
        samples = [line.split()[0] for line in text().splitlines() if not line.startswith("#")]
        assert "venue_vitals_age_seconds" in samples
        assert "venue_accepting_orders" not in samples
        assert desk.http.get("/performance").json()["venue"] is None
    finally:
        os.kill(venue.pid, signal.SIGCONT)
    wait_until(lambda: "\nvenue_accepting_orders 1.0\n" in text(), "it accepts again")
    assert desk.http.get("/readiness").status_code == httpx.codes.OK


def test_counts_are_the_same_after_a_restart(desk: Desk, api: ApiProcess) -> None:
    """They are of the journal: a new process tells the figures of the one before, so no rate has a jump."""
    before = scraped(desk)
    api.kill()
    api.start()
    after: dict[Sample, Any] = scraped(desk)
    counted = [sample for sample in before if sample[0] in ("venue_orders_total", "venue_rejects_total")]
    assert counted
    assert {sample: after[sample] for sample in counted} == {sample: before[sample] for sample in counted}
