"""The public book of one instrument as the outside world is told it, order by order (L3) and by level (L2).

The image knows no trading rule. Events name orders; for each of them the engine is asked where it stands now,
and what differs from the image is what has changed. An order is looked up when somebody asks for the book, not
when the event comes: one that came and went meanwhile costs one look.

Invariant: whenever the image is read, it is the engine's public book: `depth_snapshot(n)` has the levels of
`engine.depth(symbol, n)`, each the sum of the orders in `orders_snapshot()`.

A delta tells the difference between two flushes: what came and went between them is not in it. So a snapshot is
taken right after a flush, or a reader that began with it would keep what no delta takes back.
"""

from collections.abc import Iterator
from operator import itemgetter

from venue.errors import InvariantError
from venue.increments import Increment
from venue.marketdata.book_views import BookDelta, BookOrder, DepthSnapshot, Level, OrdersSnapshot, Quote
from venue.marketdata.checksum import CHECKED_LEVELS, checksum_of
from venue.marketdata.levels import Levels
from venue.marketdata.source import BookSource, Resting
from venue.messages import BUY, SELL, ListInstrument, Side


class BookImage:
    """Orders that events name go into `touched`; whatever is read is up to date. Not for use from several threads."""

    def __init__(self, source: BookSource, listing: ListInstrument) -> None:
        self.symbol: str = listing.symbol
        self.feed_seq = 0  # of the last delta
        self.journal_seq = 0  # of the last command that touched the book
        self.time_ns = 0
        self.touched: set[int] = set()  # order_ids named by events since the image last looked
        self._source = source
        self._orders: dict[int, Resting] = {}
        self._former: dict[int, Resting | None] = {}  # as the last delta left them, of orders that differ now
        price, qty = Increment(listing.tick_size), Increment(listing.lot_size)
        self._bids, self._asks = Levels(-1, price, qty), Levels(1, price, qty)

    @property
    def best(self) -> Quote:
        self.look()
        return Quote(*self._bids.best(), *self._asks.best())

    def depth_snapshot(self, levels: int) -> DepthSnapshot:
        """Cost: O(levels). Raises InvariantError when there are changes to flush."""
        self._require_flushed()
        bids, asks = ([Level(*level) for level in side.top(levels)] for side in (self._bids, self._asks))
        return DepthSnapshot(self.symbol, self.feed_seq, self.journal_seq, self.time_ns, bids, asks, self._checksum())

    def orders_snapshot(self, levels: int | None = None, orders_max: int | None = None) -> OrdersSnapshot:
        """The orders of the best levels (of all, if None). Raises InvariantError when there are changes to flush.

        A level is told whole or not at all: on each side those that have orders_max orders together at most.
        Cost: O(n log n) in these orders.
        """
        self._require_flushed()
        bids, asks = self._queue(BUY, levels, orders_max), self._queue(SELL, levels, orders_max)
        return OrdersSnapshot(self.symbol, self.feed_seq, self.journal_seq, self.time_ns, bids, asks, self._checksum())

    def levels(self, side: Side, count: int | None = None) -> list[tuple[int, int, int]]:
        """The best `count` (all, if None) as (price_ticks, shown_lots, order_count), best first."""
        self.look()
        return self._side(side).top(count)

    def levels_from(self, side: Side, limit_ticks: int) -> Iterator[tuple[int, int, int]]:
        """Those at limit_ticks or better, best first."""
        self.look()
        return self._side(side).reaching(limit_ticks)

    def checksum(self) -> int:
        """As defined in checksum.py."""
        self.look()
        return self._checksum()

    def flush(self) -> BookDelta | None:
        """The changes since the last flush, or None if the book is what it was then.

        Cost: O(n log n) in what changed, whatever the depth of the book.
        """
        self.look()
        bids, asks = ([Level(*level) for level in side.take_changes()] for side in (self._bids, self._asks))
        orders = self._take_changed_orders()
        if not orders:
            return None
        self.feed_seq += 1
        return BookDelta(
            self.symbol, self.feed_seq, self.journal_seq, self.time_ns, bids, asks, orders, self._checksum()
        )

    def begin(self, journal_seq: int, time_ns: int) -> None:
        """Take the orders touched so far for the book as it was told at feed_seq 0."""
        self.look()
        self._take_changed_orders()
        self._bids.take_changes()
        self._asks.take_changes()
        self.journal_seq, self.time_ns = journal_seq, time_ns

    @property
    def order_count(self) -> int:
        """On the public side."""
        self.look()
        return len(self._orders)

    def look(self) -> None:
        """Ask the engine for every order named since, and take over what is different."""
        touched = self.touched
        if not touched:
            return
        resting, known, former = self._source.resting, self._orders, self._former
        for order_id in touched:
            now, before = resting(order_id), known.get(order_id)
            if now == before:
                continue
            if former.setdefault(order_id, before) == now:
                del former[order_id]
            self._move(order_id, before, now)
            if now is None:
                del known[order_id]
            else:
                known[order_id] = now
        touched.clear()

    def _require_flushed(self) -> None:
        self.look()
        if self._former:
            raise InvariantError(f"a snapshot of {self.symbol} was asked for between two deltas: flush first")

    def _move(self, order_id: int, before: Resting | None, now: Resting | None) -> None:
        """Change the sums of the levels an order was in, and is in."""
        if before is not None:
            side, price_ticks, lots, _ = before
            if now is not None and now[0] == side and now[1] == price_ticks:
                self._side(side).change(price_ticks, now[2] - lots)
                return
            self._side(side).leave(price_ticks, lots, order_id)
        if now is not None:
            self._side(now[0]).join(now[1], now[2], order_id)

    def _side(self, side: int) -> Levels:
        return self._bids if side == BUY else self._asks

    def _queue(self, side: int, levels: int | None, orders_max: int | None) -> list[BookOrder]:
        """Best price first, then as they trade."""
        known = self._orders

        def rank_of(order_id: int) -> int:
            return known[order_id][3]

        return [
            BookOrder(order_id, side, price_ticks, known[order_id][2], True)
            for price_ticks, order_ids in self._side(side).orders(levels, orders_max)
            for order_id in sorted(order_ids, key=rank_of)
        ]

    def _take_changed_orders(self) -> list[BookOrder]:
        """Those that differ from when this was last asked; within each price as they stand there."""
        changed: list[tuple[tuple[int, int, int], BookOrder]] = []
        for order_id, former in self._former.items():
            now = self._orders.get(order_id)
            stands = now or gone(former)
            side, price_ticks, lots, _ = stands
            is_joining = now is not None and (former is None or place_of(former) != place_of(now))
            changed.append((place_of(stands), BookOrder(order_id, side, price_ticks, lots, is_joining)))
        self._former = {}
        changed.sort(key=itemgetter(0))
        return [order for _, order in changed]

    def _checksum(self) -> int:
        return checksum_of(self._bids.texts(CHECKED_LEVELS), self._asks.texts(CHECKED_LEVELS))


def gone(former: Resting | None) -> Resting:
    """How a delta tells of an order that stood here and is no more."""
    assert former is not None  # an order that was nowhere and is nowhere has not changed
    side, price_ticks, _, rank = former
    return side, price_ticks, 0, rank


def place_of(resting: Resting) -> tuple[int, int, int]:
    """Ranks of the orders at one price tell who came first; they are compared, never told."""
    side, price_ticks, _, rank = resting
    return side, price_ticks, rank
