"""Logons through the gate of a real venue: who is admitted, who is refused, and what a refusal leaves behind."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.fix.gate.conftest import give_key, give_password
from tests.support.fix_message import frame, utc_timestamp
from tests.support.gate_client import GateClient
from tests.support.processes import listening_ports
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue import credentials
from venue.fix.gate_connection import REFUSAL_S

NEVER = "never-said-to-anybody"


def audit(venue: VenueProcess, comp_id: str) -> list[str]:
    """What the gate has said of this CompID's Logons: "admitted" or the refusal."""
    lines = [json.loads(line) for line in venue.output if line.startswith("{") and "logon" in line]
    return [line.get("refusal", "admitted") for line in lines if line.get("comp_id") == comp_id]


def refused_after(client: GateClient, message: bytes) -> float:
    """Send it on a new connection and return how long it takes until the venue closes it, without a byte."""
    client.connect()
    began = time.monotonic()
    client.send_bytes(message)
    client.expect_closed()
    return time.monotonic() - began


def test_admitted_clients_trade(gated: VenueProcess, resetting: str, steady: str) -> None:
    """One by its password, one by its signature, with each other; no session's secret is in the log."""
    password = give_password(gated.data, resetting)
    key, key_id = give_key(gated.data, steady)
    with (
        GateClient(gated.port, resetting, password=password) as buyer,
        GateClient(gated.port, steady, key=key, key_id=key_id) as seller,
    ):
        buyer.log_on_here()
        seller.log_on_here()
        buyer.enter("b1", "buy", "5", "S001-USD", "10.00")
        buyer.expect("8", ClOrdID="b1", ExecType="0")
        seller.enter("s1", "sell", "5", "S001-USD", "10.00")
        seller.expect("8", ClOrdID="s1", ExecType="0")
        seller.expect("8", ClOrdID="s1", ExecType="F", LastQty="5.0")
        buyer.expect("8", ClOrdID="b1", ExecType="F", LastQty="5.0")
        buyer.log_out()
        seller.log_out()
    wait_until(lambda: audit(gated, steady) == ["admitted"], "the audit tells of the admission")
    assert password not in "\n".join(gated.output)


def test_the_command_line_trades_with_a_password(gated: VenueProcess, resetting: str, tmp_path: Path) -> None:
    """`venue order` takes it from VENUE_FIX_PASSWORD; what it keeps on the disk is for its user only."""
    shell = Shell(gated, tmp_path)
    secret = {"VENUE_FIX_PASSWORD": give_password(gated.data, resetting)}
    words = ("order", "buy", "1", "S009-USD", "@", "1.00", "--session", resetting, "--config", str(gated.config))
    told = shell.run(*words, environment=secret)
    assert told.status == 0, told.errors
    assert told.last.startswith("accepted: buy 1.0 S009-USD limit 1.00")
    [store] = (tmp_path / "venue" / "client").iterdir()
    assert store.stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def owner(gated: VenueProcess, unused: Iterator[str]) -> Iterator[GateClient]:
    """A session with a password that may not reset its numbers, which has traded and is away."""
    name = next(name for name in unused if not int(name[1:]) % 2)
    with GateClient(gated.port, name, password=give_password(gated.data, name), source="127.0.0.20") as client:
        client.log_on_here()
        client.enter("o1", "buy", "1", "S002-USD", "1.00")
        client.expect("8", ClOrdID="o1")
        client.log_out()
        yield client


def far(seconds: float) -> dict[str, str | None]:
    return {"SendingTime": utc_timestamp(seconds)}


