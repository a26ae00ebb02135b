"""`venue serve` and `venue demo`: the commands that run a venue."""

from importlib.metadata import version
from typing import Annotated, TypeAlias

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.terminal import console, progress
from venue.config import VenueConfig
from venue.demo.stage import run_demo
from venue.engine_kind import engine_kind
from venue.errors import OperatorError
from venue.journal.remote import SOCKET_NAME
from venue.logs import FORMATS, LEVELS, start_log
from venue.server import Venue
from venue.server import serve as run_venue

FixPort: TypeAlias = Annotated[int | None, typer.Option("--fix-port", min=0, max=65535, help="0: a free one.")]
ApiPort: TypeAlias = Annotated[int | None, typer.Option("--api-port", min=0, max=65535, help="0: a free one.")]
LogLevel: TypeAlias = Annotated[str, typer.Option(help=f"{', '.join(LEVELS)}; the log goes to stderr.")]
LogFormat: TypeAlias = Annotated[
    str, typer.Option(help=f"{' or '.join(FORMATS)}. Default: console on a terminal, else json.", show_default=False)
]


def serve(
    config: Config = None,
    data: Data = None,
    fix_port: FixPort = None,
    api_port: ApiPort = None,
    settings: Settings = None,
    log_level: LogLevel = "info",
    log_format: LogFormat = "",
) -> None:
    """Run the venue until Ctrl-C."""
    loaded = configured(config, data, settings, fix_port, api_port)
    _require_listed(loaded)
    start_log(log_level, log_format)
    print(f"venue {version('venue')}, engine {engine_kind()}, data in {loaded.data}", flush=True)
    status = run_venue(loaded, lambda venue: _announce(venue, loaded), show=progress)
    if status == 0:
        print("stopped", flush=True)
    raise typer.Exit(status)


def demo(
    config: Config = None,
    data: Data = None,
    fix_port: FixPort = None,
    api_port: ApiPort = None,
    seed: Annotated[int, typer.Option(help="Of the traders' chance.")] = 1,
    orders_per_s: Annotated[int, typer.Option(min=1, max=2000, help="How lively the traders are.")] = 40,
    settings: Settings = None,
    log_level: LogLevel = "warning",
    log_format: LogFormat = "json",
) -> None:
    """Run the venue with simulated traders, who reach it over FIX as any client does, until Ctrl-C."""
    loaded = configured(config, data, settings, fix_port, api_port)
    _require_listed(loaded)
    loaded.data.mkdir(parents=True, exist_ok=True)
    start_log(log_level, log_format, loaded.data / "venue.log")  # a line on the terminal would tear the screen
    print(f"venue {version('venue')}, engine {engine_kind()}, data and logs in {loaded.data}", flush=True)
    status = run_demo(loaded, seed, orders_per_s, console(), progress)
    raise typer.Exit(status)


def _announce(venue: Venue, config: VenueConfig) -> None:
    fix = config.fix
    tls = " over TLS" if config.gate.certificate else ""
    if recovered := venue.recovered.told():
        print(recovered)
    print(f"FIX order entry at {fix.host}:{venue.fix_port}{tls}, TargetCompID {fix.comp_id}", flush=True)
    if venue.gate:
        print("".join(f"{line}\n" for line in venue.gate.told()), end="")
    for other in venue.others:
        print(other.told())
    if venue.admin:
        print("\n".join(venue.admin.told()))
    if venue.recorder:
        print("\n".join(venue.recorder.told()))
    print(f"operators' commands at {config.data / SOCKET_NAME}")
    print(f"sessions: {', '.join(config.sessions)}")
    print(f"instruments: {', '.join(config.instruments)}")
    print("ready; Ctrl-C stops the venue", flush=True)


def _require_listed(config: VenueConfig) -> None:
    if not config.instruments or not config.sessions:
        raise OperatorError("no instruments or no sessions are configured: give a file, --config config/demo.toml")
