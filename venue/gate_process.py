"""The gate before the FIX sessions: the socket it listens on, and the process that answers there.

The socket is bound here and handed to the process, as the admin API's is: clients that connect while the process is
started again wait for it. The voucher is what it puts into each Logon it passes on in place of the client's secrets;
QuickFIX, told of it by its dictionary, drops any Logon without it.
"""

import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from venue.config import VenueConfig
from venue.fix.seats import Seats
from venue.fix.tls import server_context
from venue.listening import bound
from venue.logs import log_arguments
from venue.supervisor import Child


class GateProcess:
    """Bound from its making to close(), running from start() to stop(). Raises OperatorError when the port cannot be
    had, or the certificate or the credentials cannot be read."""

    def __init__(self, config: VenueConfig, log_file: Path | None = None, processors: Sequence[int] = ()) -> None:
        if config.gate.certificate and config.gate.certificate_key:
            server_context(config.gate.certificate, config.gate.certificate_key)
        self.voucher: Final = secrets.token_hex(16)
        self._config = config
        self._log_file = log_file
        self._processors = processors
        remedy = "choose another port (0: a free one)"
        self._listener = bound("the FIX gate", "fix", config.fix.host, config.fix.port, remedy)
        self.port: Final[int] = self._listener.getsockname()[1]
        self.child: Child | None = None

    def told(self) -> list[str]:
        """What is asked of clients, in lines for the person who starts the venue."""
        without = Seats(self._config).without_credentials()
        if not without:
            return []
        names = ", ".join(without[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")
        if self._config.fix.credentials == "none":
            return [f"no credentials are asked of programs of this machine that log on as {names}"]
        return [f"without credentials, so nobody can log on as {names}: `venue session add` makes them"]

    def start(self, acceptor_port: int, ports: Mapping[str, int] | None = None) -> None:
        """QuickFIX must listen there already; `ports`: by CompID, of sessions that another order gateway serves."""
        orders = {
            "config": json.loads(self._config.model_dump_json()),
            "acceptor_port": acceptor_port,
            "voucher": self.voucher,
            "ports": dict(ports or {}),
        }
        fd = self._listener.fileno()
        self.child = Child(
            "the FIX gate",
            [sys.executable, "-m", "venue.fix.gate", "--fd", str(fd), *log_arguments()],
            json.dumps(orders).encode() + b"\n",
            pass_fds=(fd,),
            log_file=self._log_file,
            processors=self._processors,
        )
        self.child.start()

    def stop(self) -> None:
        """End the process; the port stays bound until close()."""
        if self.child:
            self.child.stop()

    def close(self) -> None:
        self._listener.close()
