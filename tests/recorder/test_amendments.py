"""Busts and corrections, long after the trade or right behind it: trade, candle and fees say what stands."""

from contextlib import closing
from typing import Any

import pytest

from tests.recorder.histories import Place
from tests.recorder.test_projection import named
from tests.support.operation_drafts import BY, OPENING
from venue.engine.engine import ENGINE_VERSION
from venue.journal import open_writer
from venue.messages import (
    BUY,
    GTC,
    LIMIT,
    SELL,
    AnyCommand,
    BustTrade,
    CorrectTrade,
    EnterOrder,
    SetAccountFees,
    SetOrderGroup,
    Side,
)

START_NS = 1_795_474_800_000_000_000
MINUTE_NS = 60_000_000_000
RATES = (SetAccountFees("ANN", "USD", (-100_000, 0), *BY), SetAccountFees("BOB", "USD", (0, 50_000), *BY))


def order(account: str, number: int, side: Side, price_ticks: int) -> EnterOrder:
    return EnterOrder("S1", account, f"{account}-{number}", "X", side, LIMIT, GTC, 10, price_ticks)


def traded(number: int, price_ticks: int) -> list[AnyCommand]:
    """ANN's order rests, BOB's takes it: her rebate is 10 %, his fee 5 %."""
    return [order("ANN", number, SELL, price_ticks), order("BOB", number, BUY, price_ticks)]


def write(place: Place, *batches: list[AnyCommand]) -> None:
    """A batch a minute, the first one with what a venue needs."""
    ungrouped: list[AnyCommand] = [command for command in OPENING if not isinstance(command, SetOrderGroup)]
    with closing(open_writer(place.journal_url, ENGINE_VERSION)) as writer:
        for number, commands in enumerate([[*ungrouped, *RATES], *batches]):
            writer.append(commands, START_NS + number * MINUTE_NS)


def values(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize("stretch_commands", [1, 10_000])
def test_amended_trades_stand_as_they_are_now(place: Place, stretch_commands: int) -> None:
    """Three trades in one minute: the highest is busted, the first corrected, once the minute is over."""
    write(
        place,
        [*traded(1, 100), *traded(2, 120), *traded(3, 90)],
        [BustTrade(2, *BY), CorrectTrade(1, 95, 4, *BY)],
    )
    place.project(stretch_commands)
    rows = place.rows()
    trades = named(rows, "history_trade")
    assert values(trades, "trade_id", "price", "qty", "amended_ns") == [
        (1, "0.95", "0.004", START_NS + 2 * MINUTE_NS),
        (2, "1.20", "0.000", START_NS + 2 * MINUTE_NS),
        (3, "0.90", "0.010", None),
    ]
    candles = named(rows, "history_candle")
    names = ("start_ns", "open", "high", "low", "close", "volume", "trades")
    assert values(candles, *names) == [(START_NS + MINUTE_NS, "0.95", "0.95", "0.90", "0.90", "0.014", 2)]
    executions = [row for row in named(rows, "history_execution") if row["exec_type"] in "GH"]
    assert values(executions, "exec_type", "trade_id", "account", "liquidity", "last_qty", "last_px") == [
        ("H", 2, "ANN", "maker", "0.000", "1.20"),
        ("H", 2, "BOB", "taker", "0.000", "1.20"),
        ("G", 1, "ANN", "maker", "0.004", "0.95"),
        ("G", 1, "BOB", "taker", "0.004", "0.95"),
    ]
    fees = named(rows, "history_fee")
    assert values(fees, "account", "paid", "rebated") == [
        ("ANN", "0.00000", "0.00128"),
        ("BOB", "0.00064", "0.00000"),
    ]
    positions = named(rows, "history_position")
    assert values(positions, "account", "qty", "fees") == [
        ("ANN", "-0.014", "-0.00128"),
        ("BOB", "0.014", "0.00064"),
    ]
    orders = named(rows, "history_order")
    assert (
        values(orders[2:4], "ord_status", "cum_qty", "value", "reason")
        == [("4", "0.000", "0.00000", "by_operator")] * 2
    )


def test_minute_whose_trades_are_all_busted_has_no_candle(place: Place) -> None:
    """As the market data of the venue has none."""
    write(place, traded(1, 100), [BustTrade(1, *BY)], traded(2, 100))
    place.project(1)
    candles = named(place.rows(), "history_candle")
    assert values(candles, "start_ns", "trades") == [(START_NS + 3 * MINUTE_NS, 1)]


def test_trade_corrected_twice_is_counted_once(place: Place) -> None:
    """Each amendment takes back what the one before has left."""
    write(place, traded(1, 100), [CorrectTrade(1, 100, 8, *BY), CorrectTrade(1, 50, 8, *BY)], [BustTrade(1, *BY)])
    place.project(2)
    rows = place.rows()
    assert values(named(rows, "history_fee"), "paid", "rebated", "value") == [("0.00000",) * 3] * 2
    assert named(rows, "history_candle") == []
    references = [row["exec_ref_id"] for row in named(rows, "history_execution") if row["exec_type"] in "GH"]
    exec_ids = [row["exec_id"] for row in named(rows, "history_execution") if row["trade_id"] == 1]
    assert references == exec_ids[:-2]
