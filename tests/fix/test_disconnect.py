"""What becomes of orders when a connection ends: CancelOrdersOnDisconnect(8013), and the session's default."""

from collections.abc import Iterator

import pytest

from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_config import CAREFUL
from tests.support.venue_process import VenueProcess


@pytest.fixture
def leaver(venue: VenueProcess, unused_comp_ids: Iterator[str]) -> Iterator[RecoveringClient]:
    """A client whose session keeps its orders on disconnect unless its Logon(A) says otherwise."""
    client = RecoveringClient(venue.port, next(unused_comp_ids))
    yield client
    client.close()


@pytest.fixture
def careful_leaver(venue: VenueProcess) -> Iterator[RecoveringClient]:
    """A client whose session cancels its orders on disconnect unless its Logon(A) says otherwise."""
    client = RecoveringClient(venue.port, CAREFUL)
    yield client
    client.close()


def rest_two_orders(client: RecoveringClient, symbol: str) -> None:
    for cl_ord_id in ("A", "B"):
        client.enter(f"{symbol}-{cl_ord_id}", "buy", "10", symbol, price="5.00")
        client.expect("8", ExecType="0")


def end_connection(client: RecoveringClient, how: str) -> None:
    if how == "logout":
        client.log_out()
    client.close()


def expect_canceled(client: RecoveringClient, symbol: str, text: str) -> None:
    """Log on again: both orders were canceled meanwhile, 378=99 with the reason in words, and told once."""
    reports = client.log_on_and_recover()
    while len(reports) < 2:
        reports.append(client.receive_next())
    assert [
        (report["ClOrdID"], report["ExecType"], report["ExecRestatementReason"], report["Text"]) for report in reports
    ] == [(f"{symbol}-{cl_ord_id}", "4", "99", text) for cl_ord_id in ("A", "B")]


def expect_kept(client: RecoveringClient, symbol: str) -> None:
    """Log on again: nothing has happened to the orders."""
    assert client.log_on_and_recover() == []
    for cl_ord_id in ("A", "B"):
        client.ask_status(f"{symbol}-{cl_ord_id}", "buy", symbol)
        client.expect("8", ExecType="I", OrdStatus="0")


ENDS = pytest.mark.parametrize(
    ("how", "text"), [("lost", "canceled on lost connection"), ("logout", "canceled on logout")]
)


@ENDS
def test_orders_are_canceled_when_the_logon_asked_for_it(
    leaver: RecoveringClient, symbol: str, how: str, text: str
) -> None:
    """Logon(A) with 8013=Y: when the connection ends, open orders are canceled and the client told later."""
    leaver.log_on(CancelOrdersOnDisconnect="Y")
    rest_two_orders(leaver, symbol)
    end_connection(leaver, how)
    expect_canceled(leaver, symbol, text)


@ENDS
def test_orders_are_canceled_when_the_session_is_configured_so(
    careful_leaver: RecoveringClient, symbol: str, how: str, text: str
) -> None:
    """cancel_on_disconnect of the session counts when the Logon(A) does not say."""
    careful_leaver.log_on_afresh()
    rest_two_orders(careful_leaver, symbol)
    end_connection(careful_leaver, how)
    expect_canceled(careful_leaver, symbol, text)


@pytest.mark.parametrize("how", ["lost", "logout"])
def test_logon_overrules_the_configuration(careful_leaver: RecoveringClient, symbol: str, how: str) -> None:
    """8013=N keeps the orders of a session that is configured to cancel them."""
    careful_leaver.log_on_afresh(CancelOrdersOnDisconnect="N")
    rest_two_orders(careful_leaver, symbol)
    end_connection(careful_leaver, how)
    careful_leaver.connect()  # 8013=N holds for that connection only: this one must say it again
    careful_leaver.send("A", EncryptMethod="0", HeartBtInt="30", CancelOrdersOnDisconnect="N")
    careful_leaver.expect("A")
    for cl_ord_id in ("A", "B"):
        careful_leaver.ask_status(f"{symbol}-{cl_ord_id}", "buy", symbol)
        careful_leaver.expect("8", ExecType="I", OrdStatus="0")


@pytest.mark.parametrize("how", ["lost", "logout"])
def test_orders_stay_when_nobody_asked(leaver: RecoveringClient, symbol: str, how: str) -> None:
    """Without 8013 and without configuration the orders outlive the connection."""
    leaver.log_on()
    rest_two_orders(leaver, symbol)
    end_connection(leaver, how)
    expect_kept(leaver, symbol)


def test_other_sessions_of_the_account_keep_their_orders(venue: VenueProcess, symbol: str) -> None:
    """Cancel on disconnect reaches the session's own orders, not those of another session of the account."""
    with RecoveringClient(venue.port, "MAKER") as maker, RecoveringClient(venue.port, "TWIN") as twin:
        maker.log_on_afresh(CancelOrdersOnDisconnect="Y")
        twin.log_on_afresh()
        rest_two_orders(maker, symbol)
        rest_two_orders(twin, symbol)
        end_connection(maker, "lost")
        expect_canceled(maker, symbol, "canceled on lost connection")
        twin.ask_status(f"{symbol}-A", "buy", symbol)
        twin.expect("8", ExecType="I", OrdStatus="0")


def test_reports_that_were_missed_come_once_when_the_client_returns(
    leaver: RecoveringClient, client: RawClient, symbol: str
) -> None:
    """Trades while the client is away wait in its message store and come by ResendRequest(2)."""
    leaver.log_on()
    rest_two_orders(leaver, symbol)
    leaver.close()
    client.log_on()
    client.enter("hit", "sell", "15", symbol, price="5.00")
    client.expect("8", ExecType="0")
    client.expect("8", ExecType="F", LastQty="10.0")
    client.expect("8", ExecType="F", LastQty="5.0")
    missed = leaver.log_on_and_recover()
    assert [(report["ClOrdID"], report["ExecType"], report["LeavesQty"]) for report in missed] == [
        (f"{symbol}-A", "F", "0.0"),
        (f"{symbol}-B", "F", "5.0"),
    ]
    leaver.close()
    assert leaver.log_on_and_recover() == []
