"""One connection at the gate, from its first byte to the end of both its sides.

    WAITING ──Logon(A)──► JUDGED ──admitted──► DIALED ──answered by Logon(A)──► OPEN
       │ 5 s, garbage        │ refused            │ answered otherwise, 5 s       │ fault, either side's end
       ▼                     ▼ after 250 ms       ▼                               ▼
      cut                  closed              ENDING: what is under way is delivered, then both sides are closed

QuickFIX is dialled only for a Logon that was admitted, and gets nothing more before it has answered. A side
whose other side takes nothing is not read on, nor a client that sends too fast; one that takes nothing for SLOW_S is
cut.
"""

import asyncio
import logging
from enum import Enum
from typing import Final, Protocol

from venue.errors import GarbledError, PeerError
from venue.fix import framing
from venue.fix.acceptor_side import FAREWELL_S, AcceptorSide
from venue.fix.admission import HEARTBEAT_S_MAX, HEARTBEAT_S_MIN, Address, Refusal
from venue.fix.framing import Framer
from venue.fix.logon import Logon, read_logon, vouched
from venue.fix.numbering import AGAIN, LAST, Numbering
from venue.fix.pace import Pace

log = logging.getLogger(__name__)

FIRST_MESSAGE_S: Final = 5.0  # from the accepted connection, TLS handshake and all
ANSWER_S: Final = 5.0  # for QuickFIX to answer a Logon
REFUSAL_S: Final = 0.25  # after which every refused Logon is closed
SLOW_S: Final = 10.0  # for a client to take anything at all
HELD_BYTES_MAX: Final = 64 << 10  # that came behind a Logon before it was answered
TO_CLIENT_BYTES_MAX: Final = 1 << 20
SILENT_HEARTBEATS: Final = 3  # QuickFIX, which asks first, has ended a silent session before


class State(Enum):
    WAITING = "waiting"
    JUDGED = "judged"
    DIALED = "dialed"
    OPEN = "open"
    ENDING = "ending"


class Gatekeeper(Protocol):
    """What a connection needs of the gate."""

    @property
    def voucher(self) -> bytes: ...

    async def judge(self, connection: "ClientSide", frame: bytes, came_s: float) -> bool:
        """Whether to pass the Logon on: the CompID is the connection's; False: it was refused, and the wait is over."""

    async def dial(self, connection: "ClientSide") -> AcceptorSide: ...

    def refused(self, connection: "ClientSide", refusal: Refusal, text: str) -> None: ...

    def release(self, connection: "ClientSide") -> None:
        """QuickFIX has let go of its CompID."""


