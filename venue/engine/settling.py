"""What a trade changes but the orders themselves: positions, fees, volumes and balances of both sides."""

from venue.engine.book import Book
from venue.engine.fees import fee
from venue.engine.locks import adjust
from venue.engine.order import Order
from venue.engine.state import State


def settle(
    state: State, book: Book, resting: Order, incoming: Order, price_ticks: int, lots: int, is_auction: bool
) -> tuple[int, int]:
    """Settle a trade whose quantities the orders have already; the fees of maker and taker.

    In an uncross (is_auction) the older order is the resting one, and both pay the maker's rate.
    """
    maker, taker = resting.holding, incoming.holding
    units = price_ticks * lots * maker.factor
    taker_fees = taker.fee_account
    maker_fee = fee(maker.fee_account.maker_rate, units)
    taker_fee = fee(taker_fees.maker_rate if is_auction else taker_fees.taker_rate, units)
    settle_side(resting, price_ticks, lots, units, maker_fee)
    settle_side(incoming, price_ticks, lots, units, taker_fee)
    return maker_fee, taker_fee


def settle_side(order: Order, price_ticks: int, lots: int, units: int, fee_units: int) -> None:
    holding = order.holding
    holding.fill(order.side, price_ticks, lots)
    holding.fees_units += fee_units
    holding.fee_account.volume_today += units
    adjust(order)
