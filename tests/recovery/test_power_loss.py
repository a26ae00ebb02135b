"""Power losses under load: what QuickFIX had not on the disk is gone, and still nobody misses a report.

The venue runs on a disk that forgets (tests/support/forgetful_disk.py): at a power loss its message stores are what was
synced, and behind that whatever chance left of the rest. The journal keeps all it was told to keep.
"""

from pathlib import Path

import pytest

from tests.recovery.crashing import ROUNDS, TWO_GATEWAYS, CrashingVenue, crashing, power_loss, progress, share


@pytest.mark.timeout(120 + 20 * ROUNDS)
@pytest.mark.parametrize(("gateways", "of_25"), [(1, 7), (2, 2)])
def test_reports_come_once_or_say_that_they_come_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], gateways: int, of_25: int
) -> None:
    """Each client goes on with its own numbers, and hears every report in order; what comes a second time is the same,
    with PossResend(97)=Y; every order stands as it knows it, whichever order gateway serves it. Plain kills in
    between."""
    rounds, shadow = share(of_25), tmp_path / "synced"
    program = ("tests.support.forgetful_disk", str(shadow), str(tmp_path / "data" / "fix"))
    settings = TWO_GATEWAYS if gateways == 2 else {}
    with crashing(CrashingVenue(tmp_path, program=program, settings=settings)) as venue:
        tell = progress(f"power loss, {gateways} gateways", rounds, capfd)
        venue.survive(rounds, tell, power_loss(venue, shadow, seed=5, of_rounds=0.75))
        assert sum(client.hearing.came_again for client in venue.clients) > rounds
        assert venue.process.stop() == 0
