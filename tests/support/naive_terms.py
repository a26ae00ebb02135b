"""The naive checks of terms: pure questions about one order's terms, in the order the rules ask them."""

import msgspec

from tests.support.naive_book import LIMIT_TYPES, TRIGGER_TYPES, NaiveOrder
from venue import reasons
from venue.messages import (
    DAY,
    FOK,
    GTC,
    GTD,
    IOC,
    LIMIT,
    MARKET,
    UNCHANGED,
    EnterOrder,
    MassCancel,
    ReplaceOrder,
)

MAY_REST = (DAY, GTC, GTD)
OK = 0  # no reason to refuse


def entry_terms_refusal(terms: EnterOrder, time_ns: int) -> int:
    """Check 4 of entering an order: the reason of the first term that cannot be, or OK."""
    has_limit, has_trigger = terms.ord_type in LIMIT_TYPES, terms.ord_type in TRIGGER_TYPES
    may_rest = terms.time_in_force in MAY_REST
    numbers = (
        terms.qty_lots,
        terms.price_ticks,
        terms.stop_ticks,
        terms.cash_units,
        terms.display_lots,
        terms.min_lots,
        terms.expire_ns,
    )
    if min(numbers) < 0 or (terms.qty_lots == 0 and terms.cash_units == 0):
        return reasons.BAD_VALUE
    if has_limit and not terms.price_ticks:
        return reasons.PRICE_MISSING
    if has_trigger and not terms.stop_ticks:
        return reasons.STOP_PX_MISSING
    impossible = (
        (terms.price_ticks and not has_limit)
        or (terms.stop_ticks and not has_trigger)
        or (terms.cash_units and (terms.ord_type != MARKET or terms.qty_lots))
        or (terms.post_only and (terms.ord_type != LIMIT or not may_rest or terms.min_lots))
        or (terms.display_lots and (not has_limit or not may_rest))
        or (terms.display_lots > terms.qty_lots)
        or (terms.min_lots and has_trigger)
        or (terms.min_lots > terms.qty_lots)
        or (terms.time_in_force == GTD and terms.ord_type == MARKET)
        or (terms.time_in_force in (IOC, FOK) and has_trigger)
        or (terms.time_in_force == UNCHANGED)
        or (terms.expire_ns and terms.time_in_force != GTD)
    )
    if impossible:
        return reasons.FIELD_NOT_ALLOWED
    if terms.time_in_force == GTD and terms.expire_ns <= time_ns:
        return reasons.EXPIRE_TIME_PAST
    return OK


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


def replace_terms_refusal(order: NaiveOrder, request: ReplaceOrder, new: EnterOrder, time_ns: int) -> int:
    has_limit, has_trigger = new.ord_type in LIMIT_TYPES, new.ord_type in TRIGGER_TYPES
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
        or (request.stop_ticks and (not has_trigger or order.triggered))
        or (request.display_lots and not has_limit)
        or (request.display_lots > new.qty_lots)
        or (request.time_in_force in (IOC, FOK))
        or (request.expire_ns and new.time_in_force != GTD)
    )
    if impossible:
        return reasons.FIELD_NOT_ALLOWED
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
