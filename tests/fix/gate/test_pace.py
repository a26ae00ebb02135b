"""How long the messages of a session wait at the gate."""

import pytest

from venue.fix.pace import HELPING_S, PER_S_MIN, Pace


def test_ten_messages_for_each_order_go_on_without_a_wait() -> None:
    pace = Pace(1_000)
    assert pace.helping == 10 * 1_000 * HELPING_S
    for number in range(50):
        assert pace.spend(pace.helping, 7.0 + number * HELPING_S) == 0.0


def test_the_rest_of_a_burst_waits_for_its_share_of_time() -> None:
    """One helping at once, each further one HELPING_S later."""
    pace = Pace(1_000)
    assert pace.spend(pace.helping, 7.0) == 0.0
    assert pace.spend(pace.helping, 7.0) == pytest.approx(HELPING_S)
    assert pace.spend(pace.helping, 7.0 + HELPING_S) == pytest.approx(HELPING_S)


def test_what_was_not_used_is_not_saved() -> None:
    pace = Pace(1_000)
    pace.spend(1, 7.0)
    assert pace.spend(pace.helping, 99.0) == 0.0
    assert pace.spend(pace.helping, 99.0) == pytest.approx(HELPING_S)


@pytest.mark.parametrize("orders_per_s_max", [1, 200])
def test_who_may_enter_few_orders_may_still_cancel_many(orders_per_s_max: int) -> None:
    assert Pace(orders_per_s_max).helping == PER_S_MIN * HELPING_S
