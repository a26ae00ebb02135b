"""The gate's process as the venue has it: its port, and what the person who starts the venue is told."""

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.fix.gate.conftest import give_password
from venue.config import FixConfig, GateConfig, SessionConfig, VenueConfig
from venue.errors import OperatorError
from venue.fix.gate_connection import FIRST_MESSAGE_S
from venue.gate_process import GateProcess


def config(data: Path, credentials: str = "required", names: int = 2, port: int = 0, **gate: object) -> VenueConfig:
    sessions = {f"S{number}": SessionConfig(trades=("A",)) for number in range(names)}
    fix = FixConfig.model_validate({"port": port, "credentials": credentials})
    return VenueConfig(data=data, fix=fix, gate=GateConfig.model_validate(gate), sessions=sessions)


def told(settings: VenueConfig) -> list[str]:
    gate = GateProcess(settings)
    gate.close()
    return gate.told()


def test_who_starts_the_venue_is_told_whom_nobody_can_log_on_as(tmp_path: Path) -> None:
    """Five by name; nothing when all have credentials; where none are asked for, that is what is told."""
    remedy = "`venue session add` makes them"
    assert told(config(tmp_path)) == [f"without credentials, so nobody can log on as S0, S1: {remedy}"]
    [line] = told(config(tmp_path, names=8))
    assert line == f"without credentials, so nobody can log on as S0, S1, S2, S3, S4 and 3 more: {remedy}"
    give_password(tmp_path, "S0")
    assert told(config(tmp_path, "none")) == ["no credentials are asked of programs of this machine that log on as S1"]
    give_password(tmp_path, "S1")
    assert told(config(tmp_path)) == []


def test_a_port_that_is_taken_is_an_error_of_the_start(tmp_path: Path) -> None:
    """With setting, number and remedy."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatorError, match=rf"fix\.host 127\.0\.0\.1, fix\.port {port}: Address already in use"):
            GateProcess(config(tmp_path, port=port))


def test_a_certificate_that_is_not_there_is_an_error_of_the_start(tmp_path: Path) -> None:
    """Before the port is bound."""
    missing: dict[str, Any] = {"certificate": tmp_path / "no.crt", "certificate_key": tmp_path / "no.key"}
    with pytest.raises(OperatorError, match=r"gate\.certificate .*no\.crt .* cannot be used: No such file"):
        GateProcess(config(tmp_path, **missing))


def test_the_process_ends_when_it_is_told(tmp_path: Path) -> None:
    """A connection that has said nothing does not hold up its end."""
    gate = GateProcess(config(tmp_path), tmp_path / "gate.log")
    try:
        gate.start(1)
        assert gate.child is not None
        assert gate.child.wait_until_ready(60)
        with socket.create_connection(("127.0.0.1", gate.port)) as idle:
            idle.settimeout(FIRST_MESSAGE_S)
            gate.stop()
            assert idle.recv(1) == b""
        assert "Traceback" not in (tmp_path / "gate.log").read_text()
    finally:
        gate.close()
