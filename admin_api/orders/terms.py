"""What a REST request asks for, as integers: terms of new orders and of amendments.

Every refusal here names the field, what it was and what would do, and nothing was journaled. Decimals are converted
exactly or refused, never rounded. All trading rules are the engine's.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from admin_api.models.orders import AmendRequest, OrderTerms
from admin_api.naming import listed
from admin_api.orders.words import KINDS, SELF_MATCHES, SIDES, TIMES_IN_FORCE, TRIGGERS, Kind
from admin_api.problems import ProblemError, wrong_field
from admin_api.view import View
from venue import messages as m
from venue import reasons
from venue.config import QTY_LOTS_MAX
from venue.units import Units

_OF_SOME_TYPES: Final = (
    "price", "stop_price", "trail", "display_quantity", "min_quantity", "cash_quantity", "trigger",
)  # fmt: skip
_MISSING: Final = {
    "price": reasons.PRICE_MISSING,
    "stop_price": reasons.STOP_PX_MISSING,
    "trail": reasons.STOP_PX_MISSING,
}
UNITS_MAX: Final = QTY_LOTS_MAX  # of ticks and money too: far from the 64 bits of the journal's integers
_S_NS: Final = 1_000_000_000
_MOMENT: Final = re.compile(r"(.*?)(?:\.([0-9]{1,9}))?Z")


def enter_order(
    view: View, terms: OrderTerms, session: str, account: str, cl_ord_id: str, *, poss_resend: bool = False
) -> m.EnterOrder:
    """The command that asks for an order. Raises ProblemError."""
    listed(view, terms.symbol)
    kind = KINDS[terms.order_type]
    _require_what_goes_together(terms, kind)
    time_in_force = terms.time_in_force or kind.times_in_force[0]
    expire_ns = _expire_ns(terms.expire_time, time_in_force == "gtd", is_needed=True)
    units, symbol = view.units, terms.symbol
    return m.EnterOrder(
        session,
        account,
        cl_ord_id,
        symbol,
        SIDES[terms.side],
        kind.ord_type,
        TIMES_IN_FORCE[time_in_force],
        _lots(units, symbol, "quantity", terms.quantity),
        _ticks(units, symbol, "price", terms.price),
        _ticks(units, symbol, "stop_price", terms.stop_price),
        _cash(units, symbol, terms.cash_quantity),
        _lots(units, symbol, "display_quantity", terms.display_quantity),
        _lots(units, symbol, "min_quantity", terms.min_quantity),
        terms.order_type == "post_only",
        SELF_MATCHES[terms.self_match] if terms.self_match else m.ACCOUNT_DEFAULT,
        expire_ns,
        poss_resend,
        _ticks(units, symbol, "trail", terms.trail),
        TRIGGERS[terms.trigger] if terms.trigger else m.ON_LAST,
        terms.order_group or "",
    )


def replace_order(
    view: View, amend: AmendRequest, order: m.OrderStatus, cl_ord_id: str, *, poss_resend: bool
) -> m.ReplaceOrder:
    """The command that asks for new terms of an order. Raises ProblemError.

    It depends on the request and on what never changes of the order, so that a repeat gives the same command.
    """
    terms, units = order.terms, view.units
    if not amend.model_fields_set:
        raise ProblemError(reasons.BAD_VALUE, "nothing was to be amended: give quantity, price, stop_price or another")
    may_be_gtd = amend.time_in_force in (None, "gtd")
    return m.ReplaceOrder(
        terms.session,
        terms.account,
        cl_ord_id,
        "",
        order.order_id,
        time_in_force=TIMES_IN_FORCE[amend.time_in_force] if amend.time_in_force else m.UNCHANGED,
        qty_lots=_lots(units, terms.symbol, "quantity", amend.quantity),
        price_ticks=_ticks(units, terms.symbol, "price", amend.price),
        stop_ticks=_ticks(units, terms.symbol, "stop_price", amend.stop_price),
        display_lots=_lots(units, terms.symbol, "display_quantity", amend.display_quantity),
        expire_ns=_expire_ns(amend.expire_time, may_be_gtd, is_needed=False),
        poss_resend=poss_resend,
    )


def _require_what_goes_together(terms: OrderTerms, kind: Kind) -> None:
    """Each order_type has what it needs, and nothing that would mean nothing with it."""
    order_type = terms.order_type
    for field in kind.needs:
        if getattr(terms, field) is None:
            reason = _MISSING.get(field, reasons.BAD_VALUE)
            raise wrong_field(reason, field, "missing", f"is required for order_type {order_type}")
    for field in _OF_SOME_TYPES:
        value = getattr(terms, field)
        if value is not None and field not in kind.needs and field not in kind.may_have:
            raise wrong_field(reasons.FIELD_NOT_ALLOWED, field, value, f"does not go with order_type {order_type}")
    if terms.time_in_force and not (kind.takes_time_in_force and terms.time_in_force in kind.times_in_force):
        goes = f"must be {', '.join(kind.times_in_force)}" if kind.takes_time_in_force else "is told by the type"
        raise wrong_field(
            reasons.FIELD_NOT_ALLOWED, "time_in_force", terms.time_in_force, f"{goes} with order_type {order_type}"
        )
    _require_one_quantity(terms)


def _require_one_quantity(terms: OrderTerms) -> None:
    if terms.quantity is None and terms.cash_quantity is None:
        either = "quantity or cash_quantity" if terms.order_type == "market" else "quantity"
        raise wrong_field(reasons.BAD_VALUE, "quantity", "missing", f"{either} is required")
    if terms.quantity is not None and terms.cash_quantity is not None:
        raise wrong_field(
            reasons.FIELD_NOT_ALLOWED, "cash_quantity", terms.cash_quantity, "does not go with quantity: give one"
        )


def _lots(units: Units, symbol: str, field: str, text: str | None) -> int:
    return _units(field, text, units.qty(symbol).to_units, reasons.OFF_LOT) if text is not None else 0


def _ticks(units: Units, symbol: str, field: str, text: str | None) -> int:
    return _units(field, text, units.price(symbol).to_units, reasons.OFF_TICK) if text is not None else 0


def _cash(units: Units, symbol: str, text: str | None) -> int:
    if text is None:
        return 0
    quote = units.instrument(symbol).quote
    return _units("cash_quantity", text, units.money(quote).to_units, reasons.OFF_LOT)


def _units(field: str, text: str, to_units: Callable[[str], int], off_increment: int) -> int:
    """A given number is positive: 0 stands for "not given" in commands."""
    try:
        units = to_units(text)
    except ValueError as error:
        raise wrong_field(off_increment, field, text, str(error).removeprefix(text).strip()) from None
    if not 0 < units <= UNITS_MAX:
        raise wrong_field(reasons.BAD_VALUE, field, text, "must be greater than 0" if not units else "is too large")
    return units


def _expire_ns(text: str | None, may_be_gtd: bool, *, is_needed: bool) -> int:
    """expire_time goes with gtd, and gtd with it."""
    if text is None:
        if may_be_gtd and is_needed:
            raise wrong_field(reasons.BAD_VALUE, "expire_time", "missing", "is required for time_in_force gtd")
        return 0
    if not may_be_gtd:
        raise wrong_field(reasons.FIELD_NOT_ALLOWED, "expire_time", text, "goes with time_in_force gtd only")
    found = _MOMENT.fullmatch(text)
    try:
        seconds = datetime.fromisoformat(found[1] if found else text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise wrong_field(reasons.BAD_VALUE, "expire_time", text, "is no date and time") from None
    expire_ns = int(seconds) * _S_NS + int(((found and found[2]) or "").ljust(9, "0"))
    if not 0 < expire_ns <= m.UNITS_MAX:
        raise wrong_field(reasons.BAD_VALUE, "expire_time", text, "is beyond what the venue can count")
    return expire_ns
