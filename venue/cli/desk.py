"""One FIX session as a command uses it: ask, then read the messages that answer.

Nothing waits for ever: an answer that does not come within ANSWER_WAIT_S is an error.
"""

import os
import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from venue.cli.options import Config, configured
from venue.client.connection import Connection, connect, lock_session
from venue.client.fields import Fields
from venue.client.tunnel import trusting
from venue.client.words import told
from venue.errors import OperatorError

ANSWER_WAIT_S: Final = 10.0
PASSWORD: Final = "VENUE_FIX_PASSWORD"  # in the environment: a command line is read by everybody

Session: TypeAlias = Annotated[str, typer.Option(help="SenderCompID of the session to trade with.")]
Host: TypeAlias = Annotated[str | None, typer.Option(help="Where the venue is. Default: as configured.")]
Port: TypeAlias = Annotated[int | None, typer.Option(min=1, max=65535, help="Its FIX port. Default: as configured.")]


class Desk:
    """`answers` yields what arrives, in order; what was missed while we were away is told, not yielded."""

    def __init__(self, comp_id: str) -> None:
        self.comp_id: Final = comp_id
        self.connection: Connection | None = None
        self._inbox: queue.SimpleQueue[Fields] = queue.SimpleQueue()

    def receive(self, _comp_id: str, fields: Fields) -> None:
        self._inbox.put(fields)

    def ask(self, fields: Fields, orders: Sequence[Fields] = ()) -> None:
        """`orders` are those of a list. Raises OperatorError when the venue has logged us out."""
        assert self.connection is not None
        if not self.connection.send(self.comp_id, fields, orders):
            raise OperatorError(f"session {self.comp_id} was logged out: {self.connection.farewell(self.comp_id)}")

    def answers(self, patience_s: float | None = ANSWER_WAIT_S) -> Iterator[Fields]:
        """Raises OperatorError when nothing arrives for patience_s (None: wait for ever), or at a logout."""
        while True:
            try:
                fields = self._inbox.get(timeout=patience_s)
            except queue.Empty:
                raise OperatorError(f"the venue did not answer within {patience_s:.0f} s") from None
            if fields["MsgType"] == "5":
                raise OperatorError(f"the venue logged session {self.comp_id} out: {fields.get('Text', 'no reason')}")
            if fields.get("PossDupFlag") == "Y":
                print(f"while away: {told(fields)}", flush=True)
            else:
                yield fields


@contextmanager
def trading(comp_id: str, config: Config, host: str | None, port: int | None) -> Iterator[Desk]:
    """A logged-on session; logged out at the end of the block. Its password, if it has one, is in the environment. It
    goes over TLS where the venue is configured to."""
    loaded = configured(config)
    fix, certificate = loaded.fix, loaded.gate.certificate
    tls = trusting(certificate) if certificate else None
    address = (host or ("127.0.0.1" if fix.host == "0.0.0.0" else fix.host), port or fix.port)
    if not address[1]:
        raise OperatorError("the configured port is 0, a free one chosen at each start: name it with --port")
    store = _state_folder() / f"{address[0]}-{address[1]}-{fix.comp_id}"
    desk = Desk(comp_id)
    with lock_session(store, comp_id):
        desk.connection, was_reset = connect(
            address, fix.comp_id, [comp_id], store, desk.receive, os.environ.get(PASSWORD, ""), tls
        )
        if was_reset:
            print("the session began anew (its numbers did not fit the venue's): reports missed before are lost")
        try:
            yield desk
        finally:
            desk.connection.stop()


def _state_folder() -> Path:
    """Where sequence numbers and sent messages are kept between two commands."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "venue" / "client"
