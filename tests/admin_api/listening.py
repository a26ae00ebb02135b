"""A WebSocket client of the tests: it subscribes, keeps every message, and waits for what must come."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import jsonschema_rs
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.sync.client import ClientConnection, connect

from admin_api.streams.document import schemas
from tests.support.api_process import ApiProcess
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.waiting import wait_until
from venue.client.feed import Feed
from venue.client.feed_book import FeedBook, Level, QueueBook

Message: TypeAlias = dict[str, Any]


class Listener:
    """Every message is checked against its schema of the AsyncAPI document."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket: Final = socket
        self.messages: Final[list[Message]] = []
        self.closed: Close | None = None  # as the venue ended the connection

    def ask(self, operation: str, **fields: Any) -> None:
        self.send(json.dumps({"op": operation, **fields}))

    def send(self, message: str | bytes) -> None:
        self.socket.send(message)

    def receive(self, patience_s: float = PATIENCE_S) -> Message:
        """The next message."""
        try:
            message: Message = json.loads(self.socket.recv(timeout=patience_s))
        except ConnectionClosed as error:
            self.closed = error.rcvd
            raise
        check_schema(message)
        self.messages.append(message)
        return message

    def expect(self, kind: str, **fields: Any) -> Message:
        """The next message must be this."""
        message = self.receive()
        assert message["type"] == kind, message
        assert {name: message[name] for name in fields} == fields, message
        return message

    def wait_for(self, kind: str, holds: Callable[[Message], bool] = lambda _: True) -> Message:
        """Receive until a message of this type comes for which `holds`; the others are kept."""
        deadline = Deadline(PATIENCE_S)
        while True:
            message = self.receive(deadline.left())
            if message["type"] == kind and holds(message):
                return message

    def subscribe(self, channel: str, **terms: Any) -> Message:
        self.ask("subscribe", channel=channel, **terms)
        return self.wait_for("subscribed", lambda message: message["channel"] == channel)

    def sync(self) -> list[Message]:
        """Everything that was said before the answer to a ping."""
        before = len(self.messages)
        self.ask("ping", id="sync")
        self.wait_for("pong", lambda message: message["id"] == "sync")
        return self.messages[before:-1]

    def wait_for_end(self) -> Close:
        """Receive until the venue ends the connection; returns code and reason."""
        deadline = Deadline(PATIENCE_S * 2)
        while self.closed is None:
            try:
                self.receive(deadline.left())
            except ConnectionClosed:
                assert self.closed is not None, "the connection was cut without a close frame"
        return self.closed


@contextmanager
def listening(api: ApiProcess, path: str = "/ws", key: str = "", **headers: str) -> Iterator[Listener]:
    """Connected to the API of these tests, taking whatever comes at once; without a key it is an operator."""
    if key:
        headers["Authorization"] = f"Bearer {key}"
    url = f"ws://127.0.0.1:{api.port}{path}"
    with connect(url, additional_headers=headers, max_size=None, max_queue=None) as socket:
        yield Listener(socket)


class Follower:
    """The sample client in a thread of its own: it rebuilds the book and remembers it at every feed_seq."""

    def __init__(self, api: ApiProcess, symbol: str, l3: bool = False) -> None:
        self.feed: Final = Feed(f"ws://127.0.0.1:{api.port}", symbol, l3=l3)
        self.books: Final[dict[int, tuple[list[Level], list[Level]]]] = {}  # by feed_seq, since the last snapshot
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)

    @property
    def book(self) -> FeedBook | QueueBook:
        return self.feed.book

    def wait_for_book(self) -> None:
        wait_until(lambda: self.book.feed_seq >= 0, "the snapshot came")

    def wait_for_feed_seq(self, feed_seq: int) -> None:
        wait_until(lambda: self.book.feed_seq == feed_seq, f"the stream has come to feed_seq {feed_seq}")

    def __enter__(self) -> "Follower":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.feed.close()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        assert self.failure is None

    def _follow(self) -> None:
        try:
            for message in self.feed.messages():
                if message["type"] in ("book_snapshot", "orders_snapshot"):
                    self.books.clear()
                self.books[self.book.feed_seq] = self.book.bids(), self.book.asks()
        except Exception as error:  # told by the test's own thread
            self.failure = error


_defined: Final = schemas()
_NAMES: Final[dict[str, str]] = {
    kind: name
    for name, schema in _defined.items()
    for kind in schema.get("properties", {}).get("type", {}).get("enum", ())
}
_validators: Final[dict[str, Any]] = {}


def check_schema(message: Message) -> None:
    name = _NAMES[message["type"]]
    if name not in _validators:
        whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": _defined}}
        _validators[name] = jsonschema_rs.validator_for(whole)
    _validators[name].validate(message)


__all__ = ["Follower", "Listener", "check_schema", "listening"]
