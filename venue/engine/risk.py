"""Pre-trade risk: may this account enter this order here, now? The limits in their order, each with its text.

An account on credit without limits, in an instrument without a collar, never comes here (Holding.is_bounded).
"""

from typing import Final, TypeAlias

from venue.engine.bands import collar, reference
from venue.engine.book import Book
from venue.engine.decimals import decimal_text, price_text, qty_text
from venue.engine.liquidity import reachable
from venue.engine.locks import adjust, cost_of_a_lot, lock_of_a_lot
from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.messages import (
    BUY,
    CANCEL_RESTING,
    DECREMENT,
    FOK,
    IOC,
    MARKET,
    NO_LIMIT,
    TRAILING_STOP,
    EnterOrder,
)
from venue.reasons import (
    DAILY_LOSS,
    INSUFFICIENT_BALANCE,
    OPEN_ORDERS_LIMIT,
    ORDER_NOTIONAL_LIMIT,
    ORDER_QTY_LIMIT,
    POSITION_LIMIT,
    PRICE_COLLAR,
)

Refusal: TypeAlias = tuple[int, str]  # a reason of venue.reasons and its text; reason 0: nothing is refused
NONE: Final[Refusal] = (0, "")


def entry_refusal(order: Order, is_held: bool, new_orders: int) -> Refusal:
    """The first limit a new order breaks. `new_orders`: how many come with it, 0 when they were counted before."""
    refusal = size_refusal(order.holding, order.terms, order.side, order.leaves_lots, is_held)
    if refusal[0] or is_held:
        return refusal
    refusal = count_refusal(order, new_orders)
    return refusal if refusal[0] else exposure_refusal(order, 0, 0)


def replace_refusal(order: Order, candidate: Order) -> Refusal:
    """The first limit `candidate`, the order with its new terms, would break if the order were not there."""
    refusal = size_refusal(order.holding, candidate.terms, order.side, candidate.terms.qty_lots, False)
    if refusal[0]:
        return refusal
    partner = order.partner
    own_lots, own_units = order.counted_lots, order.lock_units
    if partner is not None:
        own_lots, own_units = own_lots + partner.counted_lots, own_units + partner.lock_units
    return exposure_refusal(candidate, own_lots, own_units)


def release_reason(order: Order) -> int:
    """Why an order that was held may not be let in now; 0: it may."""
    partner = order.partner
    own_lots, own_units = (0, 0) if partner is None else (partner.counted_lots, partner.lock_units)
    return exposure_refusal(order, own_lots, own_units)[0]


def size_refusal(holding: Holding, terms: EnterOrder, side: int, lots: int, is_held: bool) -> Refusal:
    """What one order may be: its quantity, its price (not while it is held), its value."""
    book = holding.book
    lots_max = holding.order_lots_max
    if lots_max != NO_LIMIT and lots > lots_max:
        return ORDER_QTY_LIMIT, qty_exceeded(book, lots_max, lots)
    price_ticks: int = terms.price_ticks
    if book.collar_bp and price_ticks and not is_held:
        worst_ticks = collar(book, side, terms.stop_ticks or reference(book))
        if worst_ticks and (price_ticks > worst_ticks if side == BUY else price_ticks < worst_ticks):
            unit: str = book.listing.quote
            return PRICE_COLLAR, exceeded(price_text(book, worst_ticks), price_text(book, price_ticks), unit)
    units_max = holding.order_notional_max
    if units_max != NO_LIMIT:
        units = terms.cash_units or value_ticks(book, terms, side) * lots * holding.factor
        if units > units_max:
            return ORDER_NOTIONAL_LIMIT, money_exceeded(book, units_max, units)
    return NONE


def value_ticks(book: Book, terms: EnterOrder, side: int) -> int:
    """The price an order is valued at: its own, its stop, else the reference, else the best it could meet."""
    if terms.ord_type != TRAILING_STOP:
        own_ticks: int = terms.price_ticks or terms.stop_ticks
        if own_ticks:
            return own_ticks
    best = book.other_side(side).best
    return reference(book) or (0 if best is None else abs(best.key))


def count_refusal(order: Order, new_orders: int) -> Refusal:
    account = order.account
    count, count_max = account.open_count + new_orders, account.open_orders_max
    if (
        count_max == NO_LIMIT
        or count <= count_max
        or new_orders == 0
        or order.terms.ord_type == MARKET
        or order.time_in_force in (IOC, FOK)
        or reduces(order, 0)
    ):
        return NONE
    return OPEN_ORDERS_LIMIT, exceeded(str(count_max), str(count), "orders")


