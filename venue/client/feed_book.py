"""A book rebuilt from the order book channel, and checked at every message.

Nothing here is taken from the venue's own code, so what is checked is checked twice: this is how a client in any
language does it.

    snapshot            the book is this, as of its feed_seq
    delta               feed_seq must be one more than the book's: levels are as told, 0 orders is none
    after each          CRC-32 of the best ten levels must be the message's checksum

Numbers stay text as the venue wrote them (the checksum is over that text); only their order needs a value.
"""

from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeAlias
from zlib import crc32

from sortedcontainers import SortedDict

CHECKED_LEVELS: Final = 10

Message: TypeAlias = dict[str, Any]
Level: TypeAlias = tuple[str, str, int]  # price, quantity, number of orders


class BrokenFeedError(Exception):
    """The book cannot be trusted any more: a message is missing, or the checksum differs. Subscribe anew."""


class FeedBook:
    """By level. `feed_seq` -1: no snapshot yet."""

    def __init__(self) -> None:
        self.feed_seq = -1
        self.journal_seq = 0
        self.bids_by_price: SortedDict[Decimal, Level] = SortedDict()
        self.asks_by_price: SortedDict[Decimal, Level] = SortedDict()

    def take(self, message: Message) -> None:
        """Apply a snapshot or delta. Raises BrokenFeedError."""
        match message["type"]:
            case "book_snapshot":
                self._begin()
            case "book_delta":
                self._require_next(message["feed_seq"])
            case _:
                return
        for side, levels in zip(self._sides(), (message["bids"], message["asks"]), strict=True):
            for price, qty, orders in levels:
                if orders:
                    side[Decimal(price)] = (price, qty, orders)
                else:
                    side.pop(Decimal(price), None)
        self._settle(message)

    def bids(self, count: int | None = None) -> list[Level]:
        """Best first."""
        return list(islice(reversed(self.bids_by_price.values()), count))

    def asks(self, count: int | None = None) -> list[Level]:
        """Best first."""
        return list(islice(self.asks_by_price.values(), count))

    def _sides(self) -> "tuple[SortedDict[Decimal, Level], SortedDict[Decimal, Level]]":
        return self.bids_by_price, self.asks_by_price

    def _begin(self) -> None:
        for side in self._sides():
            side.clear()

    def _require_next(self, feed_seq: int) -> None:
        if feed_seq != self.feed_seq + 1:
            raise BrokenFeedError(f"feed_seq was {feed_seq} after {self.feed_seq}")

    def _settle(self, message: Message) -> None:
        self.feed_seq, self.journal_seq = message["feed_seq"], message["journal_seq"]
        found = checksum(self.bids(CHECKED_LEVELS), self.asks(CHECKED_LEVELS))
        if found != message["checksum"]:
            raise BrokenFeedError(
                f"checksum was {message['checksum']} at feed_seq {self.feed_seq}, of the book {found}"
            )


class QueueBook(FeedBook):
    """Order by order, of a subscription with l3; its levels are the sums."""

    def __init__(self) -> None:
        super().__init__()
        self._queues: tuple[SortedDict[Decimal, dict[int, tuple[str, str]]], ...] = SortedDict(), SortedDict()
        self._places: dict[int, tuple[int, Decimal]] = {}  # order_id -> side, price

    def take(self, message: Message) -> None:
        match message["type"]:
            case "orders_snapshot":
                for queues in self._queues:
                    queues.clear()
                self._places.clear()
                for side, orders in enumerate((message["bids"], message["asks"])):
                    for order_id, price, qty in orders:
                        self._put(order_id, side, price, qty)
            case "orders_delta":
                self._require_next(message["feed_seq"])
                for order in message["orders"]:
                    self._change(order)
            case _:
                return
        self._settle(message)

    def bids(self, count: int | None = None) -> list[Level]:
        return [_sum(queue) for queue in islice(reversed(self._queues[0].values()), count)]

    def asks(self, count: int | None = None) -> list[Level]:
        return [_sum(queue) for queue in islice(self._queues[1].values(), count)]

    def orders(self) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
        """Bids and asks as (order_id, price, quantity): best price first, then in the order they trade."""
        bids, asks = reversed(self._queues[0].values()), self._queues[1].values()
        told = [[(order_id, *order) for queue in side for order_id, order in queue.items()] for side in (bids, asks)]
        return told[0], told[1]

    def _change(self, order: Message) -> None:
        order_id, side = order["order_id"], ("buy", "sell").index(order["side"])
        if not order["joins"] and Decimal(order["quantity"]):
            side, price = self._places[order_id]
            self._queues[side][price][order_id] = (order["price"], order["quantity"])  # keeps its place
            return
        self._take_out(order_id)
        if order["joins"]:
            self._put(order_id, side, order["price"], order["quantity"])

    def _put(self, order_id: int, side: int, price: str, qty: str) -> None:
        self._queues[side].setdefault(Decimal(price), {})[order_id] = (price, qty)
        self._places[order_id] = side, Decimal(price)

    def _take_out(self, order_id: int) -> None:
        if (place := self._places.pop(order_id, None)) is None:
            return
        side, price = place
        queue = self._queues[side][price]
        del queue[order_id]
        if not queue:
            del self._queues[side][price]


def checksum(bids: list[Level], asks: list[Level]) -> int:
    """CRC-32 of the text "price:quantity,…|price:quantity,…" of the best ten levels, best first."""
    sides = (",".join(f"{price}:{qty}" for price, qty, _ in side[:CHECKED_LEVELS]) for side in (bids, asks))
    return crc32("|".join(sides).encode())


def _sum(queue: dict[int, tuple[str, str]]) -> Level:
    price = next(iter(queue.values()))[0]
    total = sum((Decimal(qty) for _, qty in queue.values()), Decimal(0))
    return price, f"{total:f}", len(queue)
