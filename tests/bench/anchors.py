"""Python engines from PyPI on the same workload: what others who wrote it in Python reach here.

Optional, from build/anchors (anchors.txt says how). Both match price, then time, make objects for orders
and trades, and know neither accounts nor events of the order's life. Not here: order-matching, which
brings polars and was measured at 1,200 commands a second.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.bench.child import ROOT
from tests.bench.timing import check, settle_garbage_collection
from tests.bench.workload import Row, read_expectation, read_workload

FOLDER: Final = ROOT / "build" / "anchors"
INSTALL: Final = "pip install --target build/anchors -r tests/bench/anchors.txt"

Trades: TypeAlias = tuple[int, int]  # how many, of how many lots
Play: TypeAlias = Callable[[Iterable[Row]], Trades]


def installed_anchors() -> list[str]:
    return [name for name in _ANCHORS if (FOLDER / name).is_dir()]


def time_anchor(name: str, workload: str) -> dict[str, Any]:
    sys.path.insert(0, str(FOLDER))
    play = _ANCHORS[name](import_module(name))
    rows = read_workload(Path(workload))
    settle_garbage_collection()
    begin = time.perf_counter_ns()
    trades = play(rows)
    elapsed_ns = time.perf_counter_ns() - begin
    expectation = read_expectation(Path(workload))
    check("trades and lots", trades, (expectation.trades, expectation.traded_qty))
    return {"rows_per_s": len(rows) / elapsed_ns * 1e9}


def _light_matching_engine(_: Any) -> Play:
    module = import_module("lightmatchingengine.lightmatchingengine")
    engine, side = module.LightMatchingEngine(), {"B": module.Side.BUY, "S": module.Side.SELL}

    def play(rows: Iterable[Row]) -> Trades:
        its_id: dict[int, int] = {}
        count = lots = 0
        for row in rows:
            if row.op in "CR":
                engine.cancel_order(its_id.pop(row.old_id or row.id), row.symbol)
                if row.op == "C":
                    continue
            order, trades = engine.add_order(row.symbol, row.price, row.qty, side[row.side])
            if trades:  # one for each maker, and one of the taker for each price
                makers = [trade for trade in trades if trade.order_id != order.order_id]
                count += len(makers)
                lots += sum(trade.trade_qty for trade in makers)
            if order.leaves_qty and row.op in "IM":
                engine.cancel_order(order.order_id, row.symbol)
            elif order.leaves_qty:
                its_id[row.id] = order.order_id
        return count, lots

    return play


def _pyorderbook(module: Any) -> Play:
    logging.getLogger().setLevel(logging.ERROR)  # it sets the root logger to INFO when imported
    book, side = module.Book(), {"B": module.Side.BID, "S": module.Side.ASK}
    any_price = {"B": Decimal(10**12), "S": Decimal(1)}

    def play(rows: Iterable[Row]) -> Trades:
        its_order: dict[int, Any] = {}
        count = lots = 0
        for row in rows:
            if row.op in "CR":
                book.cancel(its_order.pop(row.old_id or row.id))
                if row.op == "C":
                    continue
            order = module.Order(side[row.side], str(row.symbol), row.price or any_price[row.side], row.qty)
            blotter = book.match(order)
            count += len(blotter.trades)
            lots += sum(trade.fill_quantity for trade in blotter.trades)
            if order.quantity and row.op in "IM":
                book.cancel(order)
            elif order.quantity:
                its_order[row.id] = order
        return count, lots

    return play


_ANCHORS: Final[dict[str, Callable[[Any], Play]]] = {
    "lightmatchingengine": _light_matching_engine,
    "pyorderbook": _pyorderbook,
}
