"""The budget of ResendRequests(2): ranges, pauses and refusals on a clock of the test's own."""

import time

import pytest

from venue.fix.refusals import WrongValue
from venue.fix.resends import PERIOD_S, RANGES, REST_S, WAIT_S_MAX, ResendBudget

MAX = 1_000


def refused(budget: ResendBudget, first: int, last: int, last_sent: int, now_s: float = 100.0) -> str:
    """The tag that is refused."""
    with pytest.raises(WrongValue) as error:
        budget.wait_s(first, last, last_sent, now_s)
    return error.value.tag


def test_ranges_up_to_the_longest_are_served() -> None:
    """One beyond the last number sent costs no more than what there is."""
    budget = ResendBudget(MAX)
    for first, last, last_sent in ((1, MAX, MAX), (5, 4 + MAX, 10**6), (500, 499, 499), (500, 3, 3), (1, MAX, 7)):
        assert budget.wait_s(first, last, last_sent, 100.0) == 0


@pytest.mark.parametrize(
    ("first", "asked", "last_sent", "last"),
    [(1, 0, MAX, MAX), (1, 0, MAX + 1, MAX), (7, 0, 10**6, 6 + MAX), (7, 9, 10**6, 9), (7, 10**6, 8, 10**6)],
)
def test_an_open_range_ends_with_what_was_sent_or_with_the_longest(
    first: int, asked: int, last_sent: int, last: int
) -> None:
    assert ResendBudget(MAX).last_of(first, asked, last_sent) == last


@pytest.mark.parametrize(
    ("first", "last", "last_sent", "tag"),
    [(1, MAX + 1, 10**6, "16"), (0, 5, 10, "7"), (-1, 5, 10, "7"), (1, MAX + 1, 3, "16")],
)
def test_other_ranges_are_refused_and_cost_nothing(first: int, last: int, last_sent: int, tag: str) -> None:
    """The tag that is wrong is named."""
    budget = ResendBudget(MAX)
    for _ in range(20):
        assert refused(budget, first, last, last_sent) == tag
    assert budget.wait_s(1, MAX, MAX, 100.0) == 0


def test_the_budget_is_spent_waited_for_and_filled_again() -> None:
    """RANGES at once; then a little too soon waits, far too soon is refused."""
    budget = ResendBudget(MAX)
    for _ in range(RANGES):
        assert budget.wait_s(1, MAX, MAX, 100.0) == 0
    assert refused(budget, 1, MAX, MAX) == "16"
    assert budget.wait_s(1, MAX // 20, MAX, 100.0) == pytest.approx(PERIOD_S / 20)
    assert budget.wait_s(1, MAX, MAX, 100.0 + PERIOD_S * 1.05 - WAIT_S_MAX) == pytest.approx(WAIT_S_MAX)
    assert budget.wait_s(1, MAX, MAX, 1_000.0) == 0


def test_what_comes_once_more_comes_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers 4 to 20 three times: at first none waits, then every second one up to the last number of before; on a
    new connection it begins anew."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    budget = ResendBudget(MAX)

    def rests_of(last: int) -> int:
        slept.clear()
        resend = budget.begin("", last)
        for number in range(4, last + 1):
            resend.sends(number)
        assert set(slept) <= {REST_S}
        return len(slept)

    assert [rests_of(last) for last in (9, 20, 20)] == [0, 3, 8]
    budget.logged_on()
    assert rests_of(20) == 0
