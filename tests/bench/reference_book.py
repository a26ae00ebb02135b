"""A limit order book as one writes it in straightforward Python: dict, heap and deque.

Two uses: the workload generator keeps its live orders in it, and the engine benchmark runs it beside
the engine as the anchor of plain Python. It makes no events, checks nothing and knows no accounts.
"""

import heapq
from collections import deque
from typing import TypeAlias

Level: TypeAlias = deque["BookOrder"]


class BookOrder:
    """A resting order; qty 0 marks one that is gone but still stands in its level's queue."""

    __slots__ = ("id", "position", "price", "qty", "side")

    def __init__(self, order_id: int, side: str, price: int, qty: int) -> None:
        self.id = order_id
        self.side = side
        self.price = price
        self.qty = qty
        self.position = 0  # in the generator's list of live orders


class ReferenceBook:
    """Price, then time: heaps of prices with lazy deletion, a queue of orders for each price."""

    def __init__(self) -> None:
        self.bids: dict[int, Level] = {}
        self.asks: dict[int, Level] = {}
        self.orders: dict[int, BookOrder] = {}
        self.trades = 0
        self.traded_qty = 0
        self.notional = 0
        self._bid_heap: list[int] = []  # negated prices
        self._ask_heap: list[int] = []

    def best_bid(self) -> int | None:
        heap, levels = self._bid_heap, self.bids
        while heap:
            price = -heap[0]
            if _has_orders(levels, price):
                return price
            heapq.heappop(heap)
        return None

    def best_ask(self) -> int | None:
        heap, levels = self._ask_heap, self.asks
        while heap:
            price = heap[0]
            if _has_orders(levels, price):
                return price
            heapq.heappop(heap)
        return None

    def match(self, side: str, price: int, qty: int, filled: list[BookOrder] | None = None) -> int:
        """Trade an incoming order, price 0 being a market order; returns the quantity left.

        Resting orders that are used up are appended to `filled`.
        """
        buy = side == "B"
        while qty:
            best = self.best_ask() if buy else self.best_bid()
            if best is None or (price and (best > price if buy else best < price)):
                break
            level = self.asks[best] if buy else self.bids[best]
            while level and qty:
                resting = level[0]
                if not resting.qty:
                    level.popleft()
                    continue
                traded = resting.qty if resting.qty < qty else qty
                qty -= traded
                self.trades += 1
                self.traded_qty += traded
                self.notional += traded * best
                resting.qty -= traded
                if not resting.qty:
                    level.popleft()
                    del self.orders[resting.id]
                    if filled is not None:
                        filled.append(resting)
        return qty

    def rest(self, order: BookOrder) -> None:
        self.orders[order.id] = order
        levels = self.bids if order.side == "B" else self.asks
        level = levels.get(order.price)
        if level is None:
            levels[order.price] = level = deque()
            if order.side == "B":
                heapq.heappush(self._bid_heap, -order.price)
            else:
                heapq.heappush(self._ask_heap, order.price)
        level.append(order)

    def cancel(self, order_id: int) -> None:
        """Take an order off, if it is there; its queue drops it when it comes to the front."""
        order = self.orders.pop(order_id, None)
        if order is not None:
            order.qty = 0

    def level_count(self) -> int:
        return sum(any(order.qty for order in level) for side in (self.bids, self.asks) for level in side.values())


def _has_orders(levels: dict[int, Level], price: int) -> bool:
    """Whether an open order is left at the price; drops what is gone on the way."""
    level = levels.get(price)
    if level is None:
        return False
    while level and not level[0].qty:
        level.popleft()
    if level:
        return True
    del levels[price]
    return False
