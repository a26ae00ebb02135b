"""`venue kill` and `venue group`: what stops trading at once."""

from typing import Annotated

import typer

from venue.cli.counter import Account, By, Counter, Symbol, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.values import duration_of, duration_text, require_name, units_of
from venue.errors import OperatorError
from venue.journal.frames import KILL_SWITCHES, LIMITS
from venue.messages import NO_LIMIT, VENUE, SetKillSwitch, SetOrderGroup
from venue.names import SCOPES, word_of
from venue.units import unknown

app = typer.Typer(no_args_is_help=True, help="Kill switches: stop a session, an account, a firm or the venue.")
groups = typer.Typer(no_args_is_help=True, help="Fill-rate groups: a market maker's orders go after so many fills.")

ScopeWord = Annotated[str, typer.Argument(metavar="SCOPE", help=", ".join(SCOPES.values()))]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the session, account or firm; none for venue.")]
GroupName = Annotated[str, typer.Argument(metavar="GROUP", help="As orders name it in OrderGroup(5003).")]


@app.command("list")
def list_switches(config: Config = None, data: Data = None) -> None:
    """List the kill switches that are engaged."""
    with counter(config, data) as venue:
        rows = table("scope", "name", "by", "why")
        for switch in venue.ask(KILL_SWITCHES):
            rows.add_row(SCOPES[switch.scope], switch.name, switch.by, switch.why)
        shown(rows, "no kill switch is engaged")


@app.command("engage")
def engage(scope: ScopeWord, why: Why, name: Name = "", by: By = "", config: Config = None, data: Data = None) -> None:
    """Cancel all open orders in the scope and refuse new ones: venue kill engage account DEMO1 --why "lost control"."""
    _switch(scope, name, True, recorded(by, why), config, data)


@app.command("release")
def release(scope: ScopeWord, why: Why, name: Name = "", by: By = "", config: Config = None, data: Data = None) -> None:
    """Let the scope trade again. Its canceled orders do not come back."""
    _switch(scope, name, False, recorded(by, why), config, data)


@groups.command("list")
def list_groups(account: Account, config: Config = None, data: Data = None) -> None:
    """List the fill-rate groups of an account."""
    with counter(config, data) as venue:
        show_groups(venue, account)


@groups.command("set")
def set_group(
    account: Account,
    group: GroupName,
    symbol: Symbol,
    qty: Annotated[str, typer.Argument(metavar="QTY", help="Filled within the time: the group is tripped.")],
    why: Why,
    within: Annotated[str, typer.Option(metavar="TIME", help="Such as 500ms or 5s.", show_default=False)],
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Set up a fill-rate group: venue group set MM1 fast BTC-USD 10 --within 5s --why "as agreed"."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.account(account)
        lots, window_ns = units_of("QTY", qty, venue.units.qty(symbol)), duration_of("--within", within)
        venue.change(SetOrderGroup(account, require_name("GROUP", group), symbol, lots, window_ns, by, why))


@groups.command("reset")
def reset_group(
    account: Account, group: GroupName, why: Why, by: By = "", config: Config = None, data: Data = None
) -> None:
    """Let a tripped group take orders again."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        known = _group(venue, account, group)
        venue.change(SetOrderGroup(account, group, known.symbol, known.lots_max, known.window_ns, by, why))


@groups.command("end")
def end_group(
    account: Account, group: GroupName, why: Why, by: By = "", config: Config = None, data: Data = None
) -> None:
    """End a group: orders may no longer name it."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        known = _group(venue, account, group)
        venue.change(SetOrderGroup(account, group, known.symbol, NO_LIMIT, known.window_ns, by, why))


def show_groups(venue: Counter, account: str) -> None:
    venue.account(account)
    limits = venue.ask(LIMITS, account)
    rows = table("group", "instrument", ">tripped by", ">within", "state")
    for group, is_tripped in limits.groups if limits else ():
        qty, window = venue.units.qty_text(group.symbol, group.lots_max), duration_text(group.window_ns)
        rows.add_row(group.group, group.symbol, qty, window, "tripped" if is_tripped else "armed")
    shown(rows, f"{account} has no fill-rate groups")


def _switch(scope: str, name: str, engaged: bool, record: tuple[str, str], config: Config, data: Data) -> None:
    where = word_of("SCOPE", scope, SCOPES)
    if bool(name) == (where == VENUE):
        raise OperatorError("the venue has no NAME here" if name else f"NAME is missing: which {SCOPES[where]}?")
    with counter(config, data) as venue:
        venue.change(SetKillSwitch(where, name, engaged, *record))


def _group(venue: Counter, account: str, group: str) -> SetOrderGroup:
    venue.account(account)
    limits = venue.ask(LIMITS, account)
    known = {known.group: known for known, _ in limits.groups} if limits else {}
    if group not in known:
        raise unknown("group", group, known, f"venue group list {account}")
    return known[group]
