"""Random commands in one instrument, in batches, and the book an engine makes of them."""

import random
from collections.abc import Iterator
from typing import Final, TypeAlias

from tests.admin_api.desk import BUY, SELL, limit_order
from tests.support.venue_process import VenueProcess
from venue.client.feed_book import Level
from venue.engine.engine import Engine
from venue.increments import Increment
from venue.journal import journal_url, open_reader
from venue.messages import (
    AUCTION,
    OPEN,
    AnyCommand,
    CancelOrder,
    MassCancel,
    ReplaceOrder,
    SetTradingState,
    Side,
    TradingState,
)
from venue.replica import Replica
from venue.settings import load_config

MIDDLE_TICKS: Final = 10_000
SPAN_TICKS: Final = 12
ACCOUNTS: Final = ("MAKER", "TAKER", "OTHER")
SIDES: Final[tuple[Side, Side]] = (BUY, SELL)

Levels: TypeAlias = tuple[list[Level], list[Level]]


def random_batches(symbol: str, seed: int, count: int) -> Iterator[list[AnyCommand]]:
    """`count` commands in batches of ten or so."""
    rng = random.Random(seed)
    batch: list[AnyCommand] = []
    for command in _commands(symbol, rng, count):
        batch.append(command)
        if rng.random() < 0.1:
            yield batch
            batch = []
    if batch:
        yield batch


def _commands(symbol: str, rng: random.Random, count: int) -> Iterator[AnyCommand]:
    """Orders around one price, a third of them icebergs; cancels, replacements, mass cancels, auctions."""
    entered: list[tuple[str, str]] = []
    for number in range(count):
        account, what, name = rng.choice(ACCOUNTS), rng.random(), f"{symbol}-{rng.getrandbits(40)}-{number}"
        qty_lots, price_ticks = rng.randint(10, 200), MIDDLE_TICKS + rng.randint(-SPAN_TICKS, SPAN_TICKS)
        owner, cl_ord_id = rng.choice(entered or [("MAKER", "none")])
        if what < 0.6 or not entered:
            display_lots = rng.randint(10, qty_lots) if rng.random() < 0.3 else 0
            order = limit_order(account, symbol, rng.choice(SIDES), qty_lots, price_ticks, display_lots=display_lots)
            entered.append((account, order.cl_ord_id))
            yield order
        elif what < 0.85:
            yield CancelOrder(owner, owner, name, cl_ord_id)
        elif what < 0.95:
            yield ReplaceOrder(owner, owner, name, cl_ord_id, qty_lots=qty_lots, price_ticks=price_ticks)
        elif what < 0.97:
            yield MassCancel(account, account, name, symbol)
        else:
            state: TradingState = AUCTION if rng.random() < 0.3 else OPEN
            yield SetTradingState(symbol, state, by="tests", why="random flow")


def engine_levels(venue: VenueProcess, symbol: str) -> Levels:
    """Bids and asks of an engine that has replayed the venue's journal, as the stream writes them."""
    config = load_config(venue.config, {"data": str(venue.data)})
    engine = Engine()
    Replica(engine).catch_up(open_reader(journal_url(config.journal, config.data)))
    price, qty = Increment("0.01").to_text, Increment("0.1").to_text
    bids, asks = engine.depth(symbol, 1_000)
    return (
        [(price(ticks), qty(lots), orders) for ticks, lots, orders in bids],
        [(price(ticks), qty(lots), orders) for ticks, lots, orders in asks],
    )
