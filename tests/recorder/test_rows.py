"""Executions, trades, candles and fees row by row, against what the events of a flow say when they are simply added
up: no stretch, no table, no look-up."""

from collections import defaultdict
from contextlib import closing
from decimal import Decimal
from typing import Any, Final, NamedTuple

import pytest

from tests.recorder.histories import Place, flow
from tests.recorder.test_projection import named
from venue import messages as m
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import open_writer
from venue.replica import Replica

MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 24 * 60 * MINUTE_NS
START_NS: Final = 1_795_474_800_000_000_000  # an hour before midnight
STEP_NS: Final = 13_000_000_000  # between two batches: candles of a few trades each


class Happened(NamedTuple):
    journal_seq: int
    time_ns: int
    event: Any


class Told(NamedTuple):
    """What happened, which commands were operators', the engine afterwards, and the tables of the history."""

    events: list[Happened]
    operated: list[int]
    engine: Engine
    rows: dict[str, list[dict[str, Any]]]

    def of(self, *kinds: type) -> list[Happened]:
        return [happened for happened in self.events if isinstance(happened.event, kinds)]

    def listed(self, symbol: str) -> m.ListInstrument:
        return next(listed for listed in self.engine.instruments() if listed.symbol == symbol)

    def price(self, symbol: str, ticks: int) -> Decimal:
        return ticks * Decimal(self.listed(symbol).tick_size)

    def qty(self, symbol: str, lots: int) -> Decimal:
        return lots * Decimal(self.listed(symbol).lot_size)

    def money(self, symbol: str, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.listed(symbol).quote_decimals)

    def value(self, symbol: str, ticks: int, lots: int) -> Decimal:
        return self.money(symbol, ticks * lots * self.listed(symbol).notional_factor)


@pytest.fixture(params=["all", "money"])
def told(request: pytest.FixtureRequest, place: Place) -> Told:
    commands = flow(request.param, 2_000)
    with closing(open_writer(place.journal_url, ENGINE_VERSION)) as writer:
        for number, at in enumerate(range(0, len(commands), 5)):
            writer.append(commands[at : at + 5], START_NS + number * STEP_NS)
    events: list[Happened] = []
    operated: list[int] = []

    def note(journal_seq: int, time_ns: int, command: m.AnyCommand, happened: list[m.AnyEvent]) -> None:
        if getattr(command, "by", ""):
            operated.append(journal_seq)
        events.extend(Happened(journal_seq, time_ns, event) for event in happened)

    engine = Engine()
    Replica(engine, [note]).catch_up(place.reader)
    place.project(200)
    rows = place.rows()
    return Told(events, operated, engine, {name: named(rows, name) for name in rows})


