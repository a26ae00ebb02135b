"""Which gateway serves which session, and what each of them goes on from when that has changed."""

from pathlib import Path
from typing import Any

import pytest

from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.fix.shares import gateway_of, settle, share
from venue.handed import CLOSED, IN_DOUBT, Handed, Stored, Told, boot_id, handed_by_all, numbers

A, B, C = (Stored((seq, 0), seq, 1, 10 * seq, 100 * seq, 1) for seq in (5, 7, 9))


def config_of(folder: Path, gateways: int, **chosen: int | None) -> VenueConfig:
    sessions: dict[str, Any] = {name: {"trades": ["X"], "gateway": number} for name, number in chosen.items()}
    return VenueConfig.model_validate({"data": folder, "fix": {"gateways": gateways}, "sessions": sessions})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fix").mkdir()
    return tmp_path


def told(folder: Path) -> dict[int, Told]:
    return {number: Handed(folder / "fix", number).told() for number in sorted(numbers(folder / "fix"))}


def test_every_session_is_of_one_gateway_whatever_others_there_are(tmp_path: Path) -> None:
    """One that was chosen is; the rest by their names: neither a new session nor another order of them moves one."""
    names = [f"S{number}" for number in range(40)]
    config = config_of(tmp_path, 3, **dict.fromkeys(names), CHOSEN=2)
    shares = [share(config, number) for number in range(3)]
    assert sorted(name for each in shares for name in each) == sorted([*names, "CHOSEN"])
    assert "CHOSEN" in shares[2]
    assert all(len(each) > 5 for each in shares)
    fewer = config_of(tmp_path, 3, **dict.fromkeys(reversed(names[::2])))
    assert all(gateway_of(fewer, name) == gateway_of(config, name) for name in fewer.sessions)
    assert {gateway_of(config_of(tmp_path, 1, **dict.fromkeys(names)), name) for name in names} == {0}


def test_one_gateway_has_its_file_as_ever(folder: Path) -> None:
    """Nothing is written where there was never another."""
    settle(config_of(folder, 1, A=None))
    assert told(folder) == {}
    Handed(folder / "fix").write(5, {"A": A, "GONE": B})
    before = (folder / "fix" / "handed").stat()
    settle(config_of(folder, 1, A=None))
    after = (folder / "fix" / "handed").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_new_venue_gives_every_gateway_a_file(tmp_path: Path) -> None:
    """So that nobody takes what one of them still needs before it has written its first."""
    settle(config_of(tmp_path, 2, A=0, B=1))
    assert told(tmp_path) == {0: (0, CLOSED, {}), 1: (0, CLOSED, {})}


def test_sessions_that_move_are_found_where_they_go_on(folder: Path) -> None:
    """From one gateway to two, another way about, and back to one: each goes on where the one behind was."""
    Handed(folder / "fix").write(9, {"A": A, "B": B, "C": C})
    settle(config_of(folder, 2, A=0, B=1, C=1))
    assert told(folder) == {0: (9, CLOSED, {"A": A}), 1: (9, CLOSED, {"B": B, "C": C})}
    Handed(folder / "fix", 1).write(7, {"B": B, "C": C})
    assert handed_by_all(folder / "fix") == 7
    settle(config_of(folder, 2, A=0, B=1, C=1))  # nothing has changed
    assert told(folder) == {0: (9, CLOSED, {"A": A}), 1: (7, CLOSED, {"B": B, "C": C})}
    settle(config_of(folder, 2, A=1, B=1, C=0))
    assert told(folder) == {0: (7, CLOSED, {"C": C}), 1: (7, CLOSED, {"A": A, "B": B})}
    settle(config_of(folder, 1, A=None, B=None))
    assert told(folder) == {0: (7, CLOSED, {"A": A, "B": B})}


def test_doubt_of_one_is_the_doubt_of_all_when_sessions_move(folder: Path) -> None:
    """A gateway that was closed while the machine was up, and one that was not; the doubt is not lost."""
    Handed(folder / "fix").write(9, {"A": A}, boot_id())
    Handed(folder / "fix", 1).write(9, {"B": B}, "another boot")
    settle(config_of(folder, 1, A=None, B=None))
    assert told(folder)[0].boot == IN_DOUBT
    Handed(folder / "fix").write(9, {"A": A}, CLOSED)
    Handed(folder / "fix", 1).write(9, {"B": B}, boot_id())
    settle(config_of(folder, 1, A=None, B=None))
    assert told(folder)[0].boot == boot_id()


def test_start_that_broke_off_between_two_files_goes_on(folder: Path) -> None:
    """The session that moved stands in both then: what was told last counts."""
    newer = Stored((11, 0), 12, 1, 200, 2_000, 1)
    Handed(folder / "fix").write(9, {"A": A, "B": B})
    Handed(folder / "fix", 1).write(11, {"B": newer})
    settle(config_of(folder, 2, A=0, B=1))
    assert told(folder) == {0: (9, CLOSED, {"A": A}), 1: (9, CLOSED, {"B": newer})}


def test_damaged_file_stops_the_start_and_says_what_to_do(folder: Path) -> None:
    """Also that of a further gateway; with the first one's deleted, all is replayed."""
    (folder / "fix" / "handed-1").write_text("x")
    with pytest.raises(OperatorError, match="handed-1 was 'x': delete it"):
        settle(config_of(folder, 2, A=0, B=1))
    Handed(folder / "fix", 1).write(9, {"B": B})
    settle(config_of(folder, 2, A=0, B=1))
    assert told(folder) == {0: (0, CLOSED, {}), 1: (0, CLOSED, {"B": B})}
