"""TLS at the gate: versions, certificates of clients pinned to a CompID, and what is no TLS."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.shell import Shell
from tests.fix.gate.conftest import GATED, give_password
from tests.support.certificates import CertificateFiles, make_certificate
from tests.support.gate_client import GateClient
from tests.support.venue_config import Value, write_config
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue import credentials
from venue.config import GateConfig, VenueConfig
from venue.errors import OperatorError
from venue.fix.gate import Gate
from venue.fix.gate_connection import REFUSAL_S
from venue.fix.tls import server_context

SESSIONS = ("PLAIN", "PINNED", "BOTH", "LATER", "FRESH", "TYPED")


class Secured(NamedTuple):
    """The certificates of the venue, of two clients that it was given, and of a stranger."""

    venue: VenueProcess
    server: CertificateFiles
    pinned: CertificateFiles
    both: CertificateFiles
    stranger: CertificateFiles

    def context(self, own: CertificateFiles | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.server.certificate))
        if own:
            context.load_cert_chain(own.certificate, own.key)
        return context

    def client(
        self, name: str, own: CertificateFiles | None = None, password: str = "", source: str = "127.0.0.1"
    ) -> GateClient:
        return GateClient(self.venue.port, name, password=password, tls=self.context(own), source=source)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    server, pinned, both, stranger = (make_certificate(folder, name) for name in ("venue", "one", "two", "three"))
    sessions: dict[str, dict[str, Value]] = {name: {"trades": [name]} for name in SESSIONS}
    gate = {"certificate": str(server.certificate), "certificate_key": str(server.key)}
    config, data = write_config(folder / "venue.toml", sessions, instruments=2, gate=gate), folder / "data"
    data.mkdir()
    for session, files in (("PINNED", pinned), ("BOTH", both)):
        pem = files.certificate.read_bytes()
        credentials.add(data, credentials.certificate_of(session, pem, time.time_ns(), "test", "a test"))
    process = VenueProcess(config, data, GATED)
    process.start()
    yield Secured(process, server, pinned, both, stranger)
    process.kill_if_running()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_trades_over_tls(secured: Secured, version: ssl.TLSVersion) -> None:
    """Versions 1.2 and 1.3; the password never goes in the clear."""
    name = "PLAIN" if version is ssl.TLSVersion.TLSv1_2 else "LATER"
    password = give_password(secured.venue.data, name)
    with secured.client(name, password=password) as client:
        assert client._tls is not None
        client._tls.minimum_version = client._tls.maximum_version = version
        client.log_on_here()
        client.enter("t1", "buy", "1", "S001-USD", "1.00")
        client.expect("8", ClOrdID="t1", ExecType="0")
        client.expect_quiet()
        client.log_out()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_older_versions_are_refused(secured: Secured) -> None:
    """TLS 1.1 ends in the handshake."""
    context = secured.context()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", secured.venue.port)) as plain, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(plain, server_hostname="localhost")


def test_what_is_no_tls_is_closed(secured: Secured) -> None:
    """A Logon in the clear is not even read."""
    with GateClient(secured.venue.port, "PLAIN", password="x") as client:
        client.connect()
        client.send_bytes(client.logon())
        assert client._socket is not None
        said = client._socket.recv(100)
        assert said == b"" or said[0] == 21, "nothing, or an alert of TLS"


def test_the_command_line_trades_over_tls(secured: Secured, tmp_path: Path) -> None:
    """Where the venue is configured to have it, and with nobody but the owner of its certificate."""
    shell = Shell(secured.venue, tmp_path)
    secret = {"VENUE_FIX_PASSWORD": give_password(secured.venue.data, "TYPED")}
    words = ("order", "buy", "1", "S001-USD", "@", "1.00", "--session", "TYPED", "--config", str(secured.venue.config))
    told = shell.run(*words, environment=secret)
    assert told.status == 0, told.errors
    assert told.last.startswith("accepted: buy 1.0 S001-USD limit 1.00")
    other = {"VENUE_GATE__CERTIFICATE": str(secured.stranger.certificate)}
    refused = shell.run(*words, environment=secret | other)
    assert refused.status == 2
    assert "session TYPED could not log on: no TLS: " in refused.errors[-1]
    assert "certificate verify failed" in refused.errors[-1]
    unreadable = shell.run(*words, environment=secret | {"VENUE_GATE__CERTIFICATE": str(tmp_path / "none")})
    assert unreadable.errors[-1] == (
        f"venue: gate.certificate {tmp_path}/none cannot be read: No such file or directory: must be a file in PEM"
    )


def test_a_pinned_certificate_lets_its_session_in(secured: Secured) -> None:
    """It alone is enough where the session has nothing else; without it, or with another session's, nobody gets in."""
    with secured.client("PINNED", secured.pinned) as client:
        client.log_on_here()
        client.expect_quiet()
        client.log_out()
    for place, own in enumerate((None, secured.both)):
        other = secured.client("PINNED", own, source=f"127.0.0.{place + 30}")
        other.connect()
        began = time.monotonic()
        other.send_bytes(other.logon())
        other.expect_closed()
        assert time.monotonic() - began > REFUSAL_S * 0.9


