"""What was sent to a session, read from a store as QuickFIX writes it."""

from pathlib import Path

import pytest

from venue.fix_text import sent
from venue.fix_text.sent import newest, of_order

SOH = "\x01"


def message(number: int, body: str) -> str:
    text = f"35=8|34={number}|49=VENUE|52=20261124-09:30:00.000|56=DESK|{body}".replace("|", SOH)
    return f"8=FIX.4.4{SOH}9={len(text)}{SOH}{text}10=123{SOH}"


def report(number: int, journal_seq: int, order_id: int, padding: int = 0) -> str:
    return message(number, f"37={order_id}|58={'x' * padding}|5001={journal_seq}|5002=0|")


def heartbeat(number: int) -> str:
    return message(number, "112=probe|")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "FIX.4.4-VENUE-DESK.body"


def write(path: Path, *messages: str) -> list[str]:
    path.write_bytes("".join(messages).encode("latin-1"))
    return list(messages)


def test_the_newest_messages_come_oldest_first(path: Path) -> None:
    """So many as were asked for, or all there are; none where there is no store."""
    assert newest(path, 5) == []
    written = write(path, *(report(number, number, 1, padding=1_000) for number in range(1, 201)))
    assert newest(path, 3) == written[-3:]
    assert newest(path, 150) == written[-150:]
    assert newest(path, 500) == written


def test_a_message_that_is_being_written_is_left_out(path: Path) -> None:
    """Its end is not there yet."""
    whole = write(path, report(1, 1, 1), report(2, 2, 1))
    path.write_bytes(path.read_bytes() + report(3, 3, 1).encode()[:-5])
    assert newest(path, 5) == whole
    assert of_order(path, 1, 1, 0, []) == whole


@pytest.mark.parametrize("padding", [0, 700, 70_000])
def test_all_messages_of_an_order_are_found(path: Path, padding: int) -> None:
    """Among many of others, with heartbeats in between, however they lie across the chunks that are read."""
    count = 40 if padding > 1_000 else 2_000
    written = []
    for number in range(1, count):
        written.append(heartbeat(number) if number % 3 == 0 else report(number, 10 * number, number % 7, padding))
    write(path, *written)
    wanted = [one for one in written if f"{SOH}37=5{SOH}" in one]
    assert of_order(path, 5, 1, 0, []) == wanted
    middle = 10 * (count // 2)
    later = [one for number, one in enumerate(written, 1) if one in wanted and 10 * number >= middle]
    assert of_order(path, 5, middle, 0, []) == later


def test_what_comes_long_after_the_order_ended_is_not_looked_at(path: Path) -> None:
    """An id is used once: behind its last command there is a stretch at most in which late refusals may stand."""
    early = [report(number, number, 5 if number == 3 else 1, 500) for number in range(1, 400)]
    late = report(400, 400, 5, 500)
    write(path, *early, late)
    assert of_order(path, 5, 3, 3, []) == [early[2]]
    assert of_order(path, 5, 3, 0, []) == [early[2], late]


def test_beyond_what_is_scanned_executions_are_found_by_their_command(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a mass cancel, too, of which many are about one command."""
    monkeypatch.setattr(sent, "SCANNED_BYTES_MAX", 10_000)
    far = [report(number, 900, number, 2_000) for number in range(500, 600)]
    written = write(path, *(report(number, number, 1, 500) for number in range(1, 500)), *far)
    assert of_order(path, 590, 1, 0, []) == []
    assert of_order(path, 590, 1, 0, [900]) == [written[589]]


def test_a_store_that_was_emptied_tells_nothing(path: Path) -> None:
    """As after ResetSeqNumFlag(141)=Y."""
    write(path)
    assert newest(path, 5) == []
    assert of_order(path, 5, 1, 0, [7]) == []
