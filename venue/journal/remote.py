"""Appending to the journal from another process: requests to the venue that writes it.

The venue listens on `commands.sock` in its data folder, for the user who runs it and nobody else. What is
asked here takes the way of every command: queue, stamp, journal, engine; the answer comes when it is durable
and applied. Operators' commands come this way, and order gateways in processes of their own can.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from venue.errors import JournalError, OperatorError, PeerError
from venue.journal.batch import FORMAT
from venue.journal.frames import (
    ANSWER_BYTES_MAX,
    REQUEST_BYTES_MAX,
    Answer,
    Append,
    Applied,
    Ask,
    Question,
    Refused,
    Reply,
    Request,
    Told,
    Welcome,
    framed,
    receive_frame,
    reply_of,
)
from venue.messages import AnyCommand, AnyEvent

SOCKET_NAME: Final = "commands.sock"
PATIENCE_S: Final = 10.0


class RemoteJournal:
    """A connection to the venue that runs on a data folder. Any number of threads may use it at once.

    Raises OperatorError when no venue runs there.
    """

    def __init__(self, data: Path, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._ids = count(1)
        self._changing = threading.RLock()  # what is in flight, and the end
        self._in_flight: dict[int, Future[Any]] = {}
        self._end = ""  # why nothing can be asked any more
        self._connection = connected_socket(data)
        self._connection.settimeout(patience_s)
        try:
            require_welcome(self._next_reply())
        except BaseException:
            self._connection.close()
            raise
        self._connection.settimeout(None)
        self._reader = threading.Thread(target=self._read, name="remote journal", daemon=True)
        self._reader.start()

    def append(self, commands: Sequence[AnyCommand]) -> list[tuple[int, list[AnyEvent]]]:
        """Journal the commands as one batch; returns journal_seq and events of each.

        Raises OperatorError when the venue refused, with nothing journaled, and JournalError when the
        connection ended or patience_s passed without an answer: whether they were journaled is then not known.
        """
        applied = self._result(self.send(commands))
        return list(enumerate(applied.events, applied.first_seq))

    def send(self, commands: Sequence[AnyCommand]) -> Future[Applied]:
        """As append, without waiting for the answer; the venue lets so many requests of one connection be in
        flight, then this blocks until it has answered some."""
        return self._ask(lambda request_id: Append(request_id, list(commands)))

    def ask(self, question: Question[Answer], *arguments: str | int) -> Answer:
        """What the engine knows, with everything applied that was acknowledged before. Raises as append."""
        told: Told = self._result(self._ask(lambda request_id: Ask(request_id, question.name, list(arguments))))
        return question.answer_of(told.value)

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be asked any more: the venue, or who uses this, has ended the connection."""
        return bool(self._end)

    def close(self) -> None:
        with self._changing:
            self._end = self._end or "it was closed"
        _shut_down(self._connection)
        self._reader.join()
        self._connection.close()

    def __enter__(self) -> "RemoteJournal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, make: Callable[[int], Request]) -> Future[Any]:
        answer: Future[Any] = Future()
        with self._changing:
            if self._end:
                raise JournalError(f"the venue cannot be asked any more: {self._end}")
            request = make(next(self._ids))
            frame = framed(request, REQUEST_BYTES_MAX)
            self._in_flight[request.request_id] = answer
            try:
                self._connection.sendall(frame)
            except OSError as error:
                self._fail(f"the connection to it broke ({error.strerror})")
        return answer

    def _result(self, answer: Future[Any]) -> Any:
        try:
            return answer.result(self._patience_s)
        except TimeoutError:
            raise JournalError(
                f"the venue did not answer within {self._patience_s:g} s: whether it was done is not known"
            ) from None

    # -- the reading thread ---------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            while True:
                reply = self._next_reply()
                if isinstance(reply, Welcome) or (isinstance(reply, Refused) and not reply.request_id):
                    raise PeerError(reply.text if isinstance(reply, Refused) else "it welcomed twice")
                self._answer(reply)
        except (PeerError, OSError) as error:
            _shut_down(self._connection)  # wakes who waits in sendall
            self._fail(str(error))

    def _answer(self, reply: Applied | Told | Refused) -> None:
        answer = self._in_flight.pop(reply.request_id, None)
        if answer is None:
            raise PeerError(f"it answered request {reply.request_id}, which was not asked")
        if isinstance(reply, Refused):
            answer.set_exception(OperatorError(reply.text))
        else:
            answer.set_result(reply)

    def _fail(self, why: str) -> None:
        """Nothing is answered any more: what is in flight may have been journaled, or not."""
        with self._changing:
            self._end = self._end or why
            unanswered, self._in_flight = list(self._in_flight.values()), {}
        for answer in unanswered:
            answer.set_exception(JournalError(f"the venue did not answer: {why}; whether it was done is not known"))

    def _next_reply(self) -> Reply:
        body = receive_frame(self._connection, ANSWER_BYTES_MAX)
        if body is None:
            raise PeerError("it ended the connection")
        return reply_of(body)


@contextmanager
def socket_address(data: Path) -> Iterator[str]:
    """The address of the socket in a data folder, of any length: the kernel takes 107 bytes at most, so the
    folder is named by its descriptor. Raises OSError when there is no such folder."""
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET_NAME}"
    finally:
        os.close(folder)


def connected_socket(data: Path) -> socket.socket:
    """To the venue that runs on the data folder. Raises OperatorError when none does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with socket_address(data) as address:
            connection.connect(address)
    except OSError as error:
        connection.close()
        if isinstance(error, PermissionError):
            raise OperatorError(
                f"{data / SOCKET_NAME} belongs to another user: run this as who runs the venue"
            ) from None
        raise OperatorError(
            f"no venue runs on {data}: start one with `venue serve`, or name the data folder of the one that runs "
            "with --data"
        ) from None
    return connection


def require_welcome(reply: Reply) -> None:
    """The first thing a venue says. Raises OperatorError when it was something else."""
    if isinstance(reply, Refused):
        raise OperatorError(f"the venue refused: {reply.text}")
    if not isinstance(reply, Welcome) or reply.journal_format != FORMAT:
        raise OperatorError("the venue that runs there is of another version: use the `venue` command of that one")


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # the venue was first
        pass
