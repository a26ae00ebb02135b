"""A reader of the book channel: it has a snapshot, applies deltas and knows no more of the venue than they say.

Prices and quantities are kept as the texts of the messages, made here with Decimal, so that the checksum is
computed from strings, as a client would.
"""

from collections.abc import Iterable
from decimal import Decimal

from venue.marketdata import BookDelta, BookImage, BookOrder, DepthSnapshot, Level, OrdersSnapshot
from venue.messages import BUY, SELL, ListInstrument

LEVELS_MAX = 100_000


class Reader:
    """The book as text, L2 and L3: `levels` by side and price, `orders` in the order they came to their price."""

    def __init__(self, image: BookImage, listing: ListInstrument) -> None:
        """From snapshots of a book that is flushed."""
        self.tick, self.lot = Decimal(listing.tick_size), Decimal(listing.lot_size)
        self.levels: dict[int, dict[str, tuple[str, int]]] = {BUY: {}, SELL: {}}
        self.orders: dict[int, BookOrder] = {}  # by order_id; of one price in the order they would trade
        depth, orders = image.depth_snapshot(LEVELS_MAX), image.orders_snapshot()
        self.feed_seq = depth.feed_seq
        self._take(depth, orders)

    def _take(self, depth: DepthSnapshot, orders: OrdersSnapshot) -> None:
        assert orders.feed_seq == depth.feed_seq
        assert orders.checksum == depth.checksum
        self._take_levels(BUY, depth.bids)
        self._take_levels(SELL, depth.asks)
        self._take_orders([*orders.bids, *orders.asks])

    def apply(self, delta: BookDelta) -> None:
        assert delta.feed_seq == self.feed_seq + 1
        self.feed_seq = delta.feed_seq
        self._take_levels(BUY, delta.bids)
        self._take_levels(SELL, delta.asks)
        self._take_orders(delta.orders)

    def _take_levels(self, side: int, levels: Iterable[Level]) -> None:
        for level in levels:
            price = self.text(level.price_ticks, self.tick)
            if level.order_count:
                self.levels[side][price] = (self.text(level.shown_lots, self.lot), level.order_count)
            else:
                self.levels[side].pop(price, None)

    def _take_orders(self, orders: Iterable[BookOrder]) -> None:
        for order in orders:
            if order.is_joining or not order.shown_lots:
                self.orders.pop(order.order_id, None)
            if order.shown_lots:
                self.orders[order.order_id] = order  # in its place, if it has one

    @staticmethod
    def text(units: int, step: Decimal) -> str:
        return f"{units * step:f}"

    def texts(self, side: int) -> list[str]:
        """The levels as "price:quantity", best first."""
        prices = sorted(self.levels[side], key=Decimal, reverse=side == BUY)
        return [f"{price}:{self.levels[side][price][0]}" for price in prices]

    def checked_text(self) -> str:
        """What the checksum is of."""
        return f"{','.join(self.texts(BUY)[:10])}|{','.join(self.texts(SELL)[:10])}"

    def depth(self, side: int) -> list[tuple[str, str, int]]:
        """As text, best first."""
        prices = sorted(self.levels[side], key=Decimal, reverse=side == BUY)
        return [(price, *self.levels[side][price]) for price in prices]

    def queues(self) -> list[tuple[int, int, int, int]]:
        """side, price_ticks, lots, order_id: by side and price, at each price as they would trade."""
        found = [(order.side, order.price_ticks, order.shown_lots, order.order_id) for order in self.orders.values()]
        return sorted(found, key=lambda queued: queued[:2])


def crc_32(text: str) -> int:
    """CRC-32 bit by bit, from its definition: polynomial 0x04C11DB7 reflected, all ones before and after."""
    crc = 0xFFFFFFFF
    for byte in text.encode("ascii"):
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
