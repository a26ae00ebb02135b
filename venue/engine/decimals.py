"""Integers of the engine as decimal text, for the texts people read. Exact, no Decimal and no float."""

from typing import Final

from venue.engine.book import Book

DECIMALS_MAX: Final = 18  # of a currency, a tick or a lot
WHOLE_DIGITS_MAX: Final = 20


def decimal_text(units: int, decimals: int) -> str:
    """units x 10 ** -decimals with all its decimals: (1234, 2) is "12.34"."""
    digits = str(abs(units)).rjust(decimals + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def is_step(text: str) -> bool:
    """Whether the text is a positive decimal such as "0.01": digits, and with a point digits on both sides."""
    whole, point, fraction = text.partition(".")
    digits = whole + fraction
    return (
        0 < len(whole) <= WHOLE_DIGITS_MAX
        and len(fraction) <= DECIMALS_MAX
        and (fraction != "" or point == "")
        and digits.isascii()
        and digits.isdecimal()
        and digits.strip("0") != ""
    )


def times(count: int, step: str) -> str:
    """A number of steps, with the decimals of the step: (7, "0.25") is "1.75"."""
    whole, _, fraction = step.partition(".")
    return decimal_text(count * int(whole + fraction), len(fraction))


def price_text(book: Book, price_ticks: int) -> str:
    return times(price_ticks, book.listing.tick_size)


def qty_text(book: Book, qty_lots: int) -> str:
    return times(qty_lots, book.listing.lot_size)
