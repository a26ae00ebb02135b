"""The AsyncAPI 3 document: every address, message and close code of the streams, from the structs that are sent.

As the specification has it, the document is the server's: it receives requests and sends everything else. Source:
AsyncAPI 3.0.0, with the WebSocket channel binding 0.1.0.
"""

from importlib.metadata import version
from typing import Any, Final, TypeAlias

import msgspec
from pydantic import BaseModel

from admin_api.models.analytics import Analytics
from admin_api.models.overview import Overview
from admin_api.streams import executions, private
from admin_api.streams import messages as say
from admin_api.streams.requests import CHANNELS, AnyRequest, Auth, Ping, Subscribe, Unsubscribe

Json: TypeAlias = dict[str, Any]

ANSWERS: Final = (say.Subscribed, say.Unsubscribed, say.Authenticated, say.Pong, say.Refused)
MESSAGES_OF: Final[dict[str, tuple[type[msgspec.Struct], ...]]] = {
    "trades": (say.TradesSnapshot, say.Trade, say.TradeAmended, say.Gap),
    "orderbook": (say.BookSnapshot, say.BookDelta, say.OrdersSnapshot, say.OrdersDelta, say.Conflated),
    "bbo": (say.Bbo, say.Conflated),
    "depth": (say.Depth, say.Conflated),
    "analytics": (say.Conflated,),  # and what stands in MODELS_OF
    "overview": (say.Conflated,),
    "candles": (say.CandlesSnapshot, say.Candle, say.Conflated),
    "states": (say.StatesSnapshot, say.StateChanged, say.Conflated),
    "executions": (executions.Execution, executions.RequestRejected),
    "positions": (private.Position, say.Conflated),
}
REQUESTS: Final = (Subscribe, Unsubscribe, Auth, Ping)
MODELS_OF: Final[dict[str, dict[str, tuple[str, type[BaseModel]]]]] = {  # by `type`: schema, REST's model of its name
    "analytics": {"analytics": ("AnalyticsUpdate", Analytics)},
    "overview": {"overview_snapshot": ("OverviewSnapshot", Overview), "overview": ("OverviewUpdate", Overview)},
}

_REF: Final = "#/components/schemas/{name}"
_ABOUT: Final = """\
Market data as it changes, and the executions and positions of one's own accounts. Messages are JSON objects in text
frames; `type` says what one is. Decimals are strings, times ISO 8601 in UTC.

**Books.** A snapshot comes first, in the same stream; each delta after it has the `feed_seq` before it plus one, and
carries levels (or orders) as they are now. `checksum` is the CRC-32 of the text `price:quantity,…|price:quantity,…`
of the best ten bids and asks, best first, as the messages write them. REST's book has the same numbers.

**How often** changes are told is the venue's to say, many times a second; `every_ms` in a subscription asks for less:
what happens within 100, 250 or 1000 ms is then joined.

**Who does not keep up** misses messages and is told so: `conflated`, then a new snapshot; for trades `gap` with the
number missed. Executions are never left out: the connection is closed instead. Nobody else is held up.

**Who asks** is said by the header `Authorization: Bearer KEY`, or by an `auth` message on `/ws`. Never by the URL.

Close codes: 1008 a rule was broken, the reason says which; 1012 the venue stops or starts again; 1013 too slow.
After 1012 and 1013: connect and subscribe anew.
"""

_ADDRESSES: Final = (
    ("stream", "/ws", "Everything, by subscribe and unsubscribe messages.", tuple(CHANNELS), None),
    ("trades", "/ws/trades", "Trades of all instruments, or of one.", ("trades",), ("symbol", {"type": "string"})),
    ("orderbook", "/ws/orderbook/{symbol}", "A book.", ("orderbook",), ("l3", {"type": "boolean", "default": False})),
    ("bbo", "/ws/bbo/{symbol}", "Best bid and offer.", ("bbo",), None),
    ("analytics", "/ws/analytics/{symbol}", "The figures of an instrument, about once a second.", ("analytics",), None),
)


def asyncapi_document(host: str) -> Json:
    """`host`: where the streams are, with the port."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Venue streams", "version": version("venue"), "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "venue": {"host": host, "protocol": "ws", "security": [{"$ref": "#/components/securitySchemes/key"}]}
        },
        "channels": {name: _channel(*told) for name, *told in _ADDRESSES},
        "operations": dict(operation for name, *_ in _ADDRESSES for operation in _operations(name)),
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`venue key add` makes keys."}
            },
            "messages": {name: _message(name) for name in (*_names(REQUESTS), *_sent(tuple(CHANNELS)))},
            "schemas": schemas(),
        },
    }


def schemas() -> Json:
    """Of every message, by its name."""
    sent = [struct for structs in MESSAGES_OF.values() for struct in structs]
    _, found = msgspec.json.schema_components([AnyRequest, *ANSWERS, *dict.fromkeys(sent)], ref_template=_REF)
    for models in MODELS_OF.values():
        for kind, (title, model) in models.items():
            found |= _schemas_of_model(kind, title, model)
    return found


def _schemas_of_model(kind: str, title: str, model: type[BaseModel]) -> Json:
    """Of a message that is an answer of REST with a `type`, and of its parts."""
    schema = model.model_json_schema(ref_template=_REF.replace("name", "model"))
    parts = schema.pop("$defs", {})
    properties, required = {"type": {"enum": [kind]}} | schema["properties"], ["type", *schema["required"]]
    return {**parts, title: schema | {"properties": properties, "required": required, "title": title}}


def _channel(address: str, about: str, channels: tuple[str, ...], query: tuple[str, Json] | None) -> Json:
    told: Json = {
        "address": address,
        "description": about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in (*_names(REQUESTS), *_sent(channels))},
    }
    if "{symbol}" in address:
        told["parameters"] = {"symbol": {"description": "An instrument.", "examples": ["BTC-USD"]}}
    if query:
        told["bindings"] = {"ws": {"query": {"type": "object", "properties": dict([query])}, "bindingVersion": "0.1.0"}}
    return told


def _operations(name: str) -> list[tuple[str, Json]]:
    channels = next(told[3] for told in _ADDRESSES if told[0] == name)
    channel, messages = {"$ref": f"#/channels/{name}"}, f"#/channels/{name}/messages/"
    asked = [{"$ref": messages + message} for message in _names(REQUESTS)]
    said = [{"$ref": messages + message} for message in _sent(channels)]
    return [
        (f"{name}_requests", {"action": "receive", "channel": channel, "messages": asked}),
        (f"{name}_updates", {"action": "send", "channel": channel, "messages": said}),
    ]


def _message(name: str) -> Json:
    return {"name": name, "payload": {"$ref": _REF.format(name=name)}}


def _sent(channels: tuple[str, ...]) -> list[str]:
    structs = [*ANSWERS, *(struct for channel in channels for struct in MESSAGES_OF[channel])]
    models = [title for channel in channels for title, _ in MODELS_OF.get(channel, {}).values()]
    return [*_names(dict.fromkeys(structs)), *models]


def _names(structs: Any) -> list[str]:
    return [struct.__name__ for struct in structs]
