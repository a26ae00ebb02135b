"""Pre-trade risk: may this account do this order here? The limits in their order, each with its text."""

from typing import TypeAlias

from venue.engine.positions import Holding
from venue.engine.state import State

Refusal: TypeAlias = tuple[int, str]  # a reason of venue.reasons, 0 for none, and its text


def entry_refusal(state: State, holding: Holding, side: int, lots: int, price_ticks: int) -> Refusal:
    return 0, ""
