"""The admin API beside the venue: the socket it listens on, and the process that answers there.

The socket is bound here and handed to the process: a port that is taken is an error of the venue's start, and
clients that ask while the process is started again wait for it. The venue knows no more of the admin API than its
command line, `python -m admin_api --fd N` and our options of the log: the configuration is a line of JSON on stdin.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from venue.config import VenueConfig
from venue.listening import bound
from venue.logs import log_arguments
from venue.supervisor import Child


class AdminProcess:
    """Bound from its making to close(), running from start() to stop(). Raises OperatorError when the port cannot be
    had."""

    def __init__(self, config: VenueConfig, log_file: Path | None = None, processors: Sequence[int] = ()) -> None:
        remedy = "choose another port (0: a free one), or set api.enabled = false"
        self._listener = bound("the admin API", "api", config.api.host, config.api.port, remedy)
        self.port: Final[int] = self._listener.getsockname()[1]
        self._base_url = f"http://{_host_of_url(config.api.host)}:{self.port}"
        self._anonymous = config.api.anonymous
        fd = self._listener.fileno()
        told = config.model_copy(update={"api": config.api.model_copy(update={"port": self.port})})
        self.child: Final = Child(
            "the admin API",
            [sys.executable, "-m", "admin_api", "--fd", str(fd), *log_arguments()],
            told.model_dump_json().encode() + b"\n",
            pass_fds=(fd,),
            log_file=log_file,
            processors=processors,
            gives_way=True,
        )

    def told(self) -> list[str]:
        """Where it is, and who gets in without a key, in lines for the person who starts the venue."""
        lines = [f"REST and WebSocket at {self._base_url}/api/v3 (docs at {self._base_url}/docs)"]
        if self._anonymous != "none":
            article = "an" if self._anonymous == "operator" else "a"
            lines.append(f"no API key is asked of programs of this machine: each is {article} {self._anonymous}")
        return lines

    def start(self) -> None:
        self.child.start()

    def stop(self) -> None:
        """End the process; the port stays bound until close()."""
        self.child.stop()

    def close(self) -> None:
        self._listener.close()


def _host_of_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
