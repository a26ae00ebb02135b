"""`venue chaos-client` let loose on a venue with its gate: what each scenario comes to, and who notices."""

import pytest

from tests.chaos.ordeal import AIMED_AT, Ordeal, session_of
from tests.support.raw_fix import RawClient
from venue.chaos import SCENARIOS


def test_good_clients_get_their_reports_and_no_others(ordeal: Ordeal) -> None:
    """While a thousand connections and ten bad sessions do their worst, trade after trade is reported as ever."""
    print(f"{ordeal.trades} trades meanwhile")
    assert ordeal.trades > 100
    assert not [line for session in (ordeal.maker, ordeal.taker) for line in session.dialogue if line.startswith("< 3")]


def test_books_are_as_they_were(ordeal: Ordeal) -> None:
    """Thousands of orders later the quotes rest untouched, and nobody else's stand beside them."""
    for side, price in (("buy", "11.00"), ("sell", "9.00")):
        ordeal.taker.enter(f"all-{side}", side, "1000", AIMED_AT)
        ordeal.taker.expect("8", ExecType="0")
        ordeal.taker.expect("8", ExecType="F", LastPx=price, LastQty="10.0")
        ordeal.taker.expect("8", ExecType="4", CumQty="10.0")
        ordeal.maker.expect("8", ExecType="F", OrdStatus="2", LastPx=price)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_ends_and_its_session_may_log_on_again(name: str, ordeal: Ordeal) -> None:
    """Each ends by itself, within its bounds, having been answered; nothing of it is left in the venue."""
    assert name not in ordeal.errors, ordeal.errors[name]
    run = ordeal.runs[name]
    print("\n".join([*ordeal.told[name], f"sent {run.sent}; answered: {run.told()}"]))
    assert run.sent
    assert run.answers
    with RawClient(ordeal.venue.port, session_of(name), source="127.0.3.1") as client:
        client.log_on_when_free()
        client.expect_quiet()
