"""A book as its readers are told it: whole, or what changed.

Prices in ticks, quantities in lots, only what the public side shows. feed_seq counts an instrument's deltas from
1; the delta after a snapshot is the one above its feed_seq. journal_seq and time_ns are those of the last
command that touched the instrument.
"""

import msgspec


class Level(msgspec.Struct, frozen=True, gc=False):
    """A price with the visible lots and the number of orders there; in a delta both 0: the level is gone."""

    price_ticks: int
    shown_lots: int
    order_count: int


class BookOrder(msgspec.Struct, frozen=True, gc=False):
    """An order on the public side, with the lots it shows.

    In a delta: what it is now. is_joining: it stands behind all others at its price (new there, or back with an
    iceberg's next slice); else it has kept its place. shown_lots 0: it has left the book from there.
    """

    order_id: int
    side: int  # BUY or SELL
    price_ticks: int
    shown_lots: int
    is_joining: bool


class BookDelta(msgspec.Struct, frozen=True, gc=False):
    """What changed since the delta before, feed_seq - 1: levels best first, orders so that those that join a level
    come in the order in which they stand there. The checksum is the book's after it."""

    symbol: str
    feed_seq: int
    journal_seq: int
    time_ns: int
    bids: list[Level]
    asks: list[Level]
    orders: list[BookOrder]
    checksum: int


class DepthSnapshot(msgspec.Struct, frozen=True, gc=False):
    """L2: the best levels, best first; the checksum is of the book's best ten, however many are in here."""

    symbol: str
    feed_seq: int
    journal_seq: int
    time_ns: int
    bids: list[Level]
    asks: list[Level]
    checksum: int


class OrdersSnapshot(msgspec.Struct, frozen=True, gc=False):
    """L3: every order on the public side, best price first, then in the order they trade."""

    symbol: str
    feed_seq: int
    journal_seq: int
    time_ns: int
    bids: list[BookOrder]
    asks: list[BookOrder]
    checksum: int


class Quote(msgspec.Struct, frozen=True, gc=False):
    """Best bid and offer; a side that is empty has zeros."""

    bid_ticks: int
    bid_lots: int
    bid_orders: int
    ask_ticks: int
    ask_lots: int
    ask_orders: int
