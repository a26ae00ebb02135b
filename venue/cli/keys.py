"""`venue key`: API keys, made and revoked on the data folder itself; what a trader's key may trade, in the venue."""

import time
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer

from venue.cli.counter import By, Counter, counter, recorded
from venue.cli.options import Config, Data, configured
from venue.cli.tables import shown, table
from venue.errors import OperatorError
from venue.journal.frames import SESSIONS
from venue.keys import ROLES, KeyStore, Role, add_key, require_addable, revoke_key, session_of
from venue.messages import SetSession

app = typer.Typer(no_args_is_help=True, help="API keys: who may use REST and WebSocket, with which role.")

Name: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="It trades as session api.NAME.")]
RoleWord: TypeAlias = Annotated[str, typer.Option("--role", help=f"{', '.join(ROLES)}.", show_default=False)]
Accounts: TypeAlias = Annotated[list[str] | None, typer.Option(help="An account, of a trader; once for each.")]
Why: TypeAlias = Annotated[str, typer.Option(help="For the record: what led to this.")]


@app.command("add")
def add(
    name: Name,
    role: RoleWord,
    trades: Accounts = None,
    watches: Accounts = None,
    why: Why = "an API key was made",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Make a key and print its token, which is shown this once: venue key add bot --role trader --trades DEMO1.

    A trader's accounts are entered into the venue, which must run. The name of a revoked key may be given again: a
    trader's new key then has the accounts of the old one where none are named.
    """
    folder = configured(config, data).data
    folder.mkdir(parents=True, exist_ok=True)
    known_role = _role(role)
    by, why = recorded(by, why)
    require_addable(folder, name)
    if known_role == "trader":
        with counter(config, data) as venue:
            venue.change(_entitled(venue, session_of(name), trades, watches, by, why))
    elif trades or watches:
        raise OperatorError(f"--trades and --watches are for a trader, but --role was {role}: leave them out")
    token = add_key(folder, name, known_role, time.time_ns(), by, why)
    print(f"key {name} of a {role}; this is its token, kept nowhere else (send it as `Authorization: Bearer …`):")
    print(token)


@app.command("list")
def list_keys(config: Config = None, data: Data = None) -> None:
    """List the keys, revoked ones too; `venue session list` shows what traders trade."""
    rows = table("key", "role", "session", "made", "revoked")
    for key in KeyStore(configured(config, data).data).listed():
        revoked = _time_text(key.revoked_ns) if key.revoked_ns else ""
        rows.add_row(key.name, key.role, key.session, _time_text(key.created_ns), revoked)
    shown(rows, "there are no keys")


@app.command("revoke")
def revoke(
    name: Name, why: Why = "an API key was revoked", by: By = "", config: Config = None, data: Data = None
) -> None:
    """Revoke a key: it is refused from the next request on. Orders it has entered stay."""
    key = revoke_key(configured(config, data).data, name, time.time_ns(), *recorded(by, why))
    print(f"key {name} is revoked; what it has entered is of session {key.session}")


def _role(word: str) -> Role:
    for role in ROLES:
        if word == role:
            return role
    raise OperatorError(f"--role was {word!r}: must be {', '.join(ROLES)}")


def _entitled(
    venue: Counter, session: str, trades: list[str] | None, watches: list[str] | None, by: str, why: str
) -> SetSession:
    known = {known.session: known for known in venue.ask(SESSIONS)}
    before = known.get(session) or SetSession(session, (), (), by, why)
    traded = before.trades if trades is None else tuple(venue.account(name).account for name in trades)
    watched = before.watches if watches is None else tuple(venue.account(name).account for name in watches)
    if not traded and not watched:
        raise OperatorError("a trader needs an account: name it with --trades, or with --watches")
    return SetSession(session, traded, watched, by, why)


def _time_text(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
