"""`venue session`: which accounts a FIX session trades and watches, how its connection is, and what it logs on with."""

from typing import Annotated

import typer

from venue.cli import credentials
from venue.cli.counter import By, Counter, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.told import names
from venue.control.values import require_name
from venue.journal.frames import SESSIONS, VITALS
from venue.journal.phrases import time_text
from venue.messages import LOG_OUT, RESET_NUMBERS, ControlSession, FixSessionStatus, SessionAction, SetSession
from venue.units import NONE, unknown

app = typer.Typer(no_args_is_help=True, help="FIX sessions: their accounts, connections, credentials.")
app.command("add")(credentials.add)
app.command("rotate")(credentials.rotate)
app.command("revoke")(credentials.revoke)
app.command("credentials")(credentials.list_credentials)

Session = Annotated[str, typer.Argument(metavar="SESSION", help="SenderCompID(49) of the client.")]
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
    session: Session,
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


@app.command("status")
def show_statuses(config: Config = None, data: Data = None) -> None:
    """Show how each configured session is: since when it is logged on, its sequence numbers, what waits for it.

    "out" and "in" count the application messages since the venue started; "told" is the journal_seq of the last
    report that was handed over.
    """
    with counter(config, data) as venue:
        rows = table("session", "logged on", ">next out", ">next in", ">out", ">in", ">waiting", ">told")
        for status in venue.ask(VITALS).fix_sessions:
            rows.add_row(*_cells(status))
        shown(rows, "there are no FIX sessions")


def _cells(status: FixSessionStatus) -> list[str]:
    since = f"since {time_text(status.connected_since_ns)[:19]}Z" if status.is_logged_on else "no"
    numbers = (status.next_sender_seq, status.next_target_seq, status.messages_out, status.messages_in)
    return [status.comp_id, since, *(str(number) for number in (*numbers, status.queue_len, status.told_journal_seq))]


@app.command("logout")
def log_out(session: Session, why: Why, by: By = "", config: Config = None, data: Data = None) -> None:
    """Log a session out. It may log on again at once; `venue kill engage session` keeps it from trading."""
    _control(session, LOG_OUT, recorded(by, why), config, data)


@app.command("reset")
def reset_numbers(session: Session, why: Why, by: By = "", config: Config = None, data: Data = None) -> None:
    """Log a session out and set both of its sequence numbers back to 1.

    For a client that has lost or reset its own. Reports it has not received yet cannot be sent again: its orders
    are known by a status request.
    """
    _control(session, RESET_NUMBERS, recorded(by, why), config, data)


def _control(name: str, action: SessionAction, record: tuple[str, str], config: Config, data: Data) -> None:
    with counter(config, data) as venue:
        served = [status.comp_id for status in venue.ask(VITALS).fix_sessions]
        if name not in served:
            raise unknown("session", name, served, "venue session status")
        venue.change(ControlSession(name, action, *record))


def _named(venue: Counter, names_given: list[str] | None, before: tuple[str, ...]) -> tuple[str, ...]:
    if names_given is None:
        return before
    return tuple(venue.account(name).account for name in names_given if name != NONE)
