"""The gate before an acceptor that misbehaves, and clients that do: in this process, over real sockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
import uvloop

from tests.support.fix_message import seal_body, utc_timestamp
from venue.config import FixConfig, GateConfig, SessionConfig, VenueConfig
from venue.fix import attempts, gate_connection
from venue.fix.acceptor_side import AcceptorSide
from venue.fix.gate import Gate

PATIENCE_S: Final = 10.0
ANSWER: Final = seal_body("35=A|34=1|49=VENUE|52=20240101-00:00:00|56=DESK|98=0|108=30|")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Stage:
    """A gate, and an acceptor that does what the test says with each connection."""

    def __init__(
        self, folder: Path, acceptor: Callable[..., Awaitable[None]], orders_per_s_max: int = 1_000_000, **gate: Any
    ) -> None:
        (folder / "fix").mkdir()
        self.config = VenueConfig(
            data=folder,
            fix=FixConfig(credentials="none"),
            gate=GateConfig(**gate),
            sessions={"DESK": SessionConfig(trades=("DESK",), reset_allowed=True, orders_per_s_max=orders_per_s_max)},
        )
        self.dialled = 0
        self._acceptor = acceptor

    def run(self, play: Callable[["Stage"], Awaitable[None]]) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(asyncio.wait_for(self._run(play), 3 * PATIENCE_S))

    async def _run(self, play: Callable[["Stage"], Awaitable[None]]) -> None:
        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.dialled += 1
            try:
                await self._acceptor(reader, writer)
            except ConnectionError:
                pass
            finally:
                writer.close()

        acceptor = await asyncio.start_server(accepted, "127.0.0.1", 0)
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = listener.getsockname()[1]
        self.gate = Gate(self.config, acceptor.sockets[0].getsockname()[1], b"v")
        tasks = [asyncio.create_task(self.gate.accept(listener)), asyncio.create_task(self.gate.watch(listener))]
        try:
            await play(self)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            acceptor.close()
            listener.close()
            await self.gate.drain()

    async def connect(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def log_on(self) -> Streams:
        reader, writer = await self.connect()
        writer.write(logon())
        await reader.readuntil(b"\x0110=")
        await reader.readexactly(4)
        return reader, writer


def logon() -> bytes:
    return seal_body(f"35=A|34=1|49=DESK|52={utc_timestamp()}|56=VENUE|98=0|108=5|141=Y|")


async def ended(reader: asyncio.StreamReader) -> None:
    """Read and drop until the other side has ended."""
    try:
        while await asyncio.wait_for(reader.read(1 << 16), PATIENCE_S):
            pass
    except ConnectionError:
        pass


async def answer_and_listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\x0110=")
    writer.write(ANSWER)
    await reader.read()


async def answer_and_flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\x0110=")
    writer.write(ANSWER)
    while True:
        writer.write(bytes(1 << 16))
        await writer.drain()


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_a_client_that_takes_nothing_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for it is bounded, its acceptor side is not read on, and then both are closed; its CompID is free."""
    monkeypatch.setattr(gate_connection, "SLOW_S", 0.5)
    flooded = []

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer_and_flood(reader, writer)
        finally:
            flooded.append(True)

    async def play(stage: Stage) -> None:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(slow, ("127.0.0.1", stage.port))
        await loop.sock_sendall(slow, logon())
        while not flooded:
            await asyncio.sleep(0.05)
            for client in stage.gate._live.values():
                waiting = client._transport.get_write_buffer_size() if client._transport else 0
                assert waiting <= gate_connection.TO_CLIENT_BYTES_MAX + (1 << 18)
        while stage.gate._live:
            await asyncio.sleep(0.01)
        slow.close()

    Stage(tmp_path, flood).run(play)


def test_a_logon_that_is_not_answered_frees_its_comp_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered, but not logged on: both sides are closed, and the next Logon is passed on."""
    monkeypatch.setattr(gate_connection, "ANSWER_S", 0.3)

    async def play(stage: Stage) -> None:
        for _ in range(2):
            reader, writer = await stage.connect()
            writer.write(logon())
            await ended(reader)
            writer.close()
        assert stage.dialled == 2

    Stage(tmp_path, say_nothing).run(play)


def test_a_silent_client_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three intervals without a byte, though the acceptor has not noticed."""
    monkeypatch.setattr("venue.fix.gate.SILENT_HEARTBEATS", 0)

    async def play(stage: Stage) -> None:
        reader, writer = await stage.log_on()
        await ended(reader)
        writer.close()
        assert not stage.gate._live

    Stage(tmp_path, answer_and_listen).run(play)


