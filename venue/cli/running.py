"""`venue serve` and `venue demo`: the commands that run a venue."""

import logging
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.terminal import console, progress
from venue.config import VenueConfig
from venue.demo.stage import run_demo
from venue.engine_kind import engine_kind
from venue.errors import OperatorError
from venue.journal.remote import SOCKET_NAME
from venue.server import Venue
from venue.server import serve as run_venue

FixPort = Annotated[int | None, typer.Option("--fix-port", min=0, max=65535, help="0: a free one.")]
LogLevel = Annotated[str, typer.Option(help="debug, info, warning or error; the log goes to stderr.")]

_LOG_LEVELS: Final = ("debug", "info", "warning", "error")


def serve(
    config: Config = None,
    data: Data = None,
    fix_port: FixPort = None,
    settings: Settings = None,
    log_level: LogLevel = "info",
) -> None:
    """Run the venue until Ctrl-C."""
    loaded = configured(config, data, settings, fix_port)
    _require_listed(loaded)
    _start_log(log_level)
    print(f"venue {version('venue')}, engine {engine_kind()}, data in {loaded.data}", flush=True)
    with progress("replaying the journal") as tell:
        status = run_venue(loaded, lambda venue: _announce(venue, loaded), progress=tell)
    if status == 0:
        print("stopped", flush=True)
    raise typer.Exit(status)


def demo(
    config: Config = None,
    data: Data = None,
    fix_port: FixPort = None,
    seed: Annotated[int, typer.Option(help="Of the traders' chance.")] = 1,
    orders_per_s: Annotated[int, typer.Option(min=1, max=2000, help="How lively the traders are.")] = 40,
    settings: Settings = None,
    log_level: LogLevel = "warning",
) -> None:
    """Run the venue with simulated traders, who reach it over FIX as any client does, until Ctrl-C."""
    loaded = configured(config, data, settings, fix_port)
    _require_listed(loaded)
    loaded.data.mkdir(parents=True, exist_ok=True)
    _start_log(log_level, loaded.data / "venue.log")  # a line on the terminal would tear the screen
    print(f"venue {version('venue')}, engine {engine_kind()}, data and logs in {loaded.data}", flush=True)
    with progress("replaying the journal") as tell:
        status = run_demo(loaded, seed, orders_per_s, console(), tell)
    raise typer.Exit(status)


def _announce(venue: Venue, config: VenueConfig) -> None:
    fix = config.fix
    print(f"FIX order entry at {fix.host}:{venue.gateway.port}, TargetCompID {fix.comp_id}", flush=True)
    print(f"operators' commands at {config.data / SOCKET_NAME}")
    print(f"sessions: {', '.join(config.sessions)}")
    print(f"instruments: {', '.join(config.instruments)}")
    print("ready; Ctrl-C stops the venue", flush=True)


def _require_listed(config: VenueConfig) -> None:
    if not config.instruments or not config.sessions:
        raise OperatorError("no instruments or no sessions are configured: give a file, --config config/demo.toml")


def _start_log(level: str, file: Path | None = None) -> None:
    if level not in _LOG_LEVELS:
        raise OperatorError(f"--log-level was {level!r}: must be {', '.join(_LOG_LEVELS)}")
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", filename=file)
