"""Market data over REST against the engine's own answers, after known orders and trades."""

from typing import Any
from zlib import crc32

import pytest

from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from venue.journal.frames import INSTRUMENT, TRADES
from venue.messages import (
    AUCTION,
    OPEN,
    BustTrade,
    CancelOrder,
    CorrectTrade,
    OrderAccepted,
    OrderTraded,
    SetTradingState,
    Side,
)


def rest(desk: Desk, symbol: str, side: Side, *levels: tuple[int, int]) -> list[int]:
    """Enter resting orders of MAKER, each (price_ticks, lots); returns their OrderIDs."""
    orders = [limit_order("MAKER", symbol, side, lots, price) for price, lots in levels]
    return [event.order_id for event in desk.enter(*orders) if isinstance(event, OrderAccepted)]


def take(desk: Desk, symbol: str, side: Side, lots: int, price_ticks: int) -> list[OrderTraded]:
    """Have TAKER trade; returns the trades."""
    events = desk.enter(limit_order("TAKER", symbol, side, lots, price_ticks))
    return [event for event in events if isinstance(event, OrderTraded)]


def checksum(book: dict[str, Any]) -> int:
    """As a client computes it from the strings it was sent."""
    sides = (",".join(f"{price}:{qty}" for price, qty, _ in book[side][:10]) for side in ("bids", "asks"))
    return crc32("|".join(sides).encode())


def test_book_has_the_levels_of_the_resting_orders(desk: Desk, symbol: str) -> None:
    """Prices and quantities as decimals of the instrument, best first, with the number of orders at each."""
    rest(desk, symbol, BUY, (9_950, 30), (9_990, 10), (9_990, 25))
    rest(desk, symbol, SELL, (10_020, 70), (10_010, 40))
    book = desk.get(f"/orderbook/{symbol}")
    assert book["bids"] == [["99.90", "3.5", 2], ["99.50", "3.0", 1]]
    assert book["asks"] == [["100.10", "4.0", 1], ["100.20", "7.0", 1]]


def test_book_of_some_levels_has_the_checksum_of_the_whole(desk: Desk, symbol: str) -> None:
    """The checksum is over the best ten levels, however many are asked for; a client computes the same."""
    rest(desk, symbol, BUY, *((9_900 - place, 10 + place) for place in range(14)))
    whole, two = desk.get(f"/orderbook/{symbol}"), desk.get(f"/orderbook/{symbol}", levels=2)
    assert (len(whole["bids"]), len(two["bids"])) == (14, 2)
    assert whole["checksum"] == two["checksum"] == checksum(whole)
    assert two["bids"] == whole["bids"][:2]


def test_feed_seq_counts_changes_of_the_book(desk: Desk, symbol: str) -> None:
    """A snapshot flushes what is pending: it is one delta further when the book has changed, else the same."""
    empty = desk.get(f"/orderbook/{symbol}")
    (order_id,) = rest(desk, symbol, BUY, (9_900, 10))
    one, again = desk.get(f"/orderbook/{symbol}"), desk.get(f"/orderbook/{symbol}")
    desk.enter(CancelOrder("MAKER", "MAKER", "gone", "", order_id))
    gone = desk.get(f"/orderbook/{symbol}")
    assert [book["feed_seq"] for book in (empty, one, again, gone)] == [0, 1, 1, 2]
    assert (gone["bids"], gone["checksum"]) == ([], empty["checksum"]) == ([], checksum(empty))


def test_book_order_by_order_is_the_queue(desk: Desk, symbol: str) -> None:
    """l3: every order of the levels told, best price first, then the one that trades first."""
    first, far, second = rest(desk, symbol, BUY, (9_990, 10), (9_980, 20), (9_990, 30))
    take(desk, symbol, SELL, 10, 9_990)
    (third,) = rest(desk, symbol, BUY, (9_990, 15))
    book = desk.get(f"/orderbook/{symbol}", l3=True)
    assert book["bid_orders"] == [[second, "99.90", "3.0"], [third, "99.90", "1.5"], [far, "99.80", "2.0"]]
    assert book["ask_orders"] == []
    assert first not in [order_id for order_id, _, _ in book["bid_orders"]]
    assert desk.get(f"/orderbook/{symbol}", l3=True, levels=1)["bid_orders"] == book["bid_orders"][:2]
    assert desk.get(f"/orderbook/{symbol}")["bid_orders"] is None


