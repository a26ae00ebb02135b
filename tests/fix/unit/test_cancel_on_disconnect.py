"""Cancel on disconnect: armed at logon, fired once, and again after a crash until it was applied."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fix.unit.test_fix_session import a_session
from venue.fix.cancel_on_disconnect import CancelOnDisconnect
from venue.messages import MassCancel, SetSession
from venue.reasons import CONNECTION_LOST, LOGGED_OUT


class Venue:
    """Takes commands while it has room, and runs what was put off."""

    def __init__(self, folder: Path) -> None:
        self.has_room = True
        self.entered: list[MassCancel] = []
        self.put_off: list[Callable[[], None]] = []
        self.cancel = CancelOnDisconnect(folder, self.enter, self.put_off.append)

    def enter(self, command: MassCancel, timeout_s: float) -> bool:
        if self.has_room:
            self.entered.append(command)
        return self.has_room


def mass_cancels(reason: int) -> list[MassCancel]:
    """One for each account the session trades."""
    return [MassCancel("DESK", account, "", session_only=True, reason=reason) for account in ("HOUSE", "FUND")]


@pytest.mark.parametrize(("by_client", "reason"), [(True, LOGGED_OUT), (False, CONNECTION_LOST)])
def test_end_of_an_armed_session_cancels_its_orders(tmp_path: Path, by_client: bool, reason: int) -> None:
    """The reason says whether the client said goodbye; only the session's own orders are meant."""
    venue, (session, _) = Venue(tmp_path), a_session()
    venue.cancel.arm(session)
    session.logged_out_by_client = by_client
    venue.cancel.fire(session)
    assert venue.entered == mass_cancels(reason)
    assert not session.is_armed


def test_orders_of_an_account_it_may_not_trade_any_more_are_canceled_too(tmp_path: Path) -> None:
    """An account taken from the session while it was there, or given and taken before: its orders may be open."""
    venue, (session, _) = Venue(tmp_path), a_session()
    venue.cancel.arm(session)
    session.entitle(SetSession("DESK", ("FUND", "NEW"), (), "operator", "moved"))
    session.entitle(SetSession("DESK", ("NEW",), (), "operator", "moved"))
    venue.cancel.fire(session)
    assert [command.account for command in venue.entered] == ["NEW", "HOUSE", "FUND"]


def test_full_queue_puts_the_cancel_off_and_insists(tmp_path: Path) -> None:
    """The connection's thread does not wait, and the orders are canceled all the same."""
    venue, (session, _) = Venue(tmp_path), a_session()
    venue.cancel.arm(session)
    venue.has_room = False
    venue.cancel.fire(session)
    assert venue.entered == []
    venue.has_room = True
    for task in venue.put_off:
        task()
    assert venue.entered == mass_cancels(CONNECTION_LOST)


def test_crash_ends_connections_too(tmp_path: Path) -> None:
    """The next start cancels for every session that was armed, until the cancel was applied."""
    session, _ = a_session()
    Venue(tmp_path).cancel.arm(session)
    for _ in range(2):  # the venue may be killed again before it has applied the command
        venue, (session, _) = Venue(tmp_path), a_session()
        venue.cancel.fire_after_crash({"DESK": session})
        assert venue.entered == mass_cancels(CONNECTION_LOST)
        venue.cancel.applied(session, venue.entered[0])  # of the first account only
    venue.cancel.applied(session, venue.entered[-1])
    venue = Venue(tmp_path)
    venue.cancel.fire_after_crash({"DESK": session})
    assert venue.entered == []


def test_session_armed_anew_stays_armed(tmp_path: Path) -> None:
    """The client may be back before its last cancel is applied: that must not disarm the new connection."""
    venue, (session, _) = Venue(tmp_path), a_session()
    venue.cancel.arm(session)
    venue.cancel.fire(session)
    venue.cancel.arm(session)
    venue.cancel.applied(session, venue.entered[-1])
    after_crash = Venue(tmp_path)
    after_crash.cancel.fire_after_crash({"DESK": session})
    assert after_crash.entered == mass_cancels(CONNECTION_LOST)


def test_disarmed_session_keeps_its_orders(tmp_path: Path) -> None:
    """A Logon without the wish ends an older one."""
    venue, (session, _) = Venue(tmp_path), a_session()
    venue.cancel.arm(session)
    venue.cancel.disarm(session)
    venue.cancel.fire_after_crash({"DESK": session})
    assert venue.entered == []
