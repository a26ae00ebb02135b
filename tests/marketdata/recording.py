"""A recorded flow over more than a day: what was traded and quoted, in plain lists, as a reader of the tape has it.

The orders are the benchmark's (tests/bench/workload.py); between them pass times from none to half an hour, the
instrument is halted and opened again, trades are busted and corrected, and the day ends twice.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.bench.flow import START_NS, commands_of, opening_commands, symbol_name
from tests.bench.workload import Flow
from tests.marketdata.stage import Stage
from venue.messages import (
    HALTED,
    OPEN,
    POST_ONLY,
    AnyCommand,
    AnyEvent,
    BustTrade,
    CorrectTrade,
    OrderTraded,
    RollDay,
    SetTradingState,
    TradeAmended,
)

SECOND_NS = 10**9
DAY_NS = 86_400 * SECOND_NS
PAUSES_NS = tuple(round(SECOND_NS * s) for s in (0, 0, 0, 0, 0, 0, 1e-6, 1e-6, 0.3, 0.3, 2, 5, 15, 15, 45, 60, 120))
SYMBOL = symbol_name(0)
BY = ("operator", "drill")

Times = NDArray[np.int64]
Whole = NDArray[np.object_]  # Python's whole numbers: sums are exact


@dataclass
class Recording:
    """Of one instrument. Quotes are (0, 0) where nothing can be traded against them."""

    stage: Stage = field(default_factory=Stage)
    trades: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # time, price, lots; lots 0: busted
    quotes: list[tuple[int, int, int]] = field(default_factory=list)  # time, bid, offer, from there on
    lasts: list[tuple[int, int]] = field(default_factory=list)
    day_start_ns: int = 0
    day_first_trade_id: int = 0

    def apply(self, time_ns: int, command: AnyCommand) -> None:
        self.note(time_ns, self.stage.at(time_ns, command))
        if isinstance(command, RollDay):
            self.day_start_ns, self.day_first_trade_id = time_ns, max(self.trades, default=0) + 1
        engine = self.stage.engine
        bid, _, ask, _, last = engine.best(SYMBOL)
        is_quoted = bid and ask and engine.trading_state(SYMBOL) in (OPEN, POST_ONLY)
        self.quotes.append((time_ns, bid if is_quoted else 0, ask if is_quoted else 0))
        self.lasts.append((time_ns, last))

    def note(self, time_ns: int, events: list[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, OrderTraded) and event.maker.symbol == SYMBOL:
                self.trades[event.trade_id] = (time_ns, event.price_ticks, event.qty_lots)
            elif isinstance(event, TradeAmended):
                traded_ns, _, _ = self.trades[event.trade_id]
                self.trades[event.trade_id] = (traded_ns, event.price_ticks, event.qty_lots)

    def standing(self, from_ns: int = 0, first_trade_id: int = 0) -> tuple[Times, Whole, Whole]:
        """Times, prices and lots of the trades that stand, oldest first."""
        rows = [
            trade
            for trade_id, trade in self.trades.items()
            if trade_id >= first_trade_id and trade[0] >= from_ns and trade[2]
        ]
        times, prices, lots = zip(*rows, strict=True) if rows else ((), (), ())
        return np.array(times, np.int64), np.array(prices, object), np.array(lots, object)


def recorded(rows: int, seed: int, look: Callable[[Recording], None]) -> Recording:
    """Record a flow of so many orders; `look` is called about a hundred times along it."""
    rng, recording = random.Random(seed), Recording()
    time_ns = START_NS
    for command in opening_commands(1):
        recording.apply(time_ns, command)
    for number, command in enumerate(commands_of(Flow(symbols=1, depth=150, seed=seed).rows(rows))):
        time_ns += rng.choice(PAUSES_NS) if rng.random() * 1_000 > 2 else rng.randrange(1_800 * SECOND_NS)
        for between in interludes(rng, recording, time_ns):
            recording.apply(time_ns, between)
        recording.apply(time_ns, command)
        if number % (rows // 100) == 0:
            look(recording)
    return recording


def interludes(rng: random.Random, recording: Recording, time_ns: int) -> Iterator[AnyCommand]:
    """What happens besides orders."""
    engine = recording.stage.engine
    if time_ns >= engine.day_end_ns:
        yield RollDay(engine.day_end_ns + DAY_NS)
    if rng.random() < 0.002:
        yield SetTradingState(SYMBOL, HALTED, *BY)
    elif engine.trading_state(SYMBOL) == HALTED and rng.random() < 0.1:
        yield SetTradingState(SYMBOL, rng.choice((OPEN, POST_ONLY)), *BY)
    elif engine.trading_state(SYMBOL) == POST_ONLY and rng.random() < 0.1:
        yield SetTradingState(SYMBOL, OPEN, *BY)
    if recording.trades and rng.random() < 0.01:
        trade_id = rng.choice(list(recording.trades)[-20:])
        _, price_ticks, lots = recording.trades[trade_id]
        if lots > 1:
            change = CorrectTrade(trade_id, price_ticks + rng.randint(-30, 30), lots - 1, *BY)
            yield rng.choice((change, BustTrade(trade_id, *BY)))
