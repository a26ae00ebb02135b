"""What open orders hold of an account: lots that count in its position limits, and locked money.

An order counts its leaves, and locks what they may cost (see "Money" in the trading rules): a buy the
quote currency at its price, with fees; a sell the base currency. Only prefunded accounts lock.

Each function brings what the order holds (counted_lots, lock_units) to what it must hold. Cost: O(1).
"""

from venue.engine.fees import RATE_UNIT
from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.messages import BUY


def adjust(order: Order) -> None:
    """After an order was admitted or released, or its leaves or terms changed."""
    leaves_lots = 0 if order.is_held else order.leaves_lots
    count(order, leaves_lots)
    if order.holding.quote_purse is not None:
        lock(order, leaves_lots * lock_of_a_lot(order))


def free(order: Order) -> None:
    """Give back all an order holds."""
    count(order, 0)
    if order.lock_units:
        lock(order, 0)


def count(order: Order, lots: int) -> None:
    """Count `lots` in the position limits for this order, instead of what it counted before."""
    holding = order.holding
    if order.side == BUY:
        holding.open_buy_lots += lots - order.counted_lots
    else:
        holding.open_sell_lots += lots - order.counted_lots
    order.counted_lots = lots


def lock(order: Order, units: int) -> None:
    holding = order.holding
    purse = holding.quote_purse if order.side == BUY else holding.base_purse
    assert purse is not None  # only prefunded accounts lock
    purse.locked += units - order.lock_units
    order.lock_units = units


def lock_of_a_lot(order: Order) -> int:
    """What one lot of the order locks, in units of the currency it is paid with."""
    if order.side == BUY:
        return cost_of_a_lot(order.holding, order.price_ticks or order.terms.stop_ticks)
    lot_units: int = order.book.listing.lot_units
    return lot_units


def cost_of_a_lot(holding: Holding, price_ticks: int) -> int:
    """A lot bought at this price, with the highest fee it may cost, rounded up."""
    units = price_ticks * holding.factor
    return units + -(-units * holding.fee_account.lock_rate // RATE_UNIT)
