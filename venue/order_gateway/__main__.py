"""The process: `python -m venue.order_gateway`, started and supervised by the venue.

stdin: one line of orders, then notices and questions (venue/order_gateway_words.py). Its end ends this process, however
the venue ended. stdout: `ready` when clients may come, and answers. stderr: the log, a JSON object a line.
"""

import logging
import os
import sys
from collections.abc import Iterator
from typing import Final

import msgspec

from venue.errors import VenueError
from venue.order_gateway.process import serve
from venue.order_gateway_words import Asked, Notice, Orders
from venue.supervised import begin_process

log = logging.getLogger("venue.order_gateway")

CHUNK_BYTES: Final = 1 << 16


def main() -> None:
    begin_process("python -m venue.order_gateway", __doc__)
    lines = _lines_of_stdin()
    try:
        orders, told = msgspec.json.decode(next(lines), type=Orders), msgspec.json.Decoder(Notice | Asked)
        serve(orders, map(told.decode, lines), lambda line: print(line, flush=True))
    except VenueError as error:
        log.critical("%s", error)
        sys.exit(1)


def _lines_of_stdin() -> Iterator[bytes]:
    """Not through sys.stdin, whose lock an exit of the interpreter would want while a thread still holds it."""
    received = b""
    while chunk := os.read(0, CHUNK_BYTES):
        *whole, received = (received + chunk).split(b"\n")
        yield from whole


if __name__ == "__main__":
    main()
