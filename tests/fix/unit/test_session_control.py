"""What an operator asks of a session: to be logged out, to begin its numbers again; and how a session is told of."""

from pathlib import Path
from typing import Any

import pytest

from tests.fix.unit.one_session import SYMBOL, config, running
from tests.support.raw_fix import RawClient
from tests.support.waiting import wait_until
from venue.fix import application, sessions
from venue.messages import LOG_OUT, RESET_NUMBERS, AnyCommand, ControlSession, MassCancel, SessionAction
from venue.reasons import BY_OPERATOR
from venue.server import Venue


def ask(venue: Venue, *commands: AnyCommand) -> None:
    for command in commands:
        assert venue.sequencer.submit(command)
    venue.sequencer.settle()


def control(comp_id: str, action: SessionAction) -> ControlSession:
    return ControlSession(comp_id, action, "ann", "asked on the phone")


def cancel_all() -> MassCancel:
    """What makes a report for a client that may be away."""
    return MassCancel("", "HOUSE", "", reason=BY_OPERATOR, by="ann", why="drill")


def set_back(venue: Venue, comp_id: str, numbers: tuple[int, int] = (1, 1)) -> None:
    """Have the numbers set back, after which reports that waited may have taken some."""
    ask(venue, control(comp_id, RESET_NUMBERS))
    session, line = venue.gateway._sessions[comp_id], venue.gateway._lines[comp_id]
    wait_until(lambda: line.next_numbers == numbers and not session.is_leaving, f"its numbers are {numbers}")


def resting_order(client: RawClient, cl_ord_id: str) -> None:
    client.enter(cl_ord_id, "buy", "1", SYMBOL, "100.00")
    client.expect("8", ClOrdID=cl_ord_id, ExecType="0")


def test_session_is_logged_out_with_the_operators_reason_and_may_return(tmp_path: Path, comp_id: str) -> None:
    """Logout(5) with Text(58), the end of the connection; a new logon goes on with the next numbers."""
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        wait_until(lambda: venue.gateway.statuses()[0].is_logged_on, "the gateway knows that it is logged on")
        ask(venue, control(comp_id, LOG_OUT))
        client.expect("5", Text="logged out by an operator: asked on the phone")
        client.send("5")
        client.expect_closed()
        session = venue.gateway._sessions[comp_id]
        wait_until(lambda: not session.is_leaving, "it may come back")
        client.log_on()
        resting_order(client, "A1")


def test_logout_of_a_session_that_is_away_keeps_nobody_out(tmp_path: Path, comp_id: str) -> None:
    """There is nothing to do, nor for a name that no FIX session has: the next logon is accepted."""
    with running(config(tmp_path, comp_id)) as (venue, client):
        ask(venue, control(comp_id, LOG_OUT), control("api.desk", LOG_OUT), control("api.desk", RESET_NUMBERS))
        client.log_on()


def test_numbers_set_back_begin_with_one_and_nothing_is_told_twice(tmp_path: Path, comp_id: str) -> None:
    """The client is logged out and begins anew without a flag; neither then nor after a restart does it hear again
    what it was told, nor are the numbers set back by the replay."""
    configuration = config(tmp_path, comp_id)
    with running(configuration) as (venue, client):
        client.log_on()
        resting_order(client, "A1")
        ask(venue, control(comp_id, RESET_NUMBERS))
        client.expect("5", Text="the sequence numbers are set back to 1: asked on the phone")
        client.send("5")
        client.expect_closed()
        wait_until(lambda: venue.gateway._lines[comp_id].next_numbers == (1, 1), "the store is empty")
        assert (tmp_path / "fix" / f"{comp_id}.position").read_text() == "6 0\n"
        wait_until(lambda: not venue.gateway._sessions[comp_id].is_leaving, "it may come back")
        client.next_out = client.next_in = 1
        client.log_on()
        client.expect_nothing_more(SYMBOL)
        client.log_out()
    with running(configuration, client) as (_, client):
        client.log_on()
        client.expect_nothing_more(SYMBOL)


