"""A new instrument: from the decimals that an operator types to the integers that its orders will count in."""

from decimal import Decimal, InvalidOperation
from typing import Final

from venue.control.values import require_name, units_of
from venue.errors import WrongValueError
from venue.increments import Increment, decimal_text
from venue.messages import ListInstrument, TradingState

_DECIMALS_MAX: Final = 18
_SIZE_MAX: Final = 10**18


def new_instrument(
    terms: dict[str, str],
    fields: dict[str, str],
    *,
    quote_decimals: int,
    base_decimals: int,
    state: TradingState,
    by: str,
    why: str,
) -> ListInstrument:
    """`terms`: symbol, base, quote, tick, lot, min_qty and max_qty as typed; `fields`: how whoever asks calls each of
    them, quote_decimals and base_decimals too. Raises WrongValueError that names the field."""
    tick = _positive(fields["tick"], terms["tick"])
    lot = _positive(fields["lot"], terms["lot"])
    lots = Increment(decimal_text(lot))
    return ListInstrument(
        symbol=require_name(fields["symbol"], terms["symbol"]),
        base=require_name(fields["base"], terms["base"]),
        quote=require_name(fields["quote"], terms["quote"]),
        tick_size=decimal_text(tick),
        lot_size=decimal_text(lot),
        quote_decimals=quote_decimals,
        notional_factor=_whole(fields["quote_decimals"], "tick x lot", tick * lot, quote_decimals),
        min_lots=units_of(fields["min_qty"], terms["min_qty"], lots),
        max_lots=units_of(fields["max_qty"], terms["max_qty"], lots),
        state=state,
        base_decimals=base_decimals,
        lot_units=_whole(fields["base_decimals"], "the lot", lot, base_decimals),
        by=by,
        why=why,
    )


def _positive(what: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not 0 < number < _SIZE_MAX or _decimals_of(number) > _DECIMALS_MAX:
        raise WrongValueError(what, text, "must be a positive decimal number such as 0.01")
    return number


def _decimals_of(number: Decimal) -> int:
    return -int(number.normalize().as_tuple().exponent)


def _whole(what: str, name: str, amount: Decimal, decimals: int) -> int:
    """How many of the smallest units an amount is."""
    units = amount.scaleb(decimals)
    if units != int(units):
        raise WrongValueError(what, str(decimals), f"{name} is {decimal_text(amount)}, which needs more decimals")
    return int(units)
