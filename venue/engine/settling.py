"""What a trade changes but the orders themselves: positions, fees, volumes and balances of both sides."""

from venue.engine.book import Book
from venue.engine.fees import fee
from venue.engine.locks import adjust
from venue.engine.losses import note_trade
from venue.engine.order import Order
from venue.engine.positions import Holding
from venue.engine.state import State
from venue.engine.trades import Trade
from venue.messages import BUY


def settle(
    state: State, book: Book, resting: Order, incoming: Order, price_ticks: int, lots: int, is_auction: bool
) -> tuple[int, int]:
    """Settle and remember the next trade, whose quantities the orders have already; the fees of maker and taker.

    In an uncross (is_auction) the older order is the resting one, and both pay the maker's rate.
    """
    maker_fees, taker_fees = resting.holding.fee_account, incoming.holding.fee_account
    maker_rate = maker_fees.maker_rate
    taker_rate = taker_fees.maker_rate if is_auction else taker_fees.taker_rate
    units = price_ticks * lots * resting.holding.factor
    maker_fee = settle_side(state, resting, price_ticks, lots, units, maker_rate)
    taker_fee = settle_side(state, incoming, price_ticks, lots, units, taker_rate)
    book.day.note(price_ticks, lots)
    exec_id = state.last_exec_id
    trade = Trade(
        state.last_trade_id + 1, book, state.day_number, price_ticks, lots, is_auction,
        resting.order_id, exec_id + 1, maker_rate, incoming.order_id, exec_id + 2, taker_rate,
    )  # fmt: skip
    state.remember(trade)
    return maker_fee, taker_fee


def settle_side(state: State, order: Order, price_ticks: int, lots: int, units: int, rate: int) -> int:
    """Change what the order's account holds by its side of a trade; its fee."""
    holding = order.holding
    fee_account = holding.fee_account
    fee_units = fee(rate, units)
    holding.fill(order.side, price_ticks, lots)
    fee_account.volume_today += units
    if fee_units:
        holding.fees_units += fee_units
        fee_account.till.revenue += fee_units
    if holding.is_prefunded:
        move_money(holding, order.side, lots, units, fee_units)
    if holding.loss_cap is not None:
        note_trade(state, holding.loss_cap)
    adjust(order)
    return fee_units


def move_money(holding: Holding, side: int, lots: int, units: int, fee_units: int) -> None:
    """Pay the notional and the fee for the lots, or the other way round."""
    quote, base = holding.quote_purse, holding.base_purse
    assert quote is not None  # the account is prefunded
    assert base is not None
    if side == BUY:
        quote.total -= units + fee_units
        base.total += lots * holding.lot_units
    else:
        quote.total += units - fee_units
        base.total -= lots * holding.lot_units
