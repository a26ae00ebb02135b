"""The conversation with one client: its requests, answered in order, until the connection ends.

What a client asks is answered or refused with a row of the venue's reason table; nothing it can say ends anything
but its own connection.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from starlette.websockets import WebSocket

from admin_api.models.values import time_text
from admin_api.principals import Principal
from admin_api.problems import ProblemError
from admin_api.streams import messages as say
from admin_api.streams.hub import Hub
from admin_api.streams.requests import Auth, Ping, Subscribe, TopicKey, Unsubscribe, key_of, marks_of, request_of
from admin_api.streams.rights import PRIVATE, key_in_force, require_channel
from admin_api.streams.stream import Stream
from admin_api.streams.wire import EXTENSION, POLICY, Wire
from admin_api.throttle import Throttle
from admin_api.view import View
from venue import reasons
from venue.errors import OperatorError
from venue.keys import ANONYMOUS

MESSAGES_PER_S: Final = 50  # of one client
MESSAGES_AT_ONCE: Final = 1_000


async def converse(websocket: WebSocket, view: View, first: TopicKey | None = None) -> None:
    """Accept the connection and talk until it ends; `first` is what it is subscribed to without asking.

    Raises ProblemError before the handshake: the client is answered with HTTP then.
    """
    hub, principal = view.hub, websocket.state.principal
    wire: Wire = websocket.scope["extensions"][EXTENSION]
    caller = _caller(principal, websocket)
    hub.require_room(caller)
    stream = Stream(wire, principal, caller)
    if first is not None:
        require_channel(principal, first, view)
    if "authorization" not in websocket.headers:
        stream.sign_in = websocket.state.sign_in
    _note_key(stream, view)
    hub.add(stream)
    try:
        await websocket.accept()
        talk = _Talk(
            stream, view, partial(websocket.app.state.admission.principal_of_token, address=_address(websocket))
        )
        if first is not None:
            talk.subscribe(first, None)
        await talk.run(websocket)
    finally:
        hub.remove(stream)


class _Talk:
    def __init__(self, stream: Stream, view: View, principal_of: Callable[[str], Principal]) -> None:
        self._stream = stream
        self._principal_of = principal_of
        self._view = view
        self._hub: Final[Hub] = view.hub
        self._throttle = Throttle(MESSAGES_PER_S, MESSAGES_AT_ONCE)

    async def run(self, websocket: WebSocket) -> None:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if self._throttle.take(""):
                self._stream.end(POLICY, f"rate_limit: more than {MESSAGES_PER_S} messages a second")
                continue
            await self._stream.wire.writable.wait()  # who does not read the answers is not read on
            self._answer(message.get("text"))

    def _answer(self, text: str | None) -> None:
        try:
            if text is None:
                raise ProblemError(reasons.MALFORMED, "messages must be text, not binary")
            self._do(text)
        except ProblemError as error:
            op, request_id = marks_of(text or "")
            problem = error.problem
            field = problem.errors[0].field if problem.errors else None
            self._stream.say(say.Refused(request_id, op, problem.reason, problem.code, field, problem.detail))

    def _do(self, text: str) -> None:
        match request_of(text):
            case Subscribe() as asked:
                key = key_of(asked)
                require_channel(self._stream.principal, key, self._view)
                self.subscribe(key, asked.id)
            case Unsubscribe() as asked:
                key = key_of(asked)
                self._hub.unsubscribe(self._stream, key)
                self._stream.say(say.Unsubscribed(asked.id, *key))
            case Auth() as asked:
                self._stream.say(self._authenticated(asked))
            case Ping() as asked:
                self._stream.say(say.Pong(asked.id, time_text(time.time_ns()), self._view.behind_s))

    def subscribe(self, key: TopicKey, request_id: str | None) -> None:
        """Raises ProblemError. What the topic has to say first comes behind the answer."""
        self._hub.subscribe(self._stream, key)
        self._stream.say(say.Subscribed(request_id, *key, self._view.engine.journal_seq))

    def _authenticated(self, asked: Auth) -> msgspec.Struct:
        """Raises ProblemError."""
        stream, former = self._stream, self._stream.principal
        if former is not None and former.name != ANONYMOUS:
            raise ProblemError(reasons.MISMATCH, f"this connection is {former.name}'s already: open another one")
        if any(key.channel in PRIVATE for key in stream.subscriptions):
            raise ProblemError(reasons.MISMATCH, "unsubscribe from the private channels first")
        try:
            principal = self._principal_of(asked.key)
        except OperatorError as error:
            raise ProblemError(reasons.UNAVAILABLE, str(error)) from None
        self._hub.rename(stream, f"key {principal.name}")
        stream.principal = principal
        _note_key(stream, self._view)
        entitled = self._view.entitlements.of(principal.session)
        trades, watches = (entitled.trades, entitled.watches) if entitled else ((), ())
        return say.Authenticated(asked.id, principal.name, principal.role, trades, watches)


def _caller(principal: Principal | None, websocket: WebSocket) -> str:
    if principal is None or principal.name == ANONYMOUS:
        return f"address {_address(websocket)}"
    return f"key {principal.name}"


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else ""


def _note_key(stream: Stream, view: View) -> None:
    """Which key of this name let the stream in: a later one does not keep it open."""
    if stream.principal is not None and (key := key_in_force(stream.principal.name, view.keys)):
        stream.key_made_ns = key.created_ns
