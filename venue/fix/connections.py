"""Which of our sockets is the connection of which session.

QuickFIX keeps its sockets to itself, and we need them for three things: to cut off a client that does not
read, to send many reports in few packets (TCP_CORK), and to end a connection that does not log on, which
QuickFIX would keep, with its CompID, for as long as the client likes.

A session's socket is found at its logon: it is the one accepted on our port that has just sent its first
data, the Logon(A) that answers. Logons take turns, so there is only one such socket at a time; when there
is doubt, none is named, and the client must log on again.

Source: Linux, include/uapi/linux/tcp.h, struct tcp_info; proc(5), /proc/self/fd.
"""

import os
import socket
import stat
import struct
import threading
from typing import Final

TURN_S: Final = 0.5  # how long a logon waits for the one before, which takes a thousandth of it

LOGON_WAIT_S: Final = 5.0  # for a connection's Logon(A)

_DATA_SEGMENTS_OUT: Final = 156  # offset of tcpi_data_segs_out, an unsigned 32-bit number


class Connections:
    """A found socket is a copy of QuickFIX's descriptor; the caller closes it when the session ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._turn = threading.Lock()
        self._found: dict[int, socket.socket] = {}  # by inode; closed ones are dropped at the next logon
        self._first_seen: dict[int, float] = {}  # inode -> when, of those that have not logged on

    def before_answer(self) -> None:
        """A Logon will be answered next on this thread, and `after_answer` called."""
        self._turn.acquire(timeout=TURN_S)

    def after_answer(self) -> socket.socket | None:
        """The socket that has sent the answer, or None when it cannot be told."""
        self._found = {inode: copy for inode, copy in self._found.items() if copy.fileno() >= 0}
        new = self._new_senders()
        if self._turn.locked():
            self._turn.release()
        if len(new) == 1:
            self._found |= new
            return next(iter(new.values()))
        for copy in new.values():
            copy.close()
        return None

    def cut_idle(self, now_s: float) -> int:
        """End each connection that has not logged on LOGON_WAIT_S after it was first seen here; return how
        many. To be called about once a second."""
        strangers = self._strangers()
        self._first_seen = {inode: self._first_seen.get(inode, now_s) for inode in strangers}
        idle = [copy for inode, copy in strangers.items() if now_s - self._first_seen[inode] > LOGON_WAIT_S]
        for copy in idle:
            cut(copy)
        for copy in strangers.values():
            copy.close()
        return len(idle)

    def _new_senders(self) -> dict[int, socket.socket]:
        """The strangers that have sent something."""
        strangers = self._strangers()
        silent = [inode for inode, copy in strangers.items() if not _has_sent(copy)]
        for inode in silent:
            strangers.pop(inode).close()
        return strangers

    def _strangers(self) -> dict[int, socket.socket]:
        """Inode and copy of each connection on our port that is no session's."""
        strangers: dict[int, socket.socket] = {}
        for name in os.listdir("/proc/self/fd"):
            try:
                inode = _socket_inode(int(name))
                if inode == 0 or inode in self._found or inode in strangers:
                    continue
                copy = socket.socket(fileno=os.dup(int(name)))
            except OSError:  # closed meanwhile
                continue
            if self._is_ours(copy):
                strangers[inode] = copy
            else:
                copy.close()
        return strangers

    def _is_ours(self, copy: socket.socket) -> bool:
        try:
            copy.getpeername()
            return copy.family == socket.AF_INET and bool(copy.getsockname()[1] == self._port)
        except OSError:  # it listens, or the client is gone
            return False


def _socket_inode(descriptor: int) -> int:
    """The inode of a socket, 0 of anything else."""
    status = os.fstat(descriptor)
    return status.st_ino if stat.S_ISSOCK(status.st_mode) else 0


def _has_sent(copy: socket.socket) -> bool:
    info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    if len(info) < _DATA_SEGMENTS_OUT + 4:
        return False
    (segments,) = struct.unpack_from("I", info, _DATA_SEGMENTS_OUT)
    return bool(segments)


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
