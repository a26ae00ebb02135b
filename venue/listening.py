"""A listening socket for a process beside the venue, bound by it: a port that is taken is an error of its start."""

import os
import socket
from typing import Final

from venue.errors import OperatorError

BACKLOG: Final = 1024  # connections that wait while the process starts


def bound(name: str, section: str, host: str, port: int, remedy: str) -> socket.socket:
    """`section` of the configuration has the host and the port. Raises OperatorError when they cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror  # below 0: the host's name could not be resolved
        raise OperatorError(
            f"{name} cannot listen at {section}.host {host}, {section}.port {port}: {why}: {remedy}"
        ) from error
