"""Topics of one book: by level (L2), order by order (L3), and its best prices.

Whoever flushes a book (a publication, a REST answer) hands the delta to `note_delta` of both; it goes out with the
next publication, in its turn. So the feed_seq of a REST answer is one that the stream comes by, too.
"""

from collections.abc import Callable, Iterable
from typing import Final

from admin_api.models.values import time_text
from admin_api.streams import messages as say
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream, frame_of
from admin_api.streams.topic import Topic, Wake
from admin_api.streams.wire import POLICY
from venue.increments import Increment
from venue.marketdata import BookDelta, BookImage, BookOrder, InstrumentMarket, Level
from venue.messages import BUY, ListInstrument

L3_ORDERS_MAX: Final = 50_000  # of a book that is told order by order: a snapshot of them takes 0.2 s
DEPTH_LEVELS: Final = 50
LEVELS_MAX: Final = 1_000_000  # of a snapshot: all there are
Flush = Callable[[str], BookImage]


class _Texts:
    """How an instrument's numbers are written. Price and quantity of an order or level that is gone: as any other."""

    def __init__(self, listing: ListInstrument) -> None:
        self.price: Final = Increment(listing.tick_size).to_text
        self.qty: Final = Increment(listing.lot_size).to_text

    def levels(self, levels: Iterable[Level]) -> list[say.Level]:
        price, qty = self.price, self.qty
        return [(price(level.price_ticks), qty(level.shown_lots), level.order_count) for level in levels]

    def queue(self, orders: Iterable[BookOrder]) -> list[say.QueuedOrder]:
        price, qty = self.price, self.qty
        return [(order.order_id, price(order.price_ticks), qty(order.shown_lots)) for order in orders]

    def change(self, order: BookOrder) -> say.OrderChange:
        side: say.SideWord = "buy" if order.side == BUY else "sell"
        price, qty = self.price(order.price_ticks), self.qty(order.shown_lots)
        return say.OrderChange(order.order_id, side, price, qty, order.is_joining)


class BookTopic(Topic):
    """L2. Deltas that nobody would hear of are not encoded; a snapshot is, once for each feed_seq."""

    def __init__(self, key: TopicKey, wake: Wake, market: InstrumentMarket, flush: Flush) -> None:
        super().__init__(key, wake)
        self._symbol: Final = market.symbol
        self._flush = flush
        self._texts: Final = _Texts(market.listing)
        self._deltas: list[bytes] = []
        self._snapshot = (-1, b"")

    def note_delta(self, delta: BookDelta) -> None:
        if self.is_heard:
            self._deltas.append(frame_of(self._told(delta)))

    def update(self) -> list[bytes]:
        self._flush(self._symbol)  # which calls note_delta
        deltas, self._deltas = self._deltas, []
        return deltas

    def snapshot(self) -> bytes:
        image = self._flush(self._symbol)
        if self._snapshot[0] != image.feed_seq:
            self._snapshot = (image.feed_seq, frame_of(self._whole(image)))
        return self._snapshot[1]

    def _told(self, delta: BookDelta) -> say.Message:
        return say.BookDelta(
            delta.symbol,
            delta.feed_seq,
            delta.journal_seq,
            time_text(delta.time_ns),
            self._texts.levels(delta.bids),
            self._texts.levels(delta.asks),
            delta.checksum,
        )

    def _whole(self, image: BookImage) -> say.Message:
        book = image.depth_snapshot(LEVELS_MAX)
        return say.BookSnapshot(
            book.symbol,
            book.feed_seq,
            book.journal_seq,
            time_text(book.time_ns),
            self._texts.levels(book.bids),
            self._texts.levels(book.asks),
            book.checksum,
        )


class DepthTopic(Topic):
    """The best levels, whole each time: who only shows them needs to keep nothing, and can miss nothing."""

    def __init__(self, key: TopicKey, wake: Wake, market: InstrumentMarket, flush: Flush) -> None:
        super().__init__(key, wake)
        self._symbol: Final = market.symbol
        self._flush = flush
        self._texts: Final = _Texts(market.listing)
        self._told_seq = -1

    def update(self) -> list[bytes]:
        if self._flush(self._symbol).feed_seq == self._told_seq:
            return []
        return [self.snapshot()]

    def snapshot(self) -> bytes:
        image = self._flush(self._symbol)
        book = image.depth_snapshot(DEPTH_LEVELS)
        self._told_seq = book.feed_seq
        bids, asks = self._texts.levels(book.bids), self._texts.levels(book.asks)
        return frame_of(say.Depth(book.symbol, book.feed_seq, book.journal_seq, time_text(book.time_ns), bids, asks))


class OrdersTopic(BookTopic):
    """L3. Of a book with more than L3_ORDERS_MAX orders there is no snapshot: who would begin with one is ended."""

    def _begin(self, ready: dict[Stream, int]) -> None:
        if self._flush(self._symbol).order_count <= L3_ORDERS_MAX:
            super()._begin(ready)
            return
        for stream in ready:
            del self._joining[stream]
            stream.end(POLICY, f"too_large: the book has more than {L3_ORDERS_MAX:,} orders: subscribe by level")

    def _told(self, delta: BookDelta) -> say.Message:
        return say.OrdersDelta(
            delta.symbol,
            delta.feed_seq,
            delta.journal_seq,
            time_text(delta.time_ns),
            [self._texts.change(order) for order in delta.orders],
            delta.checksum,
        )

    def _whole(self, image: BookImage) -> say.Message:
        book = image.orders_snapshot()
        return say.OrdersSnapshot(
            book.symbol,
            book.feed_seq,
            book.journal_seq,
            time_text(book.time_ns),
            self._texts.queue(book.bids),
            self._texts.queue(book.asks),
            book.checksum,
        )


class QuoteTopic(Topic):
    """Best bid and offer. What is the same as before is not told again."""

    def __init__(
        self, key: TopicKey, wake: Wake, market: InstrumentMarket, flush: Flush, last_ticks: Callable[[str], int]
    ) -> None:
        super().__init__(key, wake)
        self._symbol: Final = market.symbol
        self._flush = flush
        self._last_ticks = last_ticks
        self._texts: Final = _Texts(market.listing)
        self._told: tuple[object, ...] = ()

    def update(self) -> list[bytes]:
        image = self._flush(self._symbol)
        now = (image.best, self._last_ticks(self._symbol))
        if now == self._told:
            return []
        self._told = now
        return [self.snapshot()]

    def snapshot(self) -> bytes:
        image, texts = self._flush(self._symbol), self._texts
        best, last_ticks = image.best, self._last_ticks(self._symbol)
        bid, ask = best.bid_ticks, best.ask_ticks
        return frame_of(
            say.Bbo(
                self._symbol,
                image.feed_seq,
                image.journal_seq,
                time_text(image.time_ns),
                texts.price(bid) if bid else None,
                texts.qty(best.bid_lots) if bid else None,
                best.bid_orders,
                texts.price(ask) if ask else None,
                texts.qty(best.ask_lots) if ask else None,
                best.ask_orders,
                texts.price(last_ticks) if last_ticks else None,
            )
        )
