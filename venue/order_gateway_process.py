"""An order gateway beside the venue: the port it is given, and the process that serves its sessions there.

The port is kept for it as long as the venue runs, so that the gate finds it there again when it was started again. The
configuration is a line of JSON on stdin; what comes behind it are notices of the venue's stop, and questions.
"""

import json
import logging
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from typing import Final

import msgspec

from venue.alone import is_held
from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.fix.sessions import reserved_port
from venue.fix.shares import share
from venue.logs import log_arguments
from venue.order_gateway_words import Answer, Asked, Notice, Orders
from venue.supervisor import Child
from venue.vitals import ReceivedMessage

log = logging.getLogger(__name__)

START_S: Final = 60.0  # a replay may be long; one that takes longer goes on, and its clients wait
FAREWELL_S: Final = 12.0  # for the Logout(5) of its sessions, and their last reports
FORMER_S: Final = 30.0
ANSWER_S: Final = 2.0


class OrderGatewayProcess:
    """Running from start() to stop(); the port is kept until close()."""

    def __init__(
        self,
        config: VenueConfig,
        number: int,
        voucher: str,
        log_file: Path | None = None,
        processors: Sequence[int] = (),
    ) -> None:
        self.number: Final = number
        self.sessions: Final = tuple(share(config, number))
        self._reserved = reserved_port()
        self.port: Final[int] = self._reserved.getsockname()[1]
        self._asked: dict[int, Future[list[ReceivedMessage]]] = {}
        self._numbers = count(1)
        orders = Orders(json.loads(config.model_dump_json()), number, self.port, voucher)
        self.child: Final = Child(
            f"order gateway {number}",
            [sys.executable, "-m", "venue.order_gateway", *log_arguments()],
            _line(orders),
            log_file=log_file,
            processors=processors,
            farewell_s=FAREWELL_S,
            on_line=self._note,
        )

    def told(self) -> str:
        """Whom it serves, in a line for the person who starts the venue."""
        return f"order gateway {self.number}: {', '.join(self.sessions) or 'no session'}"

    def start(self) -> None:
        """The command port must be open."""
        self.child.start()

    def wait_until_ready(self) -> None:
        """Or for a minute: it is started again, if need be, and its clients with it."""
        self.child.wait_until_ready(START_S)

    def announce_stop(self, seconds: int) -> None:
        self.child.tell(_line(Notice(seconds)))

    def received(self, comp_id: str) -> list[ReceivedMessage]:
        """The last messages of a session. Raises OperatorError when the process does not tell in time."""
        asked, answer = Asked(next(self._numbers), comp_id), Future[list[ReceivedMessage]]()
        self._asked[asked.number] = answer
        self.child.tell(_line(asked))
        try:
            return answer.result(ANSWER_S)
        except TimeoutError:
            raise OperatorError(f"order gateway {self.number}, which serves {comp_id}, does not answer") from None
        finally:
            del self._asked[asked.number]

    def _note(self, line: bytes) -> None:
        try:
            answer = msgspec.json.decode(line, type=Answer)
        except msgspec.DecodeError:
            log.error("order gateway %d printed %r", self.number, line[:80])
            return
        if asked := self._asked.get(answer.number):
            asked.set_result(answer.received)

    def stop(self) -> None:
        """Log its clients out and end the process. The command port must still be open."""
        self.child.stop()

    def close(self) -> None:
        self._reserved.close()


def _line(said: Orders | Notice | Asked) -> bytes:
    return msgspec.json.encode(said) + b"\n"


def wait_for_former(data: Path) -> None:
    """Until the gateways of a venue that was killed have seen it, and left the message stores. Raises OperatorError
    when one does not."""
    until_s = time.monotonic() + FORMER_S
    for lock in (data / "fix").glob("gateway-*.lock"):
        while is_held(lock):
            if time.monotonic() > until_s:
                raise OperatorError(
                    f"an order gateway of a venue that ended still runs ({lock} is locked): end that process first"
                )
            time.sleep(0.05)
