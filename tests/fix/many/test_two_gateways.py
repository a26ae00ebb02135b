"""Two order gateways: each serves its share of the sessions, and they trade in one book."""

import os
import signal
from functools import partial

from tests.fix.many.conftest import SERVED_BY, config_of, is_started_anew, journaled, other_gateway
from tests.support.fix_message import FixMessage
from tests.support.processes import is_alive
from tests.support.raw_fix import RawClient
from tests.support.recovering_client import RecoveringClient
from tests.support.venue_process import VenueProcess, run_venue_command
from tests.support.waiting import wait_until
from venue.handed import IN_DOUBT, Handed
from venue.journal import RemoteJournal
from venue.journal.frames import RECEIVED, VITALS
from venue.messages import FixSessionStatus

SYMBOL = "S001-USD"


def statuses(venue: VenueProcess) -> dict[str, FixSessionStatus]:
    with RemoteJournal(venue.data) as line:
        return {status.comp_id: status for status in line.ask(VITALS).fix_sessions}


def test_sessions_of_two_gateways_trade_and_are_controlled_as_of_one(venue: VenueProcess) -> None:
    """Both sides of a trade name one journal_seq; a session of the first gateway watches an account of the second. An
    operator sees all sessions, logs out one of either gateway and sets its numbers back; a stop is announced to all."""
    with (
        RawClient(venue.port, "NEAR") as near,
        RawClient(venue.port, "FAR") as far,
        RawClient(venue.port, "WATCH") as watch,
    ):
        for client in (near, far, watch):
            client.log_on()
        far.enter("f1", "sell", "5", SYMBOL, "10.00")
        far.expect("8", ClOrdID="f1", ExecType="0")
        watch.expect("8", ClOrdID="f1", ExecType="0")
        near.enter("n1", "buy", "2", SYMBOL, "10.00")
        near.expect("8", ClOrdID="n1", ExecType="0")
        bought = near.expect("8", ClOrdID="n1", ExecType="F", LastQty="2.0", LeavesQty="0.0")
        sold = far.expect("8", ClOrdID="f1", ExecType="F", LastQty="2.0", LeavesQty="3.0")
        assert (bought["JournalSeq"], bought["TrdMatchID"]) == (sold["JournalSeq"], sold["TrdMatchID"])
        watch.expect("8", ClOrdID="f1", ExecType="F", LastQty="2.0")

        far.enter("f2", "sell", "1", SYMBOL, "11.00")
        far.ask_status("f2", "sell", SYMBOL)  # in one go: the question sees the order
        far.expect("8", ClOrdID="f2", ExecType="0")
        far.expect("8", ClOrdID="f2", ExecType="I", OrdStatus="0")

        wait_until(lambda: statuses(venue)["FAR"].is_logged_on, "the venue knows that FAR is logged on")
        told = [(name, status.is_logged_on) for name, status in statuses(venue).items()]
        assert told == [("NEAR", True), ("FAR", True), ("WATCH", True), ("CAREFUL", False)]
        with RemoteJournal(venue.data) as line:
            for name, cl_ord_id in (("NEAR", "n1"), ("FAR", "f2")):
                assert any(f"\x0111={cl_ord_id}\x01" in each.text for each in line.ask(RECEIVED, name))
        config = ("--config", str(venue.config), "--data", str(venue.data))
        run_venue_command("session", "logout", "FAR", "--why", "a test", *config)
        assert "logged out by an operator: a test" in str(far.expect("5")["Text"])
        far.expect_closed()
        run_venue_command("session", "reset", "FAR", "--why", "a test", *config)
        wait_until(lambda: statuses(venue)["FAR"].next_sender_seq == 1, "its numbers are set back")
        far.next_in = far.next_out = 1
        far.log_on()
        near.expect_nothing_more(SYMBOL)
        far.expect_nothing_more(SYMBOL)

        os.kill(venue.pid, signal.SIGTERM)
        for client in (near, far):
            client.expect("B", Headline="maintenance", Text="the venue stops in 1 s")
            client.expect("5", Text="the venue is closing")
    assert venue.wait_for_exit() == 0
    assert not any('"level": "error"' in line for line in venue.output), venue.printed()


