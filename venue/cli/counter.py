"""Where operators' commands are asked: a running venue, reached through its command port.

A command is journaled with who asked and why, and what came of it is told in words. What the venue refuses
is an OperatorError: reason, limit and remedy in one sentence.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from venue.cli.options import Config, configured
from venue.control.refusals import refusal_told
from venue.control.told import told
from venue.control.values import require_line
from venue.errors import OperatorError
from venue.journal import RemoteJournal
from venue.journal.frames import ACCOUNTS, INSTRUMENTS, Answer, Question
from venue.messages import (
    AnyCommand,
    AnyEvent,
    OpenAccount,
    OperationRefused,
    OrderCanceled,
    OrderTraded,
    OrderTriggered,
)
from venue.units import Units, unknown

Why: TypeAlias = Annotated[str, typer.Option(help="For the record: what led to this.", show_default=False)]
By: TypeAlias = Annotated[str, typer.Option(help="For the record: who asks. Default: your login name.")]
Account: TypeAlias = Annotated[str, typer.Argument(metavar="ACCOUNT")]
Symbol: TypeAlias = Annotated[str, typer.Argument(metavar="SYMBOL", help="An instrument, such as BTC-USD.")]
Currency: TypeAlias = Annotated[str, typer.Argument(metavar="CURRENCY", help="Such as USD.")]


class Counter:
    """One visit: `ask` what is, `change` something. Settings are read and written back whole."""

    def __init__(self, journal: RemoteJournal) -> None:
        self._journal = journal
        self.units: Final = Units(journal.ask(INSTRUMENTS))

    def ask(self, question: Question[Answer], *arguments: str | int) -> Answer:
        return self._journal.ask(question, *arguments)

    def account(self, name: str) -> OpenAccount:
        """Raises OperatorError that names the nearest there is."""
        accounts = {account.account: account for account in self.ask(ACCOUNTS)}
        if name not in accounts:
            raise unknown("account", name, accounts, "venue account list")
        return accounts[name]

    def change(self, *commands: AnyCommand) -> int:
        """Have the commands done, in one batch, and tell what came of each; returns the number of events.

        Raises OperatorError with what was refused, when all else is told.
        """
        refusals: list[str] = []
        count = 0
        for command, (journal_seq, events) in zip(commands, self._journal.append(commands), strict=True):
            refusals += [refusal_told(event, command) for event in events if isinstance(event, OperationRefused)]
            count += len(events)
            self._tell(journal_seq, events)
        if refusals:
            raise OperatorError("refused: " + "; ".join(refusals))
        return count

    def _tell(self, journal_seq: int, events: list[AnyEvent]) -> None:
        """A line for each event that is of the operator's own; what it did to orders is counted."""
        units = Units(self.ask(INSTRUMENTS))  # anew: it may be one of them that was changed
        for event in events:
            if line := told(event, units):
                print(f"{line} (journal_seq {journal_seq})")
        for kind, (one, many) in _COUNTED.items():
            if count := sum(isinstance(event, kind) for event in events):
                print(f"1 {one}" if count == 1 else f"{count} {many}")


_COUNTED: Final = {
    OrderCanceled: ("order canceled", "orders canceled"),
    OrderTraded: ("trade", "trades"),
    OrderTriggered: ("order triggered", "orders triggered"),
}


@contextmanager
def counter(config: Config, data: Path | None) -> Iterator[Counter]:
    """Raises OperatorError when no venue runs on the data folder."""
    with RemoteJournal(configured(config, data).data) as journal:
        yield Counter(journal)


def recorded(by: str, why: str) -> tuple[str, str]:
    """Who asks and why, as they go into the journal. Raises OperatorError when one of them says nothing."""
    return require_line("--by", by or _login_name()), require_line("--why", why)


def _login_name() -> str:
    """Who works at this terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise OperatorError("this user has no login name: say who you are with --by") from None
