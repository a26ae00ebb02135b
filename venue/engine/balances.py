"""The money of prefunded accounts: a purse per currency, filled and emptied by the operator.

Between commands 0 <= locked <= total in every purse. Trades and locks keep that by themselves, because what
an order may cost is locked, or looked at, before it trades.
"""

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from venue.engine.accounts import Account

TRANSACTIONS_MAX: Final = 1_000_000

Transaction: TypeAlias = tuple[str, str, int]  # account, currency, amount_units


class Purse:
    """A prefunded account's balance in one currency, in units of it."""

    def __init__(self) -> None:
        self.total = 0
        self.locked = 0  # the sum of the lock_units of the account's open orders that pay in the currency

    def available(self) -> int:
        return self.total - self.locked


def purse(account: "Account", currency: str) -> Purse:
    """The account's purse of this currency; the first time an empty one."""
    found = account.purses.get(currency)
    if found is None:
        found = account.purses[currency] = Purse()
    return found
