"""The process: `python -m admin_api --fd N`, started and supervised by the venue.

stdin: one line of configuration (VenueConfig as JSON), then nothing; its end ends this process, however the venue
ended. N: the listening socket, which the venue has bound. stdout: `ready` once the journal is replayed; what tells of
the venue is answered with 503 before. stderr: the log, a JSON object a line.
"""

import asyncio
import gc
import logging
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import uvicorn
import uvloop

from admin_api.app import create_app, guarded
from admin_api.audit import AuditTrail
from admin_api.beginning import beginning, take_over
from admin_api.books import Books
from admin_api.entitlements import Entitlements
from admin_api.follower import Follower
from admin_api.history.desk import HistoryDesk
from admin_api.http_protocol import BoundedHttp
from admin_api.jobs import Jobs, could_compare
from admin_api.key_audit import KeyAudit
from admin_api.lags import Lags
from admin_api.orders.entry import OrderEntry
from admin_api.orders.index import OrderIndex
from admin_api.orders.keys import OrderKeys
from admin_api.pnl_history import PnlHistory
from admin_api.rates import Pace
from admin_api.sign_ins import SignIns
from admin_api.streams.hub import Hub
from admin_api.streams.wire import Wire
from admin_api.tally import Tally
from admin_api.venue_line import VenueLine
from admin_api.view import View
from venue.config import VenueConfig
from venue.errors import DamageError, VenueError
from venue.journal import archive_folder, journal_url, open_reader
from venue.keys import KeyStore
from venue.logs import tell_position
from venue.marketdata import MarketData
from venue.replica import Replica
from venue.supervised import begin_process, call_on_loop_at_end_of_stdin
from venue.units import Units

log = logging.getLogger("admin_api")

VITALS_PERIOD_S: Final = 1.0
KEEP_ALIVE_S: Final = 30  # longer than clients keep an idle connection: they end it, and never ask into its end
FAREWELL_S: Final = 3  # for requests under way when the venue stops


class Damage(NamedTuple):
    """Of the journal: the last command before it, and what the reader says."""

    whole_to: int
    told: str


def main() -> None:
    given = begin_process("python -m admin_api", __doc__, listens=True)
    listener = socket.socket(fileno=given.fd)
    config = VenueConfig.model_validate_json(sys.stdin.buffer.readline())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(serve(config, listener)))


async def serve(config: VenueConfig, listener: socket.socket) -> int:
    """Answer requests until stdin ends; the exit status is 0, or 1 when the journal could not be followed. Damage that
    has a snapshot behind it ends nothing, for now of all times an operator wants to look: it begins anew there."""
    end = asyncio.Event()
    call_on_loop_at_end_of_stdin(end.set)
    damage = None
    try:
        while damage := await _serve_until(end, config, listener, damage):
            log.critical("it begins anew at a snapshot behind the damage, if there is one")
    except VenueError as error:
        log.critical("the journal cannot be followed: %s", error)
        return 1
    return 0


async def _serve_until(
    end: asyncio.Event, config: VenueConfig, listener: socket.socket, known: Damage | None
) -> Damage | None:
    """Returns what of the journal turned out to be damaged, besides what is known. Raises what else ended it."""
    failures: list[Exception] = []

    def fail(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    async def stop() -> None:
        await end.wait()
        server.should_exit = True

    async with _running_view(config, fail, known) as view:
        server = uvicorn.Server(_server_config(config, view))
        stopping = asyncio.create_task(stop())
        await server.serve(sockets=[listener.dup()])  # which it closes
        stopping.cancel()
    if failures and not isinstance(failures[0], DamageError):
        raise failures[0]
    return Damage(view.follower.journal_seq, str(failures[0])) if failures else None


@asynccontextmanager
async def _running_view(
    config: VenueConfig, on_failure: Callable[[Exception], None], damage: Damage | None
) -> AsyncIterator[View]:
    """The replica, following the journal from its beginning, or from behind the damage."""
    reader = open_reader(journal_url(config.journal, config.data), archive=archive_folder(config.data))
    engine = beginning(config, reader, damage.whole_to if damage else None)
    entitlements, tally, lags = Entitlements(), Tally(), Lags(reader.last_seq())
    market, orders, order_keys = MarketData(engine), OrderIndex(engine.find_order_by_id), OrderKeys()
    take_over(engine, entitlements, orders, tally)
    hub, audit = Hub(), AuditTrail(reader.last_seq(), lambda: Units(engine.instruments()))
    pnl_history = PnlHistory(engine.positions, market)
    pnl_history.begin(engine)
    sinks = (entitlements, orders, order_keys, market, pnl_history, tally, lags, audit, hub)
    replica = Replica(engine, [sink.on_events for sink in sinks])
    follower = Follower(reader, replica, hub.on_slice, on_failure)
    line = VenueLine(config.data, follower)
    keys, books = KeyStore(config.data), Books(market)
    jobs = (
        Jobs(config, "snapshot"),
        Jobs(config, "verification", is_done=could_compare),
        Jobs(config, "replay", kept=5),
    )
    changing, history = asyncio.Lock(), HistoryDesk(config)
    entry = OrderEntry(line, entitlements, order_keys, changing)
    view = View(
        config, engine, entitlements, market, books, tally, lags, Pace(tally), pnl_history, follower, reader, line,
        keys, SignIns(keys), orders, entry, audit, *jobs, history, changing=changing,
        damage=damage.told if damage else "",
    )  # fmt: skip
    view.hub = hub
    hub.open(view)
    tell_position(lambda: engine.journal_seq)
    follower.start()
    asking = asyncio.create_task(_ask_vitals(view))
    announcing = asyncio.create_task(_announce_once_caught_up(view))
    try:
        yield view
    finally:
        for task in (asking, announcing):
            task.cancel()
        await asyncio.gather(asking, announcing, return_exceptions=True)
        hub.close()
        for kind in jobs:
            await kind.close()
        history.close()
        line.close()
        await asyncio.to_thread(follower.stop)


async def _ask_vitals(view: View) -> None:
    key_audit = KeyAudit(view.keys)
    while True:
        key_audit.look()
        await view.refresh_vitals()
        view.alerts.look(view)
        view.pace.look(time.monotonic(), view.engine.journal_seq)
        await asyncio.sleep(VITALS_PERIOD_S)


async def _announce_once_caught_up(view: View) -> None:
    """Till then most is answered with 503. Open orders live long and form no cycles: from here on a full collection
    over them would be a pause for nothing."""
    await view.follower.applied(view.follower.start_seq)
    await view.refresh_vitals()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
    sys.setswitchinterval(0.0005)  # the loop gets the interpreter back from the reading thread after 0.5 ms, not 5
    print("ready", flush=True)


def _server_config(config: VenueConfig, view: View) -> uvicorn.Config:
    return uvicorn.Config(
        guarded(create_app(view), view),
        loop="none",  # it runs on ours
        http=BoundedHttp,
        ws=Wire,
        ws_per_message_deflate=False,
        ws_max_size=config.api.request_bytes_max,
        log_config=None,
        log_level="warning",  # what it says of a WebSocket has the query in it
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=FAREWELL_S,
    )


if __name__ == "__main__":
    main()
