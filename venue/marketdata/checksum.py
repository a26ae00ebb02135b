"""A number by which a reader of the book channel knows that its book is the venue's.

Definition. Take the best ten levels of each side, best first (fewer where there are fewer). Write each as
"price:quantity", exactly as the messages write them, join those of a side by ",", and the bids' text and the
asks' text by "|". The checksum is the CRC-32 (ISO 3309, ITU-T V.42, as zlib, gzip and PNG use) of these ASCII
bytes, as an unsigned number:

    45000.50:0.75000,45000.00:2.00000|45001.00:1.25000        ->  3049598822
    |                                                         ->  2343686810 (an empty book)

Hidden quantity, orders and levels further away do not count.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

CHECKED_LEVELS: Final = 10


def checksum_of(bids: Iterable[str], asks: Iterable[str]) -> int:
    """Of the best levels as "price:quantity", best first."""
    return crc32(f"{','.join(bids)}|{','.join(asks)}".encode("ascii"))
