"""A running venue with its admin API for each module of tests, both real processes, and clients of them.

Callers without a key are operators. Accounts are those of tests/support/venue_config.py (MAKER, TAKER …), each with
a FIX session of its name, which WATCHER watches besides.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from tests.admin_api.desk import Desk
from tests.support.api_process import ApiProcess, running_api
from tests.support.raw_fix import RawClient
from tests.support.venue_config import SESSIONS, symbols, trading_accounts, trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from venue.journal.remote import RemoteJournal
from venue.messages import AnyCommand, AnyEvent

Operate: TypeAlias = Callable[..., list[AnyEvent]]
LogOn: TypeAlias = Callable[[str], RawClient]

WATCHER = "WATCHER"  # a FIX session that trades nothing and gets the reports of every account: a drop copy


@pytest.fixture(scope="module")
def module_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("venue")


@pytest.fixture(scope="module")
def venue(module_folder: Path) -> Iterator[VenueProcess]:
    """A venue for the tests of one module; each of them trades an instrument of its own."""
    sessions = trading_sessions() | {WATCHER: {"watches": sorted(set(SESSIONS.values())), "reset_allowed": True}}
    config = write_config(module_folder / "venue.toml", sessions, trading_accounts())
    process = VenueProcess(config, module_folder / "data", {"VENUE_API__ENABLED": "false"})
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture(scope="module")
def api(venue: VenueProcess) -> Iterator[ApiProcess]:
    """The venue's admin API; `api.client(token)`, `api.add_key(name, role, …)`."""
    with running_api(venue) as process:
        yield process


@pytest.fixture(scope="module")
def http(api: ApiProcess) -> Iterator[httpx.Client]:
    """An operator without a key, asking below /api/v3: http.get("/orders/1")."""
    with api.client() as client:
        yield client


@pytest.fixture(scope="module")
def operate(venue: VenueProcess) -> Iterator[Operate]:
    """Enter operators' commands into the running venue; returns the events of all of them."""
    with RemoteJournal(venue.data) as journal:

        def enter(*commands: AnyCommand) -> list[AnyEvent]:
            return [event for _, events in journal.append(commands) for event in events]

        yield enter


@pytest.fixture(scope="module")
def desk(venue: VenueProcess, http: httpx.Client) -> Iterator[Desk]:
    """Enters commands, and reads over REST what the venue has done: desk.enter(…), desk.get("/bbo")."""
    with RemoteJournal(venue.data) as journal:
        yield Desk(journal, http)


@pytest.fixture(scope="module")
def unused_symbols() -> Iterator[str]:
    return symbols()


@pytest.fixture
def symbol(unused_symbols: Iterator[str]) -> str:
    """An instrument no other test of the module has traded."""
    return next(unused_symbols)


@pytest.fixture
def log_on(venue: VenueProcess) -> Iterator[LogOn]:
    """FIX sessions of this test, logged on with both sequence numbers from 1, and ended with it."""
    clients: list[RawClient] = []

    def start(comp_id: str) -> RawClient:
        client = RawClient(venue.port, comp_id)
        clients.append(client)
        client.log_on_when_free()
        return client

    yield start
    for client in clients:
        client.close()
