"""What an incoming order of the naive engine would meet, trade and pay, before anything trades."""

from itertools import groupby

from tests.support.naive_bands import collar_ticks, is_beyond_breaker, reference_ticks
from tests.support.naive_money import highest_rate, units_per_lot
from tests.support.naive_orders import LIMIT_TYPES, NaiveOrder, is_within
from tests.support.naive_state import NaiveInstrument, NaiveState
from venue.messages import (
    ACCOUNT_DEFAULT,
    ALLOW,
    BUY,
    CANCEL_RESTING,
    DECREMENT,
    FOK,
    OPEN,
    SELL,
    EnterOrder,
    SelfMatch,
)
from venue.reasons import FOK_UNFILLABLE, MIN_QTY_UNFILLABLE


def reach_ticks(instrument: NaiveInstrument, terms: EnterOrder) -> int:
    """The worst price the order may trade at; 0: any."""
    if terms.ord_type in LIMIT_TYPES:
        return terms.price_ticks
    return collar_ticks(instrument, terms.side, reference_ticks(instrument))


def opposite_of(state: NaiveState, terms: EnterOrder) -> list[NaiveOrder]:
    return state.side_of(terms.symbol, SELL if terms.side == BUY else BUY)


def queue_against(state: NaiveState, terms: EnterOrder, reach: int) -> list[NaiveOrder]:
    """The resting orders an incoming one can trade with, in the order in which it meets them."""
    opposite = opposite_of(state, terms)
    return [o for o in opposite if not reach or is_within(terms.side, o.terms.price_ticks, reach)]


def would_take(state: NaiveState, terms: EnterOrder) -> bool:
    return bool(queue_against(state, terms, terms.price_ticks))


def self_match(state: NaiveState, terms: EnterOrder) -> SelfMatch:
    if terms.self_match != ACCOUNT_DEFAULT:
        return terms.self_match
    return state.opened[terms.account].opened.self_match


def is_own(state: NaiveState, terms: EnterOrder, other: EnterOrder) -> bool:
    """Are both of one owner, and does the incoming one mind?"""
    if self_match(state, terms) == ALLOW:
        return False
    group = state.opened[terms.account].opened.self_match_group
    if group and group == state.opened[other.account].opened.self_match_group:
        return True
    return terms.account == other.account


def tradable(state: NaiveState, terms: EnterOrder, passed_over: tuple[SelfMatch, ...]) -> list[tuple[int, int]]:
    """(price_ticks, lots) an incoming order would trade now, hidden too, until it meets an own order.

    In the self-match modes of `passed_over` own orders are as if they were not there.
    """
    instrument = state.listed[terms.symbol]
    if instrument.state != OPEN:
        return []
    found: list[NaiveOrder] = []
    for resting in queue_against(state, terms, reach_ticks(instrument, terms)):
        price = resting.terms.price_ticks
        own = is_own(state, terms, resting.terms)
        first = found[0].terms.price_ticks if found else price
        if is_beyond_breaker(instrument, price, instrument.reference_ticks or first):
            break
        if own and self_match(state, terms) not in passed_over:
            better = [(o.terms.price_ticks, o.leaves_lots) for o in found if o.terms.price_ticks != price]
            ahead = [(price, o.slice_lots) for o in found if o.terms.price_ticks == price]
            return better + ahead
        if not own:
            found.append(resting)
    return [(order.terms.price_ticks, order.leaves_lots) for order in found]


def would_trade(state: NaiveState, terms: EnterOrder) -> list[tuple[int, int]]:
    return tradable(state, terms, (CANCEL_RESTING,))


def lots_for_cash(state: NaiveState, terms: EnterOrder) -> int:
    factor = state.listed[terms.symbol].listing.notional_factor
    cash, total = terms.cash_units, 0
    for price, level in groupby(would_trade(state, terms), key=lambda part: part[0]):
        there = sum(lots for _, lots in level)
        taken = min(there, cash // (price * factor))
        total += taken
        cash -= taken * price * factor
        if taken < there:
            break
    return total


def would_pay(state: NaiveState, terms: EnterOrder, lots: int) -> int:
    """What a buy without a price would pay now for at most so many lots, fees rounded up per lot."""
    listing = state.listed[terms.symbol].listing
    rate = highest_rate(state, state.opened[terms.account], listing.quote)
    units = 0
    for price, there in tradable(state, terms, (CANCEL_RESTING, DECREMENT)):
        taken = min(lots, there)
        lots -= taken
        units += taken * units_per_lot(listing.notional_factor, price, rate)
    return units


def unfillable(state: NaiveState, order: NaiveOrder) -> int:
    """The reason why a FOK or an order with min_lots dies before it trades, or 0."""
    lots = sum(lots for _, lots in would_trade(state, order.terms))
    if order.terms.time_in_force == FOK and lots < order.terms.qty_lots:
        return FOK_UNFILLABLE
    return MIN_QTY_UNFILLABLE if lots < order.terms.min_lots else 0
