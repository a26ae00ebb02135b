"""The gate: `python -m venue.fix.gate --fd N`, a process of its own that the venue starts and supervises.

    client ──TCP or TLS──► accept ──► frames ──► admission ──► relay ──loopback──► QuickFIX acceptor of the CompID's
                           (caps)    (framing)   (seats, last  (numbering)        order gateway (knows the voucher)
                                                  logons)

One event loop serves all connections; only hashes and syncs run on threads beside it. stdin: one line of
orders, then nothing; its end ends this process, however the venue ended. N: the listening socket, which the venue has
bound, so that clients wait while a gate that was killed is started again. stdout: `ready`. stderr: the log.

The audit is in the log: a line for each Logon, refused or admitted, with address and CompID and without secrets.
"""

import asyncio
import gc
import logging
import os
import resource
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from venue.config import VenueConfig
from venue.credentials import Credential
from venue.errors import OperatorError, PeerError
from venue.fix import packet_filter
from venue.fix.acceptor_side import FAREWELL_S, AcceptorSide
from venue.fix.admission import (
    Asked,
    Refusal,
    Seat,
    address_of,
    is_proven,
    is_within,
    refusals,
    seat_of,
    used,
)
from venue.fix.attempts import SHUT_OUT_S, Attempts, Place, named
from venue.fix.gate_connection import (
    FIRST_MESSAGE_S,
    REFUSAL_S,
    SILENT_HEARTBEATS,
    ClientSide,
    State,
)
from venue.fix.last_logons import LastLogons
from venue.fix.logon import Logon, read_logon
from venue.fix.pace import Pace
from venue.fix.seats import Seats
from venue.fix.tls import server_context
from venue.secret_file import Version, version_of
from venue.supervised import begin_process, call_on_loop_at_end_of_stdin

log = logging.getLogger("venue.fix.gate")

WATCH_PERIOD_S: Final = 1.0
HASHES_MAX: Final = 64  # Logons whose password waits
HANDOVER_S: Final = 3.0  # for QuickFIX to let go of a CompID whose last connection has just ended
COMP_ID_CHARS_MAX: Final = 32
_NOBODYS_FAULT: Final = (Refusal.BACK_OFF, Refusal.TAKEN, Refusal.GONE)  # they do not count against an address


class Orders(msgspec.Struct, frozen=True):
    """What the venue tells the gate: a line of JSON on stdin."""

    config: dict[str, Any]  # VenueConfig
    acceptor_port: int
    voucher: str
    ports: dict[str, int] = {}  # by CompID, of sessions that another acceptor serves


