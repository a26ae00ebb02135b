"""The checks of an order's terms, in the order of the trading rules: what fits together, here and now.

Each answers with a reason of venue.reasons, or 0 for none. They take the terms one by one, because entry has
unpacked them already.
"""

from venue.engine.accounts import Account
from venue.engine.bands import reference
from venue.engine.book import Book
from venue.engine.trailing import TRAILING_STOPS_MAX
from venue.messages import (
    CANCEL_ONLY,
    CLOSED,
    FOK,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    MARKET,
    ON_LAST,
    OPEN,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_STOP,
    UNCHANGED,
)
from venue.reasons import (
    BAD_VALUE,
    EXPIRE_TIME_PAST,
    FIELD_NOT_ALLOWED,
    GROUP_TRIPPED,
    MISMATCH,
    NO_REFERENCE,
    NOT_ACCEPTED_NOW,
    PRICE_MISSING,
    QTY_TOO_LARGE,
    QTY_TOO_SMALL,
    STOP_PX_MISSING,
    UNKNOWN_GROUP,
)


def state_reason(book: Book, ord_type: int, may_rest: bool, min_lots: int) -> int:
    if book.state == OPEN:
        return 0
    if book.state in (HALTED, CANCEL_ONLY, CLOSED) or ord_type != LIMIT or not may_rest or min_lots:
        return NOT_ACCEPTED_NOW
    return 0


def number_reason(
    qty: int, price: int, stop: int, cash: int, display: int, minimum: int, expire: int, trail: int
) -> int:
    if qty < 0 or price < 0 or stop < 0 or cash < 0 or display < 0 or minimum < 0 or expire < 0 or trail < 0:
        return BAD_VALUE
    return BAD_VALUE if qty == 0 and cash == 0 else 0


def price_reason(ord_type: int, price_ticks: int, stop_ticks: int, trail_ticks: int, trigger: int) -> int:
    """Price, stop and trail are there exactly where the type needs them; what is missing is said first."""
    needs_price = ord_type in (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
    needs_stop = ord_type in (STOP, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
    needs_trail = ord_type == TRAILING_STOP
    if needs_price and price_ticks == 0:
        return PRICE_MISSING
    if (needs_stop and stop_ticks == 0) or (needs_trail and trail_ticks == 0):
        return STOP_PX_MISSING
    if (
        (price_ticks and not needs_price)
        or (stop_ticks and not needs_stop)
        or (trail_ticks and not needs_trail)
        or (trigger != ON_LAST and not needs_stop)
    ):
        return FIELD_NOT_ALLOWED
    return 0


def cash_reason(ord_type: int, qty_lots: int, cash_units: int) -> int:
    return FIELD_NOT_ALLOWED if cash_units and (ord_type != MARKET or qty_lots) else 0


def lots_reason(ord_type: int, may_rest: bool, qty_lots: int, display_lots: int, min_lots: int, post_only: bool) -> int:
    if post_only and (ord_type != LIMIT or not may_rest or min_lots):
        return FIELD_NOT_ALLOWED
    if display_lots:
        is_priced = ord_type in (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT)
        if not is_priced or not may_rest or display_lots > qty_lots:
            return FIELD_NOT_ALLOWED
    if min_lots and (ord_type not in (MARKET, LIMIT) or min_lots > qty_lots):
        return FIELD_NOT_ALLOWED
    return 0


def time_reason(ord_type: int, time_in_force: int, expire_ns: int, time_ns: int) -> int:
    if time_in_force == GTD:
        if ord_type == MARKET:
            return FIELD_NOT_ALLOWED
        return 0 if expire_ns > time_ns else EXPIRE_TIME_PAST
    if expire_ns or time_in_force == UNCHANGED:
        return FIELD_NOT_ALLOWED
    if time_in_force in (IOC, FOK) and ord_type not in (MARKET, LIMIT):
        return FIELD_NOT_ALLOWED
    return 0


def bound_reason(book: Book, price_ticks: int, stop_ticks: int, trail_ticks: int) -> int:
    """No order's notional passes 64 bits."""
    price_max = book.price_max
    return BAD_VALUE if price_ticks > price_max or stop_ticks > price_max or trail_ticks > price_max else 0


def group_reason(account: Account, name: str, symbol: str) -> int:
    """Whether the fill-rate group an order names is there, of its instrument, and not tripped."""
    group = account.order_groups.get(name)
    if group is None:
        return UNKNOWN_GROUP
    if group.setting.symbol != symbol:
        return MISMATCH
    return GROUP_TRIPPED if group.is_tripped else 0


def trail_reason(book: Book, is_held: bool) -> int:
    """Whether there is a price to follow (a held order looks for it later), and room for one more that follows."""
    if reference(book) == 0 and not is_held:
        return NO_REFERENCE
    return NOT_ACCEPTED_NOW if book.trailing.open_count >= TRAILING_STOPS_MAX else 0


def quantity_reason(book: Book, qty_lots: int) -> int:
    if qty_lots < book.min_lots:
        return QTY_TOO_SMALL
    return QTY_TOO_LARGE if qty_lots > book.max_lots else 0
