"""A small program to supervise: `python -m tests.support.supervised_program HOW [FD]`.

serves    says `ready`, and answers each connection at the listening socket FD with its process id and the line it
          was given; ends with status 0 when its stdin ends
deaf      says `ready`, and ends neither with its stdin nor by SIGTERM
fails     complains on stderr, and ends with status 3
blind     never reads its stdin
"""

import os
import select
import signal
import socket
import sys


def main() -> None:
    how, *fds = sys.argv[1:]
    if how == "fails":
        print("nothing works", file=sys.stderr)
        sys.exit(3)
    if how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if how == "blind":
        signal.pause()
    given = sys.stdin.buffer.readline()
    print("ready", flush=True)
    if how == "deaf":
        signal.pause()
    listener = socket.socket(fileno=int(fds[0]))
    while True:
        readable, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in readable and not os.read(0, 1):
            return
        if listener in readable:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"%d %s" % (os.getpid(), given))


if __name__ == "__main__":
    main()
