"""Sums over time against a sum over every step."""

import random

import pytest

from venue.marketdata.candles import MINUTE_NS
from venue.marketdata.time_sums import TimeSums, window_start_ns

Step = tuple[int, tuple[int, int]]


def summed(steps: list[Step], from_ns: int, to_ns: int) -> tuple[int, ...]:
    """Each value times how long it stood between the two times."""
    ends = [time_ns for time_ns, _ in steps[1:]] + [to_ns]
    stood = [max(0, min(end, to_ns) - max(begin, from_ns)) for (begin, _), end in zip(steps, ends, strict=True)]
    return tuple(sum(values[i] * ns for (_, values), ns in zip(steps, stood, strict=True)) for i in (0, 1))


@pytest.mark.parametrize("start_ns", [5, 10_000_000 * MINUTE_NS])
@pytest.mark.parametrize("pause_ns", [MINUTE_NS // 7, MINUTE_NS, 40 * MINUTE_NS])
def test_sums_in_a_window_are_those_of_its_steps(start_ns: int, pause_ns: int) -> None:
    """Windows of 1, 60 and 1,440 minutes, with changes many times a minute, in each one, or seldom."""
    rng, sums = random.Random(pause_ns), TimeSums(2)
    steps: list[Step] = []
    time_ns = start_ns
    for number in range(3_100):
        values = (rng.randint(0, 1), rng.randint(0, 9_000_000))
        sums.change(time_ns, values)
        steps.append((time_ns, values))
        if number % 300 == 0 or number > 3_095:
            for now_ns in (time_ns, time_ns + 100, time_ns + 3 * MINUTE_NS, time_ns + 3_000 * MINUTE_NS):
                for minutes in (1, 60, 1_440):
                    expected = summed(steps, window_start_ns(now_ns, minutes), now_ns)
                    assert sums.in_window(now_ns, minutes) == expected
        time_ns += rng.choice((0, pause_ns, rng.randint(1, 2 * pause_ns), MINUTE_NS - time_ns % MINUTE_NS))
    assert sums.at(time_ns) == summed(steps, 0, time_ns)


def test_sums_of_a_change_in_every_minute_reach_back_a_whole_day() -> None:
    """The window's first minute is still known when all of them have a change."""
    sums = TimeSums(2)
    steps: list[Step] = [(minute * MINUTE_NS + 1, (1, minute)) for minute in range(5_000)]
    for time_ns, values in steps:
        sums.change(time_ns, values)
    now_ns = 5_000 * MINUTE_NS - 1
    assert sums.in_window(now_ns, 1_440) == summed(steps, window_start_ns(now_ns, 1_440), now_ns)
