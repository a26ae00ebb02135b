"""All bad clients at once, beside two good ones that trade all the while: one venue and its gate for this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.ordeal import HEALTHY, Ordeal, session_of
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.chaos import SCENARIOS


@pytest.fixture(scope="module")
def ordeal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordeal]:
    folder: Path = tmp_path_factory.mktemp("chaos")
    names = [*HEALTHY, "LATECOMER", *(session_of(name) for name in SCENARIOS)]
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name], "reset_allowed": True} for name in names}
    config = write_config(folder / "venue.toml", sessions, instruments=2)
    venue = VenueProcess(config, folder / "data", WITH_GATE)
    venue.start()
    ordeal = Ordeal(venue, folder)
    ordeal.run()
    yield ordeal
    ordeal.end()
    venue.kill_if_running()
