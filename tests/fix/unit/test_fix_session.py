"""A session numbers its reports within each command and skips what it told before a restart."""

from typing import Any

from tests.fix.unit.examples import LISTINGS, NOW_NS, ORDER, shown
from tests.support.waiting import wait_until
from venue import messages as m
from venue.config import FixConfig, SessionConfig
from venue.fix.answers import StatusIds
from venue.fix.fix_session import FixSession
from venue.fix.outbound import REPORTS
from venue.handed import START, Position
from venue.latency import Latencies

EVENT = m.OrderAccepted(12, 34, ORDER, 0, 150_000, 0)
WRITE = REPORTS[m.OrderAccepted][0].write


def a_session(told: Position = START) -> tuple[FixSession, list[str]]:
    session = FixSession(
        "DESK", SessionConfig(), FixConfig(), dict(LISTINGS), "00:00", StatusIds(1), Latencies(), lambda _: None, told
    )
    session.entitle(m.SetSession("DESK", ("HOUSE", "FUND"), (), "operator", "example"))
    session.hold = lambda on: None
    sent: list[str] = []

    def send(text: str) -> bool:
        sent.append(text)
        return True

    session.send = send
    return session, sent


def places(sent: list[str]) -> list[tuple[int, int]]:
    fields: list[dict[str, Any]] = [shown(text) for text in sent]
    return [(int(report["5001"]), int(report["5002"])) for report in fields]


def tell(session: FixSession, *journal_seqs: int) -> None:
    for journal_seq in journal_seqs:
        session.tell_of(journal_seq, NOW_NS, WRITE, EVENT)


def test_reports_are_numbered_within_their_command() -> None:
    """ReportIndex(5002) starts from 0 with every command."""
    session, sent = a_session()
    tell(session, 4, 4, 4, 7, 9, 9)
    assert session.outbox.stop(10)
    assert places(sent) == [(4, 0), (4, 1), (4, 2), (7, 0), (9, 0), (9, 1)]
    assert session.told == (9, 1)


def test_reports_told_before_a_restart_are_skipped() -> None:
    """Replay: what the store holds is not told again, the rest of the same command is."""
    session, sent = a_session(told=(7, 1))
    tell(session, 4, 4, 7, 7, 7, 9)
    assert session.outbox.stop(10)
    assert places(sent) == [(7, 2), (9, 0)]


def test_answers_do_not_move_the_position() -> None:
    """Only reports of the journal count as told."""
    session, sent = a_session(told=(7, 1))
    session.tell(lambda: "35=y\x01")
    wait_until(lambda: bool(sent), "the answer is sent")
    assert session.outbox.stop(10)
    assert session.told == (7, 1)


def test_report_the_store_did_not_take_is_not_told() -> None:
    """A full disk: the position stays, so that the next start tells it."""
    session, _ = a_session()
    refused: list[str] = []

    def refuse(text: str) -> bool:
        refused.append(text)
        return False

    session.send = refuse
    tell(session, 4)
    wait_until(lambda: bool(refused), "the report is tried")
    session.outbox.stop(10)
    assert session.told == START


def test_reports_of_before_a_store_was_set_back_say_so() -> None:
    """PossResend(97)=Y up to the command that the client may know of, and none behind it."""
    session, sent = a_session(told=(4, 0))
    session.perhaps_told_seq = 7
    tell(session, 4, 4, 7, 9)
    assert session.outbox.stop(10)
    assert [shown(text).get("97") for text in sent] == ["Y", "Y", None]
    assert places(sent) == [(4, 1), (7, 0), (9, 0)]


def test_what_waits_holds_back_how_far_a_session_is_told() -> None:
    """While a report waits, every command is told that comes before the last one told; then all that is passed on."""
    session, _ = a_session(told=(7, 1))
    assert session.told_up_to(30) == 30
    session.outbox.pause()
    tell(session, 9, 12)
    assert session.told_up_to(30) == 6
    session.outbox.resume()
    session.outbox.stop(10)
    assert session.told_up_to(30) == 30