class ClientSide(asyncio.Protocol):
    """`accepted_s` is of the loop's clock. `closed` is done when nothing of the connection is left."""

    pace: Pace  # as soon as it is admitted

    def __init__(self, gate: Gatekeeper, address: Address, accepted_s: float) -> None:
        self.address: Final = address
        self.comp_id = ""
        self.logon: Logon | None = None
        self.reset_allowed = False
        self.state = State.WAITING
        self.last_in_s = self.last_out_s = accepted_s
        self.certificate: bytes | None = None
        self.closed: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self._gate = gate
        self._loop = asyncio.get_running_loop()
        self._framer = Framer()
        self._numbering = Numbering(0)
        self._transport: asyncio.Transport | None = None
        self._acceptor: AcceptorSide | None = None
        self._held: list[bytes] = []  # frames that may not go on yet
        self._held_bytes = 0
        self._answer = b""
        self._entering: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle = self._loop.call_at(accepted_s + FIRST_MESSAGE_S, self._late)
        self._slow: asyncio.TimerHandle | None = None
        self._is_paced = False  # the rest of a burst is held
        self._is_acceptor_full = False

    @property
    def is_there(self) -> bool:
        return self._transport is not None

    # -- the client's side ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]
        transport.set_write_buffer_limits(high=TO_CLIENT_BYTES_MAX)  # type: ignore[attr-defined]
        ssl_object = transport.get_extra_info("ssl_object")
        self.certificate = ssl_object.getpeercert(binary_form=True) if ssl_object else None

    def data_received(self, data: bytes) -> None:
        self.last_in_s = self._loop.time()
        if self.state is State.OPEN:
            self._relay(data)
        elif self.state is State.WAITING:
            self._read_first(data)
        elif self.state is not State.ENDING:
            self._hold(data)

    def pause_writing(self) -> None:
        """The client takes too little: QuickFIX must wait, and behind it the session's outbox fills."""
        if self._acceptor:
            self._acceptor.pause()
        self._slow = self._loop.call_later(SLOW_S, self._too_slow)

    def resume_writing(self) -> None:
        if self._slow:
            self._slow.cancel()
        if self._acceptor:
            self._acceptor.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._timer.cancel()
        if self._slow:
            self._slow.cancel()
        if self._acceptor:
            if self.state is State.OPEN:
                self._pass_on(self._held)
            self._begin_end()
            self._acceptor.finish()
        elif self.state is not State.DIALED:
            self.state = State.ENDING
            self._settle()
        else:  # its acceptor side is under way: `_enter` sees to it
            self.state = State.ENDING

    # -- the first message ------------------------------------------------------------------------------

    def _read_first(self, data: bytes) -> None:
        try:
            frames = self._framer.feed(data)
        except GarbledError as error:
            self.cut(Refusal.GARBLED, str(error))
            return
        if frames:
            self._timer.cancel()
            self.state = State.JUDGED
            self._pause_reading()
            self._held = frames[1:]
            self._entering = self._loop.create_task(self._enter(frames[0]))

    async def _enter(self, frame: bytes) -> None:
        try:
            is_admitted = await self._gate.judge(self, frame, self._loop.time())
            if not is_admitted or self._transport is None:
                self._close()
                return
            self.state = State.DIALED
            acceptor = await self._gate.dial(self)
        except OSError as error:
            log.error("the gate cannot reach the venue: %s", error.strerror or error)
            self._close()
            return
        except Exception:
            log.exception("a Logon from %s", self.address)
            self._close()
            return
        self._acceptor = acceptor
        if self._transport is None:  # the client left meanwhile
            acceptor.finish()
        else:
            acceptor.write(vouched(frame, acceptor.port, self._gate.voucher))
            self._timer = self._loop.call_later(ANSWER_S, self._unanswered)

    def _close(self) -> None:
        """Nothing of QuickFIX's is held, or no more."""
        self.state = State.ENDING
        if self._transport:
            self._transport.abort()
        else:
            self._settle()

    def _hold(self, data: bytes) -> None:
        """What comes behind a Logon waits for its answer; reading is paused, so there can be little."""
        self._held_bytes += len(data)
        if self._held_bytes > HELD_BYTES_MAX:
            self.cut(Refusal.GARBLED, "too much came before the Logon was answered")
            return
        try:
            self._held += self._framer.feed(data)
        except GarbledError as error:
            self.cut(Refusal.GARBLED, str(error))

    # -- what goes on to QuickFIX -----------------------------------------------------------------------

    def _relay(self, data: bytes) -> None:
        try:
            self._held += self._framer.feed(data)
        except GarbledError as error:
            self._pass_on(self._held + error.frames)
            self.end(str(error))
        else:
            if not self._is_paced:
                self._go_on()

    def _go_on(self) -> None:
        """With a helping of what is held; with the rest, and with reading, when the pace allows."""
        frames, self._held = self._held[: self.pace.helping], self._held[self.pace.helping :]
        self._pass_on(frames)
        if self.state is not State.OPEN:
            return
        wait_s = self.pace.spend(len(frames), self._loop.time())
        self._is_paced = wait_s > 0 or bool(self._held)
        if self._is_paced:
            self._pause_reading()
            self._timer = self._loop.call_later(wait_s, self._go_on)
        else:
            self._read_on()

    def _pass_on(self, frames: list[bytes]) -> None:
        """As one chunk, up to the first that must not go on."""
        passed: list[bytes] = []
        fault = ""
        admit = self._numbering.admit
        try:
            for frame in frames:
                verdict = admit(frame)
                if verdict:
                    passed.append(self._logon_again(frame) if verdict == AGAIN else frame)
                    if verdict == LAST:
                        self._listen_no_more()
                        break
                else:
                    passed.append(frame)
        except PeerError as error:
            fault = str(error)
        if passed and self._acceptor:
            self._acceptor.write(passed[0] if len(passed) == 1 else b"".join(passed))
        if fault:
            self.end(fault)

    def _logon_again(self, frame: bytes) -> bytes:
        """ResetSeqNumFlag(141)=Y on a session that is logged on: both sides count from 1 again."""
        logon, first = read_logon(frame), self.logon
        if not first or (logon.sender, logon.target, logon.msg_seq_num) != (first.sender, first.target, 1):
            raise PeerError("a Logon(A) on a session that is logged on was not its own, or not number 1")
        if not logon.resets or not self.reset_allowed:
            raise PeerError("a Logon(A) came on a session that is logged on, and may not reset its numbers")
        if not HEARTBEAT_S_MIN <= logon.heartbeat_s <= HEARTBEAT_S_MAX:
            raise PeerError(f"HeartBtInt(108) was {logon.heartbeat_s}: {HEARTBEAT_S_MIN} to {HEARTBEAT_S_MAX}")
        self.logon = logon
        self._numbering.begin_anew()
        return vouched(frame, self._acceptor.port if self._acceptor else 0, self._gate.voucher)

    def _listen_no_more(self) -> None:
        """QuickFIX logs the session out for what it has been given; it must get nothing after it."""
        self.state = State.ENDING
        self._pause_reading()
        self._timer = self._loop.call_later(FAREWELL_S, self._end_both)

    # -- what comes back from QuickFIX ------------------------------------------------------------------

    def answered(self, data: bytes) -> None:
        """From QuickFIX. Its first message tells whether the session is logged on."""
        self.last_out_s = self._loop.time()
        if self.state is State.DIALED:
            self._read_answer(data)
        if self._transport:
            self._transport.write(data)
            if self.state is State.OPEN and self._held and not self._is_paced:
                self._go_on()

    def _read_answer(self, data: bytes) -> None:
        self._answer += data
        if b"\x0110=" not in self._answer:
            return
        self._timer.cancel()
        if framing.msg_type(self._answer) == b"A" and self.logon:
            self.state = State.OPEN
            self._numbering = Numbering(self.logon.msg_seq_num)
            self._read_on()
        else:  # a Logout(5) with a text; QuickFIX closes
            self._listen_no_more()
        self._answer = b""

    def acceptor_lost(self) -> None:
        """QuickFIX has closed its side, or never opened it."""
        self._acceptor = None
        self._begin_end()
        self._gate.release(self)
        if self._transport:
            self._transport.close()  # once it has taken what was written
            self._timer = self._loop.call_later(FAREWELL_S, self._abort)
        else:
            self._settle()

    def pause_client(self) -> None:
        self._is_acceptor_full = True
        if self.state is State.OPEN:
            self._pause_reading()

    def resume_client(self) -> None:
        self._is_acceptor_full = False
        self._read_on()

    def dismiss(self) -> None:
        """End a connection that has not logged on."""
        if self.state is State.WAITING:
            self._timer.cancel()
            self._abort()

    def give_up(self) -> None:
        """The connection was never made: the TLS handshake failed."""
        self._timer.cancel()
        self._settle()

    # -- ends -------------------------------------------------------------------------------------------

    def cut(self, refusal: Refusal, text: str = "") -> None:
        """End a connection that was not admitted, at once."""
        self._gate.refused(self, refusal, text)
        self._timer.cancel()
        if self._transport:
            self.state = State.ENDING
            self._transport.abort()

    def end(self, why: str) -> None:
        """End an admitted connection on both sides; QuickFIX gets what was passed on before."""
        if self.state is State.ENDING:
            return
        log.warning(
            "the gate ends a connection: %s", why, extra={"comp_id": self.comp_id, "address": str(self.address)}
        )
        self._end_both()

    def _end_both(self) -> None:
        self._begin_end()
        if self._acceptor:
            self._acceptor.finish()
        elif self._transport:
            self._transport.abort()

    def _begin_end(self) -> None:
        self.state = State.ENDING
        self._timer.cancel()
        self._pause_reading()

    def _abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def _settle(self) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        self._gate.release(self)

    def _late(self) -> None:
        self.cut(Refusal.LATE)

    def _unanswered(self) -> None:
        self.end(f"its Logon was not answered within {ANSWER_S:g} s")

    def _too_slow(self) -> None:
        self.end(f"the client has not taken anything for {SLOW_S:g} s")
        self._abort()

    def _pause_reading(self) -> None:
        if self._transport and not self._transport.is_closing() and self._transport.is_reading():
            self._transport.pause_reading()

    def _read_on(self) -> None:
        """Unless something still forbids it."""
        may_read = self.state is State.OPEN and not self._is_paced and not self._is_acceptor_full
        if may_read and self._transport and not self._transport.is_closing() and not self._transport.is_reading():
            self._transport.resume_reading()
