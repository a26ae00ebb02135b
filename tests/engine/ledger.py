"""A play for tests of accounts and money: whole events, each command given to a loaded twin as well (market.py)."""

from typing import Any

from tests.engine.builders import ACCOUNTS, SESSIONS, X
from tests.engine.market import Market
from venue.engine.engine import CLOSED_ORDERS_MAX, Engine
from venue.messages import PREFUNDED, AnyCommand, AnyEvent, MoveBalance, OpenAccount


class Ledger(Market):
    """ledger(command, ...) gives the events of the last one."""

    def __call__(self, *commands: AnyCommand) -> list[AnyEvent]:  # type: ignore[override]
        return self.events(*commands)


def ledger(*before: AnyCommand, closed_orders_max: int = CLOSED_ORDERS_MAX, trades_max: int = 100) -> Ledger:
    """X listed, the four accounts open, each traded by the session of its name; then the given commands."""
    play = Ledger(Engine(closed_orders_max, trades_max))
    play(X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS, *before)
    return play


def funded(account: str, currency: str, amount_units: int) -> tuple[OpenAccount, MoveBalance]:
    """Make an account prefunded, with a first deposit."""
    name = f"{account} {currency}"
    return (
        OpenAccount(account, settlement=PREFUNDED),
        MoveBalance(account, currency, amount_units, name, "operator", "test"),
    )


def figures(play: Ledger) -> dict[str, Any]:
    """Everything about money: what a refused command must leave as it was."""
    engine = play.engine
    return {
        "positions": [engine.positions(account) for account in ACCOUNTS],
        "balances": [engine.balances(account) for account in ACCOUNTS],
        "fees": [engine.fees(account) for account in ACCOUNTS],
        "limits": [engine.limits(account) for account in ACCOUNTS],
        "orders": [engine.open_orders(account) for account in ACCOUNTS],
        "currencies": engine.currencies(),
        "instrument": engine.instrument("X"),
    }
