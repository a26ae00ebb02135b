"""Price bands: how far from its reference an order may reach, and a trade may print.

    collar    ends the reach of orders without a price; taken around the reference price
    breaker   bounds the prices trades may print at; kept in the book as floor_ticks and ceiling_ticks

Both are given in basis points by SetPriceLimits, 0 for none, and rounded towards the reference.
"""

from typing import TYPE_CHECKING, Final

from venue.messages import BUY

if TYPE_CHECKING:
    from venue.engine.book import Book

ANY_PRICE: Final = 1 << 64  # beyond every price, as a key too: a journaled integer fits into 64 bits
BP_UNIT: Final = 10_000


def highest(reference_ticks: int, band_bp: int) -> int:
    return reference_ticks * (BP_UNIT + band_bp) // BP_UNIT


def lowest(reference_ticks: int, band_bp: int) -> int:
    return -(-reference_ticks * (BP_UNIT - band_bp) // BP_UNIT)


def reference(book: "Book") -> int:
    """The reference price: of the last trade, or while there is none the circuit breaker's; 0: none."""
    return book.last_ticks or book.reference_ticks


def collar(book: "Book", side: int, reference_ticks: int) -> int:
    """The worst price an order of this side may ask for; 0: any."""
    band_bp = book.collar_bp
    if band_bp == 0 or reference_ticks == 0:
        return 0
    return highest(reference_ticks, band_bp) if side == BUY else lowest(reference_ticks, band_bp)


def reach_key(book: "Book", side: int, price_ticks: int) -> int:
    """The last key of the opposite ladder an order may trade at: of its price, or (0) of the collar."""
    worst_ticks = price_ticks or collar(book, side, reference(book))
    if worst_ticks == 0:
        return ANY_PRICE
    return worst_ticks if side == BUY else -worst_ticks


def set_breaker(book: "Book", reference_ticks: int) -> None:
    """Take a price as the breaker's reference, and the bounds that follow from it."""
    book.reference_ticks = reference_ticks
    band_bp: int = book.limits.breaker_bp
    if band_bp == 0 or reference_ticks == 0:
        book.floor_ticks, book.ceiling_ticks = 0, ANY_PRICE
    else:
        book.floor_ticks, book.ceiling_ticks = lowest(reference_ticks, band_bp), highest(reference_ticks, band_bp)
