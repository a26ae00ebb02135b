"""The money of prefunded accounts: balances per currency, moved in and out by the operator."""


class Purse:
    """A prefunded account's balance in one currency, in units of it.

    Invariant: 0 <= locked <= total between commands; locked is the sum of the lock_units of open orders.
    """

    def __init__(self) -> None:
        self.total = 0
        self.locked = 0

    def available(self) -> int:
        return self.total - self.locked
