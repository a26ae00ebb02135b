"""What a command costs when the book holds many orders on many levels.

The book is filled evenly, then each sample does six operations that leave it as large as it was:
cancel any order, add one at its price, add one on a price of its own, cancel that, take the order at
the front of the best level, add one there. Each operation is timed alone.

A deep book is also hundreds of megabytes that no cache holds. What that alone costs is shown by the
control: reading one field of a random order from a plain list.
"""

import random
import time
from typing import Any, Final

from tests.bench.flow import START_NS, STEP_NS, opening_commands, symbol_name
from tests.bench.timing import check, settle_garbage_collection
from venue.engine.engine import Engine
from venue.messages import BUY, GTC, IOC, LIMIT, SELL, AnyCommand, AnyEvent, CancelOrder, EnterOrder, OrderTraded, Side

MIDDLE: Final = 10_000_000  # ticks
LOTS: Final = 10
SYMBOL: Final = symbol_name(0)
CONTROL: Final = "read one order"
OPERATIONS: Final = ("cancel", "add", "add a level", "cancel a level", "take")


class _DeepBook:
    """Orders stand on even ticks either side of the middle; odd ticks are free for new levels."""

    def __init__(self, orders: int, levels: int) -> None:
        self.engine = Engine()
        self.spans_ns: dict[str, list[int]] = {operation: [] for operation in (CONTROL, *OPERATIONS)}
        self.random = random.Random(7)
        self.half = levels // 2
        self._time_ns = START_NS
        self._last_id = 0
        self.open: list[EnterOrder] = []
        self._place: dict[str, int] = {}  # cl_ord_id -> index in open
        for command in opening_commands(1):
            self._apply(command)
        for number in range(orders):
            level = number % levels
            side: Side = BUY if level % 2 else SELL
            order = self._order(side, 2 * (level // 2) * (-1 if side == BUY else 1))
            self._apply(order)
            self._keep(order, len(self.open))

    def sample(self) -> None:
        gone = self._read_any_order()
        self._timed("cancel", CancelOrder(gone.session, gone.account, self._id("C"), gone.cl_ord_id))
        self._add_in_place_of(gone)

        side = self._either_side()
        away = 2 * self.random.randrange(1, self.half - 1) + 1
        alone = self._order(side, -away if side == BUY else away)
        self._timed("add a level", alone)
        self._timed("cancel a level", CancelOrder(alone.session, alone.account, self._id("C"), alone.cl_ord_id))

        events = self._timed("take", self._taking(self._either_side()))
        [trade] = [event for event in events if isinstance(event, OrderTraded)]
        self._add_in_place_of(trade.maker)

    def _read_any_order(self) -> EnterOrder:
        place, orders = self.random.randrange(len(self.open)), self.open
        begin = time.perf_counter_ns()
        order = orders[place]
        _ = order.cl_ord_id
        self.spans_ns[CONTROL].append(time.perf_counter_ns() - begin)
        return order

    def _add_in_place_of(self, gone: EnterOrder) -> None:
        order = self._order(gone.side, gone.price_ticks - self._touch(gone.side))
        self._timed("add", order)
        self._keep(order, self._place.pop(gone.cl_ord_id))

    def _keep(self, order: EnterOrder, place: int) -> None:
        self.open[place : place + 1] = [order]
        self._place[order.cl_ord_id] = place

    def _either_side(self) -> Side:
        return BUY if self.random.random() < 0.5 else SELL

    def _touch(self, side: Side) -> int:
        return MIDDLE if side == BUY else MIDDLE + 2

    def _order(self, side: Side, away: int) -> EnterOrder:
        account = f"{'B' if side == BUY else 'S'}{self.random.randrange(32)}"
        price = self._touch(side) + away
        return EnterOrder(account, account, self._id("O"), SYMBOL, side, LIMIT, GTC, LOTS, price)

    def _taking(self, side: Side) -> EnterOrder:
        account = f"{'B' if side == BUY else 'S'}0"
        price = self._touch(SELL if side == BUY else BUY)
        return EnterOrder(account, account, self._id("O"), SYMBOL, side, LIMIT, IOC, LOTS, price)

    def _id(self, kind: str) -> str:
        self._last_id += 1
        return f"{kind}{self._last_id:09}"

    def _timed(self, operation: str, command: AnyCommand) -> list[AnyEvent]:
        begin = time.perf_counter_ns()
        events = self._apply(command)
        self.spans_ns[operation].append(time.perf_counter_ns() - begin)
        return events

    def _apply(self, command: AnyCommand) -> list[AnyEvent]:
        self._time_ns += STEP_NS
        return self.engine.apply(command, self.engine.journal_seq + 1, self._time_ns)


def time_deep_book(orders: str, levels: str, samples: str) -> dict[str, Any]:
    """Mean nanoseconds of each operation, the slowest thousandth left out (other programs' turns)."""
    book = _DeepBook(int(orders), int(levels))
    settle_garbage_collection()
    for _ in range(int(samples)):
        book.sample()
    check("open orders", sum(len(book.engine.open_orders(a.account)) for a in book.engine.accounts()), int(orders))
    bids, asks = book.engine.depth(SYMBOL, int(levels))
    check("levels", len(bids) + len(asks), int(levels))
    return {operation: _mean_ns(spans) for operation, spans in book.spans_ns.items()}


def _mean_ns(spans_ns: list[int]) -> float:
    spans_ns.sort()
    kept = spans_ns[: max(1, len(spans_ns) * 999 // 1000)]
    return sum(kept) / len(kept)
