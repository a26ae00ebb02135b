"""New orders over REST: every type, what it is answered with, and what the book makes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.admin_api.rest_orders import enter, order, rest, some, told
from tests.cli.shell import DEMO_CONFIG
from tests.support.venue_process import WITH_API, VenueProcess

SOON = "2099-12-31T17:00:00.5Z"

# order_type, what it has besides, and how its answer differs from the request. The book is 99.00 to 101.00.
KINDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("limit", {"price": "100.00"}, {"time_in_force": "gtc", "status": "new", "price": "100.00"}),
    ("limit", {"price": "100", "time_in_force": "day"}, {"time_in_force": "day", "price": "100.00"}),
    (
        "limit",
        {"price": "100.0", "time_in_force": "gtd", "expire_time": SOON},
        {"time_in_force": "gtd", "expire_time": "2099-12-31T17:00:00.500000000Z"},
    ),
    ("limit", {"price": "101", "time_in_force": "ioc"}, {"order_type": "ioc", "status": "filled"}),
    ("limit", {"price": "101", "time_in_force": "fok"}, {"order_type": "fok", "status": "filled"}),
    ("limit", {"price": "101", "min_quantity": "10"}, {"min_quantity": "10.0", "status": "filled"}),
    ("ioc", {"price": "101.00"}, {"time_in_force": "ioc", "status": "filled", "executed_quantity": "10.0"}),
    ("fok", {"price": "101.00"}, {"time_in_force": "fok", "status": "filled", "average_price": "101.00"}),
    ("market", {}, {"time_in_force": "ioc", "status": "filled", "average_price": "101.00", "price": None}),
    ("market", {"time_in_force": "fok"}, {"time_in_force": "fok", "order_type": "market", "status": "filled"}),
    (
        "market",
        {"quantity": None, "cash_quantity": "1010"},
        {"quantity": "10.0", "cash_quantity": "1010.00", "status": "filled"},
    ),
    ("post_only", {"price": "100.00"}, {"status": "new", "time_in_force": "gtc"}),
    ("post_only", {"price": "100", "display_quantity": "4"}, {"order_type": "post_only", "display_quantity": "4.0"}),
    ("iceberg", {"price": "100", "display_quantity": "4"}, {"status": "new", "display_quantity": "4.0"}),
    ("stop_loss", {"stop_price": "110"}, {"status": "new", "stop_price": "110.00", "trigger": "last"}),
    ("stop_loss", {"stop_price": "110", "trigger": "offer"}, {"trigger": "offer", "is_triggered": False}),
    ("stop_loss", {"stop_price": "100", "trigger": "mid"}, {"is_triggered": True, "status": "filled"}),
    ("stop_limit", {"stop_price": "110", "price": "111"}, {"stop_price": "110.00", "price": "111.00"}),
    ("take_profit", {"stop_price": "90"}, {"status": "new", "stop_price": "90.00"}),
    ("take_profit_limit", {"stop_price": "90", "price": "91"}, {"stop_price": "90.00", "price": "91.00"}),
    ("trailing_stop", {"trail": "5"}, {"status": "new", "trail": "5.00", "stop_price": "105.00"}),
]


@pytest.fixture
def book(http: httpx.Client, symbol: str) -> str:
    """An instrument that last traded at 100.00, with 99.00 bid and 20 offered at 101.00 by OTHER."""
    rest(http, symbol, "sell", "1", "100", account="OTHER")
    enter(http, order(symbol, "ioc", "buy", "1", price="100", account="TAKER"))
    rest(http, symbol, "buy", "20", "99", account="OTHER")
    rest(http, symbol, "sell", "20", "101", account="OTHER")
    return symbol


@pytest.mark.parametrize(("order_type", "terms", "expected"), KINDS, ids=[f"{kind[0]} {kind[1]}" for kind in KINDS])
def test_every_order_type_is_answered_as_it_stands(
    http: httpx.Client, book: str, order_type: str, terms: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Each order_type is entered with what it has, and a question afterwards tells the same as the answer."""
    placed = enter(http, order(book, order_type, "buy", **terms))
    some(placed, **({"order_type": order_type} | expected))
    some(placed, account="MAKER", session="api.anonymous", symbol=book, side="buy", reason=None)
    found = told(http, placed["order_id"])
    assert {name: found[name] for name in found if name != "journal_seq"} == {
        name: placed[name] for name in placed if name not in ("fills", "journal_seq")
    }
    assert found["journal_seq"] >= placed["journal_seq"]