def test_bbo_is_the_best_of_the_book_and_the_last_price(desk: Desk, symbol: str) -> None:
    """A side that is empty has null; the list has the same as the single one."""
    rest(desk, symbol, BUY, (9_990, 10), (9_990, 20))
    take(desk, symbol, SELL, 10, 9_990)
    answer = desk.get(f"/bbo/{symbol}")
    bbo = {"symbol": symbol, "bid": "99.90", "bid_quantity": "2.0", "bid_orders": 1, "last": "99.90"}
    bbo |= {"ask": None, "ask_quantity": None, "ask_orders": 0}
    assert answer == bbo | {"journal_seq": answer["journal_seq"]}
    assert bbo in desk.get("/bbo")["bbo"]


def test_trades_have_price_quantity_and_the_incoming_side(desk: Desk, symbol: str) -> None:
    """As the venue's own list of trades has them, newest first, with the journal_seq of their commands."""
    rest(desk, symbol, BUY, (9_990, 40))
    rest(desk, symbol, SELL, (10_010, 60))
    sold, bought = (*take(desk, symbol, SELL, 14, 9_990), *take(desk, symbol, BUY, 16, 10_010))
    trades = desk.get(f"/trades/{symbol}")["trades"]
    assert [trade["trade_id"] for trade in trades] == [bought.trade_id, sold.trade_id]
    assert [(trade["price"], trade["quantity"], trade["side"]) for trade in trades] == [
        ("100.10", "1.6", "buy"),
        ("99.90", "1.4", "sell"),
    ]
    assert [trade.trade_id for trade in desk.ask(TRADES, 2)] == [trade["trade_id"] for trade in trades]
    assert trades[0]["journal_seq"] > trades[1]["journal_seq"]


def test_trades_are_paged_each_once(desk: Desk, symbol: str) -> None:
    """Cursor after cursor gives every trade once; the last page has no next one."""
    rest(desk, symbol, BUY, *((9_990, 10),) * 7)
    made = [trade.trade_id for trade in take(desk, symbol, SELL, 70, 9_990)]
    pages, parameters = [], {"limit": 3}
    while True:
        page = desk.get(f"/trades/{symbol}", **parameters)
        pages.append([trade["trade_id"] for trade in page["trades"]])
        if page["next"] is None:
            break
        parameters["cursor"] = page["next"]
    assert pages == [made[6:3:-1], made[3:0:-1], made[:1]]


def test_trades_of_all_instruments_come_in_one_order(desk: Desk, symbol: str, unused_symbols: Any) -> None:
    """The newest first, whichever instrument it is of."""
    other = next(unused_symbols)
    for traded in (symbol, other):
        rest(desk, traded, BUY, (9_990, 10), (9_990, 10))
    made = [take(desk, traded, SELL, 10, 9_990)[0].trade_id for traded in (symbol, other, other, symbol)]
    trades = desk.get("/trades", limit=4)["trades"]
    assert [trade["trade_id"] for trade in trades] == made[::-1]
    assert [trade["symbol"] for trade in trades] == [symbol, other, other, symbol]


def test_trades_stand_as_they_were_amended(desk: Desk, symbol: str) -> None:
    """A busted trade has quantity 0, a corrected one its new price; both say that they were amended."""
    rest(desk, symbol, BUY, (9_990, 30))
    trades = [take(desk, symbol, SELL, 10, 9_990)[0].trade_id for _ in range(3)]
    desk.enter(BustTrade(trades[0], "tests", "bust"), CorrectTrade(trades[1], 9_950, 5, "tests", "correct"))
    told = [
        (trade["price"], trade["quantity"], trade["is_amended"]) for trade in desk.get(f"/trades/{symbol}")["trades"]
    ]
    assert told == [("99.90", "1.0", False), ("99.50", "0.5", True), ("99.90", "0.0", True)]


