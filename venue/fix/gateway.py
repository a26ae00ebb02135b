"""The gateway, put together: sessions with their outboxes, the message stores, and the acceptor.

Its life: made (the stores are open, no port), told where the replay begins (`begin`), fed the replayed journal
through `on_events` (reports that a store lacks are handed over, the others skipped), started (the port opens), fed
live events, stopped (everybody is logged out), closed (what came until the sequencer ended is in the stores).
"""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, Protocol

import quickfix

from venue.config import VenueConfig
from venue.engine.engine import Engine
from venue.errors import OperatorError
from venue.fix import answers, restoring, sessions
from venue.fix.answered import ANSWERED, Answered
from venue.fix.application import Application
from venue.fix.attendant import Attendant
from venue.fix.cancel_on_disconnect import REASONS, CancelOnDisconnect
from venue.fix.checkpoint import Checkpoint, count_start, stored_position
from venue.fix.connections import Connections
from venue.fix.dictionary import DICTIONARY
from venue.fix.fix_session import FixSession
from venue.fix.handover import Handover
from venue.fix.list_reports import with_held_orders
from venue.fix.listing import Listing
from venue.fix.outbound import REPORTS
from venue.fix.queries import Question
from venue.fix.received import newest_of
from venue.fix.shares import share
from venue.fix.store import Store
from venue.fix.watchers import Watchers
from venue.handed import Handed, Stored, numbered
from venue.latency import Latencies
from venue.messages import (
    RESET_NUMBERS,
    AnyCommand,
    AnyEvent,
    ControlSession,
    EnterList,
    FixSessionStatus,
    InstrumentListed,
    MassCancel,
    SessionControlled,
    SetSession,
    SettingChanged,
    TradingStateChanged,
)

log = logging.getLogger(__name__)

STOP_WAIT_S: Final = 2.0  # for the last commands and reports; what is left is told after the next start
STILL_WAIT_S: Final = 0.2  # for the report under way; one that takes longer waits for a client that does not read
RESETS_MAX: Final = 3  # attempts, each of them undone by a logon that was under way


class Commands(Protocol):
    """Where commands and questions go: the sequencer. False: not accepted."""

    def submit(self, command: AnyCommand, timeout_s: float | None = None) -> bool: ...

    def query(self, question: Question, timeout_s: float | None = None) -> bool: ...


