"""Stops and take profits: they wait in the trigger ladders of the book until the last price reaches them.

A trade moves the orders it fires to a queue (Book.print_trade); the queue runs when the matching then
under way is over. It is a loop: the trades of a fired order append to the same queue, so that a
cascade of 100,000 orders is 100,000 rounds and no recursion.
"""

from venue.engine.matching import trade_or_rest
from venue.engine.order import Order
from venue.engine.state import State
from venue.messages import OrderTriggered


def wait_or_fire(state: State, order: Order) -> None:
    """Put an order of a stop type, in no queue, into the trigger ladder, unless its stop is reached already."""
    book = order.book
    stop_ticks = order.terms.stop_ticks
    if book.fires_at_once(order, stop_ticks):
        fire(state, order)
    else:
        book.trigger_side(order).add(order, stop_ticks)


def fire(state: State, order: Order) -> None:
    order.is_triggered = True
    state.events.append(
        OrderTriggered(order.order_id, state.exec_id(), order.terms, order.cum_lots, order.leaves_lots, order.notional)
    )
    trade_or_rest(state, order)


def run_released(state: State) -> None:
    """Fire the released orders, first in first out, until there are no more."""
    released = state.released
    while released:
        fire(state, released.popleft())