def test_fills_of_the_command_are_told_with_trade_price_quantity_and_fee(http: httpx.Client, symbol: str) -> None:
    """An order that takes two levels is answered with both trades and their exact average price."""
    rest(http, symbol, "sell", "1", "100.00", account="OTHER")
    rest(http, symbol, "sell", "2", "100.01", account="OTHER")
    placed = enter(http, order(symbol, "limit", "buy", "4", price="100.01"))
    some(placed, status="partially_filled", executed_quantity="3.0", leaves_quantity="1.0")
    assert placed["average_price"] == "100.00666666666667"
    first, second = placed["fills"]
    some(first, price="100.00", quantity="1.0", fee="0.00", liquidity="taker")
    some(second, price="100.01", quantity="2.0", trade_id=first["trade_id"] + 1)
    assert placed["ended"] is None


@pytest.mark.parametrize(
    ("body", "reason", "executed"),
    [
        ({"order_type": "ioc", "price": "100"}, "ioc_remainder", "5.0"),
        ({"order_type": "fok", "price": "100"}, "fok_unfillable", "0.0"),
        ({"order_type": "market"}, "market_remainder", "5.0"),
        ({"order_type": "limit", "price": "100", "min_quantity": "6"}, "min_qty_unfillable", "0.0"),
        ({"order_type": "limit", "price": "100", "account": "OTHER"}, "self_match", "0.0"),
    ],
)
def test_an_order_canceled_at_once_is_answered_with_its_end_and_the_reason(
    http: httpx.Client, symbol: str, body: dict[str, Any], reason: str, executed: str
) -> None:
    """Accepted and canceled in one command is 201: status, reason and time of the end are in the answer."""
    rest(http, symbol, "sell", "5", "100", account="OTHER")
    placed = enter(http, order(symbol, side="buy", **body))
    some(placed, status="canceled", reason=reason, executed_quantity=executed, leaves_quantity="0.0")
    assert placed["ended"] == placed["updated"] == placed["entered"]
    some(told(http, placed["order_id"]), reason=reason, ended=placed["ended"])


def test_an_order_names_its_options_for_fix_and_the_engine(http: httpx.Client, symbol: str) -> None:
    """client_order_id and self_match reach the engine and come back."""
    body = order(symbol, "limit", "sell", price="7.5", client_order_id="mine-1", self_match="cancel_resting")
    placed = enter(http, body)
    some(placed, client_order_id="mine-1", self_match="cancel_resting", price="7.50")
    taken = enter(http, order(symbol, "limit", "buy", price="8", self_match="cancel_resting"))
    some(taken, status="new", self_match="cancel_resting")
    some(told(http, placed["order_id"]), status="canceled", reason="self_match")


@pytest.fixture(scope="module")
def demo_venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    """The demo configuration with its admin API, as `venue serve` starts it."""
    folder: Path = tmp_path_factory.mktemp("demo")
    process = VenueProcess(DEMO_CONFIG, folder / "data", WITH_API)
    process.start()
    process.wait_for_output("the admin API is ready")
    yield process
    process.kill_if_running()


def test_the_first_order_of_the_readme_is_taken_word_for_word(demo_venue: VenueProcess) -> None:
    """On the demo configuration anybody on this machine enters an order for trader_1 without a key."""
    answer = httpx.post(
        f"http://localhost:{demo_venue.api_port}/api/v3/orders",
        headers={"Content-Type": "application/json"},
        content='{"symbol":"BTC-USD","order_type":"limit","side":"buy","quantity":"1.0","price":"45000.00",'
        '"user_id":"trader_1"}',
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    some(answer.json(), status="new", account="trader_1", quantity="1.00000", price="45000.00", fills=[])
