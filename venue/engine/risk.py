"""Pre-trade risk: may this account do this order here? The limits in their order, each with its text."""

from typing import TypeAlias

from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.engine.state import State

Refusal: TypeAlias = tuple[int, str]  # a reason of venue.reasons, 0 for none, and its text


def entry_refusal(state: State, holding: Holding, side: int, lots: int, price_ticks: int) -> Refusal:
    return 0, ""


def release_reason(state: State, order: Order) -> int:
    """What forbids a held order to go to work now."""
    return 0


def trigger_reason(state: State, order: Order) -> int:
    """What forbids an order without a price to trade, now that it was triggered."""
    return 0
