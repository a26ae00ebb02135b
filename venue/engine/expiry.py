"""The end of an order's time: GTD orders when their own is over, DAY orders at the end of the day."""

from venue.engine.bands import set_breaker
from venue.engine.ending import expire
from venue.engine.state import State
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
    """Cost: O(open orders), once a day."""
    if request.day_end_ns <= state.day_end_ns:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    due = [
        order.order_id
        for account in state.accounts.values()
        for order in account.open_orders()
        if order.time_in_force == DAY
    ]
    for order_id in sorted(due):
        order = state.orders.get(order_id)
        if order is not None and not order.ended_as:  # by the list of one before it
            expire(state, order)
    for book in state.books.values():
        if book.last_ticks:
            set_breaker(book, book.last_ticks)
    state.day_end_ns = request.day_end_ns
    state.events.append(DayRolled(request.day_end_ns))