def test_rows_are_what_the_events_say(told: Told) -> None:
    """The flows have trades in auctions, busts and corrections, rejects, rebates, and a midnight."""
    assert told.of(m.TradeAmended)
    assert any(happened.event.is_auction for happened in told.of(m.OrderTraded))
    assert {happened.time_ns // DAY_NS for happened in told.of(m.OrderTraded)} > {START_NS // DAY_NS}
    check_trades(told)
    check_executions(told)
    check_candles(told)
    check_fees(told)
    check_balance_moves(told)
    check_audit(told)


def standing(told: Told) -> dict[int, tuple[int, int]]:
    """By trade_id, price_ticks and lots as they are now."""
    now = {happened.event.trade_id: happened.event for happened in told.of(m.OrderTraded, m.TradeAmended)}
    return {trade_id: (event.price_ticks, event.qty_lots) for trade_id, event in now.items()}


def check_trades(told: Told) -> None:
    now = standing(told)
    amended = {happened.event.trade_id: happened for happened in told.of(m.TradeAmended)}
    expected = [
        {
            "trade_id": event.trade_id,
            "journal_seq": journal_seq,
            "time_ns": time_ns,
            "symbol": event.maker.symbol,
            "price": told.price(event.maker.symbol, now[event.trade_id][0]),
            "qty": told.qty(event.maker.symbol, now[event.trade_id][1]),
            "printed_price": told.price(event.maker.symbol, event.price_ticks),
            "printed_qty": told.qty(event.maker.symbol, event.qty_lots),
            "maker_order_id": event.maker_order_id,
            "maker_account": event.maker.account,
            "taker_order_id": event.taker_order_id,
            "taker_account": event.taker.account,
            "aggressor": None if event.is_auction else {m.BUY: "buy", m.SELL: "sell"}[event.taker.side],
            "is_auction": event.is_auction,
            "amended_seq": amended[event.trade_id].journal_seq if event.trade_id in amended else None,
            "amended_ns": amended[event.trade_id].time_ns if event.trade_id in amended else None,
        }
        for journal_seq, time_ns, event in told.of(m.OrderTraded)
    ]
    exact = ("price", "qty", "printed_price", "printed_qty")
    found = [row | {name: Decimal(row[name]) for name in exact} for row in told.rows["history_trade"]]
    assert found == expected


def check_executions(told: Told) -> None:
    """Each ExecID of an order's change once, with the quantities after it; what changes nothing has none."""
    expected: dict[int, tuple[Any, ...]] = {}
    for journal_seq, _, event in told.events:
        match event:
            case m.OrderEvent():
                sums = (event.cum_lots, event.leaves_lots)
                expected[event.exec_id] = (journal_seq, event.order_id, event.terms.account, *sums, None, None)
            case m.OrderTraded():
                last = (event.qty_lots, event.trade_id)
                maker = (event.maker_order_id, event.maker.account, event.maker_cum_lots, event.maker_leaves_lots)
                taker = (event.taker_order_id, event.taker.account, event.taker_cum_lots, event.taker_leaves_lots)
                expected[event.maker_exec_id] = (journal_seq, *maker, *last)
                expected[event.taker_exec_id] = (journal_seq, *taker, *last)
            case m.TradeAmended():
                for side in (event.maker, event.taker):
                    sums = (side.cum_lots, side.leaves_lots)
                    last = (event.qty_lots, event.trade_id)
                    expected[side.exec_id] = (journal_seq, side.order_id, side.terms.account, *sums, *last)
            case m.OrderRejected():
                asked = event.request or event.refused
                account = asked.account if asked else ""
                expected[event.exec_id] = (journal_seq, None, account, event.cum_lots, event.leaves_lots, None, None)
    found = {row["exec_id"]: execution_facts(told, row) for row in told.rows["history_execution"]}
    assert found == expected


def execution_facts(told: Told, row: dict[str, Any]) -> tuple[Any, ...]:
    lot = lots_of(told, row)
    last = None if row["last_qty"] is None else Decimal(row["last_qty"]) / lot
    sums = (Decimal(row["cum_qty"]) / lot, Decimal(row["leaves_qty"]) / lot)
    return row["journal_seq"], row["order_id"], row["account"], *sums, last, row["trade_id"]


def lots_of(told: Told, row: dict[str, Any]) -> Decimal:
    """The lot its quantities count in; those of a duplicate are of the order that has the name."""
    if row["reason"] == "duplicate_cl_ord_id":
        had = told.engine.find_order(row["session"], row["cl_ord_id"])
        return Decimal(told.listed(had.terms.symbol).lot_size) if had else Decimal(1)
    is_listed = row["symbol"] in {listed.symbol for listed in told.engine.instruments()}
    return Decimal(told.listed(row["symbol"]).lot_size) if is_listed else Decimal(1)


def check_candles(told: Told) -> None:
    now = standing(told)
    minutes: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for _, time_ns, event in told.of(m.OrderTraded):
        if now[event.trade_id][1]:
            minutes[event.maker.symbol, time_ns - time_ns % MINUTE_NS].append(now[event.trade_id])
    expected: dict[tuple[str, int], tuple[Any, ...]] = {
        (symbol, start_ns): (
            told.price(symbol, trades[0][0]),
            told.price(symbol, max(ticks for ticks, _ in trades)),
            told.price(symbol, min(ticks for ticks, _ in trades)),
            told.price(symbol, trades[-1][0]),
            told.qty(symbol, sum(lots for _, lots in trades)),
            sum(told.value(symbol, *trade) for trade in trades),
            len(trades),
        )
        for (symbol, start_ns), trades in minutes.items()
    }
    names = ("open", "high", "low", "close", "volume", "value", "trades")
    found = {
        (row["symbol"], row["start_ns"]): tuple(Decimal(row[name]) for name in names)
        for row in told.rows["history_candle"]
    }
    assert max(len(trades) for trades in minutes.values()) > 1
    assert found == expected


def check_fees(told: Told) -> None:
    """Paid and rebated by the day of the trade, as the trades stand."""
    fees: dict[tuple[int, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    amended = {happened.event.trade_id: happened.event for happened in told.of(m.TradeAmended)}
    for _, time_ns, event in told.of(m.OrderTraded):
        symbol, last = event.maker.symbol, amended.get(event.trade_id)
        ticks, lots = (last.price_ticks, last.qty_lots) if last else (event.price_ticks, event.qty_lots)
        sides = (
            (event.maker.account, last.maker.fee if last else event.maker_fee),
            (event.taker.account, last.taker.fee if last else event.taker_fee),
        )
        for account, units in sides:
            sums = fees[time_ns - time_ns % DAY_NS, account, told.listed(symbol).quote]
            fee = told.money(symbol, units)
            sums[0] += max(fee, Decimal(0))
            sums[1] += max(-fee, Decimal(0))
            sums[2] += told.value(symbol, ticks, lots)
    found = {
        (row["day"], row["account"], row["currency"]): [Decimal(row[name]) for name in ("paid", "rebated", "value")]
        for row in told.rows["history_fee"]
    }
    assert found == fees


def check_balance_moves(told: Told) -> None:
    expected = [
        (happened.journal_seq, happened.event.request.account, happened.event.request.transaction_id)
        for happened in told.of(m.BalanceMoved)
        if not happened.event.is_repeat
    ]
    found = [(row["journal_seq"], row["account"], row["transaction_id"]) for row in told.rows["history_balance_move"]]
    assert found == expected


def check_audit(told: Told) -> None:
    """What an operator asked, refused or not, each once."""
    refused = {happened.journal_seq for happened in told.of(m.OperationRefused, m.MassCancelRejected)}
    rows = told.rows["history_audit"]
    assert [row["journal_seq"] for row in rows] == told.operated
    assert {row["journal_seq"] for row in rows if row["is_refused"]} == refused & set(told.operated)
    assert all(row["by"] and row["verb"] and row["command"].startswith('{"command":"') for row in rows)
