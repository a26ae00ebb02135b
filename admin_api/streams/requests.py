"""What a client may say, and what of it is possible: the operations, the channels and what each channel is told by."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias, get_args

import msgspec
from msgspec import Meta

from admin_api.problems import ProblemError, shown, wrong_field
from admin_api.streams.messages import Channel, Interval, Pace
from venue import reasons

REQUEST_BYTES_MAX: Final = 4_096
Id: TypeAlias = Annotated[str, Meta(max_length=64)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32)]


class Request(msgspec.Struct, frozen=True, tag_field="op", forbid_unknown_fields=True):
    """`op` says what is asked; `id`, if there is one, comes back in the answer."""


class Subscribe(Request, frozen=True, tag="subscribe"):
    """What goes with which channel: see CHANNELS; every_ms goes with all."""

    channel: Channel
    symbol: Name | None = None
    l3: bool = False
    interval: Interval | None = None
    account: Name | None = None
    every_ms: Pace = 0
    id: Id | None = None


class Unsubscribe(Request, frozen=True, tag="unsubscribe"):
    """With what the subscription was asked for."""

    channel: Channel
    symbol: Name | None = None
    l3: bool = False
    interval: Interval | None = None
    account: Name | None = None
    every_ms: Pace = 0
    id: Id | None = None


class Auth(Request, frozen=True, tag="auth"):
    """An API key, of those who cannot send the header Authorization."""

    key: Annotated[str, Meta(max_length=256)]
    id: Id | None = None


class Ping(Request, frozen=True, tag="ping"):
    """Whether the venue still hears."""

    id: Id | None = None


AnyRequest: TypeAlias = Subscribe | Unsubscribe | Auth | Ping


class TopicKey(NamedTuple):
    """What a subscription is to."""

    channel: Channel
    symbol: str | None = None
    l3: bool = False
    interval: Interval | None = None
    account: str | None = None
    every_ms: Pace = 0


class Terms(NamedTuple):
    """What a channel is told by: must, may or must not be given."""

    symbol: Literal["must", "may", "not"] = "not"
    l3: Literal["may", "not"] = "not"
    interval: Literal["must", "not"] = "not"
    account: Literal["may", "not"] = "not"


CHANNELS: Final[Mapping[Channel, Terms]] = MappingProxyType(
    {
        "trades": Terms(symbol="may"),
        "orderbook": Terms(symbol="must", l3="may"),
        "bbo": Terms(symbol="must"),
        "analytics": Terms(symbol="must"),
        "candles": Terms(symbol="must", interval="must"),
        "states": Terms(symbol="may"),
        "depth": Terms(symbol="must"),
        "overview": Terms(),
        "executions": Terms(account="may"),
        "positions": Terms(account="may"),
    }
)


def key_of(asked: Subscribe | Unsubscribe) -> TopicKey:
    """Raises ProblemError when what is given does not go with the channel."""
    key = TopicKey(asked.channel, asked.symbol, asked.l3, asked.interval, asked.account, asked.every_ms)
    for name, term in CHANNELS[asked.channel]._asdict().items():
        given = getattr(key, name)
        if term == "must" and not given:
            raise wrong_field(reasons.BAD_VALUE, name, "missing", f"channel {asked.channel} needs it")
        if term == "not" and given:
            raise wrong_field(reasons.BAD_VALUE, name, given, f"channel {asked.channel} does not take it")
    return key


def _said_plainly(text: str, fault: str) -> ProblemError:
    """What is wrong with a JSON text that is no request."""
    given = msgspec.json.decode(text)
    if not isinstance(given, dict):
        return ProblemError(reasons.MALFORMED, f"the message was {shown(text)}: must be a JSON object")
    for name, words in _WORDS.items():
        if name in given and given[name] not in words:
            return wrong_field(reasons.BAD_VALUE, name, given[name], f"must be {', '.join(map(str, words))}")
    found = _PLACE.search(fault)
    if found is None:
        return ProblemError(reasons.BAD_VALUE, fault)
    name = found[1]
    return wrong_field(reasons.BAD_VALUE, name, given.get(name, "missing"), fault[: found.start()].rstrip(" -"))


_PLACE: Final = re.compile(r"at `\$\.(\w+)")
_WORDS: Final[dict[str, tuple[object, ...]]] = {
    "op": ("subscribe", "unsubscribe", "auth", "ping"),
    "channel": tuple(CHANNELS),
    "interval": get_args(Interval),
    "every_ms": (0, 100, 250, 1000),
}


class _Marked(msgspec.Struct, frozen=True):
    op: Any = None
    id: Any = None


_decode: Final = msgspec.json.Decoder(AnyRequest).decode
_decode_marks: Final = msgspec.json.Decoder(_Marked).decode


def request_of(text: str) -> AnyRequest:
    """Raises ProblemError for what is no request."""
    if len(text) > REQUEST_BYTES_MAX:
        raise ProblemError(reasons.TOO_LARGE, f"the message has {len(text)} characters: {REQUEST_BYTES_MAX} at most")
    try:
        asked: AnyRequest = _decode(text)
    except msgspec.ValidationError as error:
        raise _said_plainly(text, str(error)) from None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise ProblemError(reasons.MALFORMED, f"the message was {shown(text)}: must be a JSON object") from None
    return asked


def marks_of(text: str) -> tuple[str | None, str | None]:
    """op and id of a message that is no request, as far as there are any: the refusal names them."""
    try:
        marks = _decode_marks(text[:REQUEST_BYTES_MAX])
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None, None
    return _short(marks.op), _short(marks.id)


def _short(value: object) -> str | None:
    return shown(value) if isinstance(value, str) else None
