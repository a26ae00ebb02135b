"""The loop after a command's own matching: released orders, first in first out, then those the quotes reach.

Released are orders that a price has fired, and held orders of a list whose first order is filled. What their
trades release joins the same queue, so that a cascade of 100,000 orders is 100,000 rounds and no recursion.
"""

from venue.engine.bands import reference
from venue.engine.ending import cancel
from venue.engine.entry import work
from venue.engine.liquidity import takes
from venue.engine.lists import cancel_leg
from venue.engine.locks import adjust
from venue.engine.order import Order
from venue.engine.risk import release_reason
from venue.engine.state import State
from venue.engine.triggers import fire, release_quoted, wait
from venue.messages import OPEN, POST_ONLY, OrderReleased
from venue.reasons import POST_ONLY_WOULD_TAKE


def run(state: State) -> None:
    """Fire and release until nothing is left to do. Cost: O(orders released), each as if it were entered."""
    released = state.released
    while True:
        while released:
            order = released.popleft()
            if order.ended_as:  # canceled since, by its list or with its account's orders
                continue
            if order.is_held:
                release(state, order)
            elif order.book.state == OPEN:
                fire(state, order)
            else:
                wait(state, order)
        if state.requoted_books:
            release_quoted(state)
        if not released:
            return


def release(state: State, order: Order) -> None:
    """The first order of its list is filled: let a held order in, if it may."""
    book = order.book
    order.is_held = False
    if order.trail_ticks:
        order.trail(reference(book))
    state.events.append(
        OrderReleased(order.order_id, state.exec_id(), order.terms, order.cum_lots, order.leaves_lots, order.notional)
    )
    reason = release_reason(order)
    if reason:
        cancel_with_leg(state, order, reason)
        return
    is_maker_only = order.terms.post_only or book.state == POST_ONLY
    if is_maker_only and not order.is_waiting() and takes(book, order.side, order.price_ticks):
        cancel(state, order, POST_ONLY_WOULD_TAKE)
        return
    adjust(order)
    work(state, order)


def cancel_with_leg(state: State, order: Order, reason: int) -> None:
    """Cancel an order of a list, and right after it the one it is an OCO with, for the same reason."""
    order_list = order.list
    assert order_list is not None  # only orders of lists are held
    other = order_list.other_leg(order)
    if other is None:
        cancel(state, order, reason)
        return
    cancel_leg(state, order_list, order, reason)
    cancel(state, other, reason)
