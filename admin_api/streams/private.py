"""The private topics: executions and positions of one account, or for operators of all.

Executions are never left out and never joined: a reader for whom too much waits is ended, with the reason, and
subscribes anew. Positions are told as they are; what they were meanwhile does not matter.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from admin_api.models.accounts import position_of
from admin_api.streams.executions import Account, Teller
from admin_api.streams.messages import JournalSeq, Message, Price, Qty, Symbol
from admin_api.streams.pacer import Pacer
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream, frame_of
from admin_api.streams.topic import Topic, Wake
from admin_api.streams.wire import TRY_AGAIN
from venue.engine.engine import Engine
from venue.messages import AnyEvent, CancelRejected, OrderRejected
from venue.units import Units

if TYPE_CHECKING:
    from admin_api.streams.registry import Registry

Money = Annotated[str, Meta(description="In `currency`.", examples=["1250.75"])]


class Position(Message, frozen=True, tag="position"):
    """What an account holds in an instrument, as REST tells it. Comes on subscription too, for each there is."""

    account: Account
    symbol: Symbol
    quantity: Annotated[Qty, Meta(description="Short: negative.")]
    average_price: Price | None
    mark_price: Price | None
    currency: Annotated[str, Meta(description="The quote currency.", examples=["USD"])]
    realized: Money
    unrealized: Money
    fees: Money
    open_buy_quantity: Qty
    open_sell_quantity: Qty
    journal_seq: JournalSeq


class ExecutionsTopic(Topic):
    """`waiting_max`: bytes of one reader."""

    def __init__(self, key: TopicKey, wake: Wake, waiting_max: int) -> None:
        super().__init__(key, wake)
        self._waiting_max: Final = waiting_max
        self._frames: list[bytes] = []

    def add(self, frame: bytes) -> None:
        self._frames.append(frame)

    def join(self, stream: Stream) -> None:
        """It is told what comes, nothing of before: there is no snapshot to wait for."""
        self.publish()
        self.readers[stream] = None

    def update(self) -> list[bytes]:
        frames, self._frames = self._frames, []
        return frames

    def snapshot(self) -> bytes:
        return b""

    def _give(self, frames: bytes, _count: int) -> None:
        """However much it is at once; who has not taken enough of what came before is ended."""
        for stream in self.readers:
            if stream.wire.is_behind and stream.wire.waiting_bytes > self._waiting_max:
                stream.end(TRY_AGAIN, "too slow: more executions wait than may; connect and subscribe anew")
            else:
                stream.write(frames)


class PositionsTopic(Topic):
    def __init__(self, key: TopicKey, wake: Wake, engine: Engine, units: Callable[[], Units]) -> None:
        super().__init__(key, wake)
        self._engine: Final = engine
        self._units = units
        self._changed: dict[str, set[str]] = {}  # account -> symbols

    def note(self, account: str, symbol: str) -> None:
        if self.is_heard:
            self._changed.setdefault(account, set()).add(symbol)

    def update(self) -> list[bytes]:
        changed, self._changed = self._changed, {}
        return [frame for account, symbols in changed.items() for frame in self._told(account, symbols)]

    def snapshot(self) -> bytes:
        accounts = [account.account for account in self._engine.accounts()] if self.key.account is None else []
        return b"".join(frame for account in accounts or [self.key.account or ""] for frame in self._told(account))

    def _told(self, account: str, symbols: Iterable[str] | None = None) -> list[bytes]:
        """Of these instruments, or of all."""
        units, journal_seq = self._units(), self._engine.journal_seq
        return [
            frame_of(Position(**position_of(position, units).model_dump(), journal_seq=journal_seq))
            for position in self._engine.positions(account)
            if symbols is None or position.symbol in symbols
        ]


_REJECTIONS: Final = (OrderRejected, CancelRejected)  # they change no position


def note_private(
    topics: "Registry", pacer: Pacer, units: Units, journal_seq: int, time_ns: int, events: list[AnyEvent]
) -> None:
    """Keep what one command did for the accounts that somebody listens to."""
    teller = Teller(units, journal_seq, time_ns)
    for event in events:
        for told in teller.told(event):
            executions = topics.of_account(told.account, ExecutionsTopic)
            frame = frame_of(told.message()) if executions else b""
            for topic in executions:
                topic.add(frame)
                pacer.note(topic)
            if type(event) not in _REJECTIONS:
                for positions in topics.of_account(told.account, PositionsTopic):
                    positions.note(told.account, told.symbol)
                    pacer.note(positions)