def test_a_flood_of_connections_leaves_room_for_others(tmp_path: Path) -> None:
    """1,000 at once of one address: most are closed at once, the bound holds, and a client that was there trades on;
    when they have gone, nothing of them is left."""

    async def play(stage: Stage) -> None:
        _, writer = await stage.log_on()
        flood = [await stage.connect() for _ in range(1_000)]
        closed = await asyncio.gather(
            *(asyncio.wait_for(each.read(1), 0.5) for each, _ in flood), return_exceptions=True
        )
        refused = sum(not isinstance(result, TimeoutError) for result in closed)
        assert refused >= 1_000 - 50
        assert len(stage.gate._serving) <= 50
        writer.write(seal_body(f"35=0|34=2|49=DESK|52={utc_timestamp()}|56=VENUE|"))
        await writer.drain()
        assert [client.state for client in stage.gate._live.values()] == [gate_connection.State.OPEN]
        for _, each in flood:
            each.close()
        while len(stage.gate._serving) > 1:
            await asyncio.sleep(0.01)
        writer.close()
        while stage.gate._serving:
            await asyncio.sleep(0.01)
        assert not stage.gate._attempts._open

    Stage(tmp_path, answer_and_listen, connections_per_address_max=50, attempts_per_s_max=10_000).run(play)


def test_idle_connections_leave_room_for_who_comes_next(tmp_path: Path) -> None:
    """Of many addresses, more than there are places: the longest idle ones go, and a Logon is admitted."""

    async def play(stage: Stage) -> None:
        idle = []
        for number in range(30):
            source = (f"127.0.3.{number}", 0)
            idle.append(await asyncio.open_connection("127.0.0.1", stage.port, local_addr=source))
        assert await asyncio.wait_for(idle[0][0].read(1), PATIENCE_S) == b""
        reader, writer = await stage.log_on()
        assert len(stage.gate._serving) <= 20
        for _, each in (*idle, (reader, writer)):
            each.close()

    Stage(tmp_path, answer_and_listen, connections_max=20).run(play)


def test_an_address_that_goes_on_connecting_is_not_heard_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Two seconds' worth is taken, two seconds' worth closed at once, and then the kernel drops what comes from there,
    for all others' sake. The log says it once."""
    monkeypatch.setattr(attempts, "SHUT_OUT_S", 1.0)

    async def is_heard(host: str) -> bool:
        try:
            opening = asyncio.open_connection("127.0.0.1", stage.port, local_addr=(host, 0))
            _, writer = await asyncio.wait_for(opening, 0.5)
        except TimeoutError:
            return False
        writer.close()
        return True

    async def play(_: Stage) -> None:
        count = 0
        while await is_heard("127.0.3.40"):
            count += 1
        assert count > 2 * 2 * 5
        assert await is_heard("127.0.3.41")
        while not await is_heard("127.0.3.40"):
            pass

    stage = Stage(tmp_path, answer_and_listen, attempts_per_s_max=5)
    stage.run(play)
    told = [vars(record)["address"] for record in caplog.records if "are dropped" in record.message]
    assert told == ["127.0.3.40"]


def test_without_an_acceptor_a_logon_is_closed_and_its_comp_id_free(tmp_path: Path) -> None:
    """The venue is about to stop, or has died."""

    async def play(stage: Stage) -> None:
        stage.gate._acceptor_port = 1
        for _ in range(2):
            reader, writer = await stage.connect()
            writer.write(logon())
            await ended(reader)
            writer.close()
            assert not stage.gate._live
        stage.gate._acceptor_port = 1

    Stage(tmp_path, say_nothing).run(play)


@pytest.mark.parametrize(("orders_per_s_max", "helping"), [(1_000_000, 20_000), (200, 4)])
def test_orders_sent_just_before_the_end_are_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orders_per_s_max: int, helping: int
) -> None:
    """A client that sends and closes at once has sent: the acceptor gets all of it, then the end. Who may enter few
    orders is read a helping at a time."""
    written = []

    def write(side: AcceptorSide, data: bytes) -> None:
        written.append(data.count(b"\x0135=D\x01"))
        passed_on(side, data)

    passed_on = AcceptorSide.write
    monkeypatch.setattr(AcceptorSide, "write", write)
    got = bytearray()

    async def collect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\x0110=")
        writer.write(ANSWER)
        got.extend(await reader.read(-1))

    orders = [seal_body(f"35=D|34={n}|49=DESK|52={utc_timestamp()}|56=VENUE|11={n}|") for n in range(2, 3_000)]

    async def play(stage: Stage) -> None:
        _, writer = await stage.log_on()
        writer.write(b"".join(orders))
        writer.close()
        while stage.gate._live:
            await asyncio.sleep(0.01)

    Stage(tmp_path, collect, orders_per_s_max).run(play)
    assert got.endswith(b"".join(orders))
    assert max(written) <= helping
