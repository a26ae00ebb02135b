"""The trailing stops that wait in one book: which of them a last price pulls along, and where to.

A sell's stop is pulled up by a last price above stop + trail, a buy's pulled down by one below stop - trail.
They are kept by that price, so that a trade looks only at those it moves. TRAILING_STOPS_MAX bounds what
one trade may cost: in a steady rise it moves every sell.
"""

from typing import TYPE_CHECKING, Final

from sortedcontainers import SortedList

from venue.messages import SELL

if TYPE_CHECKING:
    from venue.engine.order import Order

TRAILING_STOPS_MAX: Final = 1_000  # open ones in one instrument


def first_stop(side: int, reference_ticks: int, trail_ticks: int) -> int:
    return max(reference_ticks - trail_ticks, 1) if side == SELL else reference_ticks + trail_ticks


class TrailingStops:
    """Cost: O(log n) to add or drop one."""

    def __init__(self) -> None:
        self.open_count = 0  # held ones too
        self.waiting: dict[int, Order] = {}  # by order_id
        self.sells: SortedList[tuple[int, int]] = SortedList()  # (key, order_id), see pull_key
        self.buys: SortedList[tuple[int, int]] = SortedList()

    def add(self, order: "Order") -> None:
        self.waiting[order.order_id] = order
        self.side_of(order).add((pull_key(order), order.order_id))

    def drop(self, order: "Order") -> None:
        del self.waiting[order.order_id]
        self.side_of(order).remove((pull_key(order), order.order_id))

    def side_of(self, order: "Order") -> "SortedList[tuple[int, int]]":
        return self.sells if order.side == SELL else self.buys

    def pulled(self, last_ticks: int) -> "list[Order]":
        """Those the last price pulls along, by order_id; they stay where they are."""
        order_ids: list[int] = []
        for side, last_key in ((self.sells, last_ticks), (self.buys, -last_ticks)):
            for key, order_id in side:
                if key >= last_key:
                    break
                order_ids.append(order_id)
        return [self.waiting[order_id] for order_id in sorted(order_ids)]


def pull_key(order: "Order") -> int:
    """A last price with a greater key (its own sign: + for a sell, - for a buy) pulls the stop along."""
    stop_ticks: int = order.terms.stop_ticks
    return stop_ticks + order.trail_ticks if order.side == SELL else order.trail_ticks - stop_ticks