class Gate:
    """Serves one listening socket until its task is canceled."""

    def __init__(
        self, config: VenueConfig, acceptor_port: int, voucher: bytes, ports: Mapping[str, int] | None = None
    ) -> None:
        self.voucher: Final = voucher
        self._config = config
        self._acceptor_port = acceptor_port
        self._ports = ports or {}
        self._loop = asyncio.get_running_loop()
        self._seats = Seats(config)
        self._attempts = Attempts(config.gate)
        self._last_logons = LastLogons(config.data / "fix")
        self._hashing = ThreadPoolExecutor(1, "gate hashes", initializer=_give_way)
        self._noting = ThreadPoolExecutor(1, "gate last logons")
        self._hashes = 0
        self._live: dict[str, ClientSide] = {}
        self._brought: dict[ClientSide, tuple[Credential, ...]] = {}
        self._serving: dict[ClientSide, asyncio.Task[None]] = {}  # oldest first
        self._turned_away: Counter[tuple[str, Refusal]] = Counter()
        self._unheard: frozenset[Place] = frozenset()
        self._tls_made_of: tuple[Version | None, Version | None, list[str]] | None = None
        self._tls: ssl.SSLContext | None = None
        self._renew_tls()

    # -- connections ------------------------------------------------------------------------------------

    async def accept(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        packet_filter.shut_out(listener, ())  # of the gate before
        while True:
            try:
                accepted, peer = await self._loop.sock_accept(listener)
            except OSError as error:  # out of descriptors: some may be free soon
                log.error("the gate could not accept a connection: %s", error.strerror)
                await asyncio.sleep(0.1)
                continue
            address = address_of(peer[0])
            is_welcome = is_within(address, self._config.gate.addresses)
            if refusal := self._attempts.arrive(address, self._loop.time(), is_welcome):
                self._turned_away[str(address), refusal] += 1
                accepted.close()
                self._shut_out(listener)
                continue
            self._make_room()
            client = ClientSide(self, address, self._loop.time())
            self._serving[client] = self._loop.create_task(self._serve(accepted, client))

    def _shut_out(self, listener: socket.socket) -> None:
        """Whoever is to be now, and nobody else."""
        places = self._attempts.shut_out(self._loop.time())
        if places != self._unheard:
            for place in places - self._unheard:
                log.warning("connections are dropped for %g s", SHUT_OUT_S, extra={"address": named(place)})
            packet_filter.shut_out(listener, places)
            self._unheard = places

    def _make_room(self) -> None:
        """Who has not logged on may take half of the places; then the one that has waited longest goes, so that who
        comes next always has a chance."""
        if len(self._serving) - len(self._live) >= max(1, self._config.gate.connections_max // 2):
            waiting = (task for client, task in self._serving.items() if client.state is State.WAITING)
            if oldest := next(waiting, None):
                oldest.cancel()

    async def _serve(self, accepted: socket.socket, client: ClientSide) -> None:
        address = client.address
        patience_s = FIRST_MESSAGE_S if self._tls else None
        try:
            await self._loop.connect_accepted_socket(
                lambda: client, accepted, ssl=self._tls, ssl_handshake_timeout=patience_s
            )
            await client.closed
        except (TimeoutError, OSError) as error:  # an SSLError is an OSError
            log.info("no TLS with %s: %s", address, error)
            client.give_up()
        except asyncio.CancelledError:
            client.dismiss()
        except Exception:
            log.exception("a connection from %s", address)
        finally:
            del self._serving[client]
            self._attempts.leave(address)

    async def dial(self, connection: ClientSide) -> AcceptorSide:
        """To the order gateway that serves its CompID. Raises OSError when QuickFIX does not listen there."""
        port = self._ports.get(connection.comp_id, self._acceptor_port)
        _, side = await self._loop.create_connection(lambda: AcceptorSide(connection), "127.0.0.1", port)
        return side

    # -- Logons -----------------------------------------------------------------------------------------

    async def judge(self, connection: ClientSide, frame: bytes, came_s: float) -> bool:
        """Whether to pass the Logon on: the CompID is the connection's; False: it was refused, and the wait is over."""
        try:
            logon = read_logon(frame)
        except PeerError as error:
            self.refused(connection, Refusal.NO_LOGON, str(error))
        else:
            connection.comp_id = logon.sender
            refusal = await self._refusal(connection, logon, came_s)
            if refusal is None:
                return True
            self.refused(connection, refusal)
        waits = int((self._loop.time() - came_s) / REFUSAL_S) + 1
        await asyncio.sleep(came_s + waits * REFUSAL_S - self._loop.time())
        return False

    async def _refusal(self, connection: ClientSide, logon: Logon, came_s: float) -> Refusal | None:
        address = connection.address
        if self._attempts.is_paused(address, logon.sender, came_s):
            return Refusal.BACK_OFF
        seat = seat_of(logon.sender, self._seats.now())
        shown = sha256(connection.certificate).hexdigest() if connection.certificate else ""
        last_ns = self._last_logons.of(seat.comp_id)
        asked = Asked(logon, address, time.time_ns(), self._config.fix.comp_id, last_ns, shown)
        found = refusals(asked, seat)
        if not await self._is_proven(logon, seat):
            found.append(Refusal.CREDENTIALS)
        if found:
            return found[0]
        self._attempts.admitted(address, logon.sender)
        return await self._take(connection, asked, seat)

    async def _is_proven(self, logon: Logon, seat: Seat) -> bool:
        """A signature takes 0.1 ms; hashes wait for each other, and nobody for them."""
        if logon.raw_data or not logon.password:
            return is_proven(logon, seat)
        if self._hashes >= HASHES_MAX:
            return False
        self._hashes += 1
        try:
            return await self._loop.run_in_executor(self._hashing, is_proven, logon, seat)
        finally:
            self._hashes -= 1

    async def _take(self, connection: ClientSide, asked: Asked, seat: Seat) -> Refusal | None:
        """Give the connection its CompID, once the one before is done with."""
        deadline_s = self._loop.time() + HANDOVER_S
        while (holder := self._live.get(seat.comp_id)) is not None:
            if holder.state is not State.ENDING or self._loop.time() > deadline_s:
                return Refusal.TAKEN
            await asyncio.sleep(0.002)
        if not connection.is_there:
            return Refusal.GONE
        if seat.credentials and asked.logon.sending_time_ns <= self._last_logons.of(seat.comp_id):
            return Refusal.REPLAY  # of one that was admitted while this one waited
        self._live[seat.comp_id] = connection
        connection.logon, connection.reset_allowed = asked.logon, seat.reset_allowed
        connection.pace = Pace(self._config.sessions[seat.comp_id].orders_per_s_max)
        self._brought[connection] = used(asked, seat)
        if seat.credentials:
            sent_ns = asked.logon.sending_time_ns
            await self._loop.run_in_executor(self._noting, self._last_logons.note, seat.comp_id, sent_ns)
        log.info("logon admitted", extra={"comp_id": seat.comp_id, "address": str(asked.address)})
        return None

    def refused(self, connection: ClientSide, refusal: Refusal, text: str = "") -> None:
        """The one line of the audit. `comp_id` is what the client says: cut to what a CompID can be."""
        if refusal not in _NOBODYS_FAULT:
            self._attempts.refused(connection.address, connection.comp_id, self._loop.time())
        told = {"refusal": str(refusal), "address": str(connection.address)}
        if connection.comp_id:
            told["comp_id"] = ascii(connection.comp_id[:COMP_ID_CHARS_MAX])[1:-1]
        log.warning("logon refused%s", f": {text}" if text else "", extra=told)

    def release(self, connection: ClientSide) -> None:
        """Nothing of QuickFIX's is held by the connection any more."""
        self._brought.pop(connection, None)
        if self._live.get(connection.comp_id) is connection:
            del self._live[connection.comp_id]

    # -- once a second ----------------------------------------------------------------------------------

    async def watch(self, listener: socket.socket) -> None:
        while True:
            await asyncio.sleep(WATCH_PERIOD_S)
            try:
                self._look()
                self._shut_out(listener)
            except Exception:
                log.exception("the gate's watch")

    def _look(self) -> None:
        self._seats.now()
        self._renew_tls()
        now_s = self._loop.time()
        for connection in list(self._live.values()):
            if connection.state is not State.OPEN or connection.logon is None:
                continue
            patience_s = SILENT_HEARTBEATS * connection.logon.heartbeat_s + WATCH_PERIOD_S
            if revoked := self._seats.revoked(self._brought.get(connection, ())):
                connection.end(f"its {revoked.kind} was revoked by {revoked.revoked_by}")
            elif now_s - connection.last_in_s > patience_s:
                connection.end(f"nothing has come from the client for {patience_s:g} s")
            elif now_s - connection.last_out_s > patience_s:
                connection.end(f"nothing has come from the venue for {patience_s:g} s")
        for (address, refusal), count in self._turned_away.items():
            told = {"refusal": str(refusal), "address": address, "count": count}
            log.warning("connections closed at once", extra=told)
        self._turned_away.clear()

    def _renew_tls(self) -> None:
        """Connections made from here on are asked for the clients' certificates that are in force, and are shown the
        venue's own as its files now are. Files that cannot be used are told once, and the old ones go on."""
        gate = self._config.gate
        if gate.certificate is None or gate.certificate_key is None:
            return
        made_of = (_version(gate.certificate), _version(gate.certificate_key), self._seats.pinned())
        if made_of == self._tls_made_of:
            return
        self._tls_made_of = made_of
        try:
            self._tls = server_context(gate.certificate, gate.certificate_key, made_of[2])
        except OperatorError as error:
            if self._tls is None:
                raise
            log.error("%s", error)

    async def drain(self) -> None:
        """Let what QuickFIX said last reach its clients; it has closed its sides before."""
        for client in list(self._serving):
            client.dismiss()
        if self._serving:
            await asyncio.wait(self._serving.values(), timeout=FAREWELL_S)


def main() -> None:
    given = begin_process("python -m venue.fix.gate", __doc__, listens=True)
    listener = socket.socket(fileno=given.fd)
    orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard) if soft < hard else (soft, hard))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(orders, listener))


async def serve(orders: Orders, listener: socket.socket) -> None:
    """Until stdin ends."""
    config = VenueConfig.model_validate(orders.config)
    gate = Gate(config, orders.acceptor_port, orders.voucher.encode(), orders.ports)
    ended = asyncio.Event()
    call_on_loop_at_end_of_stdin(ended.set)
    tasks = [asyncio.create_task(gate.accept(listener)), asyncio.create_task(gate.watch(listener))]
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    await ended.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await gate.drain()


def _version(file: Path) -> Version | None:
    try:
        return version_of(file)
    except OSError:  # what is the matter is told when it is read
        return None


def _give_way() -> None:
    """A hash may wait; a relayed order may not."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


if __name__ == "__main__":
    main()
