"""How much stands near the mid, and on which side.

    depth within b bp   lots and notional of bids at or above mid x (1 - b / 10,000) and of offers at or below
                        mid x (1 + b / 10,000), exact; none without a quote (see spread.py)
    imbalance           (bid lots - ask lots) / (bid lots + ask lots) of the best levels; an empty book has none

Visible lots only, in ticks and lots of the book image.
"""

from collections.abc import Iterable
from typing import Final

from venue.marketdata.figures import DepthWithin, Imbalance
from venue.marketdata.image import BookImage
from venue.messages import BUY, SELL

DEPTH_BP: Final = (10, 50, 100)  # ascending
IMBALANCE_LEVELS: Final = 10


def depth_within(image: BookImage, twice_mid: int) -> tuple[DepthWithin, ...]:
    """Cost: O(levels within the widest)."""
    if not twice_mid:
        return ()
    return tuple([
        DepthWithin(
            bp,
            *summed(image.levels_from(BUY, -(-twice_mid * (10_000 - bp) // 20_000))),
            *summed(image.levels_from(SELL, twice_mid * (10_000 + bp) // 20_000)),
        )
        for bp in DEPTH_BP
    ])  # fmt: skip


def summed(levels: Iterable[tuple[int, int, int]]) -> tuple[int, int]:
    """Lots and notional."""
    lots = notional = 0
    for price_ticks, shown_lots, _ in levels:
        lots += shown_lots
        notional += price_ticks * shown_lots
    return lots, notional


def imbalance(image: BookImage) -> Imbalance:
    bids, asks = image.levels(BUY, IMBALANCE_LEVELS), image.levels(SELL, IMBALANCE_LEVELS)
    return Imbalance(
        balance(summed(bids[:1])[0], summed(asks[:1])[0]),
        balance(summed(bids)[0], summed(asks)[0]),
    )


def balance(bid_lots: int, ask_lots: int) -> float | None:
    return (bid_lots - ask_lots) / (bid_lots + ask_lots) if bid_lots or ask_lots else None
