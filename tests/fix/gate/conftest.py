"""Venues with a gate for the tests of it, and what their sessions log on with."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.venue_config import Value, write_config
from tests.support.venue_process import WITH_GATE, VenueProcess
from venue import credentials

GATED: Final = WITH_GATE | {
    "VENUE_FIX__CREDENTIALS": "required",
    "VENUE_GATE__ATTEMPTS_PER_S_MAX": "1000",  # of 127.0.0.1, which nearly all tests share
    "VENUE_GATE__REFUSALS_PER_MIN_MAX": "6000",
}
SPARE_SESSIONS: Final = 40  # P01 … P40: a test takes one nobody has used


def give_password(data: Path, session: str) -> str:
    made, password = credentials.new_password(session, time.time_ns(), "test", "a test")
    credentials.add(data, made)
    return password


def give_key(data: Path, session: str) -> tuple[Ed25519PrivateKey, str]:
    """The private key and its id."""
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    made = credentials.key_of(session, pem, time.time_ns(), "test", "a test")
    credentials.add(data, made)
    return key, made.name


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    """A venue behind its gate, where every session needs credentials."""
    folder = tmp_path_factory.mktemp("gated")
    names = [f"P{number:02d}" for number in range(1, SPARE_SESSIONS + 1)]
    sessions: dict[str, dict[str, Value]] = {
        name: {"trades": [name], "reset_allowed": number % 2 == 0} for number, name in enumerate(names)
    }
    sessions["NEAR"] = {"trades": ["NEAR"], "addresses": ["127.0.0.9/32"]}
    sessions["SLOW"] = {"trades": ["SLOW"], "reset_allowed": True, "orders_per_s_max": 5}
    (folder / "data").mkdir()
    process = VenueProcess(write_config(folder / "venue.toml", sessions, instruments=20), folder / "data", GATED)
    process.start()
    yield process
    process.kill_if_running()


@pytest.fixture(scope="module")
def unused() -> Iterator[str]:
    """Sessions that no other test of the module has used; every second of them, from the first on, may reset."""
    return (f"P{number:02d}" for number in range(1, SPARE_SESSIONS + 1))


@pytest.fixture
def resetting(unused: Iterator[str]) -> str:
    """A session that may reset its sequence numbers."""
    return next(name for name in unused if int(name[1:]) % 2)


@pytest.fixture
def steady(unused: Iterator[str]) -> str:
    """A session that may not."""
    return next(name for name in unused if not int(name[1:]) % 2)
