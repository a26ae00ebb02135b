"""Two order gateways with everything that a venue on the internet has: TLS, passwords, the journal in PostgreSQL."""

import os
import signal
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.fix.gate.conftest import GATED, give_password
from tests.fix.many.conftest import config_of, is_started_anew, other_gateway
from tests.journal.postgres import postgres_server
from tests.support.certificates import CertificateFiles, make_certificate
from tests.support.gate_client import GateClient
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until

SYMBOL = "S001-USD"


@pytest.fixture
def certificate(tmp_path: Path) -> CertificateFiles:
    return make_certificate(tmp_path, "venue")


@pytest.fixture
def secured(tmp_path: Path, certificate: CertificateFiles) -> Iterator[VenueProcess]:
    with postgres_server() as host:
        settings = GATED | {
            "VENUE_JOURNAL__URL": f"postgresql+psycopg://postgres@/postgres?host={host}",
            "VENUE_GATE__CERTIFICATE": str(certificate.certificate),
            "VENUE_GATE__CERTIFICATE_KEY": str(certificate.key),
        }
        (tmp_path / "data").mkdir()
        process = VenueProcess(config_of(tmp_path), tmp_path / "data", settings)
        process.start()
        yield process
        process.kill_if_running()


def logs_on(client: GateClient) -> bool:
    """The connection is closed while the gateway behind it does not listen."""
    client.connect()
    client.send_bytes(client.logon())
    if client.receive() is None:
        return False
    client.next_out += 1
    return True


def test_sessions_of_two_gateways_trade_through_a_kill_and_a_restart(
    secured: VenueProcess, certificate: CertificateFiles
) -> None:
    """One gateway is killed, then the venue is stopped: the order of before trades with one of afterwards."""
    tls = ssl.create_default_context(cafile=str(certificate.certificate))
    passwords = {name: give_password(secured.data, name) for name in ("NEAR", "FAR")}
    near, far = (GateClient(secured.port, name, password=word, tls=tls) for name, word in passwords.items())
    with near, far:
        near.log_on_here()
        far.log_on_here()
        far.enter("f1", "sell", "3", SYMBOL, "10.00")
        far.expect("8", ClOrdID="f1", ExecType="0")
        near.enter("n1", "buy", "1", SYMBOL, "10.00")
        near.expect("8", ClOrdID="n1", ExecType="0")
        near.expect("8", ClOrdID="n1", ExecType="F")
        far.expect("8", ClOrdID="f1", ExecType="F", LeavesQty="2.0")

        killed = other_gateway(secured)
        os.kill(killed, signal.SIGKILL)
        far.expect_closed()
        wait_until(partial(logs_on, far), "gateway 1 is started again")
        assert is_started_anew(secured, killed)
        near.enter("n2", "buy", "1", SYMBOL, "10.00")
        near.expect("8", ClOrdID="n2", ExecType="0")
        near.expect("8", ClOrdID="n2", ExecType="F")
        far.expect("8", ClOrdID="f1", ExecType="F", LeavesQty="1.0")

        assert secured.stop() == 0
        secured.start()
        for client in (near, far):
            client.receive_until_closed()
            client.port = secured.port
            wait_until(partial(logs_on, client), "both gateways serve")
        near.enter("n3", "buy", "1", SYMBOL, "10.00")
        near.expect("8", ClOrdID="n3", ExecType="0")
        near.expect("8", ClOrdID="n3", ExecType="F")
        far.expect("8", ClOrdID="f1", ExecType="F", LeavesQty="0.0")