def test_a_killed_gateway_comes_back_and_tells_each_report_once(venue: VenueProcess) -> None:
    """kill -9 amid orders of both gateways: the first one's clients notice nothing, the second one's come back with the
    numbers they had; each order that was journaled is reported New exactly once. What asked for it is canceled."""
    with (
        RawClient(venue.port, "NEAR") as near,
        RecoveringClient(venue.port, "FAR") as far,
        RecoveringClient(venue.port, "CAREFUL") as careful,
    ):
        for client in (near, far, careful):
            client.log_on()
        careful.enter("c1", "buy", "1", SYMBOL, "1.00")
        careful.expect("8", ClOrdID="c1", ExecType="0")
        reported: list[FixMessage] = []
        for kill in range(2):
            for number in range(50):
                far.enter(f"f{kill}-{number}", "sell", "1", SYMBOL, "10.00")
            killed = other_gateway(venue)
            os.kill(killed, signal.SIGKILL)
            near.enter(f"n{kill}", "buy", "1", SYMBOL, "1.00")
            near.expect("8", ClOrdID=f"n{kill}", ExecType="0")
            reported += far.receive_until_closed()
            wait_until(partial(is_started_anew, venue, killed), "gateway 1 is started again")
            reported += far.log_on_and_recover()
        reported += up_to_a_mark(far)
        assert new_orders(reported) == journaled(venue, "FAR")
        assert [message.get("ExecType") for message in careful.log_on_and_recover()] == ["4"]


def test_a_killed_venue_comes_back_with_both_gateways(venue: VenueProcess) -> None:
    """kill -9 of the venue amid orders: gateway 1 ends by itself, and after the restart the clients of both have heard
    of each journaled order, and of each trade, exactly once. A backup takes both for what a power loss leaves."""
    with RecoveringClient(venue.port, "NEAR") as near, RecoveringClient(venue.port, "FAR") as far:
        reported: dict[str, list[FixMessage]] = {near.sender: [], far.sender: []}
        for client in (near, far):
            client.log_on()
        for number in range(50):
            far.enter(f"f{number}", "sell", "1", SYMBOL, "10.00")
            near.enter(f"n{number}", "buy", "1", SYMBOL, "10.00")
        far_gateway = other_gateway(venue)
        venue.kill()
        for client in (near, far):
            reported[client.sender] += client.receive_until_closed()
        venue.start()
        assert not is_alive(far_gateway)
        for client in (near, far):
            client.port = venue.port
            reported[client.sender] += client.log_on_and_recover() + up_to_a_mark(client)
        for client in (near, far):
            assert new_orders(reported[client.sender]) == journaled(venue, client.sender)
        assert trades(reported["NEAR"]) == trades(reported["FAR"])
        assert len(trades(reported["FAR"])) == min(len(journaled(venue, name)) for name in reported)
    copy = venue.data.parent / "copy"
    run_venue_command("backup", str(copy), "--config", str(venue.config), "--data", str(venue.data))
    assert all(Handed(copy / "fix", number).told().boot == IN_DOUBT for number in (0, 1))


def test_sessions_change_gateways_and_go_on_where_they_were(venue: VenueProcess) -> None:
    """Two gateways, one, two again: numbers go on, and reports of what happened while a client was away come once."""
    with RecoveringClient(venue.port, "NEAR") as near, RecoveringClient(venue.port, "FAR") as far:
        near.log_on()
        far.log_on()
        far.enter("f0", "sell", "9", SYMBOL, "10.00")
        far.expect("8", ClOrdID="f0", ExecType="0")
        far.log_out()
        for number, gateways in enumerate((1, 2), start=1):
            near.enter(f"n{number}", "buy", "1", SYMBOL, "10.00")
            assert [near.receive_next()["ExecType"] for _ in range(2)] == ["0", "F"]
            near.log_out()
            assert venue.stop() == 0
            config_of(venue.config.parent, gateways)
            venue.start()
            assert bool(other_gateway(venue)) == (gateways > 1)
            assert (
                sorted(path.name for path in (venue.data / "fix").glob("handed*")) == ["handed", "handed-1"][:gateways]
            )
            far.port = near.port = venue.port
            assert [message["LeavesQty"] for message in far.log_on_and_recover()] == [f"{9 - number}.0"]
            far.log_out()
            assert near.log_on_and_recover() == []
    assert {name for name in SERVED_BY if (venue.data / "fix" / f"FIX.4.4-VENUE-{name}.body").exists()} == set(
        SERVED_BY
    )


def new_orders(messages: list[FixMessage]) -> list[str]:
    """ClOrdIDs of the reports that say New."""
    return [message["ClOrdID"] for message in messages if message.msg_type == "8" and message["ExecType"] == "0"]


def trades(messages: list[FixMessage]) -> list[str]:
    return [message["TrdMatchID"] for message in messages if message.msg_type == "8" and message["ExecType"] == "F"]


def up_to_a_mark(client: RecoveringClient) -> list[FixMessage]:
    """All that the venue has to say up to here: the answer to a question comes last."""
    client.ask_status("the-mark", "buy", SYMBOL)
    said: list[FixMessage] = []
    while (message := client.receive_next()).get("ClOrdID") != "the-mark":
        said.append(message)
    return said
