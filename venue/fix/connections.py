"""Which of our sockets is the connection of which session.

QuickFIX keeps its sockets to itself, and we need them for three things: to cut off a client that does not
read, to send many reports in few packets (TCP_CORK), and to end a connection that does not log on, which
QuickFIX would keep, with its CompID, for as long as the client likes.

A session's socket is found at its logon. The gate says which port it dials from. Where there is no gate, it is the
one accepted on our port that has just sent its first data, the Logon(A) that answers. Such logons take turns, so
there is only one such socket at a time, but for a refused one on its way out; when there is still doubt, as when many
log on at once on a busy machine, none is named, and the client must log on again.

Source: Linux, include/uapi/linux/tcp.h, struct tcp_info; proc(5), /proc/self/fd.
"""

import fcntl
import os
import resource
import socket
import stat
import struct
import threading
import time
from typing import Final

from venue.fix import packet_filter

TURN_S: Final = 0.5  # how long a logon waits for the one before, which takes a thousandth of it

DOUBT_S: Final = 0.01
DOUBTS_MAX: Final = 10  # times to look again while more than one connection could be meant
LOGON_WAIT_S: Final = 5.0  # for a connection's Logon(A)

_STATE: Final = 0  # offset of tcpi_state, one byte
_OPEN: Final = frozenset((1, 8))  # TCP_ESTABLISHED, TCP_CLOSE_WAIT: not shut down by us
_LISTENING: Final = frozenset((10,))  # TCP_LISTEN
_DATA_SEGMENTS_OUT: Final = 156  # offset of tcpi_data_segs_out, an unsigned 32-bit number


class Connections:
    """A found socket is a copy of QuickFIX's descriptor; the caller closes it when the session ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._turn = threading.Lock()
        self._scan = threading.Lock()
        self._found: set[int] = set()  # inodes of the sessions' sockets, as long as they are open
        self._first_seen: dict[int, float] = {}  # inode -> when, of those that have not logged on

    def keep_to_loopback(self) -> None:
        """From here on the kernel drops whatever comes to our port but from this machine: QuickFIX listens on every
        address, and would read what strangers send before it looks where they are."""
        with self._scan:
            for listener in self._sockets(_LISTENING).values():
                packet_filter.keep_to_loopback(listener)
                listener.close()
            for early in self._sockets(_OPEN).values():
                if not early.getpeername()[0].startswith("127."):
                    cut(early)
                early.close()

    def of_peer(self, port: int) -> socket.socket | None:
        """The socket of the connection that was dialled from this port of our machine, if it is no session's yet."""
        with self._scan:
            strangers = self._strangers()
            inode = next((inode for inode, copy in strangers.items() if _peer_port(copy) == port), 0)
            connection = strangers.pop(inode, None)
            if connection:
                self._found.add(inode)
        for copy in strangers.values():
            copy.close()
        return connection

    def before_answer(self) -> None:
        """A Logon will be answered next on this thread, and `after_answer` called."""
        self._turn.acquire(timeout=TURN_S)

    def after_answer(self) -> socket.socket | None:
        """The socket that has sent the answer, or None when it cannot be told."""
        try:
            for _ in range(DOUBTS_MAX):
                senders, connection = self._find()
                if senders < 2:
                    return connection
                time.sleep(DOUBT_S)
            return None
        finally:
            if self._turn.locked():
                self._turn.release()

    def _find(self) -> tuple[int, socket.socket | None]:
        """How many strangers have sent something; the socket, which is none any more, if it is one."""
        with self._scan:
            strangers = self._strangers()
            senders = [inode for inode, copy in strangers.items() if _has_sent(copy)]
            connection = strangers.pop(senders[0]) if len(senders) == 1 else None
            if connection:
                self._found.add(senders[0])
        for copy in strangers.values():
            copy.close()
        return len(senders), connection

    def cut_idle(self, now_s: float) -> int:
        """End each connection that has not logged on LOGON_WAIT_S after it was first seen here; return how
        many. To be called about once a second."""
        with self._scan:
            strangers = self._strangers()
        self._first_seen = {inode: self._first_seen.get(inode, now_s) for inode in strangers}
        idle = [copy for inode, copy in strangers.items() if now_s - self._first_seen[inode] > LOGON_WAIT_S]
        for copy in idle:
            cut(copy)
        for copy in strangers.values():
            copy.close()
        return len(idle)

    def _strangers(self) -> dict[int, socket.socket]:
        """Inode and copy of each open connection on our port that is no session's."""
        return self._sockets(_OPEN)

    def _sockets(self, states: frozenset[int]) -> dict[int, socket.socket]:
        """Inode and copy of each socket on our port in one of these states of TCP that is no session's."""
        strangers: dict[int, socket.socket] = {}
        present: set[int] = set()
        for name in os.listdir("/proc/self/fd"):
            try:
                inode = _socket_inode(int(name))
                present.add(inode)
                if inode == 0 or inode in self._found or inode in strangers:
                    continue
                copy = socket.socket(fileno=fcntl.fcntl(int(name), fcntl.F_DUPFD_CLOEXEC, _copies_from()))
            except OSError:  # closed meanwhile
                continue
            if self._is_ours(copy, states):
                strangers[inode] = copy
            else:
                copy.close()
        self._found &= present
        return strangers

    def _is_ours(self, copy: socket.socket, states: frozenset[int]) -> bool:
        if copy.family != socket.AF_INET or copy.type != socket.SOCK_STREAM:
            return False
        return copy.getsockname()[1] == self._port and _tcp_info(copy)[_STATE] in states


def _copies_from() -> int:
    """The least number of our copies: far from those that QuickFIX's sockets are given, so that a number it
    has just closed never becomes one of ours."""
    soft_limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(512, soft_limit // 2)


def _peer_port(copy: socket.socket) -> int:
    """0 when the connection has ended."""
    try:
        port: int = copy.getpeername()[1]
    except OSError:
        return 0
    return port


def _socket_inode(descriptor: int) -> int:
    """The inode of a socket, 0 of anything else."""
    status = os.fstat(descriptor)
    return status.st_ino if stat.S_ISSOCK(status.st_mode) else 0


def _has_sent(copy: socket.socket) -> bool:
    (segments,) = struct.unpack_from("I", _tcp_info(copy), _DATA_SEGMENTS_OUT)
    return bool(segments)


def _tcp_info(copy: socket.socket) -> bytes:
    return copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160)


def cut(connection: socket.socket) -> None:
    """End the connection for both sides, whoever waits in it. QuickFIX notices and logs the session out."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended already
        pass


def hold(connection: socket.socket, on: bool) -> None:
    """Let the kernel collect what is sent into full packets, until it is told to send the rest."""
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)
    except OSError:  # it has ended already
        pass
