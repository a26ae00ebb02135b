"""The naive engine's market: triggers, matching, trades, and the queue of released orders."""

from msgspec.structs import replace

from tests.support.naive_bands import is_beyond_breaker, reference_ticks, trip_breaker
from tests.support.naive_ending import cancel, close, note_consequences, remove
from tests.support.naive_groups import note_fill
from tests.support.naive_liquidity import (
    is_own,
    opposite_of,
    queue_against,
    reach_ticks,
    self_match,
    unfillable,
    would_pay,
    would_take,
)
from tests.support.naive_money import available, fee_rates, fees_of, highest_rate, settle, units_per_lot
from tests.support.naive_orders import LIMIT_TYPES, NaiveOrder, fires_on_rise
from tests.support.naive_risk import ON_RELEASE, Asked, risk_refusal
from tests.support.naive_state import NaiveInstrument, NaiveState, NaiveTrade
from venue.messages import (
    BUY,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DECREMENT,
    FILLED,
    FOK,
    IOC,
    ON_BID,
    ON_LAST,
    ON_MID,
    ON_OFFER,
    OPEN,
    POST_ONLY,
    SELL,
    TRAILING_STOP,
    EnterOrder,
    OrderReduced,
    OrderReleased,
    OrderTraded,
    OrderTriggered,
    SelfMatchPrevented,
)
from venue.reasons import (
    CIRCUIT_BREAKER,
    INSUFFICIENT_BALANCE,
    IOC_REMAINDER,
    MARKET_REMAINDER,
    POST_ONLY_WOULD_TAKE,
    PRICE_COLLAR,
    SELF_MATCH,
)

# Entering ------------------------------------------------------------------------------------------------


def enter(state: NaiveState, order: NaiveOrder) -> None:
    """An accepted or no longer held order comes in: all or enough of it at once, or not at all."""
    reason = unfillable(state, order)
    if reason:
        cancel(state, order, reason)
    else:
        reenter(state, order)


def reenter(state: NaiveState, order: NaiveOrder) -> None:
    """Wait for the trigger or go to market: what an order also does when it was replaced."""
    if order.waits_for_trigger() and not fires_now(state, order.terms):
        state.waiting.append(order)
    elif order.waits_for_trigger():
        trigger(state, order)
    else:
        take(state, order)


def fires_now(state: NaiveState, terms: EnterOrder) -> bool:
    return state.listed[terms.symbol].state == OPEN and is_reached(state, terms)


def is_reached(state: NaiveState, terms: EnterOrder) -> bool:
    """Has the price it looks at come to the stop price?"""
    twice = source_x2(state, terms)
    if twice == 0:
        return False
    return twice >= 2 * terms.stop_ticks if fires_on_rise(terms) else twice <= 2 * terms.stop_ticks


def source_x2(state: NaiveState, terms: EnterOrder) -> int:
    """Twice the price that triggers the order; 0: there is none."""
    bid, offer = state.best_price(terms.symbol, BUY), state.best_price(terms.symbol, SELL)
    mid_x2 = bid + offer if bid and offer else 0
    last = state.listed[terms.symbol].last_ticks
    return {ON_LAST: 2 * last, ON_BID: 2 * bid, ON_OFFER: 2 * offer, ON_MID: mid_x2}[terms.trigger]


def trigger(state: NaiveState, order: NaiveOrder) -> None:
    order.triggered = True
    state.events.append(OrderTriggered(*state.facts(order)))
    note_consequences(state, order)
    pays = order.terms.side == BUY and order.terms.ord_type not in LIMIT_TYPES
    if pays and state.opened[order.terms.account].is_prefunded:
        quote = state.listed[order.terms.symbol].listing.quote
        if would_pay(state, order.terms, order.leaves_lots) > available(state, order.terms.account, quote, []):
            cancel(state, order, INSUFFICIENT_BALANCE)
            return
    take(state, order)


# Matching ------------------------------------------------------------------------------------------------


def take(state: NaiveState, order: NaiveOrder) -> None:
    """Match as market or limit order, then rest what may rest and cancel what may not."""
    instrument = state.listed[order.terms.symbol]
    reach = reach_ticks(instrument, order.terms)
    tripped = match(state, instrument, order, reach)
    if order.end is not None:
        return
    if order.terms.ord_type in LIMIT_TYPES and order.terms.time_in_force not in (IOC, FOK):
        queue_slice(state, order)
    elif tripped:
        cancel(state, order, CIRCUIT_BREAKER)
    elif order.terms.ord_type in LIMIT_TYPES:
        cancel(state, order, IOC_REMAINDER)
    else:
        cancel(state, order, PRICE_COLLAR if opposite_of(state, order.terms) else MARKET_REMAINDER)