HOSTILE: dict[str, tuple[str, dict[str, str | None]]] = {
    "credentials": ("wrong password", {"Password": NEVER}),
    "credentials 2": ("none at all", {"Password": None, "Username": None}),
    "credentials 3": ("a signature instead", {"RawDataLength": "4", "RawData": "AAAA", "Username": "0123456789abcdef"}),
    "target": ("another venue's CompID", {"TargetCompID": "ELSEWHERE"}),
    "unknown-comp-id": ("a CompID that nobody has", {"SenderCompID": "GHOST"}),
    "heartbeat": ("too short an interval", {"HeartBtInt": "4"}),
    "heartbeat 2": ("too long an interval", {"HeartBtInt": "61"}),
    "clock": ("a clock that is slow", far(-3600)),
    "clock 2": ("a clock that is fast", far(3600)),
    "reset-not-allowed": ("a reset it may not ask for", {"ResetSeqNumFlag": "Y", "MsgSeqNum": "1"}),
    "reset-not-allowed 2": ("a reset, without the password", {"ResetSeqNumFlag": "Y", "Password": NEVER}),
    "encrypt-method": ("encryption", {"EncryptMethod": "1"}),
    "no-logon": ("a doubled field", {"T8013": "Y", "PossDupFlag": ""}),
}


def test_refusals_tell_nothing_and_leave_nothing(gated: VenueProcess, owner: GateClient) -> None:
    """Each Logon is closed without a byte, none before 250 ms; each leaves one line of audit without its secret. The
    owner's numbers are what they were: its next Logon is the next number, and nobody asks for a resend."""
    clients = [
        GateClient(gated.port, owner.sender, password=owner.password, source=f"127.0.1.{place}")
        for place in range(len(HOSTILE))
    ]
    for client, (_, changed) in zip(clients, HOSTILE.values(), strict=True):
        client.next_out = owner.next_out
        client.connect()
        client.send_bytes(client.logon(**changed))
    began = time.monotonic()
    for client in clients:
        client.expect_closed()
    assert time.monotonic() - began > REFUSAL_S * 0.9  # all were sent before
    expected = {f"127.0.1.{place}": name.split()[0] for place, name in enumerate(HOSTILE)}
    wait_until(lambda: expected.items() <= refusals_by_address(gated).items(), "the audit tells of each")
    assert NEVER not in "\n".join(gated.output)
    owner.log_on_here()
    owner.expect_quiet()
    owner.log_out()


def refusals_by_address(venue: VenueProcess) -> dict[str, str]:
    lines = [json.loads(line) for line in venue.output if "logon refused" in line]
    return {line["address"]: line["refusal"] for line in lines}


def test_each_refusal_takes_its_time(gated: VenueProcess, owner: GateClient) -> None:
    """One that is settled by a look as one that costs a hash: 250 ms, by a loop that reads its clock once a turn."""
    for place, changed in enumerate(({"Password": NEVER}, {"SenderCompID": "GHOST"}, {"HeartBtInt": "4"})):
        client = GateClient(gated.port, owner.sender, password=owner.password, source=f"127.0.2.{place}")
        assert refused_after(client, client.logon(**changed)) > REFUSAL_S * 0.9


def test_addresses_of_a_session_are_its_own(gated: VenueProcess) -> None:
    """NEAR is let in from 127.0.0.9 and from nowhere else."""
    password = give_password(gated.data, "NEAR")
    elsewhere = GateClient(gated.port, "NEAR", password=password, source="127.0.0.8")
    refused_after(elsewhere, elsewhere.logon())
    with GateClient(gated.port, "NEAR", password=password, source="127.0.0.9") as near:
        near.log_on_here()
        near.log_out()
    assert audit(gated, "NEAR") == ["address", "admitted"]


def test_an_unauthenticated_reset_changes_nothing(gated: VenueProcess, resetting: str) -> None:
    """A store full of messages; strangers send ResetSeqNumFlag(141)=Y, to the gate and past it; the owner then gets
    every report it asks for again."""
    password = give_password(gated.data, resetting)
    with GateClient(gated.port, resetting, password=password) as owner:
        owner.log_on_here()
        for number in range(40):
            owner.enter(f"r{number}", "buy", "1", "S003-USD", "1.00")
            owner.expect("8", ClOrdID=f"r{number}")
        owner.log_out()
        stranger = GateClient(gated.port, resetting, password=NEVER, source="127.0.0.66")
        refused_after(stranger, stranger.logon(ResetSeqNumFlag="Y"))
        bare = GateClient(gated.port, resetting, source="127.0.0.67")
        refused_after(bare, bare.logon(ResetSeqNumFlag="Y"))
        [acceptor_port] = listening_ports(gated.pid) - {gated.port}
        past = GateClient(acceptor_port, resetting, password=NEVER)
        refused_after(past, past.logon(ResetSeqNumFlag="Y"))  # till then QuickFIX keeps its CompID, from this machine
        owner.log_on_here()
        owner.send("2", BeginSeqNo="2", EndSeqNo="41")
        for number in range(40):
            owner.expect("8", ClOrdID=f"r{number}", PossDupFlag="Y")
        owner.expect_quiet()
        owner.log_out()


