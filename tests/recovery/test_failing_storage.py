"""The disk under a whole venue fails while clients trade: it stops, says so, and the next start is right."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.recovery.crash_trader import CrashTrader
from tests.support.faulty_storage import FaultyStorage
from tests.support.fix_message import FixMessage
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import write_config
from tests.support.venue_process import VenueProcess

TRADERS: Final = ("T1", "T2")
SYMBOLS: Final = ["S001-USD", "S002-USD"]
SMALL_DISK_BYTES: Final = 16 << 20


class FaultTrader(CrashTrader):
    """It knows, besides, what was refused with BusinessMessageReject(j): that must never come to be.

    The refusals are stored like every message, so that some of them are read after the next start only.
    """

    def __init__(self, client: RecoveringClient, symbols: list[str], seed: int) -> None:
        super().__init__(client, symbols, seed)
        self.refused: set[str] = set()
        self.logout = ""

    def hear(self, message: FixMessage) -> None:
        if message.msg_type == "j":
            assert message["BusinessRejectReason"] == "4", f"{message}\n{self.client.told()}"
            self.refused.add(message["BusinessRejectRefID"])
        elif message.msg_type == "5":
            self.logout = message.get("Text") or ""
        else:
            assert message.get("ClOrdID") not in self.refused, f"refused before: {message}\n{self.client.told()}"
            super().hear(message)

    def hear_to_the_end(self) -> None:
        """Everything until the venue closes the connection; `logout` then is the text of its Logout(5)."""
        deadline = Deadline(PATIENCE_S)
        while (message := self.client.receive(deadline.left())) is not None:
            self.hear(message)
        assert deadline.left() > 0, f"{self.client.sender}: the connection was not closed\n{self.client.told()}"
        self.client.close()

    def recover(self, port: int) -> None:
        """What was refused and is asked again from here on is another request."""
        super().recover(port)
        self.refused.clear()


@contextmanager
def trading_venue(folder: Path, data: Path, **environment: str) -> Iterator[tuple[VenueProcess, list[FaultTrader]]]:
    """A venue with its traders logged on, each with a hundred requests answered."""
    sessions = {name: {"trades": [name]} for name in TRADERS}
    bounds = {"status_reports_max": 100_000}
    config = write_config(folder / "venue.toml", sessions, instruments=len(SYMBOLS), fix=bounds)
    venue = VenueProcess(config, data, environment)
    venue.start()
    traders = [FaultTrader(RecoveringClient(venue.port, name), SYMBOLS, seed) for seed, name in enumerate(TRADERS)]
    try:
        trade_on(venue, traders)
        yield venue, traders
    finally:
        for trader in traders:
            trader.client.close()
        venue.kill_if_running()


def trade_on(venue: VenueProcess, traders: list[FaultTrader]) -> None:
    for trader in traders:
        trader.come_back(venue.port)
    enough = sum(trader.acknowledged for trader in traders) + 200
    while sum(trader.acknowledged for trader in traders) < enough:
        for trader in traders:
            trader.ask_more()
        for trader in traders:
            trader.hear_all(patience_s=0.01)


def expect_stop(venue: VenueProcess, traders: list[FaultTrader], why: str) -> None:
    """Every client is logged out, the log says why, the exit status is 1."""
    for trader in traders:
        trader.hear_to_the_end()
    assert venue.wait_for_exit() == 1, venue.printed()
    assert any("the venue stops accepting" in line and why in line for line in venue.output), venue.printed()


# Which operation fails, with what, for ever or once, and what clients are told.
FAULTS: Final = (
    (1, errno.EIO, False, "disk I/O error"),
    (3, errno.EIO, True, "disk I/O error"),
    (8, errno.ENOSPC, True, "disk is full"),
)


def test_venue_stops_when_its_journal_fails(tmp_path: Path) -> None:
    """What was acknowledged is told once and stands, what was refused never happens, a start needs a good disk."""
    storage = FaultyStorage(tmp_path)
    with trading_venue(tmp_path, tmp_path / "data", **storage.environment) as (venue, traders):
        for nth, error, for_ever, why in FAULTS:
            storage.fail(nth, error, for_ever=for_ever)
            for trader in traders:
                trader.ask_more()
            expect_stop(venue, traders, why)
            assert all(why in trader.logout for trader in traders), [trader.logout for trader in traders]
            assert storage.failed
            if for_ever:
                assert "journal.sqlite" in venue.start_in_vain()
            storage.heal()
            venue.start()
            trade_on(venue, traders)
        assert venue.stop() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only, where mounts are allowed")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_venue_stops_on_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    """The message stores are on the same disk, so that not every Logout(5) can be said: a client may just be cut off.
    Without room a start is refused; with room again all is as it was told."""
    with trading_venue(tmp_path, small_disk / "data") as (venue, traders):
        fill(small_disk / "filler")
        deadline = Deadline(PATIENCE_S)
        while not any("the venue stops accepting" in line for line in venue.output):
            assert deadline.left() > 0, venue.printed()
            for trader in traders:
                trader.ask_more()
                trader.hear_all(0.01)
        expect_stop(venue, traders, "disk is full")
        assert "disk is full" in venue.start_in_vain()
        (small_disk / "filler").unlink()
        venue.start()
        trade_on(venue, traders)
        assert venue.stop() == 0


def fill(filler: Path) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        filler.write_bytes(bytes(SMALL_DISK_BYTES))