def match(state: NaiveState, instrument: NaiveInstrument, order: NaiveOrder, reach: int) -> bool:
    """Trade as long as there is what it may trade with; True when the circuit breaker ended it."""
    while order.end is None and instrument.state == OPEN:
        queue = queue_against(state, order.terms, reach)
        if not queue:
            return False
        resting = queue[0]
        price = resting.terms.price_ticks
        if is_beyond_breaker(instrument, price, instrument.reference_ticks):
            trip_breaker(state, instrument, price)
            return True
        if is_own(state, order.terms, resting.terms):
            prevent(state, order, resting)
        else:
            lots = min(order.leaves_lots, resting.slice_lots)
            if not can_pay(state, order, price, lots):
                cancel(state, order, INSUFFICIENT_BALANCE)
                return False
            trade(state, resting, order, price, lots, is_auction=False)
    return False


def can_pay(state: NaiveState, order: NaiveOrder, price: int, lots: int) -> bool:
    """A buy without a price locks nothing: it must have the money for each of its trades."""
    account, terms = state.opened[order.terms.account], order.terms
    if terms.side == SELL or terms.ord_type in LIMIT_TYPES or not account.is_prefunded:
        return True
    listing = state.listed[terms.symbol].listing
    cost = lots * units_per_lot(listing.notional_factor, price, highest_rate(state, account, listing.quote))
    return cost <= available(state, terms.account, listing.quote, [])


def trade(state: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, lots: int, *, is_auction: bool) -> None:
    instrument = state.listed[maker.terms.symbol]
    for order in (maker, taker):
        order.cum_lots += lots
        order.leaves_lots -= lots
        order.notional += lots * price
        order.slice_lots = max(0, order.slice_lots - lots)
    done = new_trade(state, maker, taker, price, lots, is_auction)
    settle(state, done)
    facts = (*state.facts(maker), *state.facts(taker))
    done.exec_ids = (facts[1], facts[7])
    state.events.append(OrderTraded(done.trade_id, price, lots, *facts, *done.fees, is_auction=is_auction))
    for order in (maker, taker):
        end_or_go_on(state, order)
    for order in (maker, taker):
        note_fill(state, order, lots)
    instrument.last_ticks = price
    instrument.day_prices.append(price)
    instrument.reference_ticks = instrument.reference_ticks or price
    trail(state, instrument)
    release(state, instrument.listing.symbol, ON_LAST)


def new_trade(
    state: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, lots: int, is_auction: bool
) -> NaiveTrade:
    quote = state.listed[maker.terms.symbol].listing.quote
    maker_rate, _ = fee_rates(state, state.opened[maker.terms.account], quote)
    taker_rates = fee_rates(state, state.opened[taker.terms.account], quote)
    rates = (maker_rate, taker_rates[0] if is_auction else taker_rates[1])
    trade_id, symbol = len(state.trades) + 1, maker.terms.symbol
    done = NaiveTrade(trade_id, symbol, state.day, price, lots, (maker, taker), rates, (0, 0), (0, 0), is_auction)
    done.fees = fees_of(state, done)
    state.trades.append(done)
    return done


def end_or_go_on(state: NaiveState, order: NaiveOrder) -> None:
    """After a trade: a filled order ends, an iceberg whose slice is used up shows the next one."""
    if order.leaves_lots == 0:
        close(state, order, FILLED)
    elif order in state.resting and order.slice_lots == 0:
        remove(state, order)
        queue_slice(state, order)
    note_consequences(state, order)


def queue_slice(state: NaiveState, order: NaiveOrder) -> None:
    """Put the order's visible part at the back of its level."""
    order.slice_lots = min(order.terms.display_lots or order.leaves_lots, order.leaves_lots)
    state.resting.append(order)


def prevent(state: NaiveState, incoming: NaiveOrder, resting: NaiveOrder) -> None:
    """Two orders of one owner met: do what the incoming one asks for, resting order first."""
    mode = self_match(state, incoming.terms)
    lots = min(incoming.leaves_lots, resting.leaves_lots)
    symbol, price = resting.terms.symbol, resting.terms.price_ticks
    state.events.append(SelfMatchPrevented(symbol, price, lots, resting.order_id, incoming.order_id, mode))
    if mode == DECREMENT:
        decrement(state, resting, lots)
        decrement(state, incoming, lots)
    if mode in (CANCEL_RESTING, CANCEL_BOTH):
        cancel(state, resting, SELF_MATCH)
    if mode in (CANCEL_INCOMING, CANCEL_BOTH):
        cancel(state, incoming, SELF_MATCH)


