"""`venue session status`, `logout` and `reset`: the connections of a running venue, seen and ended from a terminal."""

from tests.cli.shell import Answer, Shell
from tests.cli.test_operating import cells, refusal, told
from tests.support.raw_fix import RawClient
from tests.support.waiting import wait_until

WHY = ("--why", "asked", "--by", "ann")


def row(shell: Shell, session: str) -> list[str]:
    """The session's cells after its name: logged on, next out, next in, out, in, waiting, told."""
    [found] = [cells[1:] for cells in cells(shell.run_here("session", "status")) if cells[0] == session]
    return found


def begins_anew(client: RawClient) -> bool:
    """Log on with number 1 on both sides; a logon that comes too early is not answered and takes no number."""
    client.next_out = client.next_in = 1
    client.connect()
    client.send("A", EncryptMethod="0", HeartBtInt="30")
    answer = client.receive()
    return answer is not None and answer.msg_type == "A"


def test_status_follows_a_session(shell: Shell) -> None:
    """Away, then here: the numbers of both sides, messages in and out, nothing that waits."""
    assert row(shell, "DEMO10") == ["no", "1", "1", "0", "0", "0", "0"]
    with RawClient(shell.venue.port, "DEMO10") as client:
        client.log_on()
        client.enter("A1", "buy", "1", "SOL-USD", "100.00")
        journal_seq = client.expect("8", ClOrdID="A1", ExecType="0")["JournalSeq"]
        wait_until(lambda: row(shell, "DEMO10")[3] == "1", "the report is counted")
        since, *numbers = row(shell, "DEMO10")
        assert since.startswith("since 20")
        assert numbers == ["3", "3", "1", "1", "0", journal_seq]
        client.log_out()
    wait_until(lambda: row(shell, "DEMO10")[0] == "no", "it is gone")


def test_a_session_is_logged_out_with_the_reason(shell: Shell) -> None:
    """The client reads why; it may come back."""
    with RawClient(shell.venue.port, "DEMO11") as client:
        client.log_on()
        assert told(shell.run_here("session", "logout", "DEMO11", *WHY)) == "session DEMO11 is being logged out"
        client.expect("5", Text="logged out by an operator: asked")
        client.send("5")
        client.expect_closed()


def test_numbers_set_back_are_one_on_both_sides(shell: Shell) -> None:
    """The client is logged out, and begins anew without ResetSeqNumFlag(141)."""
    with RawClient(shell.venue.port, "DEMO12") as client:
        client.log_on()
        line = "session DEMO12 is being logged out, then its sequence numbers are set back to 1"
        assert told(shell.run_here("session", "reset", "DEMO12", *WHY)) == line
        client.expect("5", Text="the sequence numbers are set back to 1: asked")
        client.send("5")
        client.expect_closed()
        wait_until(lambda: row(shell, "DEMO12")[:3] == ["no", "1", "1"], "its numbers are set back")
        wait_until(lambda: begins_anew(client), "it may come back")


def test_only_fix_sessions_can_be_controlled(shell: Shell) -> None:
    """A name that no FIX session has is refused with the nearest one, before anything is journaled."""
    for command in ("logout", "reset"):
        answer: Answer = shell.run_here("session", command, "DEMO99", *WHY)
        assert refusal(answer) == "session was 'DEMO99': unknown; did you mean DEMO9?"
