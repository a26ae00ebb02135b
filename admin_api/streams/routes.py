"""The addresses of the streams. Each but `/ws` begins with one subscription; from there all are the same."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, WebSocket

from admin_api.models.values import Symbol
from admin_api.problems import ProblemError, shown, wrong_field
from admin_api.streams.document import asyncapi_document
from admin_api.streams.requests import TopicKey
from admin_api.streams.talk import converse
from admin_api.view import Seen
from venue import reasons

router = APIRouter(prefix="/ws", tags=["streams"])

root_router = APIRouter(tags=["streams"])


@root_router.get("/asyncapi.json")
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """The streams' own document: AsyncAPI 3."""
    return asyncapi_document(request.headers["host"])


SymbolPath = Annotated[Symbol, Path(examples=["BTC-USD"])]


@router.websocket("")
async def stream(websocket: WebSocket, view: Seen) -> None:
    """Everything, by subscribe and unsubscribe messages."""
    _require_known(websocket)
    await converse(websocket, view)


@router.websocket("/trades")
async def stream_trades(websocket: WebSocket, view: Seen, symbol: Annotated[Symbol | None, Query()] = None) -> None:
    """Trades of all instruments, or of one."""
    _require_known(websocket, "symbol")
    await converse(websocket, view, TopicKey("trades", symbol))


@router.websocket("/orderbook/{symbol}")
async def stream_orderbook(websocket: WebSocket, view: Seen, symbol: SymbolPath, l3: bool = False) -> None:
    """A book by level, or order by order."""
    _require_known(websocket, "l3")
    await converse(websocket, view, TopicKey("orderbook", symbol, l3))


@router.websocket("/bbo/{symbol}")
async def stream_bbo(websocket: WebSocket, view: Seen, symbol: SymbolPath) -> None:
    """Best bid and offer."""
    _require_known(websocket)
    await converse(websocket, view, TopicKey("bbo", symbol))


@router.websocket("/analytics/{symbol}")
async def stream_analytics(websocket: WebSocket, view: Seen, symbol: SymbolPath) -> None:
    """The figures of an instrument, once a second."""
    _require_known(websocket)
    await converse(websocket, view, TopicKey("analytics", symbol))


@root_router.websocket("/{path:path}")
async def no_stream(websocket: WebSocket) -> None:
    """Every other address."""
    raise ProblemError(reasons.NOT_FOUND, f"{shown(websocket.url.path)} is no address of a stream: see /asyncapi.json")


def _require_known(websocket: WebSocket, *names: str) -> None:
    """Raises ProblemError for a query that means nothing here: a key, perhaps, which does not belong into a URL."""
    for name in websocket.query_params:
        if name not in names:
            raise wrong_field(reasons.BAD_VALUE, "query", name, f"must be {' or '.join(names) or 'empty'}")
