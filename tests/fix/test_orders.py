"""Every order type, time in force and refusal through the FIX port: tests/scenarios, over QuickFIX."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.support.initiator import Initiator
from tests.support.scenario_player import Play
from tests.support.scenarios import Scenario, read_scenarios

SCENARIOS: Final = read_scenarios(
    "order_types.txt",
    "icebergs.txt",
    "triggers.txt",
    "trailing_stops.txt",
    "trigger_sources.txt",
    "self_match.txt",
    "mass_requests.txt",
    "refusals.txt",
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario_gives_its_reports(scenario: Scenario, initiator: Initiator, unused_symbols: Iterator[str]) -> None:
    """Each command of the scenario is answered with exactly the reports beside it."""
    Play(scenario, initiator.sessions, next(unused_symbols)).run()
