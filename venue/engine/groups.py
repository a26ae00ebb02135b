"""Fill-rate groups: how much of a market maker's orders may be filled in how short a time."""

from collections import deque
from typing import TYPE_CHECKING

from venue.engine.ending import cancel
from venue.engine.rounding import bounded
from venue.messages import OrderGroupTripped, SetOrderGroup
from venue.reasons import FILL_RATE

if TYPE_CHECKING:
    from venue.engine.order import Order
    from venue.engine.state import State


class Group:
    """A group since it was set last. `fills` are those within the window, as (time_ns, lots), oldest first."""

    def __init__(self, setting: SetOrderGroup) -> None:
        self.setting = setting
        self.fills: deque[tuple[int, int]] = deque()
        self.filled_lots = 0
        self.is_tripped = False

    def note(self, time_ns: int, lots: int) -> None:
        """Add a fill, and forget those the window has passed."""
        fills = self.fills
        oldest_ns: int = time_ns - self.setting.window_ns
        while fills and fills[0][0] <= oldest_ns:
            self.filled_lots -= fills.popleft()[1]
        fills.append((time_ns, lots))
        self.filled_lots += lots


def note_fill(state: "State", order: "Order", lots: int) -> None:
    """Note a fill of an order that has an order_group; at the group's limit cancel the group's orders.

    A group that was tripped stays so, without counting, until it is set again.
    """
    account = order.account
    name: str = order.terms.order_group
    group = account.order_groups.get(name)
    if group is None or group.is_tripped:
        return
    group.note(state.time_ns, lots)
    if group.filled_lots < group.setting.lots_max:
        return
    group.is_tripped = True
    state.events.append(OrderGroupTripped(account.name, name, bounded(group.filled_lots)))
    for open_order in account.open_orders():
        if open_order.terms.order_group == name and not open_order.ended_as:
            cancel(state, open_order, FILL_RATE)