def test_quickfix_is_not_reached_from_another_machine(gated: VenueProcess) -> None:
    """It listens on every address; what does not come from loopback is dropped by the kernel."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; tells the address that packets would leave with
        ours = probe.getsockname()[0]
    assert not ours.startswith("127."), "this machine has loopback only: nothing can be shown"
    [acceptor_port] = listening_ports(gated.pid) - {gated.port}
    with socket.socket() as stranger:
        stranger.settimeout(0.7)
        with pytest.raises(TimeoutError):
            stranger.connect((ours, acceptor_port))


def test_one_live_connection_of_a_comp_id(gated: VenueProcess, steady: str) -> None:
    """The second is refused, the first trades on; when it has ended, the next is admitted at once."""
    password = give_password(gated.data, steady)
    with GateClient(gated.port, steady, password=password) as first:
        first.log_on_here()
        second = GateClient(gated.port, steady, password=password)
        refused_after(second, second.logon())
        first.expect_quiet()
        first.close()
        first.log_on_here()
        first.expect_quiet()
        first.log_out()
    assert audit(gated, steady) == ["admitted", "comp-id-in-use", "admitted"]


def test_an_invalid_logon_never_keeps_a_comp_id_from_its_owner(gated: VenueProcess, steady: str) -> None:
    """Ten strangers hold connections on which they have just failed, or are about to; the owner logs on meanwhile."""
    password = give_password(gated.data, steady)
    strangers = [GateClient(gated.port, steady, password=NEVER, source="127.0.0.70") for _ in range(10)]
    with GateClient(gated.port, steady, password=password, source="127.0.0.71") as owner:
        for stranger in strangers:
            stranger.connect()
            stranger.send_bytes(stranger.logon())
        owner.log_on_here()
        owner.expect_quiet()
        for stranger in strangers:
            stranger.expect_closed()
        owner.log_out()


def test_who_fails_often_waits(gated: VenueProcess, steady: str) -> None:
    """After some failures even the right password is refused from there, not from elsewhere; a second later it is
    taken."""
    password = give_password(gated.data, steady)
    with GateClient(gated.port, steady, password=password, source="127.0.0.80") as clumsy:
        wrong = [clumsy.logon(Password=NEVER) for _ in range(4)]
        for message in wrong:
            refused_after(clumsy, message)
        refused_after(clumsy, clumsy.logon())
        with GateClient(gated.port, steady, password=password, source="127.0.0.81") as elsewhere:
            elsewhere.log_on_here()
            elsewhere.log_out()
        clumsy.next_out, clumsy.next_in = elsewhere.next_out, elsewhere.next_in

        def is_taken() -> bool:
            clumsy.connect()
            clumsy.send_bytes(clumsy.logon())
            return clumsy.receive() is not None

        wait_until(is_taken, "the right password is taken again")
    assert set(audit(gated, steady)) == {"credentials", "back-off", "admitted"}


def test_a_recorded_logon_is_worth_nothing(gated: VenueProcess, resetting: str) -> None:
    """The same bytes again, with a signature that holds."""
    key, key_id = give_key(gated.data, resetting)
    with GateClient(gated.port, resetting, key=key, key_id=key_id) as owner:
        recorded = owner.logon(ResetSeqNumFlag="Y")
        owner.connect()
        owner.send_bytes(recorded)
        owner.next_out += 1
        owner.expect("A")
        owner.log_out()
        thief = GateClient(gated.port, resetting, source="127.0.0.90")
        refused_after(thief, recorded)
        assert audit(gated, resetting) == ["admitted", "replay"]
        owner.log_on_here()
        owner.log_out()


def test_a_revoked_credential_ends_its_connection(gated: VenueProcess, resetting: str) -> None:
    """At once, and no Logon with it is taken again; the session's key is as good as before."""
    password = give_password(gated.data, resetting)
    key, key_id = give_key(gated.data, resetting)
    with GateClient(gated.port, resetting, password=password) as leaver:
        leaver.log_on_here()
        credentials.revoke(gated.data, resetting, resetting, time.time_ns(), "test", "a test")
        leaver.expect_closed()
        refused_after(leaver, leaver.logon())
        with GateClient(gated.port, resetting, key=key, key_id=key_id) as other:
            other.log_on_here(ResetSeqNumFlag="Y", MsgSeqNum="1")
            other.expect_quiet()
            other.log_out()


