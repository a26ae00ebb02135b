"""A venue process for each module of FIX tests, and clients of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.support.initiator import Initiator
from tests.support.raw_fix import RawClient
from tests.support.venue_config import SESSIONS, symbols, trading_accounts, trading_sessions, write_config
from tests.support.venue_process import VenueProcess
from venue.journal.remote import RemoteJournal
from venue.messages import AnyCommand, AnyEvent

Operate: TypeAlias = Callable[..., list[AnyEvent]]

SPARE_SESSIONS = 150  # X001 … X150: a raw-socket test takes one nobody has used, so both sides count from 1
BOUNDS = {"status_reports_max": 50, "resend_max": 2000}


@pytest.fixture(scope="module")
def module_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("venue")


@pytest.fixture(scope="module")
def venue(module_folder: Path) -> Iterator[VenueProcess]:
    """A venue for the tests of one module; each of them trades an instrument of its own."""
    sessions = trading_sessions()
    sessions |= {f"X{n:03d}": {"trades": [f"X{n:03d}"], "reset_allowed": True} for n in range(1, SPARE_SESSIONS + 1)}
    config = write_config(module_folder / "venue.toml", sessions, trading_accounts(), fix=BOUNDS)
    process = VenueProcess(config, module_folder / "data")
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture(scope="module")
def operate(venue: VenueProcess) -> Iterator[Operate]:
    """Enter operators' commands into the running venue; returns the events of all of them."""
    with RemoteJournal(venue.data) as journal:

        def enter(*commands: AnyCommand) -> list[AnyEvent]:
            return [event for _, events in journal.append(commands) for event in events]

        yield enter


@pytest.fixture(scope="module")
def unused_symbols() -> Iterator[str]:
    return symbols()


@pytest.fixture
def symbol(unused_symbols: Iterator[str]) -> str:
    """An instrument no other test of the module has traded."""
    return next(unused_symbols)


@pytest.fixture(scope="module")
def unused_comp_ids() -> Iterator[str]:
    return (f"X{n:03d}" for n in range(1, SPARE_SESSIONS + 1))


@pytest.fixture
def client(venue: VenueProcess, unused_comp_ids: Iterator[str]) -> Iterator[RawClient]:
    """A raw client with a CompID no other test of the module has used; not yet connected."""
    with RawClient(venue.port, next(unused_comp_ids)) as raw:
        yield raw


@pytest.fixture(scope="module")
def initiator(venue: VenueProcess, module_folder: Path) -> Iterator[Initiator]:
    """QuickFIX initiator sessions for all of SESSIONS, logged on."""
    started = Initiator(venue.port, SESSIONS, module_folder / "initiator")
    started.start()
    yield started
    started.stop()


@pytest.fixture
def traders(venue: VenueProcess, unused_comp_ids: Iterator[str]) -> Iterator[tuple[RawClient, RawClient]]:
    """Two well-behaved raw clients with accounts of their own, logged on."""
    with RawClient(venue.port, next(unused_comp_ids)) as one, RawClient(venue.port, next(unused_comp_ids)) as two:
        one.log_on()
        two.log_on()
        yield one, two
