"""When a topic is published, and what one publication is: made once, the same bytes for everybody."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from admin_api.streams.messages import Pong
from admin_api.streams.pacer import Pacer
from admin_api.streams.registry import Registry
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream, frame_of
from admin_api.streams.topic import Topic
from admin_api.streams.wire import Wire, text_frame
from admin_api.view import View

INTERVAL_S = 0.05
PATIENCE_S = 10.0


class CountingTopic(Topic):
    """Remembers when it was published, and how long one publication is to take."""

    def __init__(self, pacer: Pacer, takes_s: float = 0.0) -> None:
        super().__init__(TopicKey("trades"), pacer.wake)
        self.published_s: list[float] = []
        self.updates = 0
        self._takes_s = takes_s

    def update(self) -> list[bytes]:
        self.published_s.append(time.perf_counter())
        end_s = time.perf_counter() + self._takes_s
        while time.perf_counter() < end_s:
            pass
        updates, self.updates = self.updates, 0
        return [frame_of(Pong(str(updates), ""))] if updates else []

    def snapshot(self) -> bytes:
        return frame_of(Pong("snapshot", ""))


class RecordingWire(Wire):
    """A wire without a connection: it keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, frames: bytes) -> None:
        self.written.append(frames)


def on_a_loop(test: Callable[[Pacer], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(test(Pacer(asyncio.get_running_loop(), INTERVAL_S)), PATIENCE_S)

    asyncio.run(run())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_change_of_a_quiet_topic_is_published_at_once() -> None:
    """Nobody waits for an interval in which nothing happened."""

    async def run(pacer: Pacer) -> None:
        topic = CountingTopic(pacer)
        pacer.note(topic)
        pacer.publish_due()
        assert len(topic.published_s) == 1

    on_a_loop(run)


def test_changes_within_the_interval_are_published_together_at_its_end() -> None:
    """However many slices there are; and the last one is not forgotten when nothing more happens."""

    async def run(pacer: Pacer) -> None:
        topic, later = CountingTopic(pacer), CountingTopic(pacer)
        for _ in range(20):
            pacer.note(topic)
            pacer.publish_due()
        assert len(topic.published_s) == 1
        await until(lambda: len(topic.published_s) == 2)
        assert topic.published_s[1] - topic.published_s[0] >= INTERVAL_S
        for times in (1, 2):  # which takes an interval more; a round that was held up is followed by a pause
            pacer.note(later)
            pacer.publish_due()
            await until(lambda times=times: len(later.published_s) == times)  # type: ignore[misc]
        assert len(topic.published_s) == 2

    on_a_loop(run)


def test_publications_take_half_of_the_loop_at_most() -> None:
    """A round that took long is followed by a pause as long."""

    async def run(pacer: Pacer) -> None:
        topics = [CountingTopic(pacer, takes_s=INTERVAL_S) for _ in range(2)]
        for topic in topics:
            pacer.note(topic)
        pacer.publish_due()
        assert [len(topic.published_s) for topic in topics] == [1, 0], "the second one's turn comes after the pause"
        await until(lambda: bool(topics[1].published_s))
        assert topics[1].published_s[0] - topics[0].published_s[0] >= 2 * INTERVAL_S

    on_a_loop(run)


def test_update_is_made_once_and_every_reader_is_given_the_same_bytes() -> None:
    """Not equal bytes: the same object, so that a thousand readers cost one encoding and one buffer."""

    async def run(pacer: Pacer) -> None:
        topic, wires = CountingTopic(pacer), [RecordingWire() for _ in range(3)]
        for wire in wires:
            topic.join(Stream(wire, None, ""))
        await until(lambda: all(wire.written for wire in wires))
        topic.updates = 7
        topic.publish()
        first = wires[0].written
        assert first == [frame_of(Pong("snapshot", "")), frame_of(Pong("7", ""))]
        for wire in wires[1:]:
            assert all(ours is theirs for ours, theirs in zip(first, wire.written, strict=True))

    on_a_loop(run)


def test_reader_that_drains_is_told_all_it_missed_also_what_came_before_its_snapshot() -> None:
    """Between the moment it has room again and the next publication updates go on."""

    async def run(pacer: Pacer) -> None:
        topic, wire = CountingTopic(pacer), RecordingWire()
        stream = Stream(wire, None, "")
        topic.join(stream)
        await until(lambda: bool(wire.written))
        wire.is_behind = True
        for _ in range(3):
            topic.updates = 1
            topic.publish()
        wire.is_behind = False
        topic.note_drained(stream)
        topic.updates = 1
        topic.publish()
        await until(lambda: len(wire.written) == 2)
        assert b'"type":"conflated","channel":"trades","symbol":null,"missed":4' in wire.written[1]
        assert wire.written[1].endswith(frame_of(Pong("snapshot", "")))

    on_a_loop(run)


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65_535, "817effff"),
        (65_536, "817f0000000000010000"),
    ],
)
def test_frame_head_is_that_of_a_whole_unmasked_text(length: int, head: str) -> None:
    """RFC 6455, 5.2: FIN and opcode 1, no mask, the length in 7, 16 or 64 bits."""
    frame = text_frame(length * b"x")
    assert frame.hex().startswith(head)
    assert frame[len(head) // 2 :] == length * b"x"


def test_next_snapshot_of_a_topic_is_no_sooner_for_who_leaves_and_comes_back() -> None:
    """The last reader takes the topic along; else one client alone could have a large snapshot made again and again."""

    async def run(pacer: Pacer) -> None:
        registry, key = Registry(cast(View, None), pacer), TopicKey("trades")  # the view is for what is told
        first = registry.topic(key)
        first.next_snapshot_s = time.perf_counter() + PATIENCE_S
        registry.drop_if_deserted(first)
        again = registry.topic(key)
        assert again is not first
        assert again.next_snapshot_s == first.next_snapshot_s

    on_a_loop(run)
