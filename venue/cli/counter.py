"""Where operators' commands are asked: a running venue, reached through its command port.

A command is journaled with who asked and why, and what came of it is told in words. What the venue refuses
is an OperatorError: reason, limit and remedy in one sentence.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from venue import reasons
from venue.cli.options import Config, configured
from venue.cli.told import told
from venue.cli.units import login_name
from venue.config import NAME
from venue.errors import OperatorError
from venue.journal import RemoteJournal
from venue.journal.frames import ACCOUNTS, INSTRUMENTS, Answer, Question
from venue.messages import (
    AnyCommand,
    AnyEvent,
    CorrectTrade,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    OperationRefused,
    OrderCanceled,
    OrderTraded,
    OrderTriggered,
    SetAccountFees,
    SetFeeSchedule,
    SetLossCap,
    SetOrderGroup,
    SetPriceLimits,
    SetTradingState,
)
from venue.reasons import REASONS
from venue.units import Units, unknown

Why: TypeAlias = Annotated[str, typer.Option(help="For the record: what led to this.", show_default=False)]
By: TypeAlias = Annotated[str, typer.Option(help="For the record: who asks. Default: your login name.")]
Account: TypeAlias = Annotated[str, typer.Argument(metavar="ACCOUNT")]
Symbol: TypeAlias = Annotated[str, typer.Argument(metavar="SYMBOL", help="An instrument, such as BTC-USD.")]
Currency: TypeAlias = Annotated[str, typer.Argument(metavar="CURRENCY", help="Such as USD.")]

TEXT_MAX: Final = 200  # characters of --why and --by

REMEDIES: Final[dict[int, str]] = {
    reasons.UNKNOWN_ACCOUNT: "`venue account list` shows those there are",
    reasons.UNKNOWN_SYMBOL: "`venue instrument list` shows those there are",
    reasons.UNKNOWN_SESSION: "`venue session list` shows those there are",
    reasons.UNKNOWN_FIRM: "`venue account list` shows the firms",
    reasons.UNKNOWN_CURRENCY: "`venue fee list` shows those there are",
    reasons.UNKNOWN_TRADE: "it was never made, is busted already, or is too old to be changed",
    reasons.NOT_PREFUNDED: "only accounts with settlement prefunded have balances (`venue account show{account}`)",
    reasons.TRANSACTION_REUSED: "give this one an --id of its own",
    reasons.IN_USE: "close its position, cancel its orders and withdraw its balances first",
    reasons.INSUFFICIENT_BALANCE: "`venue balance{account}` shows what is available and what open orders lock",
    reasons.MISMATCH: "tick, lot, currencies and decimals of an instrument stay for ever: add a new symbol",
}
ALLOWED: Final[dict[type, str]] = {  # what a value out of range may be
    MoveBalance: "the amount must be above 0, and the balance may not pass 64 bits",
    SetTradingState: "--for goes with halted, pre-open and auction only, and must be above 0",
    SetLossCap: "a cap must be above 0, or none",
    SetFeeSchedule: "the first tier is from volume 0, each next one from more; rates are from -10 % to 10 %",
    SetAccountFees: "rates are from -10 % to 10 %",
    SetPriceLimits: "--collar and --breaker must be below 100 %",
    SetOrderGroup: "the quantity and --within must be above 0",
    ListInstrument: "--min-qty must be above 0 and not above --max-qty; a smaller --max-qty or fewer decimals may fit",
    CorrectTrade: "give another price, or a quantity below the trade's",
}


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
            refusals += [_refusal(event, command) for event in events if isinstance(event, OperationRefused)]
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
    by, why = (by or login_name()).strip(), why.strip()
    for name, text in (("--by", by), ("--why", why)):
        if not text or not text.isprintable() or len(text) > TEXT_MAX:
            raise OperatorError(f"{name} was {text!r}: must be a line of text, {TEXT_MAX} characters at most")
    return by, why


def require_name(what: str, name: str) -> str:
    """The name, or OperatorError when FIX fields and tables cannot carry it."""
    if not re.fullmatch(NAME, name):
        raise OperatorError(f"{what} was {name!r}: must be of letters, digits, '.', '_' and '-', 32 characters at most")
    return name


def _refusal(event: OperationRefused, command: AnyCommand) -> str:
    reason = REASONS[event.reason].text + (f" ({event.text})" if event.text else "")
    account = getattr(command, "account", "")
    remedy = REMEDIES.get(event.reason, "").format(account=f" {account}" if account else "")
    if event.reason == reasons.BAD_VALUE:
        remedy = ALLOWED.get(type(command), "see --help for what is allowed")
    return f"{reason}: {remedy}" if remedy else reason
