"""kill -9 under load with the journal in PostgreSQL, which outlives the venue's process."""

from pathlib import Path

import pytest

from tests.journal.postgres import postgres_server
from tests.recovery.crashing import ROUNDS, CrashingVenue, crashing, progress, share


@pytest.mark.timeout(120 + 10 * ROUNDS)
def test_the_same_holds_with_the_journal_in_postgresql(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each report once, in order, and every order known as it stands."""
    rounds = share(4)
    with postgres_server() as host:
        url = f"postgresql+psycopg://postgres@/postgres?host={host}"
        with crashing(CrashingVenue(tmp_path, journal=url)) as venue:
            venue.survive(rounds, progress("kill, PostgreSQL", rounds, capfd))
            assert venue.process.stop() == 0
