"""`venue chaos-client` as a person types it: what it lists, refuses and prints."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from tests.cli.shell import DEMO_CONFIG
from tests.support.certificates import make_certificate
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue.chaos import SCENARIOS
from venue.cli import app
from venue.errors import VenueError


def typed(*arguments: str) -> tuple[int, str]:
    """Exit status and what was printed, or said on stderr."""
    done = CliRunner().invoke(app, ["chaos-client", *arguments, "--config", str(DEMO_CONFIG)])
    if isinstance(done.exception, VenueError):
        return 2, f"{done.output}venue: {done.exception}"
    return done.exit_code, done.output


def test_list_names_every_scenario_and_what_it_does() -> None:
    """One line each, with its bounds."""
    status, printed = typed("--list")
    lines = printed.splitlines()
    assert status == 0
    assert [line.split()[0] for line in lines[1:]] == list(SCENARIOS)
    assert all(scenario.about in line for line, scenario in zip(lines[1:], SCENARIOS.values(), strict=True))


@pytest.mark.parametrize("host", ["192.0.2.7", "0.0.0.0", "venue.example.com", "::", "", "127.0.0.1.example.com"])
def test_no_other_target_than_loopback(host: str) -> None:
    """Whatever it is called: it is not even looked up."""
    assert typed("flood", "--host", host) == (
        2,
        f"venue: --host was {host!r}: bad clients are let loose on this machine's own venue only, 127.0.0.1 or ::1",
    )


def test_no_other_source_than_loopback() -> None:
    """The address to connect from is one of this machine's own too."""
    status, printed = typed("flood", "--from", "10.0.0.1", "--session", "DEMO1")
    assert status == 2
    assert "flood: --from was '10.0.0.1': bad clients are let loose on this machine's own venue only" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no scenario was named: choose of gap, storm, "),
        (("gap", "gaps"), "there is no scenario 'gaps': choose of gap, storm, "),
    ],
)
def test_unknown_scenario_is_refused_with_the_list(arguments: tuple[str, ...], said: str) -> None:
    """Before any of those that were named is begun."""
    status, printed = typed(*arguments)
    assert (status, printed[: len("venue: ") + len(said)]) == (2, f"venue: {said}")


# -- against something that is no venue ------------------------------------------------------------------------


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Connections are accepted by the kernel, and nobody says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def tls_venue(tmp_path: Path) -> Iterator[VenueProcess]:
    files = make_certificate(tmp_path, "venue")
    gate = {"certificate": str(files.certificate), "certificate_key": str(files.key)}
    sessions: dict[str, dict[str, Value]] = {"BAD": {"trades": ["BAD"], "reset_allowed": True}}
    config = write_config(tmp_path / "venue.toml", sessions, instruments=1, gate=gate)
    venue = VenueProcess(config, tmp_path / "data", WITH_GATE)
    venue.start()
    yield venue
    venue.kill_if_running()


SHORT: Final = ("--count", "3", "--seconds", "1")


def test_venue_that_is_not_there_is_told(free_port: int) -> None:
    """A scenario that only connects counts the refusals; the last line says that nobody listens."""
    status, printed = typed("flood", "--port", str(free_port), *SHORT)
    assert status == 2
    assert "flood: 0 connections are open and say nothing" in printed
    assert "the venue answered: 3 x refused the connection" in printed
    assert f"nobody listens at 127.0.0.1:{free_port} any more: flood was too much for the venue" in printed
    assert printed.endswith("venue: of 1 scenarios not carried out to the end: flood")


def test_session_that_is_not_let_in_is_told(free_port: int) -> None:
    """What logs on first ends with a sentence that names session, port and remedy."""
    status, printed = typed("gap", "--port", str(free_port), "--session", "DEMO7", *SHORT)
    assert status == 2
    assert f"gap: session DEMO7 was not let in at 127.0.0.1:{free_port}: name another with --session" in printed


def test_scenario_ends_when_nobody_answers(silent_port: int) -> None:
    """Bounded in time whatever the other side does."""
    status, printed = typed("mutated-before-logon", "--port", str(silent_port), *SHORT)
    assert status == 0
    assert "3 Logons, 0 of them let in" in printed


def test_scenario_speaks_tls_where_the_venue_does(tls_venue: VenueProcess) -> None:
    """Logged on, answered, and told so; in the clear it is not let in."""
    to_it = ("--port", str(tls_venue.port), "--session", "BAD", "--count", "10")
    status, printed = typed("gap", "--tls", *to_it)
    assert status == 0, printed
    assert "after 10 gaps the session lives" in printed
    status, printed = typed("gap", "--no-tls", "--seconds", "1", *to_it)
    assert status == 2
    assert "session BAD was not let in" in printed
