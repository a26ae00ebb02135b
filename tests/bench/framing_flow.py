"""Order entry as it comes from a socket, through the framer: a timing job of `bench_framing`."""

import time
from typing import Any, Final

from tests.bench.flow import symbol_name
from tests.bench.timing import check, settle_garbage_collection
from venue.fix.framing import Framer, sealed

CHUNK_BYTES: Final = 64 << 10  # what one read of a busy connection brings
TIME: Final = "20261129-13:41:04.123"


def time_framing(count: str) -> dict[str, Any]:
    """Nanoseconds a message: each in a chunk of its own, as of a client that waits for the answer; in full chunks; in
    chunks that end in the middle of each; the messages that come out are compared with those that went in."""
    messages = order_messages(int(count))
    stream = b"".join(messages)
    half = len(messages[0]) // 2
    ways = {
        "alone": messages,
        "full chunks": cut(stream, range(0, len(stream), CHUNK_BYTES)),
        "halves": cut(stream, [0, *range(half, len(stream), len(messages[0]))]),
    }
    settle_garbage_collection()
    result: dict[str, Any] = {}
    for way, chunks in ways.items():
        framer = Framer()
        feed = framer.feed
        begin = time.perf_counter_ns()
        frames = [feed(chunk) for chunk in chunks]
        result[way] = (time.perf_counter_ns() - begin) / len(messages)
        check(f"messages {way}", [frame for some in frames for frame in some] == messages, True)
    return result | {"message_bytes": len(stream) // len(messages)}


def order_messages(count: int) -> list[bytes]:
    """NewOrderSingle(D) of one length, about 170 bytes."""
    return [
        sealed(
            f"35=D|34={number + 100_000}|49=TAKER|56=VENUE|52={TIME}|11=ORDER-{number:08d}|1=TAKER|55={symbol_name(0)}"
            f"|54={1 + number % 2}|60={TIME}|40=2|38=0.5|44={45_000 + number % 1000}.00|59=1|".replace(
                "|", "\x01"
            ).encode()
        )
        for number in range(count)
    ]


def cut(stream: bytes, starts: "range | list[int]") -> list[bytes]:
    ends = [*starts[1:], len(stream)]
    return [stream[start:end] for start, end in zip(starts, ends, strict=True)]
