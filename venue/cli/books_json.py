"""A replayed state as one JSON document, for programs: `venue replay --json`. Decimals are text, times UTC."""

import json
from typing import Any

from venue.engine.engine import Engine
from venue.engine_kind import engine_kind
from venue.increments import Increment
from venue.journal.phrases import time_text
from venue.messages import ListInstrument
from venue.names import STATES


def replayed_json(engine: Engine, symbol: str, levels: int, from_seq: int, elapsed_s: float, entered: list[str]) -> str:
    """Books of this instrument, or of all (""). `entered` is the command that was asked about, as text."""
    books = [_book(engine, one, levels) for one in engine.instruments() if symbol in ("", one.symbol)]
    return json.dumps(
        {
            "journal_seq": engine.journal_seq,
            "time": time_text(engine.time_ns) if engine.time_ns else None,
            "from_seq": from_seq,
            "elapsed_s": round(elapsed_s, 3),
            "engine": engine_kind(),
            "state_hash": engine.state_hash().hex(),
            "open_orders": open_orders(engine),
            "entered": entered[0] if entered else None,
            "books": books,
        }
    )


def open_orders(engine: Engine) -> int:
    return sum(len(engine.open_orders(account.account)) for account in engine.accounts())


def _book(engine: Engine, instrument: ListInstrument, levels: int) -> dict[str, Any]:
    price, qty = Increment(instrument.tick_size), Increment(instrument.lot_size)
    last_ticks = engine.best(instrument.symbol)[4]
    timed = engine.timed_state(instrument.symbol)
    assert timed is not None  # it is listed
    bids, asks = (
        [[price.to_text(ticks), qty.to_text(lots), orders] for ticks, lots, orders in side]
        for side in engine.depth(instrument.symbol, levels)
    )
    return {
        "symbol": instrument.symbol,
        "state": STATES[timed[0]].replace("-", "_"),
        "last": price.to_text(last_ticks) if last_ticks else None,
        "bids": bids,
        "asks": asks,
    }
