"""The command port: where other processes of this machine reach the sequencer (`venue.journal.remote`).

    RemoteJournal ══ commands.sock ══► reading thread ──submit──► sequencer
                  ◄═════════════════ writing thread ◄──answers───────┘

Two threads for each connection: one reads requests and may wait for room in the sequencer's queue, one writes
answers, so that a client that does not read them holds up nobody but itself. The sequencer's thread only puts
answers into a queue.

Bounds: connections, requests in flight on each (then it is not read on), bytes of a request. The socket is of
mode 0600: who may open it is the user who runs the venue, and he may do anything but what only the clock may.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Final, TypeAlias

import msgspec

from venue.engine.engine import Engine
from venue.errors import OperatorError, PeerError
from venue.journal.batch import FORMAT
from venue.journal.frames import (
    ANSWER_BYTES_MAX,
    BUSY,
    QUESTIONS,
    RECEIVED,
    REQUEST_BYTES_MAX,
    VITALS,
    Append,
    Applied,
    Ask,
    Refused,
    Reply,
    Request,
    Told,
    Welcome,
    encode,
    framed,
    receive_frame,
    request_of,
)
from venue.journal.remote import SOCKET_NAME, socket_address
from venue.messages import AdvanceStates, AnyCommand, AnyEvent, ExpireOrders, MassCancel, RefuseRequest, RollDay
from venue.reasons import REASONS
from venue.sequencer import Group, Sequencer
from venue.vitals import ReceivedMessage, Vitals

CONNECTIONS_MAX: Final = 64
IN_FLIGHT_MAX: Final = 256  # requests of one connection
FAREWELL_S: Final = 2.0  # for a client to take its last answers when the venue stops

log = logging.getLogger(__name__)

MakeReply: TypeAlias = Callable[[], Reply]  # called on the writing thread: large answers cost the others nothing
_Answers: TypeAlias = Mapping[str, Callable[..., object]]  # by the name of a question


class CommandPort:
    """Listens from start() to stop(). `vitals` and `received` answer the questions that are not for the engine, on any
    thread."""

    def __init__(
        self,
        data: Path,
        sequencer: Sequencer,
        vitals: Callable[..., Vitals],
        received: Callable[..., list[ReceivedMessage]] = lambda _session: [],
    ) -> None:
        self._data = data
        self._sequencer = sequencer
        self._own: Final[_Answers] = {VITALS.name: vitals, RECEIVED.name: received}
        self._connections: set[_Connection] = set()
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="command port", daemon=True)

    def start(self) -> None:
        """Raises OperatorError when the socket cannot be made in the data folder. Whoever has locked the
        journal may take away what an earlier venue left there."""
        path = self._data / SOCKET_NAME
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            path.unlink(missing_ok=True)
            os.fchmod(self._listener.fileno(), 0o600)  # before bind: there is no moment at which others may open it
            with socket_address(self._data) as address:
                self._listener.bind(address)
            self._listener.listen(CONNECTIONS_MAX)
        except OSError as error:
            self._listener.close()
            raise OperatorError(f"{path} could not be made: {error.strerror}") from error
        self._thread.start()

    def stop(self) -> None:
        """Answer every request that was sent, then end all connections. The sequencer must still run."""
        self._stopping.set()
        _shut_down(self._listener, socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        (self._data / SOCKET_NAME).unlink(missing_ok=True)
        with self._changing:
            connections = list(self._connections)
        for connection in connections:
            connection.finish()
        deadline_s = time.monotonic() + FAREWELL_S
        for connection in connections:
            connection.join(deadline_s)

    def break_off(self) -> None:
        """End all connections without an answer: what became of their requests is not known."""
        with self._changing:
            connections = list(self._connections)
        for connection in connections:
            connection.break_off()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                accepted, _ = self._listener.accept()
            except OSError as error:
                if not self._stopping.wait(0.1):  # out of descriptors: some may be free soon
                    log.warning("the command port could not accept a connection: %s", error)
                continue
            with self._changing:
                is_full = len(self._connections) >= CONNECTIONS_MAX
                if not is_full:
                    connection = _Connection(accepted, self._sequencer, self._own, self._forget)
                    self._connections.add(connection)
            if is_full:
                _refuse(accepted, f"it has {CONNECTIONS_MAX} connections already, no more are taken")
            else:
                connection.start()

    def _forget(self, connection: "_Connection") -> None:
        with self._changing:
            self._connections.discard(connection)


class _Connection:
    """The reading thread owns the socket: it closes it when all is answered and the writing thread has ended."""

    def __init__(
        self,
        connection: socket.socket,
        sequencer: Sequencer,
        own: _Answers,
        on_end: Callable[["_Connection"], None],
    ) -> None:
        self._socket = connection
        self._sequencer = sequencer
        self._own = own
        self._on_end = on_end
        self._replies: SimpleQueue[MakeReply | None] = SimpleQueue()
        self._in_flight = 0  # requests that were read, and whose answer is not written yet
        self._is_broken = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="command port reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="command port writer", daemon=True)

    def start(self) -> None:
        self._say(Welcome(FORMAT))
        self._writer.start()
        self._reader.start()

    def finish(self) -> None:
        """Read what was sent before, answer it, and end."""
        _shut_down(self._socket, socket.SHUT_RD)

    def break_off(self) -> None:
        with self._changed:
            self._is_broken = True
            self._changed.notify_all()
        _shut_down(self._socket, socket.SHUT_RDWR)

    def join(self, deadline_s: float) -> None:
        self._reader.join(max(0.0, deadline_s - time.monotonic()))
        if self._reader.is_alive():
            self.break_off()
            self._reader.join()

    # -- the reading thread -----------------------------------------------------------------------------

    def _read(self) -> None:
        last_word = ""
        try:
            while (body := receive_frame(self._socket, REQUEST_BYTES_MAX)) is not None:
                self._begin(request_of(body))
        except PeerError as error:
            last_word = str(error)
        except OSError:  # the client died
            self.break_off()
        finally:
            self._wait_until(lambda: not self._in_flight)
            if last_word:
                self._say(Refused(0, last_word))
            self._replies.put(None)
            self._writer.join()
            self._socket.close()
            self._on_end(self)

    def _begin(self, request: Request) -> None:
        self._wait_until(lambda: self._in_flight < IN_FLIGHT_MAX)
        with self._changed:
            self._in_flight += 1
        refusal = self._append(request) if isinstance(request, Append) else self._ask(request)
        if refusal:
            self._replies.put(lambda: Refused(request.request_id, refusal))

    def _append(self, request: Append) -> str:
        def answer(first_seq: int, time_ns: int, events: list[list[AnyEvent]]) -> None:
            self._replies.put(lambda: Applied(request.request_id, first_seq, time_ns, events))

        if not request.commands:
            return "a request to append was without commands"
        if improper := next(filter(None, map(_impropriety, request.commands)), ""):
            return improper
        return "" if self._sequencer.submit_group(Group(request.commands, answer)) else self._refusal()

    def _ask(self, request: Ask) -> str:
        if own := self._own.get(request.question):
            self._replies.put(lambda: _reply(request, own))
            return ""
        if request.question not in QUESTIONS:
            return f"{request.question!r} is no question: there are {', '.join((*QUESTIONS, *self._own))}"

        def answer(engine: Engine) -> None:
            reply = _reply(request, getattr(engine, request.question))
            self._replies.put(lambda: reply)

        return "" if self._sequencer.query(answer) else self._refusal()

    def _refusal(self) -> str:
        if self._sequencer.failure:
            return f"the venue has stopped accepting: {self._sequencer.failure}"
        if self._sequencer.is_accepting:
            return BUSY
        return "the venue is stopping"

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: condition() or self._is_broken)

    # -- the writing thread -----------------------------------------------------------------------------

    def _say(self, reply: Reply) -> None:
        with self._changed:
            self._in_flight += 1
        self._replies.put(lambda: reply)

    def _write(self) -> None:
        while (make := self._replies.get()) is not None:
            try:
                if not self._is_broken:
                    self._socket.sendall(framed(make(), ANSWER_BYTES_MAX))
            except OSError:  # the client died
                self.break_off()
            except Exception as error:  # an answer too long, or a bug: the client must not wait for it
                log.error("the command port could not answer: %s", error)
                self.break_off()
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()


def _impropriety(command: AnyCommand) -> str:
    """Why nobody may ask for this from outside; empty: he may."""
    if isinstance(command, RollDay | ExpireOrders | AdvanceStates):
        return f"{type(command).__name__} is of the venue's own clock: nobody else may send it"
    if isinstance(command, MassCancel | RefuseRequest) and command.reason not in REASONS:
        return f"reason {command.reason} is none of the venue's: no report could tell it"
    return ""


def _reply(request: Ask, answer: Callable[..., object]) -> Told | Refused:
    try:
        return Told(request.request_id, msgspec.Raw(encode(answer(*request.arguments))))
    except Exception as error:  # wrong arguments, or a bug: the venue goes on in any case
        return Refused(request.request_id, f"question {request.question} could not be answered: {error}")


def _refuse(connection: socket.socket, why: str) -> None:
    with connection:
        try:
            connection.sendall(framed(Refused(0, why), ANSWER_BYTES_MAX))
        except OSError:  # it is gone already
            pass


def _shut_down(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:  # it is closed already
        pass