def test_trades_of_an_auction_have_no_side(desk: Desk, symbol: str) -> None:
    """Nobody is incoming there; what it would trade is told while it lasts."""
    desk.enter(SetTradingState(symbol, AUCTION, "tests", "auction"))
    rest(desk, symbol, BUY, (10_000, 20))
    desk.enter(limit_order("TAKER", symbol, SELL, 20, 9_990))
    states = desk.get("/trading-states")["trading_states"]
    status = desk.ask(INSTRUMENT, symbol)
    assert status is not None
    indicative = {"price": f"{status.indicative_ticks / 100:.2f}", "quantity": "2.0"}
    assert {"symbol": symbol, "state": "auction", "until": None, "indicative": indicative} in states
    desk.enter(SetTradingState(symbol, OPEN, "tests", "uncross"))
    (trade,) = desk.get(f"/trades/{symbol}")["trades"]
    assert (trade["side"], trade["is_auction"]) == (None, True)


def test_candles_add_up_to_the_trades(desk: Desk, symbol: str) -> None:
    """Of every interval: first, highest, lowest and last price, and the sum of the quantities."""
    rest(desk, symbol, BUY, (9_990, 10), (9_980, 10), (9_970, 10))
    rest(desk, symbol, SELL, (10_050, 10))
    take(desk, symbol, SELL, 30, 9_970)
    take(desk, symbol, BUY, 10, 10_050)
    for interval in ("1s", "1m", "5m", "1h", "1d"):
        answer = desk.get(f"/candles/{symbol}", interval=interval)
        candles = answer["candles"]
        assert (answer["symbol"], answer["interval"]) == (symbol, interval)
        assert (candles[0]["open"], candles[-1]["close"]) == ("99.90", "100.50")
        assert max(float(candle["high"]) for candle in candles) == 100.5
        assert min(float(candle["low"]) for candle in candles) == 99.7
        assert sum(candle["trades"] for candle in candles) == 4
        assert sum(float(candle["volume"]) for candle in candles) == 4.0
        assert sum(float(candle["notional"]) for candle in candles) == pytest.approx(99.9 + 99.8 + 99.7 + 100.5)


def test_candles_of_a_time(desk: Desk, symbol: str) -> None:
    """`from` is included, `to` is not; a time without a zone, or a `from` after `to`, is refused."""
    rest(desk, symbol, BUY, (9_990, 10))
    take(desk, symbol, SELL, 10, 9_990)
    (candle,) = desk.get(f"/candles/{symbol}", interval="1d")["candles"]
    start = candle["start"][:19] + "Z"
    assert desk.get(f"/candles/{symbol}", interval="1d", **{"from": start})["candles"] == [candle]
    assert desk.get(f"/candles/{symbol}", interval="1d", to=start)["candles"] == []
    assert desk.refused(f"/candles/{symbol}", **{"from": "2026-11-24T00:00:00"})["reason"] == "bad_value"
    problem = desk.refused(f"/candles/{symbol}", **{"from": "2026-11-24T00:00:01Z", "to": "2026-11-24T00:00:00Z"})
    assert (problem["status"], problem["errors"][0]["field"]) == (422, "from")


def test_statistics_of_a_known_day(desk: Desk, symbol: str) -> None:
    """Open, high, low, last, change, volume, notional and trades, as the engine's own day has them."""
    rest(desk, symbol, BUY, (10_000, 10), (9_900, 20))
    rest(desk, symbol, SELL, (10_100, 30))
    take(desk, symbol, SELL, 30, 9_900)
    take(desk, symbol, BUY, 30, 10_100)
    answer = desk.get(f"/statistics/{symbol}")
    expected: dict[str, Any] = {"symbol": symbol, "open": "100.00", "high": "101.00", "low": "99.00", "last": "101.00"}
    expected |= {"change": "1.00", "change_percent": 1.0, "volume": "6.0", "notional": "601.00", "trades": 3}
    assert answer == expected | {"journal_seq": answer["journal_seq"]}
    assert expected in desk.get("/statistics")["statistics"]
    day = desk.get(f"/instruments/{symbol}")["day"]
    assert {name: expected[name] for name in day} == day


