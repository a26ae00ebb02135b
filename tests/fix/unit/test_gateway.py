"""The gateway with QuickFIX, a socket and the whole venue behind it: what needs both to be shown.

The scenarios of FIX itself are played against a venue process elsewhere; here are the cases that need a
look into the data folder or a fault put in.
"""

import socket
import threading
from pathlib import Path

import pytest

from tests.fix.unit.one_session import SYMBOL, config, running
from tests.support.fix_message import FixMessage
from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.waiting import wait_until
from venue.backup import back_up
from venue.errors import OperatorError
from venue.fix import application, connections, sessions
from venue.fix.inbound import Fields, Party, command_of
from venue.handed import Handed
from venue.messages import AnyCommand, OrderStatus
from venue.server import Venue, running_venue
from venue.snapshots.progress import unseen


def test_order_is_answered_with_new_and_survives_a_restart(tmp_path: Path, comp_id: str) -> None:
    """Logon, D, 8; then the next start knows the order and goes on with the next sequence numbers."""
    configuration = config(tmp_path, comp_id)
    with running(configuration) as (_, client):
        client.log_on()
        client.enter("A1", "buy", "2", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A1", ExecType="0", OrdStatus="0", ReportIndex="0")
        client.log_out()
    with running(configuration, client) as (_, client):
        client.log_on()
        client.cancel("A2", "A1", "buy", SYMBOL)
        client.expect("8", ClOrdID="A2", OrigClOrdID="A1", ExecType="4", OrdStatus="4")


def test_store_made_yesterday_is_kept(tmp_path: Path, comp_id: str) -> None:
    """QuickFIX empties a store made on another day when it opens it, whatever NonStopSession says."""
    configuration = config(tmp_path, comp_id)
    with running(configuration) as (_, client):
        client.log_on()
        client.log_out()
    [created] = (tmp_path / "fix").glob("*.session")
    created.write_text("20200101-00:00:00")
    with running(configuration, client) as (_, client):
        client.log_on()  # with MsgSeqNum 3 on both sides: the client checks it
        assert client.next_in == 4


def test_refused_reset_leaves_the_store_as_it_was(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ResetSeqNumFlag(141)=Y of a session that may not: no answer, nothing is emptied, the connection ends."""
    monkeypatch.setattr(connections, "LOGON_WAIT_S", 0.1)
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        client.log_out()
        with RawClient(venue.gateway.port, comp_id) as other:
            other.connect()
            other.send("A", EncryptMethod="0", HeartBtInt="30", ResetSeqNumFlag="Y")
            other.expect_closed()
        client.log_on()  # with MsgSeqNum 3 on both sides: the client checks it
        assert client.next_in == 4


def test_connection_that_does_not_log_on_is_ended(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """QuickFIX waits for ever: we do not, and leave those alone that have logged on."""
    monkeypatch.setattr(connections, "LOGON_WAIT_S", 0.1)
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        with RawClient(venue.gateway.port, comp_id) as idle:
            idle.connect()
            idle.expect_closed()
        client.enter("A1", "buy", "1", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A1")


def test_reset_by_a_session_that_may_keeps_what_was_told(tmp_path: Path, comp_id: str) -> None:
    """After a reset the store is empty; the position file keeps the next start from telling all again."""
    configuration = config(tmp_path, comp_id, reset_allowed=True)
    with running(configuration) as (_, client):
        client.log_on()
        client.enter("A1", "buy", "2", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A1")
        client.log_out()
        client.log_on_afresh()
        assert (tmp_path / "fix" / f"{comp_id}.position").read_text() == "6 0\n"
        client.log_out()
    with running(configuration, client) as (_, client):
        client.log_on()
        client.expect_nothing_more(SYMBOL)


def test_report_the_store_lost_is_told_again_after_a_restart(tmp_path: Path, comp_id: str) -> None:
    """A crash between journal and store: the replay hands over exactly what the store does not hold."""
    configuration = config(tmp_path, comp_id)
    with running(configuration) as (_, client):
        client.log_on()
        for cl_ord_id in ("A1", "A2", "A3"):
            client.enter(cl_ord_id, "buy", "1", SYMBOL, "100.00")
            client.expect("8", ClOrdID=cl_ord_id)
        client.close()
    Handed(tmp_path / "fix").write(0)  # as of before the first order
    _forget_last_messages(tmp_path / "fix" / sessions.session_name(configuration.fix, comp_id), down_to=3)
    client.next_in = 3  # the Logon and the report of A1 are what it has seen
    with running(configuration, client) as (venue, client):
        wait_until(lambda: venue.gateway._sessions[comp_id].told == (8, 0), "the store holds the reports again")
        client.connect()
        client.send("A", EncryptMethod="0", HeartBtInt="30")
        client.next_in = 5  # the reports wait under numbers 3 and 4
        client.expect("A")
        client.send("2", BeginSeqNo="3", EndSeqNo="4")
        client.expect("8", ClOrdID="A2", PossDupFlag="Y")
        client.expect("8", ClOrdID="A3", PossDupFlag="Y")
        client.expect_nothing_more(SYMBOL)


def _forget_last_messages(store: Path, down_to: int) -> None:
    """Make a FileStore look as if the venue had been killed before it stored message `down_to`."""
    numbers = Path(f"{store}.seqnums")
    _, _, target = numbers.read_text().partition(" : ")
    numbers.write_text(f"{down_to:020d} : {target}")


def test_client_that_does_not_read_is_logged_out_and_gets_all_by_resend(tmp_path: Path, comp_id: str) -> None:
    """The bound of the outbox: the client is cut off, nobody waits for it, and nothing is lost."""
    orders_max = 50_000
    with running(config(tmp_path, comp_id, fix={"outbox_max": 200})) as (venue, client):
        client.log_on()
        first_missed = client.next_in
        session, line = venue.gateway._sessions[comp_id], venue.gateway._lines[comp_id]
        entered = 0
        while not session.is_leaving and entered < orders_max:
            client.enter(f"S{entered}", "buy", "1", SYMBOL, "100.00")
            entered += 1
        assert entered < orders_max, "the bound was never reached"
        wait_until(lambda: not line.is_logged_on and not session.is_leaving, "it is logged out and may come back")
        client.close()
        venue.sequencer.settle()
        session.outbox.wait_until_empty()
        orders = _open_orders(venue)
        numbers = line._session  # the venue may not have read all that was sent before it cut the connection
        with RawClient(venue.gateway.port, comp_id) as back:
            next_out, next_in = numbers.getExpectedTargetNum(), numbers.getExpectedSenderNum()
            reports = _everything_missed(back, next_out, first_missed, next_in)
    expected = [order.terms.cl_ord_id for order in orders]
    assert [report["ClOrdID"] for report in reports if report.msg_type == "8"] == expected
    assert len(expected) > 200


def _open_orders(venue: Venue) -> list[OrderStatus]:
    orders: list[OrderStatus] = []
    venue.sequencer.query(lambda engine: orders.extend(engine.open_orders("HOUSE")))
    venue.sequencer.settle()
    return orders


def _everything_missed(client: RawClient, next_out: int, first_missed: int, next_in: int) -> list[FixMessage]:
    """Log on as a client that has seen nothing since `first_missed`, and ask for it."""
    client.next_out, client.next_in = next_out, next_in
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt="30")
    client.expect("A")
    client.send("2", BeginSeqNo=str(first_missed), EndSeqNo=str(next_in - 1))
    missed: list[FixMessage] = []
    while (message := client.receive()) is not None:
        missed.append(message)
        if int(message.get("NewSeqNo") or message.msg_seq_num + 1) >= next_in:
            return missed
    raise AssertionError(client.told())


def test_bug_in_the_gateway_is_answered_and_the_session_lives(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The firewall: an exception of our own becomes BusinessMessageReject(j) 380=4 and a traceback."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    with running(config(tmp_path, comp_id)) as (_, client):
        client.log_on()
        with monkeypatch.context() as patched:
            patched.setattr(application, "command_of", broken)
            client.enter("A1", "buy", "1", SYMBOL, "100.00")
            client.expect("j", RefMsgType="D", BusinessRejectReason="4", BusinessRejectRefID="A1")
        client.enter("A1", "buy", "1", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A1", ExecType="0")
    assert "ZeroDivisionError: a bug" in caplog.text


def test_connection_keeps_its_thread_state_between_messages(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's state of QuickFIX's thread lives from logon to logout: it is not made anew for each message."""
    of_this_thread = threading.local()
    seen: list[int] = []

    def counting(fields: Fields, party: Party) -> AnyCommand:
        of_this_thread.count = getattr(of_this_thread, "count", 0) + 1
        seen.append(of_this_thread.count)
        return command_of(fields, party)

    monkeypatch.setattr(application, "command_of", counting)
    with running(config(tmp_path, comp_id)) as (_, client):
        for _ in range(2):
            client.log_on()
            for number in range(3):
                client.enter(f"A{client.next_out}-{number}", "buy", "1", SYMBOL, "100.00")
                client.expect("8", ExecType="0")
            client.log_out()
    assert seen == [1, 2, 3, 1, 2, 3]


def test_venue_that_stops_accepting_says_so(tmp_path: Path, comp_id: str) -> None:
    """When the journal fails: Logout(5) with the text, and no Logon(A) is taken any more."""
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        venue.gateway.refuse_all("the journal failed")
        client.expect("5", Text="the journal failed")
        client.expect_closed()
        client.connect()
        client.send("A", EncryptMethod="0", HeartBtInt="30")
        client.expect_closed()


def test_port_in_use_is_refused_with_its_number(tmp_path: Path, comp_id: str) -> None:
    """OperatorError names the field and the port."""
    with (
        running(config(tmp_path / "one", comp_id)) as (venue, _),
        pytest.raises(OperatorError, match=rf"fix\.port was {venue.gateway.port}"),
        running_venue(config(tmp_path / "two", f"{comp_id}B", fix={"port": venue.gateway.port})),
    ):
        pass


def test_venue_on_a_backup_goes_on_behind_its_clients(tmp_path: Path, comp_id: str) -> None:
    """They have seen more than the copy knows: its numbers go on beyond, reports they may have say so, and what it
    does not know is asked for."""
    client = RecoveringClient(0, comp_id)
    configuration = config(tmp_path / "data", comp_id)
    with running(configuration, client):
        client.log_on()
        client.enter("A1", "buy", "1", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A1", ExecType="0")
        back_up(configuration, tmp_path / "copy", unseen)
        client.enter("A2", "buy", "1", SYMBOL, "100.00")
        client.expect("8", ClOrdID="A2", ExecType="0")
        client.close()
    with running(config(tmp_path / "copy", comp_id), client) as (venue, _):
        heard = client.log_on_and_recover(venue.gateway.port)
        client.ask_status("END", "buy", SYMBOL)
        while heard[-1].get("ClOrdID") != "END":
            heard.append(client.receive_next())
    assert [(message["ClOrdID"], message["ExecType"], message.get("PossResend")) for message in heard] == [
        ("A1", "0", "Y"),
        ("A1", "I", None),
        ("A2", "0", None),
        ("END", "I", None),
    ]


def test_port_that_is_reserved_is_nobody_elses() -> None:
    """From the choice of a free port to the moment it opens a replay may take minutes; only who reuses addresses may
    bind it then, as QuickFIX does."""
    with sessions.reserved_port() as reserved, socket.socket() as other, socket.socket() as acceptor:
        address = ("0.0.0.0", reserved.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            other.bind(address)
        acceptor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        acceptor.bind(address)
        acceptor.listen()
