"""The Order State Change Matrices over a real QuickFIX initiator, by their ids.

Source: FIX 5.0 SP2 volume 4 (FIX 4.4 volume 4 appendix D) and, where it differs, the exchange variant
of volume 7: Filled, Canceled, Expired and Rejected are terminal, there are no pending states, and the
first report is always New. The texts stand in tests/scenarios; ids with a suffix are additions of ours.
"""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.support.initiator import Initiator
from tests.support.scenario_player import Play
from tests.support.scenarios import Scenario, read_scenarios

SCENARIOS: Final = read_scenarios(
    "a_fills.txt",
    "b_cancels.txt",
    "c_replaces.txt",
    "d_replace_chains.txt",
    "e_unsolicited.txt",
    "f_duplicates.txt",
    "g_status.txt",
    "i_immediate.txt",
)

# What an order on this venue cannot get into, and why. K.1.a needs an operator: test_trading_states.py.
NOT_APPLICABLE: Final = {
    "A.1.b": "DoneForDay: an exchange order is open or expired; Day orders end with 150=C",
    "D.1.c": "refusal of a replace that was pending: no pending states, so it is D.1.b",
    "D.2.d": "refusal because another replace is pending: no pending states, each is decided at once (D.2.a)",
    "E.1.a": "order taken by telephone: nobody enters orders for a client",
    "E.1.c": "replacement by telephone: nobody replaces orders for a client",
    "E.1.e": "ExecInst(18)=Z, cancel if not best: not an instruction of this venue",
    "F.1.c": "duplicate of a verbal order: there are none",
    "H.1.a": "GTC restated each morning: a GTC order stays as it is, nothing is restated",
    "H.1.b": "GTC after a stock split: currencies do not split",
    "H.1.c": "GTC canceled the next day: no day quantities, so it is B.1.b",
    "H.1.d": "GTC replaced up the next day: no day quantities, so it is C.1.b",
    "J.1.a": "corrections and busts of trades are not offered yet",
    "J.1.b": "corrections and busts of trades are not offered yet",
    "J.1.c": "corrections and busts of trades are not offered yet",
    "J.1.d": "corrections and busts of trades are not offered yet, and no order is done for the day",
    "K.1.a": "played in test_trading_states.py, where an operator halts the instrument",
    "K.1.b": "ExecInst(18)=K, cancel on halt: not an instruction of this venue",
    "L.1.a": "stopped and guaranteed orders: a specialist's, not an electronic book's",
}

MATRIX: Final = {  # volume 4, with A.1.c and A.1.d of volume 7
    "A.1": "abcd",
    "B.1": "abcdef",
    "C.1": "abc",
    "C.2": "a",
    "C.3": "abc",
    "D.1": "abc",
    "D.2": "abcd",
    "E.1": "abcdef",
    "F.1": "abc",
    "G.1": "abc",
    "H.1": "abcd",
    "I.1": "ab",
    "J.1": "abcd",
    "K.1": "ab",
    "L.1": "ab",
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_order_state_matrix_scenario_gives_its_reports(
    scenario: Scenario, initiator: Initiator, unused_symbols: Iterator[str]
) -> None:
    """Each command of the scenario is answered with exactly the ExecutionReports the matrix lists."""
    Play(scenario, initiator.sessions, next(unused_symbols)).run()


def test_every_row_of_the_matrices_is_played_or_explained() -> None:
    """No scenario of the matrices is left out silently, and none is both played and called impossible."""
    played = {scenario.name for scenario in SCENARIOS}
    rows = {f"{part}.{letter}" for part, letters in MATRIX.items() for letter in letters}
    assert rows - played - NOT_APPLICABLE.keys() == set()
    assert played & NOT_APPLICABLE.keys() == set()