def test_statistics_of_an_instrument_without_trades(desk: Desk, symbol: str) -> None:
    """Prices are null, sums are nothing."""
    answer = desk.get(f"/statistics/{symbol}")
    assert [answer[name] for name in ("open", "high", "low", "last", "change", "change_percent")] == [None] * 6
    assert (answer["volume"], answer["trades"]) == ("0.0", 0)


def test_analytics_of_a_known_book(desk: Desk, symbol: str) -> None:
    """Spread, mid, depth, imbalance and VWAP, computed by hand."""
    rest(desk, symbol, BUY, (9_990, 30), (9_500, 1_000))
    rest(desk, symbol, SELL, (10_000, 20), (10_010, 10))
    take(desk, symbol, BUY, 10, 10_000)
    answer = desk.get(f"/analytics/{symbol}")
    assert answer["vwap"] == {"hour": "100.0000", "day_24h": "100.0000", "trading_day": "100.0000"}
    assert (answer["spread"]["spread"], answer["spread"]["mid"]) == ("0.10", "99.950")
    assert answer["spread"]["spread_bp"] == pytest.approx(10_000 * 0.1 / 99.95)
    assert answer["imbalance"]["best"] == pytest.approx((30 - 10) / (30 + 10))
    assert answer["imbalance"]["ten_levels"] == pytest.approx((1_030 - 20) / (1_030 + 20))
    assert [(depth["bp"], depth["bid_quantity"], depth["ask_quantity"]) for depth in answer["depth"]] == [
        (10, "3.0", "1.0"),
        (50, "3.0", "2.0"),
        (100, "3.0", "2.0"),
    ]
    assert answer["depth"][0]["ask_notional"] == "100.00"
    assert answer["last_24h"]["trades"] == answer["trading_day"]["trades"] == 1


@pytest.mark.parametrize("path", ["orderbook", "bbo", "trades", "candles", "statistics", "analytics", "instruments"])
def test_unknown_symbol_is_answered_with_the_nearest(desk: Desk, path: str) -> None:
    """404, the reason of the table, and the name that was probably meant."""
    problem = desk.refused(f"/{path}/s001-usdt")
    assert (problem["status"], problem["reason"]) == (404, "unknown_symbol")
    assert "did you mean S001-USD?" in problem["detail"]
    assert "/api/v3/instruments lists" in desk.refused(f"/{path}/PORK")["detail"]


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/orderbook/S001-USD", "levels", 0),
        ("/orderbook/S001-USD", "levels", 1_001),
        ("/orderbook/S001-USD", "l3", "perhaps"),
        ("/trades", "limit", 0),
        ("/trades", "cursor", "newest"),
        ("/candles/S001-USD", "interval", "2m"),
        ("/candles/S001-USD", "limit", 1_001),
        ("/candles/S001-USD", "from", "yesterday"),
    ],
)
def test_parameter_out_of_range_is_named(desk: Desk, path: str, parameter: str, value: object) -> None:
    """422 with the parameter and what it was."""
    problem = desk.refused(path, **{parameter: value})
    assert (problem["status"], problem["reason"]) == (422, "bad_value")
    assert [(error["field"], error["value"]) for error in problem["errors"]] == [(parameter, str(value))]


def test_market_data_needs_a_key_but_no_account(api: Any, desk: Desk, symbol: str) -> None:
    """A viewer's key sees all of it."""
    with api.client(api.add_key("viewer-of-markets", "viewer")) as viewer:
        for path in ("orderbook", "bbo", "trades", "candles", "statistics", "analytics", "instruments"):
            desk.get(f"/{path}/{symbol}", viewer)
        for path in ("bbo", "trades", "statistics", "instruments", "trading-states", "fees", "performance", "metrics"):
            desk.get(f"/{path}", viewer)