class FixGateway:
    """Raises OperatorError when the configuration or the data folder do not allow a start.

    `voucher`: of the gate before it, which alone reaches its port then; empty: there is none. `number`: which of the
    order gateways it is (shares.py); `port`: to listen on, chosen by the venue for it; 0: its own choice."""

    def __init__(self, config: VenueConfig, voucher: str = "", number: int = 0, port: int = 0) -> None:
        fix, folder, served = config.fix, config.data / "fix", share(config, number)
        folder.mkdir(parents=True, exist_ok=True)
        self.resend_age_s_max: Final = fix.resend_age_s_max
        self.report_latencies: Final = Latencies()
        self.closed = ""  # why nothing is accepted any more; empty while the venue is open
        self._is_gated = bool(voucher)
        self._commands: Commands | None = None
        self._listings: dict[str, Listing] = {}
        self._watchers = Watchers()
        stores = {name: Store(folder, sessions.session_name(fix, name), name) for name in served}
        handed = Handed(folder, number)
        restored = restoring.restore(stores, handed)
        synced = handed.told().stores
        self._checkpoints = {name: Checkpoint(folder / f"{name}.position") for name in served}
        self._others = config.sessions.keys() - served  # that other gateways serve
        starts = count_start(folder / numbered("starts", number))
        ids = answers.StatusIds(f"{number}.{starts}" if number else starts)
        self._sessions = {
            name: FixSession(
                name,
                session,
                fix,
                self._listings,
                config.day_end_utc,
                ids,
                self.report_latencies,
                on_full=partial(self.expel, text="too slow: too many reports wait to be sent"),
                told=stored_position(folder, sessions.session_name(fix, name)) or self._checkpoints[name].read(),
                whole_from=restored.get(name, synced.get(name, Stored()).whole_from),
                answered=Answered(folder / f"{name}.answered"),
            )
            for name, session in served.items()
        }
        self.received: Final = partial(newest_of, self._sessions)
        may_reset = {name: session.reset_allowed for name, session in served.items()}
        self._reserved = sessions.reserved_port() if not port and (voucher or not fix.port) else None
        self.port: Final[int] = self._reserved.getsockname()[1] if self._reserved else port or fix.port
        application = Application(self._sessions, self)
        self._acceptor = sessions.make_acceptor(application, fix, self.port, folder, may_reset, voucher, number)
        dictionary = quickfix.DataDictionary(str(DICTIONARY))
        self._lines = {name: sessions.Line(fix, name, dictionary) for name in served}
        for name, line in self._lines.items():
            self._sessions[name].send = line.send
            self._sessions[name].hold = line.hold
        self.handover: Final = Handover(folder, self._sessions, stores, restored, number)
        self._has_stores = True
        self._asking = threading.Lock()  # the stores are not closed while QuickFIX is asked about its sessions
        self._connections = Connections(self.port)
        self._attendant = Attendant(self._look_after)
        self._cancel_on_disconnect = CancelOnDisconnect(folder, self._submit, self._attendant.do)

    # -- its life --------------------------------------------------------------------------------------

    def begin(self, engine: Engine) -> None:
        """Know what the journal has said up to where `engine` stands: events come in from there on."""
        for instrument in engine.instruments():
            self._listings[instrument.symbol] = Listing(instrument)
        used = engine.used_accounts()
        for setting in engine.sessions():
            self._learn(setting, used.get(setting.session, ()))
        self.handover.applied_seq = engine.journal_seq

    def start(self, commands: Commands) -> None:
        """Open the port, once the stores hold what the replay gave. Raises OperatorError when it is taken."""
        self._commands = commands
        for session in self._sessions.values():
            session.outbox.wait_until_empty()
        self.handover.open()
        self._attendant.start()
        self._cancel_on_disconnect.fire_after_crash(self._sessions)
        try:
            self._acceptor.start()
        except quickfix.RuntimeError as error:
            raise OperatorError(f"fix.port was {self.port}: {error}; choose another") from None
        finally:
            self._release_port()
        self._connections.keep_to_loopback()

    def announce_stop(self, seconds: int) -> None:
        """Tell everybody who is logged on, by News(B), that the venue stops so soon."""
        for name, session in self._sessions.items():
            if self._lines[name].is_logged_on:
                session.tell(answers.news, "maintenance", f"the venue stops in {seconds} s", time.time_ns())

    def _release_port(self) -> None:
        if self._reserved:
            self._reserved.close()
            self._reserved = None

    def stop(self) -> None:
        """Log everybody out and close the port. Commands and events may still come: the clock's, for one."""
        self.closed = self.closed or "the venue is closing"
        present = [session for name, session in self._sessions.items() if self._lines[name].is_logged_on]
        if present:
            with ThreadPoolExecutor(min(len(present), 64)) as pool:
                list(pool.map(self._log_out, present))
        self._acceptor.stop(True)
        self._attendant.finish(STOP_WAIT_S)
        self._settle()

    def close(self) -> None:
        """Hand over what waits, write how far that is, and close the stores. No event may come any more."""
        self._release_port()
        told = [session.outbox.stop(STOP_WAIT_S) for session in self._sessions.values()]
        self._attendant.stop()
        if all(told) and not any(session.is_leaving for session in self._sessions.values()):
            with self._asking:
                self._has_stores = False
                del self._acceptor  # closes the stores; not while a thread of ours may still use one
        else:
            log.warning("some reports wait for the next start")
        self.handover.close(is_closed=not self._has_stores)

    def statuses(self) -> list[FixSessionStatus]:
        """Of every session in the configuration, on any thread; none once the stores are closed."""
        with self._asking:
            open_stores = self._sessions.items() if self._has_stores else ()
            return [session.status(self._lines[name]) for name, session in open_stores]

    def refuse_all(self, text: str) -> None:
        """Accept nothing any more, tell every client why, and log it out. Does not wait."""
        self.closed = text
        for session in self._sessions.values():
            self.expel(session, text)

    # -- events out: on the sequencer's thread -----------------------------------------------------------

    def on_events(self, journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        """A sink of the replica: every report into the outbox of the session it is for, and of those that watch."""
        if type(command) is EnterList:
            events = with_held_orders(events)
        if not self._commands and journal_seq > self.handover.handed_seq:
            self._note_answered(events)
        for event in events:
            reports = REPORTS.get(type(event))
            if reports is None:
                self._note(time_ns, event)
                continue
            for of, write, copy in reports:
                whose = of(event)
                session = self._sessions.get(whose.session)
                if session is not None:  # else it was taken out of the configuration
                    session.tell_of(journal_seq, time_ns, write, event)
                if copy and self._watchers:
                    for watcher in self._watching(whose.account, whose.session):
                        watcher.tell_of(journal_seq, time_ns, copy, event)
        if type(command) is MassCancel and command.reason in REASONS and self._commands:
            session = self._sessions.get(command.session)
            if session is not None:
                self._attendant.do(partial(self._cancel_on_disconnect.applied, session, command))
        self.handover.applied_seq = journal_seq

    def _note_answered(self, events: list[AnyEvent]) -> None:
        """In the replay: requests that a client may be asked to send again, and that are not to be done again."""
        for event in events:
            if request := ANSWERED.get(type(event)):
                name, cl_ord_id = request(event)
                if cl_ord_id and name in self._sessions:
                    self._sessions[name].answered.note(cl_ord_id)

    def _watching(self, account: str, owner: str) -> list[FixSession]:
        names = self._watchers.of(account, owner)
        return [self._sessions[name] for name in names if name in self._sessions]

    def _note(self, time_ns: int, event: AnyEvent) -> None:
        """What is no report, but changes what the gateway knows or a subscriber hears."""
        if isinstance(event, InstrumentListed):
            self._listings[event.instrument.symbol] = Listing(event.instrument)
        elif isinstance(event, SettingChanged) and isinstance(event.setting, SetSession):
            self._learn(event.setting)
        elif isinstance(event, TradingStateChanged):
            for session in self._sessions.values():
                req_id = session.watched.get(event.symbol)
                if req_id is not None:
                    session.tell(answers.state_changed, req_id, event, time_ns)
        elif isinstance(event, SessionControlled) and self._commands:  # in the replay it is long done
            self._control(event.request)

    def _learn(self, setting: SetSession, used: Sequence[str] = ()) -> None:
        """What a session may trade and watch from here on."""
        self._watchers.learn(setting)
        session = self._sessions.get(setting.session)
        if session is not None:
            session.entitle(setting, used)

    def _control(self, request: ControlSession) -> None:
        """What an operator asks of a session; one in no configuration has nothing to be logged out of."""
        session, why = self._sessions.get(request.session), f": {request.why}" if request.why else ""
        if request.session in self._others:
            return
        if session is None:
            log.warning("%s: no FIX session of this name is configured", request.session)
        elif request.action == RESET_NUMBERS:
            text = f"the sequence numbers are set back to 1{why}"
            threading.Thread(target=self._reset_numbers, args=(session, text), daemon=True).start()
        elif self._lines[session.comp_id].is_logged_on:
            self.expel(session, f"logged out by an operator{why}")

    # -- what the application asks for: on the connections' threads ---------------------------------------

    def submit(self, command: AnyCommand) -> bool:
        return self._commands is not None and self._commands.submit(command)

    def query(self, question: Question) -> bool:
        return self._commands is not None and self._commands.query(question)

    def last_sent(self, session: FixSession) -> int:
        return self._lines[session.comp_id].next_numbers[0] - 1

    def arriving(self, session: FixSession, has_reset: bool, username: str) -> None:
        if has_reset:
            self._checkpoints[session.comp_id].write(session.told)
            self.handover.write_reset(session.comp_id)
        if session.cancel_on_disconnect:
            self._cancel_on_disconnect.arm(session)
        else:
            self._cancel_on_disconnect.disarm(session)
        session.gate_port = int(username) if self._is_gated else 0
        if not session.gate_port:
            self._connections.before_answer()

    def arrived(self, session: FixSession) -> None:
        line, port = self._lines[session.comp_id], session.gate_port
        connection = self._connections.of_peer(port) if port else self._connections.after_answer()
        if connection:
            line.connected(connection)
            session.connected_since_ns = time.time_ns()
        elif not line.has_connection:  # it has one when it logs on again to reset its numbers
            self.expel(session, "the connection could not be told from others: log on again")

    def left(self, session: FixSession) -> None:
        self._lines[session.comp_id].disconnected()
        session.connected_since_ns = 0
        session.watched.clear()
        if session.is_armed:
            self._cancel_on_disconnect.fire(session)

    def expel(self, session: FixSession, text: str) -> None:
        """Log the session out with a text. Does not wait: it may be called on any thread."""
        if session.leaving.acquire(blocking=False):
            threading.Thread(target=self._expel, args=(session, text), daemon=True).start()

    # -- on threads of our own ---------------------------------------------------------------------------

    def _expel(self, session: FixSession, text: str) -> None:
        try:
            log.warning("%s is logged out: %s", session.comp_id, text)
            self._log_out(session, text)
            session.outbox.wait_until_empty()
            if not self.closed:
                self._lines[session.comp_id].admit_again()
        finally:
            session.leaving.release()

    def _reset_numbers(self, session: FixSession, text: str) -> None:
        """Log the session out and begin again with number 1 on both sides.

        What waits in the outbox meanwhile goes into the new store, and what was handed over before stays told: the
        position is written first. What the client has not read of the old store is lost to it, as at its own reset.
        """
        line = self._lines[session.comp_id]
        with session.leaving:
            if self.closed:
                return
            log.warning("%s is logged out: %s", session.comp_id, text)
            session.outbox.pause()
            try:
                if not any(self._has_reset(session, line, text) for _ in range(RESETS_MAX)):
                    log.error("%s: its sequence numbers could not be set back now", session.comp_id)
            except Exception:
                log.exception("%s: its message store could not be made anew", session.comp_id)
            finally:
                session.outbox.resume()
            if not self.closed:
                line.admit_again()

    def _has_reset(self, session: FixSession, line: sessions.Line, text: str) -> bool:
        session.outbox.wait_until_still(STILL_WAIT_S)
        line.log_out(text)
        if line.is_logged_on or not session.outbox.wait_until_still(STILL_WAIT_S):
            return False
        self._checkpoints[session.comp_id].write(session.told)
        line.reset()
        self.handover.write_reset(session.comp_id)
        return line.next_numbers == (1, 1) and not line.is_logged_on

    def _log_out(self, session: FixSession, text: str = "") -> None:
        """The Logout(5) is the last the client gets; reports that wait go into the store after it."""
        session.outbox.pause()
        try:
            self._lines[session.comp_id].log_out(text or self.closed)
        finally:
            session.outbox.resume()

    def _submit(self, command: MassCancel, timeout_s: float) -> bool:
        return self._commands is not None and self._commands.submit(command, timeout_s)

    def _settle(self) -> None:
        """Wait until the commands entered so far are done and their reports in the outboxes."""
        settled = threading.Event()
        if self._commands and self._commands.query(lambda _: settled.set(), STOP_WAIT_S):
            settled.wait(STOP_WAIT_S)

    def _look_after(self) -> None:
        """Once a second, on the attendant's thread."""
        if cut_off := self._connections.cut_idle(time.monotonic()):
            log.info("%d connections cut that did not log on", cut_off)
        for name, session in self._sessions.items():
            self._checkpoints[name].write(session.told)
            if session.answered and 0 < session.logon_number < self._lines[name].next_numbers[1]:
                session.answered.forget()  # it has sent all again that we asked for
        self.handover.write_if_due()
