"""The order gateway at work: from the venue's start to its stop, or until it can no longer reach the venue.

One of a number at a time on a data folder (venue/alone.py): the stores are its alone.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import msgspec

from venue.alone import alone
from venue.config import VenueConfig
from venue.errors import JournalError
from venue.fix.gateway import FixGateway
from venue.journal import JournalReader, RemoteJournal, archive_folder, journal_url, open_reader
from venue.logs import tell_position
from venue.order_gateway.command_line import CommandLine
from venue.order_gateway.following import Following
from venue.order_gateway.teller import Teller
from venue.order_gateway_words import Answer, Asked, Notice, Orders
from venue.replica import Replica
from venue.snapshots.progress import unseen
from venue.starting import begin, keep_out_of_garbage_collection
from venue.supervisor import READY

log = logging.getLogger(__name__)


class End:
    """That the process is to end, and why, if something failed."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.failure: Exception | None = None

    def fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.event.set()


def serve(orders: Orders, told: Iterator[Notice | Asked], say: Callable[[str], None]) -> None:
    """Run until the venue, which is listened to on a thread of ours, tells nothing any more. Raises OperatorError and
    JournalError: the venue starts us again, if it is still there."""
    config = VenueConfig.model_validate(orders.config)
    end = End()
    gateways: list[FixGateway] = []  # that is to tell its clients, once it is there

    def listen() -> None:
        try:
            for line in told:
                for gateway in gateways:
                    _heed(line, gateway, say)
        finally:
            end.event.set()

    threading.Thread(target=listen, name="stdin", daemon=True).start()
    with (
        alone(config.data / "fix" / f"gateway-{orders.number}.lock", end.event, "an order gateway") as is_alone,
        ExitStack() as ending,
    ):
        if is_alone:
            gateways.append(_begun(config, orders, end, ending))
            say(READY)
            end.event.wait()
            if end.failure:
                gateways[0].refuse_all("the venue cannot be reached: log on again")
    if end.failure:
        raise JournalError(str(end.failure))


def _heed(line: Notice | Asked, gateway: FixGateway, say: Callable[[str], None]) -> None:
    if isinstance(line, Notice):
        gateway.announce_stop(line.stop_s)
    else:
        say(msgspec.json.encode(Answer(line.number, gateway.received(line.comp_id))).decode())


def _begun(config: VenueConfig, orders: Orders, end: End, ending: ExitStack) -> FixGateway:
    """The gateway, with its port open. What it consists of is stopped by `ending`, in the opposite order."""
    reader = open_reader(journal_url(config.journal, config.data), archive=archive_folder(config.data))
    venue = RemoteJournal(config.data)
    ending.callback(venue.close)
    gateway = FixGateway(config, orders.voucher, orders.number, orders.port)
    ending.callback(gateway.close)
    tell_position(lambda: gateway.handover.applied_seq)
    following = Following(reader, _recovered(config, reader, gateway), end.fail)
    line = CommandLine(venue, following, reader, config.sequencer, end.fail)
    following.start()
    ending.callback(following.stop)
    line.start()
    ending.callback(line.stop)
    gateway.start(line)
    ending.callback(gateway.stop)
    teller = Teller(f"gateway-{orders.number}", venue, gateway.statuses, lambda: following.journal_seq, end.fail)
    teller.start()
    ending.callback(teller.stop)
    return gateway


def _recovered(config: VenueConfig, reader: JournalReader, gateway: FixGateway) -> Replica:
    """At the journal's end, with every report that a store lacks in an outbox."""
    handover = gateway.handover
    handover.require_journal(reader.last_seq())
    engine = begin(config, reader, handover.handed_seq, handover.behind, unseen).engine
    gateway.begin(engine)
    replica = Replica(engine, [gateway.on_events])
    replica.catch_up(reader)
    keep_out_of_garbage_collection()
    return replica
