"""The rules of alerts that look at what the venue says of itself, each with what it finds and what it does not."""

from collections.abc import Callable
from typing import cast

import pytest

from admin_api import alerts
from admin_api.view import View
from venue.messages import FixSessionStatus
from venue.vitals import LatencyFigures, Vitals

NOBODY = cast(View, None)  # these rules ask the vitals only


def session(name: str, queue_len: int) -> FixSessionStatus:
    return FixSessionStatus(name, True, 1, 1, queue_len, 1_000, 0, (), (), 0, 0, 0)


def vitals(
    *, failure: str = "", queue_len: int = 0, commit_p99_us: int = 0, sessions: tuple[FixSessionStatus, ...] = ()
) -> Vitals:
    commit = LatencyFigures(10, 1, 1, commit_p99_us, commit_p99_us)
    return Vitals(
        7, 10**18, 10**18, "1", not failure, failure, queue_len, 1_000, 7, 1, commit, LatencyFigures(), [*sessions], []
    )


CASES: list[tuple[Callable[..., alerts.Found], Vitals | None, list[str]]] = [
    (alerts._unreachable, None, [""]),
    (alerts._unreachable, vitals(), []),
    (alerts._not_accepting, vitals(failure="the disk is full"), [""]),
    (alerts._not_accepting, vitals(), []),
    (alerts._not_accepting, None, []),
    (alerts._queue_filling, vitals(queue_len=501), [""]),
    (alerts._queue_filling, vitals(queue_len=500), []),
    (alerts._session_filling, vitals(sessions=(session("A", 201), session("B", 200))), ["A"]),
    (alerts._session_filling, None, []),
    (alerts._commit_slow, vitals(commit_p99_us=250_001), [""]),
    (alerts._commit_slow, vitals(commit_p99_us=250_000), []),
]


@pytest.mark.parametrize(("find", "known", "subjects"), CASES)
def test_a_rule_finds_what_is_beyond_its_bound(
    find: Callable[..., alerts.Found], known: Vitals | None, subjects: list[str]
) -> None:
    """And nothing at it; what cannot be asked is the business of one rule only."""
    assert [subject for subject, _ in find(NOBODY, known)] == subjects


def test_a_failure_is_told_in_its_own_words() -> None:
    ((_, detail),) = alerts._not_accepting(NOBODY, vitals(failure="the disk is full"))
    assert detail == "the disk is full"


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in alerts.RULES]
    assert len(set(names)) == len(names)
