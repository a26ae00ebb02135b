"""A session's socket is told from the others of the process, by what the kernel knows of each."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from venue.fix import connections
from venue.fix.connections import Connections, cut, hold


class Acceptor:
    """A port of ours, with the server's and the client's end of each connection to it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port: int = self._listener.getsockname()[1]

    def connect(self) -> tuple[socket.socket, socket.socket]:
        client = self._stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
        server = self._stack.enter_context(self._listener.accept()[0])
        return server, client


@pytest.fixture
def acceptor() -> Iterator[Acceptor]:
    with ExitStack() as stack:
        yield Acceptor(stack)


def answer(known: Connections, *servers: socket.socket) -> socket.socket | None:
    known.before_answer()
    for server in servers:
        server.send(b"Logon")
    return known.after_answer()


def same(one: socket.socket, other: socket.socket) -> bool:
    return bool(one.getpeername() == other.getpeername())


def test_connection_that_answers_is_found_among_silent_ones(acceptor: Acceptor) -> None:
    """The one that has just sent its first data is the session's; the others have sent nothing."""
    known = Connections(acceptor.port)
    servers = [acceptor.connect()[0] for _ in range(3)]
    for server in servers[:2]:
        found = answer(known, server)
        assert found is not None
        with found:
            assert same(found, server)


def test_connection_from_a_port_is_found_whatever_others_do(acceptor: Acceptor) -> None:
    """Many have sent something; the one dialled from the port is the session's, once, and is never cut."""
    known = Connections(acceptor.port)
    pairs = [acceptor.connect() for _ in range(3)]
    for server, _ in pairs:
        server.send(b"Logon")
    server, client = pairs[1]
    port: int = client.getsockname()[1]
    found = known.of_peer(port)
    assert found is not None
    with found:
        assert same(found, server)
    assert known.of_peer(port) is None
    assert known.of_peer(acceptor.port) is None
    assert known.cut_idle(0.0) == 0
    assert known.cut_idle(1e9) == 2


def test_two_that_answer_at_once_are_in_doubt(acceptor: Acceptor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather none than the wrong one; and the doubt does not outlast the one that leaves."""
    monkeypatch.setattr(connections, "DOUBT_S", 0.001)
    known = Connections(acceptor.port)
    one, two = acceptor.connect()[0], acceptor.connect()[0]
    assert answer(known, one, two) is None
    one.shutdown(socket.SHUT_RDWR)  # as QuickFIX ends a refused logon; its descriptor is still open
    found = answer(known)
    assert found is not None
    with found:
        assert same(found, two)


def test_connections_of_other_ports_are_not_ours(acceptor: Acceptor) -> None:
    """The journal's or a client's sockets in the same process are left alone."""
    known = Connections(acceptor.port + 1)
    assert answer(known, acceptor.connect()[0]) is None
    assert known.cut_idle(0.0) == known.cut_idle(1e9) == 0


def test_connection_that_does_not_log_on_is_cut_in_time(acceptor: Acceptor) -> None:
    """LOGON_WAIT_S after it was first seen, and not before; a session's connection never."""
    known = Connections(acceptor.port)
    session, session_client = acceptor.connect()
    found = answer(known, session)
    assert found is not None
    _, idle_client = acceptor.connect()
    with found:
        assert known.cut_idle(100.0) == 0
        assert known.cut_idle(100.0 + connections.LOGON_WAIT_S) == 0
        assert known.cut_idle(100.1 + connections.LOGON_WAIT_S) == 1
        idle_client.settimeout(5)
        assert idle_client.recv(1) == b""
        session.send(b"!")
        session_client.settimeout(5)
        assert session_client.recv(100) == b"Logon!"


def test_held_data_is_sent_when_it_is_let_go(acceptor: Acceptor) -> None:
    """TCP_CORK: what is written in between leaves in one packet."""
    server, client = acceptor.connect()
    before = segments_sent(server)
    hold(server, True)
    for _ in range(10):
        server.send(b"report")
    hold(server, False)
    assert segments_sent(server) == before + 1
    client.settimeout(5)
    assert client.recv(1000) == b"report" * 10


def segments_sent(server: socket.socket) -> int:
    info = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160)
    return int.from_bytes(info[connections._DATA_SEGMENTS_OUT :][:4], "little")


def test_ended_connection_can_be_cut_and_held_without_harm(acceptor: Acceptor) -> None:
    """The client may end it at any moment; the sender thread does not stumble over that."""
    server, _ = acceptor.connect()
    cut(server)
    cut(server)
    server.close()
    cut(server)
    hold(server, True)
