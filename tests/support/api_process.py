"""The admin API of a running venue, in a process of its own: started, killed, started again on the same port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, Final

import httpx

from tests.support.venue_process import START_PATIENCE_S, STOP_PATIENCE_S, VenueProcess
from tests.support.waiting import wait_until
from venue.journal.remote import RemoteJournal
from venue.keys import Role, add_key, revoke_key, session_of
from venue.messages import SetSession
from venue.settings import load_config

PATIENCE_S: Final = 30.0
ORIGIN: Final = "http://127.0.0.1"


class ApiProcess:
    """`python -m admin_api` beside a venue, as its supervisor would start it; callers without a key are operators.

    The listening socket stays ours, so that the port outlives a killed process. stderr goes where pytest shows it.
    """

    def __init__(self, venue: VenueProcess, log_file: Path | None = None, **settings: Any) -> None:
        """`settings` are of the section api of the configuration; `log_file` takes stderr instead."""
        self.venue: Final = venue
        self._log_file = log_file
        self._settings = {"anonymous": "operator", "requests_per_s_max": 100_000} | settings
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self._process: subprocess.Popen[bytes] | None = None
        self.port: Final[int] = self._listener.getsockname()[1]
        self.root: Final = f"{ORIGIN}:{self.port}"
        self.url: Final = f"{self.root}/api/v3"

    def start(self) -> None:
        """Start it, and wait until it answers and the venue can be traded through it."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it, without waiting for anything."""
        config = load_config(self.venue.config, {"data": str(self.venue.data), "api": self._settings})
        descriptor = self._listener.fileno()
        os.set_inheritable(descriptor, True)
        with self._log_file.open("ab") if self._log_file else nullcontext() as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "admin_api", "--fd", str(descriptor)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=[descriptor],
            )
        self._stdin.write(config.model_dump_json().encode() + b"\n")
        self._stdin.flush()

    def wait_until_ready(self) -> None:
        with self.client() as http:
            wait_until(lambda: not self.is_running or _is_ready(http), "the admin API is ready", START_PATIENCE_S)
        assert self.is_running, "the admin API did not start"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """kill -9, and wait until the process is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(STOP_PATIENCE_S)
        self._stdin.close()

    def stop(self) -> int:
        """End its stdin, as the end of the venue does; returns the exit status."""
        assert self._process is not None
        self._stdin.close()
        return self._process.wait(STOP_PATIENCE_S)

    def close(self) -> None:
        if self.is_running:
            self.kill()
        elif self._process is not None:
            self._stdin.close()
        self._listener.close()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        return self._process.stdin

    def client(self, token: str = "") -> httpx.Client:
        """Requests go to paths below /api/v3; without a token they are an operator's."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_S)

    def add_key(self, name: str, role: Role, *trades: str, watches: tuple[str, ...] = ()) -> str:
        """A new key and what it may trade, as `venue key add` makes it; returns its token."""
        token = add_key(self.venue.data, name, role, time.time_ns(), by="tests", why="a key")
        if role == "trader":
            with RemoteJournal(self.venue.data) as journal:
                ((journal_seq, _),) = journal.append(
                    [SetSession(session_of(name), trades, watches, by="tests", why="a key")]
                )
            self.wait_until_applied(journal_seq)
        return token

    def wait_until_applied(self, journal_seq: int) -> None:
        """What others have done is seen here a moment later."""
        with self.client() as http:
            wait_until(
                lambda: http.get("/readiness").json().get("journal_seq", 0) >= journal_seq, "the replica is up to date"
            )

    def revoke_key(self, name: str) -> None:
        revoke_key(self.venue.data, name, time.time_ns(), by="tests", why="it is not needed")


def _is_ready(http: httpx.Client) -> bool:
    try:
        answer = http.get("/readiness")
        assert answer.status_code in (httpx.codes.OK, httpx.codes.SERVICE_UNAVAILABLE), answer.text
        return answer.status_code == httpx.codes.OK
    except httpx.TransportError:  # the process that was killed had taken the connection
        return False


@contextmanager
def running_api(venue: VenueProcess, log_file: Path | None = None, **settings: Any) -> Iterator[ApiProcess]:
    """The admin API beside a running venue, until the end of the block."""
    api = ApiProcess(venue, log_file, **settings)
    try:
        api.start()
        yield api
    finally:
        api.close()
