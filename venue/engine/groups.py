"""Fill-rate groups: how much of a market maker's orders may be filled in how short a time."""

from venue.engine.order import Order
from venue.engine.state import State


def note_fill(state: State, order: Order, lots: int) -> None:
    """Note a fill of an order that has an order_group; trip the group at its limit."""