def exposure_refusal(order: Order, own_lots: int, own_units: int) -> Refusal:
    """What the account may come to hold: its position at worst, its loss of the day, its balance.

    own_lots and own_units are held by the order itself, or by its OCO partner, and count as if they were not.
    """
    holding = order.holding
    if not reduces(order, own_lots):
        book, lots = holding.book, order.leaves_lots - own_lots
        if order.side == BUY:
            lots_max = holding.long_lots_max
            position = holding.position_lots + holding.open_buy_lots + lots
        else:
            lots_max = holding.short_lots_max
            position = holding.open_sell_lots + lots - holding.position_lots
        if lots_max != NO_LIMIT and position > lots_max:
            return POSITION_LIMIT, qty_exceeded(book, lots_max, position)
        if holding.account.is_stopped:
            return DAILY_LOSS, loss_text(holding)
    return balance_refusal(order, own_units) if holding.is_prefunded else NONE


def reduces(order: Order, own_lots: int) -> bool:
    """Whether the order can only bring the position nearer to 0, even if all open orders of its side are filled."""
    holding = order.holding
    position = holding.position_lots
    if order.side == BUY:
        return order.leaves_lots + holding.open_buy_lots - own_lots <= -position
    return order.leaves_lots + holding.open_sell_lots - own_lots <= position


def balance_refusal(order: Order, own_units: int) -> Refusal:
    holding, book = order.holding, order.book
    available = holding.paying_purse(order.side).available() + own_units
    needed = needed_units(order)
    if needed <= available:
        return NONE
    if order.side == BUY:
        return INSUFFICIENT_BALANCE, money_exceeded(book, available, needed)
    decimals: int = book.listing.base_decimals
    unit: str = book.listing.base
    return INSUFFICIENT_BALANCE, exceeded(decimal_text(available, decimals), decimal_text(needed, decimals), unit)


def needed_units(order: Order) -> int:
    """What must be available for the order: its lock, or what a buy without a price would pay now."""
    if order.side == BUY and order.price_ticks == 0 and (order.is_triggered or not order.terms.stop_ticks):
        return cost_now(order)
    return order.leaves_lots * lock_of_a_lot(order)


def cost_now(order: Order) -> int:
    """What a buy without a price would pay in the book as it is, with the highest fees.

    Own orders that self-match prevention would take off are passed over; see "Money" in the trading rules.
    """
    holding, account = order.holding, order.account
    self_match = order.terms.self_match or account.self_match
    if self_match == DECREMENT:
        self_match = CANCEL_RESTING
    left, units = order.leaves_lots, 0
    for price_ticks, tradable in reachable(order.book, order.side, 0, account, self_match):
        lots = min(left, tradable)
        units += lots * cost_of_a_lot(holding, price_ticks)
        left -= lots
        if left == 0:
            break
    return units


def trigger_reason(order: Order) -> int:
    """Why an order without a price may not trade now that it is triggered; 0: it may.

    A prefunded buy gives its lock back, and must be able to pay what it takes.
    """
    if not order.holding.is_prefunded or order.side != BUY:
        return 0
    adjust(order)
    return balance_refusal(order, 0)[0]


# ---------------------------------------------------------------------------------------------------
# The texts


def exceeded(limit: str, was: str, unit: str) -> str:
    return f"limit {limit} {unit}, was {was} {unit}"


def qty_exceeded(book: Book, limit_lots: int, lots: int) -> str:
    unit: str = book.listing.base
    return exceeded(qty_text(book, limit_lots), qty_text(book, lots), unit)


def money_exceeded(book: Book, limit_units: int, units: int) -> str:
    decimals: int = book.listing.quote_decimals
    unit: str = book.listing.quote
    return exceeded(decimal_text(limit_units, decimals), decimal_text(units, decimals), unit)


def loss_text(holding: Holding) -> str:
    """Of the account's first cap, in alphabetical order of currencies, that was reached."""
    for currency, cap in sorted(holding.account.loss_caps.items()):
        if cap.is_reached:
            decimals = cap.decimals
            return exceeded(
                decimal_text(cap.setting.cap_units, decimals), decimal_text(cap.lost_units, decimals), currency
            )
    return ""
