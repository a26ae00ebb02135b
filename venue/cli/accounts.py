"""`venue account`, `venue balance` and `venue position`: who may trade, and what each has."""

from typing import Annotated

import msgspec
import typer

from venue import reasons
from venue.cli.counter import Account, By, Counter, Currency, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.told import account_told, names
from venue.control.values import require_name, units_of
from venue.errors import OperatorError
from venue.increments import ratio_text, trimmed
from venue.journal.frames import ACCOUNTS, BALANCES, LIMITS, POSITIONS
from venue.messages import MassCancel, MoveBalance, OpenAccount, Position
from venue.names import SELF_MATCHES, SETTLEMENTS, SIDES, word_of

app = typer.Typer(no_args_is_help=True, help="Accounts: who may trade, their deposits and withdrawals.")

Firm = Annotated[str | None, typer.Option(help="The firm it belongs to; a kill switch can stop all of a firm.")]
SettlementWord = Annotated[str | None, typer.Option(help=f"{' or '.join(SETTLEMENTS.values())}. Default: credit.")]
Instruments = Annotated[
    list[str] | None, typer.Option("--instrument", help='It may trade; once for each. Default, and "all": all.')
]
SelfMatchWord = Annotated[
    str | None, typer.Option("--self-match", help=f"{', '.join(SELF_MATCHES.values())}. Default: the first.")
]
Group = Annotated[
    str | None, typer.Option("--self-match-group", help="Accounts of one group do not trade with each other.")
]
Symbol = Annotated[str, typer.Option(help="Only of this instrument.")]
SideWord = Annotated[str, typer.Option("--side", help="Only buy or only sell.")]
TransactionId = Annotated[
    str, typer.Option("--id", help="Of the transaction: the same one again is done once.", show_default=False)
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Such as 1000 or 0.25.")]


@app.command("list")
def list_accounts(config: Config = None, data: Data = None) -> None:
    """List the accounts."""
    with counter(config, data) as venue:
        rows = table("account", "firm", "settlement", "instruments", "self-match", "group", ">open orders", "killed")
        for account in venue.ask(ACCOUNTS):
            limits = venue.ask(LIMITS, account.account)
            rows.add_row(
                account.account,
                account.firm,
                SETTLEMENTS[account.settlement],
                names(account.instruments, "all"),
                SELF_MATCHES[account.self_match],
                account.self_match_group,
                str(limits.open_orders) if limits else "",
                "killed" if limits and limits.is_killed else "",
            )
        shown(rows, "there are no accounts")


@app.command("show")
def show_account(account: Account, config: Config = None, data: Data = None) -> None:
    """Show an account: its settings, positions and balances."""
    with counter(config, data) as venue:
        print(account_told(venue.account(account)))
        _show_positions(venue, account)
        _show_balances(venue, account)


@app.command("open")
def open_account(
    account: Account,
    why: Why,
    firm: Firm = None,
    settlement: SettlementWord = None,
    instruments: Instruments = None,
    self_match: SelfMatchWord = None,
    self_match_group: Group = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Open an account. No session trades it before `venue session set`."""
    with counter(config, data) as venue:
        if any(known.account == account for known in venue.ask(ACCOUNTS)):
            raise OperatorError(f"account {account} is open already: `venue account change` changes it")
        opened = OpenAccount(require_name("ACCOUNT", account))
        venue.change(_changed(venue, opened, firm, settlement, instruments, self_match, self_match_group, by, why))


@app.command("change")
def change_account(
    account: Account,
    why: Why,
    firm: Firm = None,
    settlement: SettlementWord = None,
    instruments: Instruments = None,
    self_match: SelfMatchWord = None,
    self_match_group: Group = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Change an account; what is not given stays."""
    with counter(config, data) as venue:
        known = venue.account(account)
        venue.change(_changed(venue, known, firm, settlement, instruments, self_match, self_match_group, by, why))


@app.command("deposit")
def deposit(
    account: Account,
    currency: Currency,
    amount: Amount,
    transaction_id: TransactionId,
    why: Why,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Deposit to a prefunded account: venue account deposit DEMO9 USD 1000 --id wire-17 --why "wire of Nov 24"."""
    with counter(config, data) as venue:
        venue.change(_move(venue, account, currency, amount, transaction_id, 1, recorded(by, why)))


@app.command("withdraw")
def withdraw(
    account: Account,
    currency: Currency,
    amount: Amount,
    transaction_id: TransactionId,
    why: Why,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Withdraw from a prefunded account what its open orders do not lock."""
    with counter(config, data) as venue:
        venue.change(_move(venue, account, currency, amount, transaction_id, -1, recorded(by, why)))


@app.command("cancel")
def cancel_orders(
    account: Account,
    why: Why,
    symbol: Symbol = "",
    side: SideWord = "",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Cancel an account's open orders, of all its sessions."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.account(account)
        if symbol:
            venue.units.instrument(symbol)
        which = word_of("--side", side, SIDES) if side else 0
        order = MassCancel("", account, "", symbol, which, reason=reasons.BY_OPERATOR, by=by, why=why)
        if not venue.change(order):
            print(f"{account} has no open orders that fit")


def show_positions(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Default: all accounts.")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Show positions and P&L: of an account, or of all."""
    with counter(config, data) as venue:
        accounts = [venue.account(account)] if account else venue.ask(ACCOUNTS)
        _show_positions(venue, *(known.account for known in accounts))


def show_balances(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Default: all accounts.")] = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Show the balances of prefunded accounts: of one, or of all."""
    with counter(config, data) as venue:
        accounts = [venue.account(account)] if account else venue.ask(ACCOUNTS)
        _show_balances(venue, *(known.account for known in accounts))


def _changed(
    venue: Counter,
    account: OpenAccount,
    firm: str | None,
    settlement: str | None,
    instruments: list[str] | None,
    self_match: str | None,
    self_match_group: str | None,
    by: str,
    why: str,
) -> OpenAccount:
    """The account with what was given on the command line."""
    by, why = recorded(by, why)
    changes: dict[str, object] = {"by": by, "why": why}
    if firm is not None:
        changes["firm"] = require_name("--firm", firm)
    if settlement is not None:
        changes["settlement"] = word_of("--settlement", settlement, SETTLEMENTS)
    if instruments is not None:
        named = () if instruments == ["all"] else tuple(instruments)
        changes["instruments"] = tuple(venue.units.instrument(symbol).symbol for symbol in named)
    if self_match is not None:
        changes["self_match"] = word_of("--self-match", self_match, SELF_MATCHES)
    if self_match_group is not None:
        changes["self_match_group"] = self_match_group and require_name("--self-match-group", self_match_group)
    return msgspec.structs.replace(account, **changes)


def _move(
    venue: Counter, account: str, currency: str, amount: str, transaction_id: str, sign: int, record: tuple[str, str]
) -> MoveBalance:
    venue.account(account)
    units = sign * units_of("AMOUNT", amount, venue.units.money(currency))
    if not transaction_id.isprintable():
        raise OperatorError(f"--id was {transaction_id!r}: must be printable text")
    return MoveBalance(account, currency, units, transaction_id, *record)


def _show_positions(venue: Counter, *accounts: str) -> None:
    rows = table(
        "account", "instrument", ">position", ">average", ">mark", ">realized", ">unrealized", ">fees",
        ">open buys", ">open sells",
    )  # fmt: skip
    for account in accounts:
        for position in venue.ask(POSITIONS, account):
            rows.add_row(*_position_row(venue, position))
    shown(rows, "no positions")


def _position_row(venue: Counter, position: Position) -> list[str]:
    """P&L and fees in the quote currency, realized and unrealized before fees."""
    symbol, price = position.symbol, venue.units.price(position.symbol)
    quote = venue.units.instrument(symbol).quote
    lots = abs(position.qty_lots)
    return [
        position.account,
        symbol,
        venue.units.qty_text(symbol, position.qty_lots),
        ratio_text(position.open_notional, lots, price, 2) if lots else "",
        ratio_text(position.mark_half_ticks, 2, price, 1) if position.mark_half_ticks else "",
        venue.units.money_text(quote, position.realized_units),
        venue.units.money_text(quote, position.unrealized_units),
        venue.units.money_text(quote, position.fees_units),
        venue.units.qty_text(symbol, position.open_buy_lots) if position.open_buy_lots else "",
        venue.units.qty_text(symbol, position.open_sell_lots) if position.open_sell_lots else "",
    ]


def _show_balances(venue: Counter, *accounts: str) -> None:
    rows = table("account", "currency", ">balance", ">locked", ">available")
    for account in accounts:
        for balance in venue.ask(BALANCES, account):
            amounts = (balance.total_units, balance.locked_units, balance.total_units - balance.locked_units)
            text = venue.units.money(balance.currency).to_text
            rows.add_row(balance.account, balance.currency, *(trimmed(text(units)) for units in amounts))
    shown(rows, "no balances")
