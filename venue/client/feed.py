"""Market data of one instrument over WebSocket: a sample of what a careful client does.

    with Feed("ws://127.0.0.1:8000", "BTC-USD") as feed:
        for message in feed.messages():
            print(message["type"], feed.book.bids(5), feed.book.asks(5))

It subscribes to the book (and what else it is asked to), rebuilds it, and checks feed_seq and checksum of each
message. When one is missing or the checksum differs it subscribes anew, on the same connection; when the connection
is lost it connects again, waiting longer each time. Messages of a book that cannot be trusted are not yielded.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Final

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode
from websockets.sync.client import ClientConnection, connect

from venue.client.feed_book import BrokenFeedError, FeedBook, Message, QueueBook
from venue.errors import OperatorError

RETRY_S: Final = 0.1
RETRY_S_MAX: Final = 5.0
MESSAGE_BYTES_MAX: Final = 64 << 20  # a snapshot is as large as the book
_BOOK_MESSAGES: Final = ("book_snapshot", "book_delta", "orders_snapshot", "orders_delta")
_SNAPSHOTS: Final = ("book_snapshot", "orders_snapshot")


class Feed:
    """`url` is the server's, without a path; `key` an API key; `channels` are subscribed to besides the book."""

    def __init__(
        self, url: str, symbol: str, key: str = "", l3: bool = False, channels: Iterable[str] = ("trades",)
    ) -> None:
        self.book: FeedBook | QueueBook = QueueBook() if l3 else FeedBook()
        self.resubscriptions = 0  # after a gap or a wrong checksum
        self.connections = 0
        self._url = url.rstrip("/") + "/ws"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        book: dict[str, Any] = {"channel": "orderbook", "symbol": symbol, "l3": l3}
        self._book: Final = book
        self._subscriptions: Final = [book, *({"channel": channel, "symbol": symbol} for channel in channels)]
        self._trusts_book = False
        self._ending = threading.Event()
        self._socket: ClientConnection | None = None

    def __enter__(self) -> "Feed":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End `messages`, from any thread."""
        self._ending.set()
        if self._socket is not None:
            self._socket.close()

    def messages(self) -> Iterator[Message]:
        """What the venue says, the book's messages when the book has them in; until `close`. Of our own there is
        {"type": "disconnected"}, after which it goes on by itself.

        Raises OperatorError when nobody answers at first, or the venue refuses: no such instrument, no key.
        """
        retry_s = RETRY_S
        while not self._ending.is_set():
            try:
                with connect(self._url, additional_headers=self._headers, max_size=MESSAGE_BYTES_MAX) as socket:
                    self._socket = socket
                    self.connections += 1
                    self._trusts_book = False
                    for subscription in self._subscriptions:
                        self._ask("subscribe", subscription)
                    for text in socket:
                        retry_s = RETRY_S
                        yield from self._taken(json.loads(text))
            except InvalidStatus as error:
                if error.response.status_code < 500:
                    raise OperatorError(f"the venue refused: {_problem(error.response.body)}") from None
            except ConnectionClosed as error:
                if error.rcvd is not None and error.rcvd.code == CloseCode.POLICY_VIOLATION:
                    raise OperatorError(f"the venue ended the connection: {error.rcvd.reason}") from None
            except (OSError, WebSocketException) as error:
                if not self.connections:
                    raise OperatorError(
                        f"nobody answers at {self._url} ({error}): is the venue running, with its API enabled?"
                    ) from None
            if not self._ending.is_set():
                yield {"type": "disconnected"}
            self._ending.wait(retry_s)
            retry_s = min(2 * retry_s, RETRY_S_MAX)

    def _taken(self, message: Message) -> Iterator[Message]:
        """The message, when it is worth anything."""
        if message["type"] == "refused":
            raise OperatorError(f"the venue refused: {message['detail']}")
        if message["type"] in _SNAPSHOTS:
            self._trusts_book = True
        if message["type"] not in _BOOK_MESSAGES:
            yield message
        elif self._trusts_book:
            try:
                self.book.take(message)
            except BrokenFeedError:
                self._subscribe_anew()
            else:
                yield message

    def _subscribe_anew(self) -> None:
        self.resubscriptions += 1
        self._trusts_book = False
        self._ask("unsubscribe", self._book)
        self._ask("subscribe", self._book)

    def _ask(self, operation: str, subscription: dict[str, Any]) -> None:
        assert self._socket is not None
        self._socket.send(json.dumps({"op": operation, **subscription}))


def _problem(body: bytes | bytearray) -> str:
    try:
        detail: str = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return "it does not say why"
    return detail
