"""The one place where book deltas are made, so that REST and every stream tell the same numbers.

A delta ends where the one before it ended: whoever flushes a book, every stream of it must have the delta. A REST
snapshot flushes first, and so stands exactly between two deltas of the streams.
"""

from collections.abc import Callable
from typing import Final

from venue.marketdata import BookDelta, BookImage, MarketData


class Books:
    """`tell` are called with each delta, in the order they were appended."""

    def __init__(self, market: MarketData) -> None:
        self._market: Final = market
        self.tell: Final[list[Callable[[BookDelta], None]]] = []

    def flush(self, symbol: str) -> BookImage:
        """Hand on what changed since the last delta; returns the book, which the next delta starts from.

        The symbol must be a listed one.
        """
        instrument = self._market.instrument(symbol)
        assert instrument is not None
        delta = instrument.image.flush()
        if delta is not None:
            for tell in self.tell:
                tell(delta)
        return instrument.image