def test_a_certificate_nobody_gave_ends_the_handshake(secured: Secured) -> None:
    """Self-signed or not: only those that were entered are anchors."""
    with secured.client("PINNED", secured.stranger) as client:
        assert not _is_answered(client)


def _is_answered(client: GateClient) -> bool:
    """In TLS 1.3 a client hears only after its own part of the handshake that it was refused."""
    try:
        client.connect()
        client.send_bytes(client.logon())
        return client.receive() is not None
    except OSError:
        return False


def test_certificate_and_password_are_both_asked_for(secured: Secured) -> None:
    """A session that has both must bring both."""
    password = give_password(secured.venue.data, "BOTH")
    for place, (own, brought) in enumerate(((secured.both, ""), (None, password), (secured.both, "wrong"))):
        other = secured.client("BOTH", own, brought, source=f"127.0.0.{place + 40}")
        other.connect()
        other.send_bytes(other.logon())
        other.expect_closed()
    with secured.client("BOTH", secured.both, password, source="127.0.0.50") as client:
        client.log_on_here()
        client.log_out()


def test_a_certificate_entered_while_the_gate_runs_is_asked_for(secured: Secured) -> None:
    """Within a second or so, and no more once it is revoked; its name is the fingerprint that openssl tells."""
    data, pem = secured.venue.data, secured.stranger.certificate.read_bytes()
    fingerprint = sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).hexdigest()
    made = credentials.certificate_of("FRESH", pem, time.time_ns(), "test", "a test")
    assert made.name == fingerprint
    credentials.add(data, made)

    def is_let_in() -> bool:
        with secured.client("FRESH", secured.stranger) as client:
            return _is_answered(client)  # the gate looks once a second

    wait_until(is_let_in, "the new certificate is an anchor")
    credentials.revoke(data, "FRESH", fingerprint, time.time_ns(), "test", "a test")
    wait_until(lambda: not is_let_in(), "it is none any more")


def test_a_certificate_that_cannot_be_used_is_an_error_of_the_start(tmp_path: Path) -> None:
    """The files are named, and what they must be."""
    one, two = make_certificate(tmp_path, "one"), make_certificate(tmp_path, "two")
    for certificate, key in ((one.certificate, two.key), (one.certificate, tmp_path / "none"), (one.key, one.key)):
        with pytest.raises(OperatorError, match=r"gate\.certificate .* cannot be used"):
            server_context(certificate, key)
    server_context(*one, [two.certificate.read_text()])


def test_a_certificate_that_is_renewed_is_shown_without_a_restart(tmp_path: Path) -> None:
    """The files are looked at once a second; half a renewal is an error in the log, and the old one goes on."""
    first, second = make_certificate(tmp_path, "first"), make_certificate(tmp_path, "second")
    used = CertificateFiles(tmp_path / "used.crt", tmp_path / "used.key")
    (tmp_path / "fix").mkdir()
    files = {"certificate": used.certificate, "certificate_key": used.key}
    config = VenueConfig(data=tmp_path, gate=GateConfig.model_validate(files))

    def install(certificate: Path, key: Path) -> None:
        for source, target in ((certificate, used.certificate), (key, used.key)):
            copy = source.with_name("copy")
            copy.write_bytes(source.read_bytes())
            copy.replace(target)

    async def play() -> None:
        install(*first)
        gate = Gate(config, 1, b"v")
        shown = gate._tls
        gate._renew_tls()
        assert gate._tls is shown
        install(second.certificate, first.key)
        gate._renew_tls()
        assert gate._tls is shown
        install(*second)
        gate._renew_tls()
        assert gate._tls is not shown

    asyncio.run(play())
