"""kill -9 under load and restart: nothing acknowledged is lost, nothing is told twice.

VENUE_CRASH_ROUNDS sets the number of rounds (`make crash`).
"""

from pathlib import Path

import pytest

from tests.recovery.crashing import ROUNDS, CrashingVenue, crashing, progress, share
from tests.support.venue_process import VenueProcess, run_venue_command


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_nothing_acknowledged_is_lost_and_nothing_told_twice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Over its whole life each client hears each report once, in order, and knows how its orders stand; starts begin
    at snapshots."""
    rounds = share(13)
    with crashing(CrashingVenue(tmp_path)) as venue:
        venue.survive(rounds, progress("kill", rounds, capfd))
        assert any("snapshot" in line and "loaded" in line for line in venue.process.output)
        assert venue.process.stop() == 0
        assert replayed_hash(venue.process) == replayed_hash(venue.process)


def replayed_hash(venue: VenueProcess) -> str:
    """The hash of the state that `venue replay` rebuilds from the journal."""
    printed = run_venue_command("replay", "--config", str(venue.config), "--data", str(venue.data))
    return next(line for line in printed.splitlines() if line.startswith("state hash"))
