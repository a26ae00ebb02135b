"""The naive checks of terms: pure questions about one order's terms, in the order the rules ask them."""

import msgspec

from tests.support.naive_orders import LIMIT_TYPES, TRIGGER_TYPES, NaiveOrder
from venue import reasons
from venue.messages import (
    BRACKET,
    DAY,
    FOK,
    GTC,
    GTD,
    IOC,
    LIMIT,
    MARKET,
    OCO,
    ON_LAST,
    OTO,
    TRAILING_STOP,
    UNCHANGED,
    UNITS_MAX,
    EnterList,
    EnterOrder,
    ListInstrument,
    MassCancel,
    ReplaceOrder,
)

STOP_PRICED = tuple(ord_type for ord_type in TRIGGER_TYPES if ord_type != TRAILING_STOP)
MAY_REST = (DAY, GTC, GTD)
OK = 0  # no reason to refuse


def price_bound(listing: ListInstrument) -> int:
    """The highest price whose notional is sure to be a number of 64 bits."""
    return UNITS_MAX // (listing.max_lots * listing.notional_factor)


def entry_terms_refusal(terms: EnterOrder, time_ns: int, bound: int) -> int:
    """Check 4 of entering an order: the reason of the first term that cannot be, or OK."""
    has_limit, has_stop = terms.ord_type in LIMIT_TYPES, terms.ord_type in STOP_PRICED
    trails = terms.ord_type == TRAILING_STOP
    may_rest = terms.time_in_force in MAY_REST
    numbers = (
        terms.qty_lots,
        terms.price_ticks,
        terms.stop_ticks,
        terms.cash_units,
        terms.display_lots,
        terms.min_lots,
        terms.expire_ns,
        terms.trail_ticks,
    )
    if min(numbers) < 0 or (terms.qty_lots == 0 and terms.cash_units == 0):
        return reasons.BAD_VALUE
    if has_limit and not terms.price_ticks:
        return reasons.PRICE_MISSING
    if (has_stop and not terms.stop_ticks) or (trails and not terms.trail_ticks):
        return reasons.STOP_PX_MISSING
    impossible = (
        (terms.price_ticks and not has_limit)
        or (terms.stop_ticks and not has_stop)
        or (terms.trail_ticks and not trails)
        or (terms.trigger != ON_LAST and not has_stop)
        or (terms.cash_units and (terms.ord_type != MARKET or terms.qty_lots))
        or (terms.post_only and (terms.ord_type != LIMIT or not may_rest or terms.min_lots))
        or (terms.display_lots and (not has_limit or not may_rest))
        or (terms.display_lots > terms.qty_lots)
        or (terms.min_lots and (has_stop or trails))
        or (terms.min_lots > terms.qty_lots)
        or (terms.time_in_force == GTD and terms.ord_type == MARKET)
        or (terms.time_in_force in (IOC, FOK) and (has_stop or trails))
        or (terms.time_in_force == UNCHANGED)
        or (terms.expire_ns and terms.time_in_force != GTD)
    )
    if impossible:
        return reasons.FIELD_NOT_ALLOWED
    if terms.time_in_force == GTD and terms.expire_ns <= time_ns:
        return reasons.EXPIRE_TIME_PAST
    return reasons.BAD_VALUE if max(terms.price_ticks, terms.stop_ticks, terms.trail_ticks) > bound else OK


def list_fault(request: EnterList, leg: int) -> bool:
    """Is the order at this index one that cannot stand there?"""
    count = 3 if request.contingency == BRACKET else 2
    if len(request.orders) != count:
        return True
    terms, first = request.orders[leg], request.orders[0]
    if (terms.session, terms.account, terms.symbol) != (request.session, request.account, first.symbol):
        return True
    if request.contingency == OCO or leg > 0:
        market_like = terms.ord_type == MARKET or terms.cash_units or terms.time_in_force in (IOC, FOK)
        if market_like:
            return True
    before = request.orders[leg - 1]
    is_second_of_pair = request.contingency != OTO and leg == count - 1
    return is_second_of_pair and (terms.side, terms.qty_lots) != (before.side, before.qty_lots)


def replaced_terms(terms: EnterOrder, request: ReplaceOrder) -> EnterOrder:
    """The terms a ReplaceOrder asks for: what it gives, and the order's own where it gives nothing."""
    time_in_force = request.time_in_force or terms.time_in_force
    return msgspec.structs.replace(
        terms,
        cl_ord_id=request.cl_ord_id,
        time_in_force=time_in_force,
        qty_lots=request.qty_lots or terms.qty_lots,
        price_ticks=request.price_ticks or terms.price_ticks,
        stop_ticks=request.stop_ticks or terms.stop_ticks,
        display_lots=request.display_lots or terms.display_lots,
        expire_ns=(request.expire_ns or terms.expire_ns) if time_in_force == GTD else 0,
    )


def replace_terms_refusal(order: NaiveOrder, request: ReplaceOrder, new: EnterOrder, time_ns: int, bound: int) -> int:
    has_limit, has_stop = new.ord_type in LIMIT_TYPES, new.ord_type in STOP_PRICED
    other_orders = [other for other in (order.list.orders if order.list else []) if other is not order]
    numbers = (
        request.qty_lots,
        request.price_ticks,
        request.stop_ticks,
        request.display_lots,
        request.expire_ns,
    )
    if min(numbers) < 0:
        return reasons.BAD_VALUE
    impossible = (
        (request.price_ticks and not has_limit)
        or (request.stop_ticks and (not has_stop or order.triggered))
        or (request.display_lots and not has_limit)
        or (request.display_lots > new.qty_lots)
        or (request.time_in_force in (IOC, FOK))
        or (request.expire_ns and new.time_in_force != GTD)
        or (new.qty_lots != order.terms.qty_lots and any(other.end is None for other in other_orders))
    )
    if impossible:
        return reasons.FIELD_NOT_ALLOWED
    if max(request.price_ticks, request.stop_ticks) > bound:
        return reasons.BAD_VALUE
    if new.qty_lots > order.terms.qty_lots and max(new.price_ticks, new.stop_ticks) > bound:
        return reasons.BAD_VALUE
    if new.time_in_force == GTD and new.expire_ns <= time_ns:
        return reasons.EXPIRE_TIME_PAST
    return OK


def keeps_priority(old: EnterOrder, new: EnterOrder) -> bool:
    moved = (old.price_ticks, old.stop_ticks, old.display_lots) != (
        new.price_ticks,
        new.stop_ticks,
        new.display_lots,
    )
    return not moved and new.qty_lots <= old.qty_lots


def fits(terms: EnterOrder, request: MassCancel) -> bool:
    return (
        terms.account == request.account
        and request.symbol in ("", terms.symbol)
        and request.side in (0, terms.side)
        and (not request.session_only or terms.session == request.session)
    )
