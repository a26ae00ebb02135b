"""When the topics' changes go out.

At once, when the topic was quiet for an interval, else at the interval's end: what happens within it goes out
together. A subscription may ask for a longer interval than the venue's: it is another topic then. A round of
publications that took long is followed by a pause as long, so that telling subscribers never takes more than about
half of the loop's time, however many there are; the changes joined meanwhile cost nothing more.
"""

import asyncio
import math
import time
from typing import Final

from admin_api.streams.topic import Topic

ROUND_S_MAX: Final = 0.005  # of publications without a pause, but for one that takes longer by itself


class Pacer:
    """`note` topics that have changed, then `publish_due`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, interval_s: float) -> None:
        self._loop = loop
        self._interval_s: Final = interval_s
        self._changed: dict[Topic, None] = {}
        self._pause_until_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = math.inf  # when it rings

    def note(self, topic: Topic) -> None:
        self._changed[topic] = None

    def wake(self, topic: Topic, in_s: float = 0.0) -> None:
        """It wants to be published, though nothing was applied."""
        if in_s:
            self._loop.call_later(_up_to_ms(in_s), self.wake, topic)
            return
        self._changed[topic] = None
        self._call_at(max(time.perf_counter(), self._pause_until_s, topic.due_s))

    def forget(self, topic: Topic) -> None:
        self._changed.pop(topic, None)

    def publish_due(self) -> None:
        if not self._changed:
            return
        began_s = time.perf_counter()
        if began_s < self._pause_until_s:
            self._call_at(self._pause_until_s)
            return
        ended_s = began_s
        for topic in [topic for topic in self._changed if topic.due_s <= began_s]:
            self._changed.pop(topic, None)
            topic.due_s = began_s + max(self._interval_s, topic.pace_s)
            topic.publish()
            ended_s = time.perf_counter()
            if ended_s - began_s > ROUND_S_MAX:
                break  # the others' turn comes after the pause
        self._pause_until_s = ended_s + (ended_s - began_s)
        if self._changed:
            self._call_at(max(self._pause_until_s, min(topic.due_s for topic in self._changed)))

    def stop(self) -> None:
        self._changed.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _call_at(self, at_s: float) -> None:
        if at_s >= self._timer_s:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_s = at_s
        self._timer = self._loop.call_later(_up_to_ms(max(at_s - time.perf_counter(), 0.0)), self._ring)

    def _ring(self) -> None:
        self._timer, self._timer_s = None, math.inf
        self.publish_due()


def _up_to_ms(delay_s: float) -> float:
    """uvloop counts in milliseconds: rounded down it would ring before it is time."""
    return math.ceil(delay_s * 1_000) / 1_000
