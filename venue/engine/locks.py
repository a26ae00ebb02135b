"""What open orders hold of an account: lots that count in its position limits, and locked money.

An order counts its leaves, and locks what they may cost (see "Money" in the trading rules): a buy the
quote currency at its price, with fees; a sell the base currency. Only prefunded accounts lock. The two
orders of an OCO hold the larger of what each would, once: only one of them can trade.

Each function brings what the order holds (counted_lots, lock_units) to what it must hold. Cost: O(1).
"""

from venue.engine.fees import RATE_UNIT
from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.messages import BUY


def adjust(order: Order) -> None:
    """After an order was admitted, released or triggered, or its leaves or terms changed."""
    partner = order.partner
    if partner is not None:
        adjust_pair(order, partner)
        return
    lots = lots_to_count(order)
    count(order, lots)
    if order.holding.is_prefunded:
        lock(order, lots * lock_of_a_lot(order))


def adjust_pair(order: Order, partner: Order) -> None:
    """The one that needs more holds it, the other nothing; lots and money each for itself."""
    lots, partner_lots = lots_to_count(order), lots_to_count(partner)
    is_larger = lots >= partner_lots
    count(order, lots if is_larger else 0)
    count(partner, 0 if is_larger else partner_lots)
    if order.holding.is_prefunded:
        units, partner_units = lots * lock_of_a_lot(order), partner_lots * lock_of_a_lot(partner)
        is_larger = units >= partner_units
        lock(order, units if is_larger else 0)
        lock(partner, 0 if is_larger else partner_units)


def free(order: Order) -> None:
    """Give back all that an order held which has ended; its OCO partner then holds for itself."""
    count(order, 0)
    if order.lock_units:
        lock(order, 0)
    partner = order.partner
    if partner is not None:
        order.partner = partner.partner = None
        adjust(partner)


def lots_to_count(order: Order) -> int:
    return 0 if order.is_held else order.leaves_lots


def count(order: Order, lots: int) -> None:
    """Count `lots` in the position limits for this order, instead of what it counted before."""
    holding = order.holding
    if order.side == BUY:
        holding.open_buy_lots += lots - order.counted_lots
    else:
        holding.open_sell_lots += lots - order.counted_lots
    order.counted_lots = lots


def lock(order: Order, units: int) -> None:
    purse = order.holding.paying_purse(order.side)
    purse.locked += units - order.lock_units
    order.lock_units = units


def lock_of_a_lot(order: Order) -> int:
    """What one lot of the order locks, in units of the currency it is paid in."""
    if order.side == BUY:
        price_ticks = order.price_ticks
        if price_ticks == 0 and not order.is_triggered:
            price_ticks = order.terms.stop_ticks
        return cost_of_a_lot(order.holding, price_ticks)
    return order.holding.lot_units


def cost_of_a_lot(holding: Holding, price_ticks: int) -> int:
    """A lot bought at this price, with the highest fee it may cost, rounded up."""
    units = price_ticks * holding.factor
    return units - (-units * holding.fee_account.lock_rate) // RATE_UNIT
