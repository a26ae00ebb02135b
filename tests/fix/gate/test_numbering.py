"""Which messages of a client that is logged on go on to QuickFIX."""

import pytest

from tests.support.fix_message import seal_body
from venue.errors import PeerError
from venue.fix import numbering
from venue.fix.numbering import AGAIN, AHEAD_MAX, LAST, PASS, Numbering


def message(number: int | str, more: str = "", msg_type: str = "0") -> bytes:
    return seal_body(f"35={msg_type}|34={number}|49=A|52=20240101-00:00:00|56=VENUE|{more}")


def gap_fill(number: int, new_number: int | str, more: str = "123=Y|") -> bytes:
    return message(number, f"{more}36={new_number}|", "4")


def test_messages_in_order_go_on() -> None:
    """The Logon was number 7."""
    numbers = Numbering(7)
    assert [numbers.admit(message(number)) for number in (8, 9, "0010", 11)] == [PASS] * 4
    assert numbers.expected == 12


def test_a_low_number_is_the_last_that_goes_on() -> None:
    """QuickFIX answers it with Logout(5); PossDupFlag(43)=Y says it is a resend, and more may follow."""
    numbers = Numbering(7)
    assert numbers.admit(message(7, "43=Y|")) == PASS
    assert numbers.admit(message(7, "43=N|")) == LAST
    assert numbers.admit(message(8)) == PASS, "not counted"
    assert numbers.admit(message(3)) == LAST


def test_messages_ahead_wait_and_are_passed_over_when_the_gap_is_filled() -> None:
    """As in QuickFIX, which keeps them: sent again, they are low."""
    numbers = Numbering(1)
    assert [numbers.admit(message(number)) for number in (4, 5, 7)] == [PASS] * 3
    assert numbers.expected == 2
    assert [numbers.admit(message(number, "43=Y|")) for number in (2, 3)] == [PASS] * 2
    assert numbers.expected == 6
    assert numbers.admit(gap_fill(6, 20)) == PASS
    assert numbers.expected == 20
    assert numbers.admit(message(5)) == LAST


def test_a_gap_fill_that_waits_moves_on_when_it_is_reached() -> None:
    """Number 3 fills to 9, but number 2 is missing."""
    numbers = Numbering(1)
    assert numbers.admit(gap_fill(3, 9)) == PASS
    assert (numbers.expected, numbers.admit(message(2)), numbers.expected) == (2, PASS, 9)


@pytest.mark.parametrize(
    "frame",
    [
        gap_fill(2, 5, ""),
        gap_fill(2, 5, "123=N|"),
        gap_fill(2, 5, "123=Y|123=Y|"),
        gap_fill(2, 2),
        gap_fill(2, 1),
        gap_fill(2, "x"),
        gap_fill(2, "-5"),
        gap_fill(2, 1_000_000_000),
        gap_fill(2, 5, "123=Y|36=9|"),
        gap_fill(2, 5, "123=Y|58=hello|"),
        message("", ""),
        message("-2"),
        message("0"),
        message("2x"),
        message(1_000_000_000),
        message(2, "34=2|"),
        seal_body("35=0|49=A|56=VENUE|"),
    ],
)
def test_what_quickfix_does_not_survive_does_not_go_on(frame: bytes) -> None:
    """A reset that is none or leads backward, and a number that is none, stands twice or is too large."""
    numbers = Numbering(1)
    with pytest.raises(PeerError):
        numbers.admit(frame)
    assert numbers.expected == 2


def test_a_logon_on_a_session_that_is_logged_on_is_told_apart() -> None:
    """Whether it may reset the numbers is for the connection to say."""
    numbers = Numbering(5)
    assert numbers.admit(message(1, "98=0|108=30|141=Y|", "A")) == AGAIN
    numbers.begin_anew()
    assert (numbers.admit(message(2)), numbers.expected) == (PASS, 3)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """QuickFIX keeps every message that is ahead in memory."""
    assert AHEAD_MAX == 10_000
    monkeypatch.setattr(numbering, "AHEAD_MAX", 3)
    numbers = Numbering(1)
    for number in (3, 4, 5):
        assert numbers.admit(message(number)) == PASS
    with pytest.raises(PeerError, match="more than 3 messages came ahead of number 2"):
        numbers.admit(message(6))
