"""`venue session`: which accounts a FIX session trades, and which it watches."""

from typing import Annotated

import typer

from venue.cli.counter import By, Counter, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.told import names
from venue.control.values import require_name
from venue.journal.frames import SESSIONS
from venue.messages import SetSession
from venue.units import NONE

app = typer.Typer(no_args_is_help=True, help="FIX sessions: the accounts they trade and watch.")

Accounts = Annotated[list[str] | None, typer.Option(help='An account; once for each. "none": no account.')]


@app.command("list")
def list_sessions(config: Config = None, data: Data = None) -> None:
    """List what each session trades and watches."""
    with counter(config, data) as venue:
        rows = table("session", "trades", "watches")
        for session in venue.ask(SESSIONS):
            rows.add_row(session.session, names(session.trades, ""), names(session.watches, ""))
        shown(rows, "there are no sessions")


@app.command("set")
def set_session(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="SenderCompID(49) of the client.")],
    why: Why,
    trades: Accounts = None,
    watches: Accounts = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Say which accounts a session trades and watches; what is not given stays.

    An order that names no account is of the first one. How the session connects stands in the configuration.
    """
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        known = {known.session: known for known in venue.ask(SESSIONS)}
        before = known.get(session) or SetSession(require_name("SESSION", session), (), (), by, why)
        traded, watched = _named(venue, trades, before.trades), _named(venue, watches, before.watches)
        venue.change(SetSession(session, traded, watched, by, why))


def _named(venue: Counter, names_given: list[str] | None, before: tuple[str, ...]) -> tuple[str, ...]:
    if names_given is None:
        return before
    return tuple(venue.account(name).account for name in names_given if name != NONE)
