"""What one subscription is to: a book, a tape, an account's executions. All its readers get the same bytes.

    subscribed ─► joining ──snapshot──► readers ──did not keep up──► behind
                     ▲                                                 │
                     └──────── drained: conflated, snapshot ───────────┘

A stream is in one of the three at a time. A snapshot is made when the topic is published, for all who join by then:
a thousand subscribers at once cost one.
"""

import time
from abc import ABC, abstractmethod
from typing import Final, Protocol

from admin_api.streams.messages import Conflated
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream, frame_of

SNAPSHOT_PART: Final = 20  # the time between two snapshots of a topic is so many times what one takes


class Wake(Protocol):
    def __call__(self, topic: "Topic", in_s: float = 0.0, /) -> None:
        """Have the topic published soon, or after so long."""


class Topic(ABC):
    """`due_s` is for the pacer, `wake` asks it for a publication; no snapshot is made before `next_snapshot_s`."""

    def __init__(self, key: TopicKey, wake: "Wake") -> None:
        self.key: Final = key
        self.due_s = 0.0
        self.pace_s = key.every_ms / 1_000  # at least so long between two publications
        self.readers: Final[dict[Stream, None]] = {}
        self._joining: Final[dict[Stream, int]] = {}  # with the number of messages they missed
        self._behind: Final[dict[Stream, int]] = {}
        self.next_snapshot_s = 0.0
        self._wake = wake

    @abstractmethod
    def update(self) -> list[bytes]:
        """Frames of what is new since the last call; none: nothing is."""

    @abstractmethod
    def snapshot(self) -> bytes:
        """The frame, or frames, of what is now."""

    @property
    def is_heard(self) -> bool:
        """Whether somebody is to be given updates, or counted as having missed them."""
        return bool(self.readers or self._behind) or any(self._joining.values())

    @property
    def is_deserted(self) -> bool:
        return not (self.readers or self._joining or self._behind)

    def join(self, stream: Stream) -> None:
        self._joining[stream] = 0
        self._wake(self)

    def leave(self, stream: Stream) -> None:
        for place in (self.readers, self._joining, self._behind):
            place.pop(stream, None)

    def note_drained(self, stream: Stream) -> None:
        """It has room again."""
        if stream in self._joining:  # it fell behind before its turn came
            self._wake(self)
        missed = self._behind.pop(stream, None)
        if missed:
            self._joining[stream] = missed
            self._wake(self)
        elif missed == 0:
            self.readers[stream] = None

    def publish(self) -> None:
        """Tell the readers what is new, and those who join what is."""
        if frames := self.update():
            self._give(frames[0] if len(frames) == 1 else b"".join(frames), len(frames))
        if self._joining:
            self._begin_if_due()

    def _give(self, frames: bytes, count: int) -> None:
        fell_behind: list[Stream] = []
        for stream in self.readers:
            if stream.wire.is_behind:
                fell_behind.append(stream)
            else:
                stream.write(frames)
        for stream in self._behind:
            self._behind[stream] += count
        for stream in fell_behind:
            del self.readers[stream]
            self._behind[stream] = count
        for stream, missed in self._joining.items():
            if missed:
                self._joining[stream] = missed + count

    def _begin_if_due(self) -> None:
        """A large snapshot is not made for each who comes and goes: it may take a part of the time, no more."""
        ready = {stream: missed for stream, missed in self._joining.items() if not stream.wire.is_behind}
        if not ready:
            return
        began_s = time.perf_counter()
        if began_s < self.next_snapshot_s:
            self._wake(self, self.next_snapshot_s - began_s)
            return
        self._begin(ready)
        ended_s = time.perf_counter()
        self.next_snapshot_s = ended_s + (ended_s - began_s) * SNAPSHOT_PART

    def _begin(self, ready: dict[Stream, int]) -> None:
        snapshot = self.snapshot()
        for stream, missed in ready.items():
            del self._joining[stream]
            self.readers[stream] = None
            stream.write(self.again(missed, snapshot) if missed else snapshot)

    def again(self, missed: int, snapshot: bytes) -> bytes:
        """What a stream is told that goes on after it has missed messages."""
        return frame_of(Conflated(self.key.channel, self.key.symbol, missed)) + snapshot