def decrement(state: NaiveState, order: NaiveOrder, lots: int) -> None:
    if order.leaves_lots == lots:
        cancel(state, order, SELF_MATCH)
        return
    order.terms = replace(order.terms, qty_lots=order.terms.qty_lots - lots)
    reduce(order)
    state.events.append(OrderReduced(*state.facts(order), reason=SELF_MATCH))


def reduce(order: NaiveOrder) -> None:
    """Let the leaves follow a smaller order quantity; the place in the queue stays."""
    order.leaves_lots = order.terms.qty_lots - order.cum_lots
    order.slice_lots = min(order.slice_lots, order.leaves_lots)


# Released orders -----------------------------------------------------------------------------------------


def trail(state: NaiveState, instrument: NaiveInstrument) -> None:
    """Let the trailing stops follow the last trade, behind the others at their new price."""
    symbol = instrument.listing.symbol
    trailing = [o for o in state.waiting if o.terms.ord_type == TRAILING_STOP and o.terms.symbol == symbol]
    for order in sorted(trailing, key=lambda order: order.order_id):
        stop_ticks = trailing_stop_ticks(order.terms, instrument.last_ticks)
        is_nearer = stop_ticks < order.terms.stop_ticks
        if is_nearer if order.terms.side == BUY else stop_ticks > order.terms.stop_ticks:
            order.terms = replace(order.terms, stop_ticks=stop_ticks)
            state.waiting.remove(order)
            state.waiting.append(order)


def trailing_stop_ticks(terms: EnterOrder, price_ticks: int) -> int:
    if terms.side == BUY:
        return price_ticks + terms.trail_ticks
    return max(1, price_ticks - terms.trail_ticks)


def release(state: NaiveState, symbol: str, source: int) -> None:
    """Queue the waiting orders that are reached: rising ones first, each nearest first."""
    looking = [o for o in state.waiting if o.terms.symbol == symbol and o.terms.trigger == source]
    reached = [order for order in looking if is_reached(state, order.terms)]
    rising = [order for order in reached if fires_on_rise(order.terms)]
    falling = [order for order in reached if not fires_on_rise(order.terms)]
    state.waiting = [order for order in state.waiting if order not in reached]
    state.released += sorted(rising, key=lambda order: order.terms.stop_ticks)
    state.released += sorted(falling, key=lambda order: -order.terms.stop_ticks)


def run_released(state: NaiveState) -> None:
    """Run what was released, first in first out, then what the quotes reach, until nothing is left."""
    look_at_quotes(state)
    while state.released:
        run_one(state, state.released.pop(0))
        look_at_quotes(state)


def look_at_quotes(state: NaiveState) -> None:
    """Once nothing else is left to fire."""
    if state.released:
        return
    for symbol, instrument in state.listed.items():
        if instrument.state == OPEN:
            for source in (ON_BID, ON_OFFER, ON_MID):
                release(state, symbol, source)


def run_one(state: NaiveState, order: NaiveOrder) -> None:
    if order.held:
        let_in(state, order)
    elif state.listed[order.terms.symbol].state == OPEN:
        trigger(state, order)
    else:
        state.waiting.append(order)


def let_in(state: NaiveState, order: NaiveOrder) -> None:
    """The order it was held for is filled: check it again, then it enters."""
    instrument = state.listed[order.terms.symbol]
    order.held = False
    follow_reference(state, order)
    state.events.append(OrderReleased(*state.facts(order)))
    partner = order.partner()
    reason, _ = risk_refusal(Asked(state, order.terms, order.leaves_lots, absent(order)), ON_RELEASE)
    if reason:
        refuse_pair(state, order, partner, reason)
        return
    takes = instrument.state in (OPEN, POST_ONLY) and not order.waits_for_trigger() and would_take(state, order.terms)
    if takes and (order.terms.post_only or instrument.state == POST_ONLY):
        cancel(state, order, POST_ONLY_WOULD_TAKE)
    else:
        enter(state, order)


def follow_reference(state: NaiveState, order: NaiveOrder) -> None:
    """A trailing stop begins at the reference price."""
    if order.terms.ord_type == TRAILING_STOP:
        reference = reference_ticks(state.listed[order.terms.symbol])
        order.terms = replace(order.terms, stop_ticks=trailing_stop_ticks(order.terms, reference))


def absent(order: NaiveOrder) -> list[NaiveOrder]:
    """The orders that pre-trade risk of this one does not count: itself and its OCO partner."""
    partner = order.partner()
    return [order] if partner is None else [order, partner]


def refuse_pair(state: NaiveState, order: NaiveOrder, partner: NaiveOrder | None, reason: int) -> None:
    assert order.list is not None
    order.list.spent = True
    cancel(state, order, reason)
    if partner is not None:
        cancel(state, partner, reason)
