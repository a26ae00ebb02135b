"""Framing under mutated bytes: what comes out is right whatever goes in, and however it is cut.

VENUE_FUZZ_FRAMES and VENUE_FUZZ_SEED make it longer and different (`make fuzz`).
"""

import os
import random
from collections import Counter
from typing import Final

import pytest

from tests.fuzz.mutations import garbled, mutated
from tests.fuzz.originals import Originals
from tests.fuzz.test_fuzz_sessions import SEED
from tests.support.fix_message import frame, utc_timestamp
from tests.support.plain_framing import right_messages
from tests.support.progress import Progress
from venue.errors import GarbledError
from venue.fix.framing import ADMIN_BYTES_MAX, Framer

FRAMES: Final = int(os.environ.get("VENUE_FUZZ_FRAMES", "200000"))
POOL: Final = 2_000  # messages made by mutation; streams are put together of them, and their bytes changed again
STREAM_MESSAGES_MAX: Final = 4
BYTE_BY_BYTE_EVERY: Final = 50


@pytest.mark.timeout(120 + FRAMES // 5_000)
def test_mutated_bytes_give_what_a_plain_reading_gives(capfd: pytest.CaptureFixture[str]) -> None:
    """No other error than a PeerError, no wrong message, none lost, nothing kept beyond the bound."""
    print(f"VENUE_FUZZ_SEED={SEED}")
    chance, counts = random.Random(SEED), Counter[str]()
    tell = Progress("fuzz, framing", FRAMES, capfd.disabled, "messages", FRAMES > 200_000)
    while counts["messages"] < FRAMES:
        tell(counts["messages"])
        pool = make_pool(chance)
        for _ in range(POOL * 5):
            stream = make_stream(pool, chance, counts)
            check(stream, chance, counts)
    tell.say(str(dict(counts)))
    assert min(counts["right"], counts["garbled"], counts["unfinished"]) > FRAMES // 100


def make_pool(chance: random.Random) -> list[bytes]:
    """Half of them right."""
    originals = Originals(chance, "F1")
    pool = []
    for place in range(POOL):
        msg_type, body = originals.next()
        header = [("35", msg_type), ("34", str(place + 1)), ("49", "F1"), ("56", "VENUE"), ("52", utc_timestamp())]
        fields = [*header, *body]
        pool.append(frame(mutated(fields, chance) if place % 2 else fields))
    return pool


def make_stream(pool: list[bytes], chance: random.Random, counts: Counter[str]) -> bytes:
    messages = chance.choices(pool, k=chance.randint(1, STREAM_MESSAGES_MAX))
    counts["messages"] += len(messages)
    if chance.random() < 0.5:
        messages[-1] = garbled(messages[-1], chance)
    return b"".join(messages)


def check(stream: bytes, chance: random.Random, counts: Counter[str]) -> None:
    at_once = outcome([stream])
    frames, fault, unread = at_once
    assert frames == right_messages(stream), stream
    assert fault or unread == len(stream) - sum(map(len, frames)) < ADMIN_BYTES_MAX, stream
    cut = sorted(chance.randrange(len(stream) + 1) for _ in range(3))
    chunks = [stream[start:end] for start, end in zip([0, *cut], [*cut, len(stream)], strict=True)]
    assert outcome(chunks) == at_once, (stream, cut)
    if counts["streams"] % BYTE_BY_BYTE_EVERY == 0:
        assert outcome([bytes([byte]) for byte in stream]) == at_once, stream
    counts["streams"] += 1
    counts["right"] += len(frames)
    counts["garbled" if fault else "unfinished" if unread else "whole"] += 1


def outcome(chunks: list[bytes]) -> tuple[list[bytes], str, int]:
    framer, frames = Framer(), []
    try:
        for chunk in chunks:
            frames += framer.feed(chunk)
    except GarbledError as error:
        return [*frames, *error.frames], str(error), framer.unread_bytes
    return frames, "", framer.unread_bytes
