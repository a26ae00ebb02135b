"""The `venue` command. What an operator or user did wrong is one sentence on stderr and exit status 2."""

import os
import sys
from importlib.metadata import version as package_version
from typing import Annotated

import typer

from venue.cli import (
    accounts,
    backing_up,
    chaos,
    fees,
    history,
    instruments,
    journal,
    keys,
    limits,
    order_lists,
    ordering,
    replaying,
    running,
    sessions,
    snapshots,
    switches,
    trades,
    verifying,
    watching,
)
from venue.engine_kind import engine_kind
from venue.errors import VenueError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An exchange venue: FIX order entry, deterministic matching, a durable journal.",
)
app.command(rich_help_panel="Run a venue")(running.serve)
app.command(rich_help_panel="Run a venue")(running.demo)
app.command(rich_help_panel="Trade by hand")(ordering.order)
app.command(rich_help_panel="Trade by hand")(order_lists.bracket)
app.command(rich_help_panel="Trade by hand")(order_lists.oto)
app.command(rich_help_panel="Trade by hand")(order_lists.oco)
app.command(rich_help_panel="Trade by hand")(ordering.cancel)
app.command(rich_help_panel="Trade by hand")(ordering.replace)
app.command(rich_help_panel="Trade by hand")(ordering.orders)
app.command(rich_help_panel="Trade by hand")(watching.watch)
app.command(rich_help_panel="Run a venue")(backing_up.backup)
for _name, _group in (
    ("account", accounts.app),
    ("session", sessions.app),
    ("key", keys.app),
    ("limit", limits.app),
    ("fee", fees.app),
    ("instrument", instruments.app),
    ("state", instruments.states),
    ("kill", switches.app),
    ("group", switches.groups),
    ("trade", trades.app),
):
    app.add_typer(_group, name=_name, rich_help_panel="Operate a running venue")
app.command("position", rich_help_panel="Operate a running venue")(accounts.show_positions)
app.command("balance", rich_help_panel="Operate a running venue")(accounts.show_balances)
app.command("chaos-client", rich_help_panel="Attack a venue of one's own")(chaos.chaos_client)
app.command(rich_help_panel="Read the journal")(replaying.replay)
app.command("verify", rich_help_panel="Read the journal")(verifying.verify_all)
app.add_typer(journal.app, name="journal", rich_help_panel="Read the journal")
app.add_typer(snapshots.app, name="snapshot", rich_help_panel="Read the journal")
app.add_typer(history.app, name="history", rich_help_panel="Read the journal")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"venue {package_version('venue')}, engine {engine_kind()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version, and which engine runs.")
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    try:
        app()
    except VenueError as error:
        print(f"venue: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # `venue journal show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
