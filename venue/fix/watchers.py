"""Drop copies: which sessions watch which account, as the journal has said so far.

Learned from the SettingChanged events, in the replay as later, so that after a restart every session is
given the copies it was given before, with the same ReportIndex(5002).
"""

from typing import Final

from venue.messages import SetSession


class Watchers:
    """Truth is whether anybody watches anything: then nobody need be looked for."""

    def __init__(self) -> None:
        self._watches: Final[dict[str, tuple[str, ...]]] = {}  # session -> accounts
        self._of: dict[str, tuple[str, ...]] = {}  # account -> sessions

    def __bool__(self) -> bool:
        return bool(self._of)

    def learn(self, entitlement: SetSession) -> None:
        self._watches[entitlement.session] = entitlement.watches
        of: dict[str, tuple[str, ...]] = {}
        for session, accounts in self._watches.items():
            for account in dict.fromkeys(accounts):
                of[account] = (*of.get(account, ()), session)
        self._of = of

    def of(self, account: str, owner: str) -> list[str]:
        """The sessions that get a copy of what session `owner` is told of its orders of the account."""
        return [session for session in self._of.get(account, ()) if session != owner]
