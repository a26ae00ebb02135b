"""Two ways to tell many subscribers the same, each in a server of its own on the same uvicorn.

    python -m tests.bench.fanout_server ours|plain

`ours` is the path of admin_api: a Topic whose update is encoded and framed once and written to each Wire. `plain` is
what FastAPI's documentation shows: `for client in clients: await client.send_json(update)`. Both tell the same book
update, made anew each time. stdout: the port, then a line of JSON for each publication; stdin: how many updates to
publish, a number a line; its end ends the server.
"""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from admin_api.streams.messages import BookDelta
from admin_api.streams.pacer import Pacer
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream, frame_of
from admin_api.streams.topic import Topic
from admin_api.streams.wire import EXTENSION, Wire

LEVELS: Final = 3  # changed by one update, on each side
BEHIND_BYTES: Final = 131_072  # of one subscriber, from where the publisher waits for him: nothing is left out here
PAUSE_S: Final = 0.0005


def update(number: int) -> BookDelta:
    bids = [(f"{45_000 - level}.00", f"{number % 100}.50000", 2) for level in range(LEVELS)]
    asks = [(f"{45_001 + level}.00", f"{number % 100}.25000", 1) for level in range(LEVELS)]
    return BookDelta("BTC-USD", number, number, "2026-11-24T01:24:59.182354194Z", bids, asks, 3_366_480_417)


class OneBook(Topic):
    def __init__(self) -> None:
        super().__init__(TopicKey("orderbook", "BTC-USD"), Pacer(asyncio.get_running_loop(), 0.0).wake)
        self.number = 0

    def update(self) -> list[bytes]:
        return [frame_of(update(self.number))]

    def snapshot(self) -> bytes:
        return frame_of(update(self.number))

    async def tell(self, number: int) -> None:
        while any(stream.wire.is_behind for stream in self.readers):
            await asyncio.sleep(PAUSE_S)
        self.number = number
        self.publish()


def ours(app: FastAPI) -> Callable[[int], Awaitable[None]]:
    book = OneBook()

    @app.websocket("/ws")
    async def subscribe(websocket: WebSocket) -> None:
        wire: Wire = websocket.scope["extensions"][EXTENSION]
        await websocket.accept()
        wire.bound(BEHIND_BYTES)
        stream = Stream(wire, None, "")
        book.join(stream)
        await _until_closed(websocket)
        book.leave(stream)

    return book.tell


def plain(app: FastAPI) -> Callable[[int], Awaitable[None]]:
    clients: list[WebSocket] = []

    @app.websocket("/ws")
    async def subscribe(websocket: WebSocket) -> None:
        await websocket.accept()
        clients.append(websocket)
        await websocket.send_json(_as_dict(0))
        await _until_closed(websocket)
        clients.remove(websocket)

    async def broadcast(number: int) -> None:
        told = _as_dict(number)
        for client in clients:
            await client.send_json(told)

    return broadcast


def _as_dict(number: int) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(update(number))
    return told


async def _until_closed(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        pass


async def serve(make: Callable[[FastAPI], Callable[[int], Awaitable[None]]]) -> None:
    app, loop = FastAPI(), asyncio.get_running_loop()
    tell = make(app)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    server = uvicorn.Server(
        uvicorn.Config(
            app, loop="none", http="httptools", ws=Wire, ws_per_message_deflate=False, log_level="error",
            timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    serving = asyncio.create_task(server.serve([listener]))
    asked: asyncio.Queue[int | None] = asyncio.Queue()
    threading.Thread(target=_read_stdin, args=(loop, asked), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    while (count := await asked.get()) is not None:
        begin_ns, begin_cpu_s = time.perf_counter_ns(), time.process_time()
        for number in range(count):
            await tell(number)
            await asyncio.sleep(0)  # let the others on the loop have their turn, as between two real updates
        told = {"begin_ns": begin_ns, "cpu_s": time.process_time() - begin_cpu_s}
        print(msgspec.json.encode(told).decode(), flush=True)
    server.should_exit = True
    await serving


def _read_stdin(loop: asyncio.AbstractEventLoop, asked: "asyncio.Queue[int | None]") -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(asked.put_nowait, int(line))
    loop.call_soon_threadsafe(asked.put_nowait, None)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve({"ours": ours, "plain": plain}[sys.argv[1]]))
