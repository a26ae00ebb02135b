"""A real QuickFIX initiator as the other side of the venue: several sessions over TCP in one object.

QuickFIX validates what the venue sends against the venue's own dictionary; a message it refuses shows
as a Reject(3) it sent, which fails the test that receives next.
"""

import queue
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import quickfix

from tests.support.fix_message import DICTIONARY, FixMessage, tag_of
from tests.support.fix_party import PATIENCE_S, FixParty
from tests.support.waiting import wait_until

_SETTINGS: Final = """
[DEFAULT]
ConnectionType=initiator
ReconnectInterval=1
NonStopSession=Y
SocketNodelay=Y
SocketConnectHost=127.0.0.1
SocketConnectPort={port}
HeartBtInt={heartbeat_s}
UseDataDictionary=Y
DataDictionary={dictionary}
BeginString=FIX.4.4
TargetCompID={target}
SocketConnectSourceHost={source}
ResetOnLogon={reset}
FileStorePath={store}
{sessions}
"""


class InitiatorSession(FixParty):
    """One session of an Initiator. Messages wait in `inbox` until the test receives them."""

    def __init__(self, sender: str, target: str) -> None:
        super().__init__(sender, target)
        self.inbox: Final[queue.SimpleQueue[FixMessage]] = queue.SimpleQueue()
        self.session_id: Final = quickfix.SessionID("FIX.4.4", sender, target)
        self.logon_fields: dict[str, str] = {}
        self.is_logged_on = False

    def send(self, msg_type: str, **fields: str | None) -> None:
        message = quickfix.Message()
        message.getHeader().setField(quickfix.StringField(35, msg_type))
        for name, value in fields.items():
            if value is None:
                continue
            part = message.getHeader() if name == "PossResend" else message
            part.setField(quickfix.StringField(tag_of(name), value))
        assert quickfix.Session.sendToTarget(message, self.session_id), f"{self.sender} could not send {msg_type}"

    def receive(self, patience_s: float = PATIENCE_S) -> FixMessage | None:
        try:
            return self.inbox.get(timeout=patience_s)
        except queue.Empty:
            return None

    def saw(self, direction: str, message: FixMessage) -> None:
        """Record a message of either direction; runs on QuickFIX's thread."""
        self.dialogue.append(f"{direction} {message}")
        worth_a_look = "35" if direction == "<" else "3"  # Reject(3) and Logout(5), or a Reject(3) of our own
        if message.msg_type in worth_a_look or (direction == "<" and not message.is_admin):
            self.inbox.put(message)


class Initiator(quickfix.Application):
    """Sessions by CompID: `initiator["MAKER"].enter(…)`. The callbacks never raise: QuickFIX would exit."""

    def __init__(
        self,
        port: int,
        senders: Iterable[str],
        folder: Path,
        reset: bool = True,
        target: str = "VENUE",
        source: str = "127.0.0.1",
        heartbeat_s: int = 30,
    ) -> None:
        super().__init__()
        self.sessions: Final = {sender: InitiatorSession(sender, target) for sender in senders}
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "initiator.cfg"
        settings.write_text(
            _SETTINGS.format(
                port=port,
                dictionary=DICTIONARY,
                target=target,
                source=source,
                heartbeat_s=heartbeat_s,
                reset="Y" if reset else "N",
                store=folder / "store",
                sessions="\n".join(f"[SESSION]\nSenderCompID={sender}" for sender in self.sessions),
            )
        )
        self._settings = quickfix.SessionSettings(str(settings))
        self._store = quickfix.FileStoreFactory(self._settings)
        self._initiator = quickfix.SocketInitiator(self, self._store, self._settings)

    def __getitem__(self, sender: str) -> InitiatorSession:
        return self.sessions[sender]

    def start(self) -> None:
        """Connect, and return when every session is logged on."""
        self._initiator.start()
        wait_until(lambda: all(session.is_logged_on for session in self.sessions.values()), "every session logs on")

    def stop(self) -> None:
        """Log out and go. Sessions are global to the process: those of the next Initiator would be taken
        away with these, were these taken away later."""
        self._initiator.stop()
        del self._initiator

    # -- quickfix.Application -------------------------------------------------------------------------

    def _session(self, session_id: quickfix.SessionID) -> InitiatorSession:
        return self.sessions[session_id.getSenderCompID().getValue()]

    def onCreate(self, session_id: quickfix.SessionID) -> None:  # noqa: N802 (QuickFIX's name)
        pass

    def onLogon(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._session(session_id).is_logged_on = True

    def onLogout(self, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._session(session_id).is_logged_on = False

    def toAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        session = self._session(session_id)
        session.saw(">", FixMessage.parse(message.toString()))

    def fromAdmin(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._session(session_id).saw("<", FixMessage.parse(message.toString()))

    def toApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._session(session_id).saw(">", FixMessage.parse(message.toString()))

    def fromApp(self, message: quickfix.Message, session_id: quickfix.SessionID) -> None:  # noqa: N802
        self._session(session_id).saw("<", FixMessage.parse(message.toString()))
