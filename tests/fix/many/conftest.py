"""A venue with two order gateways, and sessions of each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.processes import children_of
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.journal import JournalReader, open_reader
from venue.messages import EnterOrder

SERVED_BY: Final = {"NEAR": 0, "FAR": 1, "WATCH": 0, "CAREFUL": 1}


def config_of(folder: Path, gateways: int = 2) -> Path:
    """With one gateway, it serves them all."""
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in SERVED_BY}
    if gateways > 1:
        sessions = {name: {**session, "gateway": SERVED_BY[name]} for name, session in sessions.items()}
    sessions["WATCH"]["watches"] = ["FAR"]
    sessions["CAREFUL"]["cancel_on_disconnect"] = True
    fix: dict[str, Value] = {"gateways": gateways, "maintenance_s": 1}
    return write_config(folder / "venue.toml", sessions, instruments=9, fix=fix)


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    (tmp_path / "data").mkdir()
    process = VenueProcess(config_of(tmp_path), tmp_path / "data", WITH_GATE)
    process.start()
    yield process
    process.kill_if_running()


def other_gateway(venue: VenueProcess) -> int:
    """The process id of gateway 1; 0 while there is none."""
    for pid in children_of(venue.pid):
        try:
            if b"venue.order_gateway" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            pass
    return 0


def journaled(venue: VenueProcess, session: str) -> list[str]:
    """ClOrdIDs of the orders the session has entered."""
    reader: JournalReader = open_reader(f"sqlite:///{venue.data}/journal.sqlite")
    commands = (command for batch in reader.read() for command in batch.commands())
    return [each.cl_ord_id for each in commands if isinstance(each, EnterOrder) and each.session == session]


def is_started_anew(venue: VenueProcess, killed: int) -> bool:
    return other_gateway(venue) not in (0, killed)
