"""The throttle: so many a second, so many at once, and no memory of everybody for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_api import throttle
from admin_api.problems import ProblemError
from admin_api.throttle import BUCKETS_MAX, Throttle
from venue import reasons


class Clock:
    """Seconds, as the test says."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttle, "time", clock)
    return clock


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=300), st.integers(1, 50), st.integers(1, 50))
def test_no_more_are_let_in_than_the_burst_and_the_rate_allow(pauses_s: list[float], per_s: int, burst: int) -> None:
    """In any time t at most burst + rate x t, and nobody is put off who asks at the rate."""
    clock = Clock()
    bucket = Throttle(per_s, burst)
    let_in: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttle, "time", clock)
        for pause_s in pauses_s:
            clock.now_s += pause_s
            wait_s = bucket.take("somebody")
            if not wait_s:
                let_in.append(clock.now_s)
            assert wait_s <= 1 / per_s + 1e-6
    for first, begin_s in enumerate(let_in):
        for last in range(first, len(let_in)):
            assert last - first + 1 <= burst + per_s * (let_in[last] - begin_s) + 1e-6


def test_who_was_put_off_is_let_in_when_he_was_told_to_come_back(clock: Clock) -> None:
    """Retry-After is enough, and being refused costs nothing."""
    bucket = Throttle(0.5, 1)
    assert bucket.take("slow") == 0
    with pytest.raises(ProblemError) as refused:
        bucket.require("slow", "requests")
    assert refused.value.problem.code == reasons.RATE_LIMIT
    assert refused.value.headers == {"Retry-After": "2"}
    for _ in range(10):
        assert bucket.take("slow") > 0
    clock.now_s += 2
    assert bucket.take("slow") == 0


def test_only_so_many_callers_are_remembered(clock: Clock) -> None:
    """Those that have not asked for longest are forgotten first."""
    bucket = Throttle(0.001, 1)
    for number in range(BUCKETS_MAX):
        assert bucket.take(str(number)) == 0
    assert bucket.take("0") > 0
    assert bucket.take("one more") == 0  # instead of "0", which was not let in again
    assert bucket.take("0") == 0
    assert bucket.take("2") > 0
