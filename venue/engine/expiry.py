"""The end of an order's time: GTD orders when their own is over, DAY orders at the end of the day."""

from venue.engine.bands import set_breaker
from venue.engine.charging import roll_volumes
from venue.engine.ending import expire
from venue.engine.losses import begin_all
from venue.engine.order import order_id_of
from venue.engine.state import State
from venue.engine.trades import Day
from venue.messages import DAY, DayRolled, OperationRefused, RollDay
from venue.reasons import BAD_VALUE


def expire_orders(state: State) -> None:
    """Cost: O(log GTD orders) for each one that is due."""
    expiries = state.expiries
    while expiries:
        expire_ns, order_id = expiries[0]
        if expire_ns > state.time_ns:
            return
        expire(state, state.orders[order_id])


def roll_day(state: State, request: RollDay) -> None:
    """End the day's orders, and begin its figures anew. Cost: O(open orders + accounts), once a day."""
    if request.day_end_ns <= state.day_end_ns:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    due = [
        order for account in state.accounts.values() for order in account.open_orders() if order.time_in_force == DAY
    ]
    due.sort(key=order_id_of)
    for order in due:
        if not order.ended_as:
            expire(state, order)
    state.day_end_ns = request.day_end_ns
    state.day_number += 1
    roll_volumes(state)
    for account in state.accounts.values():
        begin_all(state, account)
    for book in state.books.values():
        book.day = Day()
        if book.last_ticks:
            set_breaker(book, book.last_ticks)
    state.events.append(DayRolled(request.day_end_ns))