def test_report_that_waits_during_a_reset_is_in_the_new_store(tmp_path: Path, comp_id: str) -> None:
    """What was not handed to QuickFIX yet, and what happens while the client is away, comes by resend."""
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        resting_order(client, "A1")
        resting_order(client, "A2")
        client.log_out()
        venue.gateway._sessions[comp_id].outbox.pause()
        ask(venue, cancel_all())
        set_back(venue, comp_id, numbers=(3, 1))
        client.next_out, client.next_in = 1, 3
        client.log_on()
        client.send("2", BeginSeqNo="1", EndSeqNo="2")
        client.expect("8", ClOrdID="A1", ExecType="4", PossDupFlag="Y")
        client.expect("8", ClOrdID="A2", ExecType="4", PossDupFlag="Y")
        client.expect_nothing_more(SYMBOL)


def test_numbers_that_a_logon_under_way_took_are_set_back_again(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Logon(A) that QuickFIX was at while the store was emptied counts in the new one: then it is done once more."""
    done: list[sessions.Line] = []
    empty_the_store = sessions.Line.reset

    def reset(line: sessions.Line) -> None:
        empty_the_store(line)
        done.append(line)
        if len(done) == 1:
            line._session.setNextTargetMsgSeqNum(2)

    monkeypatch.setattr(sessions.Line, "reset", reset)
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        client.log_out()
        set_back(venue, comp_id)
        assert len(done) == 2
        client.next_out = client.next_in = 1
        client.log_on()


def test_store_that_cannot_be_made_anew_leaves_the_session_as_it_was(
    tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure is logged, the client may log on again, its numbers go on, and nothing waits for ever."""

    def fail(_: Any) -> None:
        raise RuntimeError("no space left on device")

    monkeypatch.setattr(sessions.Line, "reset", fail)
    with running(config(tmp_path, comp_id)) as (venue, client):
        client.log_on()
        resting_order(client, "A1")
        client.log_out()
        ask(venue, control(comp_id, RESET_NUMBERS))
        wait_until(lambda: "its message store could not be made anew" in caplog.text, "the failure is told")
        wait_until(lambda: not venue.gateway._sessions[comp_id].is_leaving, "it may come back")
        ask(venue, cancel_all())
        wait_until(lambda: venue.gateway._lines[comp_id].next_numbers == (5, 4), "the report is in the store")
        client.next_in += 1
        client.log_on()


def test_status_of_a_session_follows_it(tmp_path: Path, comp_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, counts, accounts and since when; when it is gone it is logged on no more, and how long orders took
    is known."""
    monkeypatch.setattr(application, "SAMPLE_EVERY", 1)
    with running(config(tmp_path, comp_id, watches=("HOUSE",))) as (venue, client):
        [before] = venue.gateway.statuses()
        assert (before.comp_id, before.is_logged_on, before.connected_since_ns) == (comp_id, False, 0)
        assert (before.trades, before.watches, before.queue_max) == (("HOUSE",), ("HOUSE",), 50_000)
        client.log_on()
        resting_order(client, "A1")
        client.send("H", ClOrdID="A1", Symbol=SYMBOL, Side="1")
        client.expect("8", ExecType="I")
        wait_until(lambda: venue.gateway.statuses()[0].messages_out == 2, "both answers are counted")
        # QuickFIX counts a message once its callback has returned, which the answer may overtake.
        wait_until(lambda: venue.gateway.statuses()[0].next_target_seq == 4, "the last request is counted")
        [status] = venue.gateway.statuses()
        assert status.is_logged_on
        assert status.connected_since_ns > 0
        assert (status.next_sender_seq, status.next_target_seq) == (client.next_in, client.next_out) == (4, 4)
        assert (status.messages_in, status.queue_len) == (2, 0)
        assert status.told_journal_seq == 6
        assert venue.gateway.report_latencies.figures().count == 1
        client.log_out()
        wait_until(lambda: venue.gateway.statuses()[0].connected_since_ns == 0, "it is gone")
        assert not venue.gateway.statuses()[0].is_logged_on
    assert venue.gateway.statuses() == []
