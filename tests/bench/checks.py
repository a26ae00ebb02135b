"""Pre-trade checks and money for the accounts of the workload, so wide that nothing is refused.

Each check is the commands that switch it on, after flow.opening_commands. What must come of the workload
stays what its expectation says, which every timed run verifies.
"""

from collections.abc import Callable, Iterator
from typing import Final

from tests.bench.flow import opening_commands
from venue.messages import (
    PREFUNDED,
    UNITS_MAX,
    AnyCommand,
    FeeTier,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    SetAccountLimits,
    SetFeeSchedule,
    SetLossCap,
    SetOrderLimits,
    SetPriceLimits,
)

BY: Final = ("benchmark", "every check on, none in the way")
LOTS_MAX: Final = 10**12
CAP_UNITS: Final = 10**17  # the workload's accounts never lose a hundredth of it


def _limits(account: OpenAccount, listings: list[ListInstrument]) -> Iterator[AnyCommand]:
    yield SetAccountLimits(account.account, 1_000_000, *BY)
    for listing in listings:
        yield SetOrderLimits(account.account, listing.symbol, LOTS_MAX, UNITS_MAX, LOTS_MAX, LOTS_MAX, *BY)


def _loss_cap(account: OpenAccount, listings: list[ListInstrument]) -> Iterator[AnyCommand]:
    for quote in dict.fromkeys(listing.quote for listing in listings):
        yield SetLossCap(account.account, quote, CAP_UNITS, *BY)


def _balances(account: OpenAccount, listings: list[ListInstrument]) -> Iterator[AnyCommand]:
    yield OpenAccount(account.account, account.self_match, settlement=PREFUNDED)
    currencies = dict.fromkeys(currency for listing in listings for currency in (listing.quote, listing.base))
    for currency in currencies:
        yield MoveBalance(account.account, currency, UNITS_MAX // 2, f"{account.account}/{currency}", *BY)


PER_ACCOUNT: Final[dict[str, Callable[[OpenAccount, list[ListInstrument]], Iterator[AnyCommand]]]] = {
    "limits": _limits,  # order quantity and value, open orders, position
    "loss cap": _loss_cap,
    "balances": _balances,  # prefunded: locks and settlement
}
PER_VENUE: Final = ("collar and breaker", "fees")
CHECKS: Final = (*PER_ACCOUNT, *PER_VENUE)


def switch_on(checks: tuple[str, ...], symbols: int) -> list[AnyCommand]:
    """The commands that switch on the named checks for every account and instrument of the workload."""
    opening = opening_commands(symbols)
    listings = [command for command in opening if isinstance(command, ListInstrument)]
    commands: list[AnyCommand] = []
    if "collar and breaker" in checks:
        commands += [SetPriceLimits(listing.symbol, 9_000, 9_000, 0, 0, 0, *BY) for listing in listings]
    if "fees" in checks:
        tiers = (FeeTier(0, 1_000, 2_000), FeeTier(10**13, 800, 1_500), FeeTier(10**15, -50, 1_000))
        quotes = dict.fromkeys(listing.quote for listing in listings)
        commands += [SetFeeSchedule(quote, tiers, *BY) for quote in quotes]
    for account in opening:
        if isinstance(account, OpenAccount):
            for check, make in PER_ACCOUNT.items():
                if check in checks:
                    commands += make(account, listings)
    return commands
