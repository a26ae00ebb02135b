"""Orders that came in one list, and what becomes of the others when one trades, is triggered or ends.

    OCO       two orders; the first to trade, be triggered or end cancels the other
    OTO       the second is held until the first is filled
    BRACKET   the second and third are held until the first is filled, and are an OCO from then on

A consequence follows its cause at once, and exactly once: it goes only to orders that are open, and what
it cancels has no consequences but the list's own end. A list has three orders at most, so there is no
loop here that grows with anything.
"""

from typing import TYPE_CHECKING

from venue.engine.book import leave_queue
from venue.engine.order import Order
from venue.messages import BRACKET, CANCELED, FILLED, OCO, OTO, Contingency, ListEnded, OrderCanceled, OrdStatus
from venue.reasons import CONTINGENCY

if TYPE_CHECKING:
    from venue.engine.state import State


class OrderList:
    """`orders` stand in the order of the request, also those that have ended, for the list's last report."""

    def __init__(self, list_id: str, contingency: Contingency, orders: list[Order]) -> None:
        self.list_id = list_id
        self.contingency: Contingency = contingency
        self.orders = orders
        self.open_count = 0
        self.is_linked = contingency == OCO  # whether its last two orders cancel each other
        for order in orders:
            if not order.ended_as:
                order.list = self
                self.open_count += 1
        if contingency != OTO:
            one, other = orders[-2:]
            if one.list is not None and other.list is not None:
                one.partner, other.partner = other, one

    def other_leg(self, order: Order) -> Order | None:
        """The open order that this one cancels."""
        if not self.is_linked:
            return None
        one, other = self.orders[-2:]
        if order is one:
            return None if other.ended_as else other
        return one if order is other and not one.ended_as else None


def on_traded(state: "State", order: Order) -> None:
    """After a trade that leaves the order open, or once it was triggered."""
    order_list = order.list
    assert order_list is not None
    other = order_list.other_leg(order)
    if other is not None:
        cancel_leg(state, order_list, other, CONTINGENCY)


def on_ended(state: "State", order: Order) -> None:
    order_list = order.list
    assert order_list is not None
    order.list = None
    order_list.open_count -= 1
    orders = order_list.orders
    other = order_list.other_leg(order)
    if other is not None:
        cancel_leg(state, order_list, other, CONTINGENCY)
    elif order_list.contingency != OCO and order is orders[0]:
        end_holding(state, order_list, order.ended_as)
    if order_list.open_count == 0:
        terms = orders[0].terms
        statuses = tuple([listed.status() for listed in orders])
        state.events.append(ListEnded(order_list.list_id, terms.session, terms.account, statuses))


def end_holding(state: "State", order_list: OrderList, first_ended_as: OrdStatus) -> None:
    """The first order of an OTO or BRACKET has ended: release the held ones if it was filled, else cancel them."""
    held = [order for order in order_list.orders[1:] if not order.ended_as]
    if first_ended_as == FILLED:
        order_list.is_linked = order_list.contingency == BRACKET
        state.released.extend(held)
        return
    for order in held:
        cancel_leg(state, order_list, order, CONTINGENCY)


def cancel_leg(state: "State", order_list: OrderList, order: Order, reason: int) -> None:
    """Cancel an order of a list, without asking what the list makes of it."""
    leave_queue(order)
    order.list = None
    order_list.open_count -= 1
    state.events.append(
        OrderCanceled(order.order_id, state.exec_id(), order.terms, order.cum_lots, 0, order.notional, reason)
    )
    state.end(order, CANCELED)
