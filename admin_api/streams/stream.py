"""One connection: who listens, to what, and how far it is behind."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from admin_api.principals import Principal
from admin_api.streams.requests import TopicKey
from admin_api.streams.wire import Wire, text_frame

if TYPE_CHECKING:
    from admin_api.streams.topic import Topic

_encode: Final = msgspec.json.Encoder().encode


def frame_of(message: msgspec.Struct) -> bytes:
    """Encoded once and framed once, for whoever is to have it."""
    return text_frame(_encode(message))


class Stream:
    """`principal` None: nobody yet, an `auth` message may follow. Connections are counted by `caller`."""

    def __init__(self, wire: Wire, principal: Principal | None, caller: str) -> None:
        self.wire: Final = wire
        self.write: Final[Callable[[bytes], None]] = wire.write
        self.principal = principal
        self.caller = caller
        self.sign_in: str | None = None  # the cookie that let it in
        self.key_made_ns = 0  # of the API key that let it in; 0: none did
        self.subscriptions: Final[dict[TopicKey, None]] = {}  # as asked for
        self.topics: Final[dict[Topic, None]] = {}  # what they come to
        self._began_s: Final = time.monotonic()
        wire.on_drained = self._begin_anew

    @property
    def age_s(self) -> float:
        return time.monotonic() - self._began_s

    @property
    def behind_s(self) -> float:
        """For how long it does not keep up; 0: it does."""
        return time.monotonic() - self.wire.behind_since_s if self.wire.is_behind else 0.0

    def say(self, message: msgspec.Struct) -> None:
        self.write(frame_of(message))

    def end(self, code: int, reason: str) -> None:
        """What waits is still sent, and the reason behind it."""
        self.wire.end(code, reason)

    def _begin_anew(self) -> None:
        for topic in self.topics:
            topic.note_drained(self)
