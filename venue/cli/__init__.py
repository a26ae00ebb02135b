"""The `venue` command. What an operator or user did wrong is one sentence on stderr and exit status 2."""

import os
import sys
from importlib.metadata import version as package_version
from typing import Annotated

import typer

from venue.cli import journal, ordering, running
from venue.engine_kind import engine_kind
from venue.errors import VenueError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An exchange venue: FIX order entry, deterministic matching, a durable journal.",
)
app.command()(running.serve)
app.command()(running.demo)
app.command()(ordering.order)
app.command()(ordering.cancel)
app.command()(ordering.replace)
app.command()(ordering.orders)
app.command()(journal.replay)
app.add_typer(journal.app, name="journal")


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
