"""`venue chaos-client`: bad clients, let loose on a venue of this machine."""

import os
import sys
from typing import Annotated, Final

import typer

from venue.chaos import SCENARIOS, Target, let_loose, require_loopback, scenario_named
from venue.cli.options import Config, configured
from venue.cli.tables import shown, table
from venue.errors import OperatorError

PASSWORD_VARIABLE: Final = "VENUE_FIX_PASSWORD"


def chaos_client(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO…", help="One or several, or all.", show_default=False)
    ] = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the scenarios and end.")] = False,
    host: Annotated[str, typer.Option(help="127.0.0.1 or ::1; no other is allowed.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Default: as configured.", show_default=False)] = 0,
    session: Annotated[str, typer.Option(help="The CompID to misbehave with. Default: the last one configured.")] = "",
    symbol: Annotated[
        str, typer.Option(help="Of the orders, which buy at 0.01, IOC. Default: one that no venue lists.")
    ] = "CHAOS",
    tls: Annotated[bool | None, typer.Option("--tls/--no-tls", help="Default: as configured.")] = None,
    source: Annotated[
        str, typer.Option("--from", help="Connect from this address. Default: 127.0.1.1 and up, by scenario.")
    ] = "",
    count: Annotated[int, typer.Option(min=0, max=1_000_000, help="Rounds. 0: the scenario's own.")] = 0,
    seconds: Annotated[float, typer.Option(min=0, max=3600, help="At most so long. 0: the scenario's own.")] = 0,
    seed: Annotated[int, typer.Option(help="Of its chance.")] = 1,
    config: Config = None,
) -> None:
    """Misbehave as clients on the internet do, and tell what the venue answers: venue chaos-client flood storm.

    Each scenario ends by itself and tells what it sees. The session's password, if it has one, is taken from
    VENUE_FIX_PASSWORD. Only a venue of this machine can be the target.
    """
    if list_them:
        _list()
        return
    require_loopback(host)
    names = list(SCENARIOS) if scenarios == ["all"] else scenarios or []
    if not names:
        raise OperatorError(f"no scenario was named: choose of {', '.join(SCENARIOS)}, or all")
    for name in names:
        scenario_named(name)
    loaded = configured(config)
    comp_id = session or next(reversed(loaded.sessions), "")
    if not comp_id:
        raise OperatorError("no session is configured to misbehave with: name one with --session")
    target = Target(
        host,
        port or loaded.fix.port,
        loaded.fix.comp_id,
        comp_id,
        os.environ.get(PASSWORD_VARIABLE, ""),
        symbol,
        bool(loaded.gate.certificate) if tls is None else tls,
    )
    failed = []
    for name in names:
        own = target._replace(source=source or _address_of(name, host, loaded.gate.enabled))
        try:
            _run(name, own, count, seconds, seed)
        except OperatorError as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            failed.append(name)
    if failed:
        raise OperatorError(f"of {len(names)} scenarios not carried out to the end: {', '.join(failed)}")


def _address_of(name: str, host: str, is_gated: bool) -> str:
    """One of its own, so that what the gate holds against it shuts out neither the next scenario nor the clients of
    127.0.0.1. QuickFIX itself takes connections of that one only."""
    is_ipv4 = is_gated and host in ("127.0.0.1", "localhost")
    return f"127.0.1.{list(SCENARIOS).index(name) + 1}" if is_ipv4 else ""


def _run(name: str, target: Target, count: int, seconds: float, seed: int) -> None:
    def tell(line: str) -> None:
        print(f"{name}: {line}", flush=True)

    run = let_loose(name, target, count, seconds, seed, tell)
    tell(f"sent {run.sent:,} messages in {run.elapsed_s:.1f} s; the venue answered: {run.told()}")
    if not run.is_port_open():
        raise OperatorError(
            f"nobody listens at {target.host}:{target.port} any more: {name} was too much for the venue"
        )


def _list() -> None:
    rows = table("scenario", ">rounds", ">seconds", "what it does")
    for name, scenario in SCENARIOS.items():
        rows.add_row(name, f"{scenario.rounds:,}", f"{scenario.seconds:g}", scenario.about)
    shown(rows, "no scenarios")
