"""Stops, take profits and trailing stops: they wait in the trigger ladders of the book until a price reaches them.

A trade moves the orders it fires to a queue (Book.print_trade), and so do the quotes for those that look at
the best bid, the best offer or their mid; the queue runs when the matching then under way is over
(releasing.py). Orders fire in OPEN only.
"""

from venue.engine.ending import cancel
from venue.engine.lists import on_traded
from venue.engine.matching import trade_or_rest
from venue.engine.order import Order
from venue.engine.risk import trigger_reason
from venue.engine.state import State
from venue.messages import ON_LAST, OPEN, OrderTriggered


def wait_or_fire(state: State, order: Order) -> None:
    """Put an order of a stop type, in no queue, into the trigger ladder, unless its stop is reached already."""
    book = order.book
    if book.state == OPEN and book.fires_at_once(order, order.terms.stop_ticks):
        fire(state, order)
    else:
        wait(state, order)


def wait(state: State, order: Order) -> None:
    book = order.book
    book.wait(order)
    if order.terms.trigger != ON_LAST and book.requoted_books is None:
        book.tell_quotes(state.requoted_books)


def fire(state: State, order: Order) -> None:
    order.is_triggered = True
    state.events.append(
        OrderTriggered(order.order_id, state.exec_id(), order.terms, order.cum_lots, order.leaves_lots, order.notional)
    )
    if order.list is not None:
        on_traded(state, order)
    if order.price_ticks == 0:
        reason = trigger_reason(order)
        if reason:
            cancel(state, order, reason)
            return
    trade_or_rest(state, order)


def release_quoted(state: State) -> None:
    """Release what the quotes that have moved reach, in the order of listing.

    Cost: O(released), and O(instruments) where the quotes of several have moved.
    """
    requoted = state.requoted_books
    books = [book for book in state.books.values() if book.is_requoted] if len(requoted) > 1 else requoted.copy()
    requoted.clear()
    for book in books:
        book.is_requoted = False
        if book.state == OPEN:
            book.release_quoted(state.released)
