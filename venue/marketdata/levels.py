"""The levels of one side of a book image: sums over the orders at each price, sorted, and what has changed."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from sortedcontainers import SortedList

from venue.increments import Increment

LevelSum: TypeAlias = tuple[int, int]  # shown_lots, order_count
EMPTY: Final[LevelSum] = (0, 0)


class Levels:
    """Kept by key = sign x price, so that the best is always the smallest (+1: asks, -1: bids)."""

    def __init__(self, sign: int, price: Increment, qty: Increment) -> None:
        self._sign = sign
        self._price = price
        self._qty = qty
        self._sums: dict[int, LevelSum] = {}  # by price_ticks
        self._orders: dict[int, set[int]] = {}  # their ids, by price_ticks
        self._keys: SortedList[int] = SortedList()
        self._former: dict[int, LevelSum] = {}  # as last told, of levels that differ now
        self._texts: dict[int, str] = {}

    def join(self, price_ticks: int, lots: int, order_id: int) -> None:
        self._orders.setdefault(price_ticks, set()).add(order_id)
        self.change(price_ticks, lots, 1)

    def leave(self, price_ticks: int, lots: int, order_id: int) -> None:
        self._orders[price_ticks].remove(order_id)
        self.change(price_ticks, -lots, -1)

    def change(self, price_ticks: int, lots: int, orders: int = 0) -> None:
        """Add lots, and orders, to a level; one without orders is none."""
        sums = self._sums
        before = sums.get(price_ticks, EMPTY)
        now = (before[0] + lots, before[1] + orders)
        if now == before:
            return
        self._texts.pop(price_ticks, None)
        if now[1] == 0:
            del sums[price_ticks], self._orders[price_ticks]
            self._keys.remove(self._sign * price_ticks)
        else:
            sums[price_ticks] = now
            if before[1] == 0:
                self._keys.add(self._sign * price_ticks)
        if self._former.setdefault(price_ticks, before) == now:
            del self._former[price_ticks]

    def best(self) -> tuple[int, int, int]:
        """price_ticks, shown_lots, order_count; zeros: the side is empty."""
        if not self._keys:
            return 0, 0, 0
        price_ticks = self._sign * self._keys[0]
        return price_ticks, *self._sums[price_ticks]

    def top(self, count: int | None) -> list[tuple[int, int, int]]:
        """The best ones, best first, as (price_ticks, shown_lots, order_count)."""
        sign, sums = self._sign, self._sums
        return [(sign * key, *sums[sign * key]) for key in self._keys[:count]]

    def orders(self, count: int | None, orders_max: int | None) -> Iterator[tuple[int, set[int]]]:
        """The ids at the best prices (all, if None), best first, as (price_ticks, order_ids); it ends before the level
        that would make more than orders_max."""
        told = 0
        for key in self._keys[:count]:
            order_ids = self._orders[self._sign * key]
            told += len(order_ids)
            if orders_max is not None and told > orders_max:
                return
            yield self._sign * key, order_ids

    def reaching(self, limit_ticks: int) -> Iterator[tuple[int, int, int]]:
        """Those at limit_ticks or better, best first."""
        sign, sums = self._sign, self._sums
        for key in self._keys.irange(maximum=sign * limit_ticks):
            yield sign * key, *sums[sign * key]

    def texts(self, count: int) -> list[str]:
        """The best ones as "price:quantity" in the instrument's decimals, best first."""
        return [self._text(self._sign * key) for key in self._keys[:count]]

    def _text(self, price_ticks: int) -> str:
        text = self._texts.get(price_ticks)
        if text is None:
            lots = self._sums[price_ticks][0]
            text = self._texts[price_ticks] = f"{self._price.to_text(price_ticks)}:{self._qty.to_text(lots)}"
        return text

    def take_changes(self) -> list[tuple[int, int, int]]:
        """Levels that are not what they were when this was last asked, best first; with zeros: gone."""
        sign, sums, former = self._sign, self._sums, self._former
        if not former:
            return []
        self._former = {}
        return [(price, *sums.get(price, EMPTY)) for price in sorted(former, key=lambda price: sign * price)]
