"""Integers of the engine as decimal text, for the texts people read. Exact, no Decimal and no float."""

from venue.engine.book import Book


def decimal_text(units: int, decimals: int) -> str:
    """units x 10 ** -decimals with all its decimals: (1234, 2) is "12.34"."""
    digits = str(abs(units)).rjust(decimals + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def times(count: int, step: str) -> str:
    """A number of steps, with the decimals of the step: (7, "0.25") is "1.75"."""
    whole, _, fraction = step.partition(".")
    return decimal_text(count * int(whole + fraction), len(fraction))


def price_text(book: Book, price_ticks: int) -> str:
    return times(price_ticks, book.listing.tick_size)


def qty_text(book: Book, qty_lots: int) -> str:
    return times(qty_lots, book.listing.lot_size)