def test_a_rotated_password_is_the_only_one(gated: VenueProcess, resetting: str) -> None:
    """Who is logged on with the old one stays, and cannot come back with it."""
    old = give_password(gated.data, resetting)
    with GateClient(gated.port, resetting, password=old) as client:
        client.log_on_here()
        made, new = credentials.new_password(resetting, time.time_ns(), "test", "a test")
        credentials.rotate(gated.data, made)
        time_of_two_looks = time.monotonic() + 2.2

        def has_looked() -> bool:
            client.expect_quiet()
            return time.monotonic() > time_of_two_looks

        wait_until(has_looked, "the session goes on while the gate looks at its credentials")
        client.log_out()
        refused_after(client, client.logon())
        with GateClient(gated.port, resetting, password=new) as renewed:
            renewed.next_out, renewed.next_in = client.next_out, client.next_in
            renewed.log_on_here()
            renewed.log_out()


def test_credentials_that_cannot_be_read_let_nobody_in(gated: VenueProcess, steady: str) -> None:
    """Whoever is logged on stays; the operator is told; with the file in order all is as before."""
    password = give_password(gated.data, steady)
    file: Path = gated.data / credentials.CREDENTIALS_FILE
    right = file.read_bytes()
    with GateClient(gated.port, steady, password=password) as client:
        client.log_on_here()
        try:
            file.write_bytes(b"{")
            gated.wait_for_output("cannot be read, so no session may log on")
            client.expect_quiet()
            client.log_out()
            refused_after(client, client.logon())
        finally:
            file.write_bytes(right)
        client.log_on_here()
        client.log_out()


def test_what_is_no_logon_is_closed(gated: VenueProcess) -> None:
    """A wrong beginning at once; a right message that is no Logon after 250 ms; half a message, one byte at a time, or
    nothing at all, after five seconds. Nobody else is held up."""
    began = time.monotonic()
    sockets = [socket.create_connection(("127.0.0.1", gated.port)) for _ in range(4)]
    http, order, dribble, _ = sockets
    http.sendall(b"GET / HTTP/1.1\r\n")
    order.sendall(frame([(35, "D"), (34, "1"), (49, "P01"), (56, "VENUE"), (52, utc_timestamp())]))
    ends = [wait_for_end(http, began), wait_for_end(order, began)]
    dribble.settimeout(0.2)
    for byte in b"8=FIX.4.4\x019=100\x0135=A\x0134=1\x01" * 9:
        try:
            dribble.sendall(bytes([byte]))
            if not dribble.recv(1):
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    ends.append(time.monotonic() - began)
    ends.append(wait_for_end(sockets[3], began))
    for each in sockets:
        each.close()
    assert ends[0] < ends[1] < 4 < min(ends[2], ends[3])
    assert ends[1] > REFUSAL_S * 0.9


def wait_for_end(connection: socket.socket, began: float) -> float:
    connection.settimeout(15)
    try:
        assert connection.recv(1) == b""
    except ConnectionError:
        pass
    return time.monotonic() - began
