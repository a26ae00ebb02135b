"""The end of an order's time: by its own date, or with the day."""

from typing import Any

import pytest

from tests.engine.builders import enter, opened
from venue import reasons
from venue.messages import (
    BUY,
    DAY,
    GTD,
    SELL,
    STOP,
    DayRolled,
    EnterOrder,
    ExpireOrders,
    OperationRefused,
    OrderExpired,
    RollDay,
)


def until(cl_ord_id: str, expire_ns: int, **terms: Any) -> EnterOrder:
    return enter(cl_ord_id, BUY, 5, 100, time_in_force=GTD, expire_ns=expire_ns, **terms)


def test_expire_orders_ends_what_is_due_by_time_then_id() -> None:
    """GTD orders with expire_ns <= now, earliest first, equal ones by order_id; a later one stays."""
    first, second, third, later = until("a1", 30), until("b1", 20), until("c1", 30), until("d1", 31)
    play = opened(first, second, third, later)
    assert play.engine.next_expiry_ns == 20
    play.time_ns = 30
    assert play(ExpireOrders()) == [
        OrderExpired(2, 5, second, 0, 0, 0),
        OrderExpired(1, 6, first, 0, 0, 0),
        OrderExpired(3, 7, third, 0, 0, 0),
    ]
    assert play.engine.next_expiry_ns == 31
    assert play.engine.best("X") == (100, 5, 0, 0, 0)


def test_expiring_a_partly_filled_order_keeps_what_it_did() -> None:
    """cum_lots and notional stay, leaves_lots is 0."""
    order = until("a1", 20)
    play = opened(order, enter("b1", SELL, 2, 100))
    play.time_ns = 20
    assert play(ExpireOrders()) == [OrderExpired(1, 5, order, 2, 0, 200)]


def test_expire_orders_when_none_is_due_does_nothing() -> None:
    """No event, and the order stands."""
    play = opened(until("a1", 20))
    assert play(ExpireOrders()) == []


def test_ended_gtd_order_expires_no_more() -> None:
    """A filled order's date is forgotten."""
    play = opened(until("a1", 20), enter("b1", SELL, 5, 100))
    assert play.engine.next_expiry_ns == 0
    play.time_ns = 20
    assert play(ExpireOrders()) == []


def test_roll_day_ends_day_orders_by_id_and_no_others() -> None:
    """DAY orders, also waiting ones, in ascending order_id over all accounts, then DayRolled."""
    day = [
        enter("b1", BUY, 5, 100, time_in_force=DAY),
        enter("a1", SELL, 5, 101, time_in_force=DAY),
        enter("c1", BUY, 5, ord_type=STOP, stop_ticks=200, time_in_force=DAY),
    ]
    play = opened(day[0], until("d1", 20), day[1], enter("d2", BUY, 5, 90), day[2])
    assert play(RollDay(1000)) == [
        OrderExpired(1, 6, day[0], 0, 0, 0),
        OrderExpired(3, 7, day[1], 0, 0, 0),
        OrderExpired(5, 8, day[2], 0, 0, 0),
        DayRolled(1000),
    ]
    assert play.engine.day_end_ns == 1000
    assert [status.order_id for status in play.engine.open_orders("DAN")] == [2, 4]


@pytest.mark.parametrize("day_end_ns", [999, 1000, 0, -1])
def test_day_that_does_not_go_on_is_refused(day_end_ns: int) -> None:
    """A day_end_ns not after the one in force is BAD_VALUE, and no order expires."""
    play = opened(RollDay(1000), enter("a1", BUY, 5, 100, time_in_force=DAY))
    assert play(RollDay(day_end_ns)) == [OperationRefused(reasons.BAD_VALUE, "")]
    assert play.engine.day_end_ns == 1000
    assert len(play.engine.open_orders("ANN")) == 1
