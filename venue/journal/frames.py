"""What a venue and the processes beside it say to each other over `commands.sock`, without the socket.

    client ── Append(request_id, commands) ──►  venue        client ── Ask(request_id, question) ──►  venue
    client ◄── Applied(request_id, events) ───  venue        client ◄── Told(request_id, value) ────  venue

A frame is its length (four bytes, big-endian) and one message in MessagePack. The venue speaks first:
Welcome, with the format of its journal, or Refused. Requests of one connection may be in flight together;
answers carry the request's id. Refused with request_id 0 is the venue's last word on a connection.

Applied means durable: it leaves after the commands were synced to the journal and applied. Refused means that
nothing was journaled. A connection that ends before the answer means neither.
"""

import socket
import struct
from typing import Any, Final, Generic, TypeAlias, TypeVar

import msgspec

from venue.errors import OperatorError, PeerError
from venue.messages import (
    AnyCommand,
    AnyEvent,
    Balance,
    Currency,
    FeeStatus,
    InstrumentStatus,
    Limits,
    ListInstrument,
    OpenAccount,
    OrderStatus,
    Position,
    SetKillSwitch,
    SetSession,
    TradeStatus,
    TradingState,
)
from venue.vitals import ReceivedMessage, Vitals

REQUEST_BYTES_MAX: Final = 1 << 20
ANSWER_BYTES_MAX: Final = 1 << 28  # a mass cancel of a million orders
BUSY: Final = "the venue is busy, its queue stayed full: try again"  # why something was refused that may be asked again
_LENGTH: Final = struct.Struct(">I")

Answer = TypeVar("Answer")


class Append(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Journal these commands one behind the other, in one batch."""

    request_id: int
    commands: list[AnyCommand]


class Ask(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """VITALS, RECEIVED, or one of QUESTIONS, which are answered with every command applied that was accepted before."""

    request_id: int
    question: str
    arguments: list[str | int]


class Welcome(msgspec.Struct, frozen=True, array_like=True, tag=1):
    journal_format: int


class Applied(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """The commands are durable; `events` are those of each, the first one's journal_seq is first_seq."""

    request_id: int
    first_seq: int
    time_ns: int
    events: list[list[AnyEvent]]


class Told(msgspec.Struct, frozen=True, array_like=True, tag=3):
    request_id: int
    value: msgspec.Raw


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=4):
    request_id: int
    text: str


Request: TypeAlias = Append | Ask
Reply: TypeAlias = Welcome | Applied | Told | Refused


class Question(Generic[Answer]):
    """What may be asked by name, and the type of its answer."""

    def __init__(self, name: str, answer: Any) -> None:
        self.name: Final = name
        self._decoder = msgspec.msgpack.Decoder(answer)

    def answer_of(self, value: msgspec.Raw) -> Answer:
        answer: Answer = self._decoder.decode(value)
        return answer


ACCOUNTS: Final[Question[list[OpenAccount]]] = Question("accounts", list[OpenAccount])
BALANCES: Final[Question[list[Balance]]] = Question("balances", list[Balance])
CURRENCIES: Final[Question[list[Currency]]] = Question("currencies", list[Currency])
FEES: Final[Question[list[FeeStatus]]] = Question("fees", list[FeeStatus])
INSTRUMENT: Final[Question[InstrumentStatus | None]] = Question("instrument", InstrumentStatus | None)
INSTRUMENTS: Final[Question[list[ListInstrument]]] = Question("instruments", list[ListInstrument])
KILL_SWITCHES: Final[Question[list[SetKillSwitch]]] = Question("kill_switches", list[SetKillSwitch])
LIMITS: Final[Question[Limits | None]] = Question("limits", Limits | None)
OPEN_ORDERS: Final[Question[list[OrderStatus]]] = Question("open_orders", list[OrderStatus])
ORDER: Final[Question[OrderStatus | None]] = Question("find_order_by_id", OrderStatus | None)
POSITIONS: Final[Question[list[Position]]] = Question("positions", list[Position])
SESSIONS: Final[Question[list[SetSession]]] = Question("sessions", list[SetSession])
TRADE: Final[Question[TradeStatus | None]] = Question("trade", TradeStatus | None)
TRADES: Final[Question[list[TradeStatus]]] = Question("newest_trades", list[TradeStatus])
TRADING_STATE: Final[Question[TradingState | None]] = Question("trading_state", TradingState | None)

# The venue's own, not the engine's: answered at once, past the queue, also when that is full. A replica in another
# process asks with its name and the journal_seq it has applied, which is noted; others ask without.
VITALS: Final[Question[Vitals]] = Question("vitals", Vitals)

# Likewise: the last messages that came from the FIX session of this name, oldest first.
RECEIVED: Final[Question[list[ReceivedMessage]]] = Question("received", list[ReceivedMessage])

QUESTIONS: Final[dict[str, Question[Any]]] = {
    question.name: question
    for question in (
        ACCOUNTS,
        BALANCES,
        CURRENCIES,
        FEES,
        INSTRUMENT,
        INSTRUMENTS,
        KILL_SWITCHES,
        LIMITS,
        OPEN_ORDERS,
        ORDER,
        POSITIONS,
        SESSIONS,
        TRADE,
        TRADES,
        TRADING_STATE,
    )
}

encode: Final = msgspec.msgpack.Encoder().encode
_requests: Final = msgspec.msgpack.Decoder(Request)
_replies: Final = msgspec.msgpack.Decoder(Reply)


def framed(message: Request | Reply, bytes_max: int) -> bytes:
    """Raises OperatorError when the message is longer than that."""
    body = encode(message)
    if len(body) > bytes_max:
        raise OperatorError(f"the message was {len(body)} bytes long: must be at most {bytes_max}")
    return _LENGTH.pack(len(body)) + body


def request_of(body: bytes) -> Request:
    """Raises PeerError when the bytes are no request."""
    request: Request = _decoded(_requests, body)
    return request


def reply_of(body: bytes) -> Reply:
    """Raises PeerError when the bytes are no reply."""
    reply: Reply = _decoded(_replies, body)
    return reply


def _decoded(decoder: Any, body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError(f"the message could not be read: {error}") from error


def receive_frame(connection: socket.socket, bytes_max: int) -> bytes | None:
    """The next frame's message; None when the other side has ended the connection between two frames.

    Raises PeerError for a frame that is too long or that ends half-way, OSError when the connection broke.
    """
    header = _receive(connection, _LENGTH.size)
    if not header:
        return None
    (length,) = _LENGTH.unpack(header) if len(header) == _LENGTH.size else (0,)
    if length > bytes_max:
        raise PeerError(f"the message was {length} bytes long: must be at most {bytes_max}")
    body = _receive(connection, length)
    if len(header) < _LENGTH.size or len(body) < length:
        raise PeerError("the connection ended in the middle of a message")
    return body


def take_frame(received: bytearray, bytes_max: int) -> bytes | None:
    """Take the first frame off what was received, and return its message; None when it is not there whole.

    Raises PeerError for a frame that is too long.
    """
    if len(received) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(received)
    if length > bytes_max:
        raise PeerError(f"the message was {length} bytes long: must be at most {bytes_max}")
    end = _LENGTH.size + length
    if len(received) < end:
        return None
    body = bytes(received[_LENGTH.size : end])
    del received[:end]
    return body


def _receive(connection: socket.socket, count: int) -> bytes:
    """`count` bytes, fewer only at the end of the connection."""
    received = bytearray()
    while len(received) < count and (chunk := connection.recv(min(count - len(received), 1 << 16))):
        received += chunk
    return bytes(received)
