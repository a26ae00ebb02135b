"""The naive engine's pre-trade risk: one function per limit, in the order of the rules, each with its text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.support.naive_bands import collar_ticks, money_text, price_text, qty_text, reference_ticks
from tests.support.naive_liquidity import would_pay
from tests.support.naive_money import available, highest_rate, lock_of, open_lots
from tests.support.naive_orders import LIMIT_TYPES, NaiveOrder, is_within
from tests.support.naive_state import NaiveAccount, NaiveInstrument, NaivePosition, NaiveState
from venue import reasons
from venue.messages import (
    BUY,
    FOK,
    IOC,
    MARKET,
    NO_LIMIT,
    SELL,
    TRAILING_STOP,
    EnterOrder,
    SetOrderLimits,
)

Refusal: TypeAlias = tuple[int, str]
ACCEPTED: Refusal = (0, "")


@dataclass
class Asked:
    """What is asked: `lots` that would be open, as if the orders in `without` were not there.

    `entering` orders would be open more than before.
    """

    state: NaiveState
    terms: EnterOrder
    lots: int
    without: list[NaiveOrder] = field(default_factory=list)
    entering: int = 1
    triggered: bool = False

    @property
    def account(self) -> NaiveAccount:
        return self.state.opened[self.terms.account]

    @property
    def instrument(self) -> NaiveInstrument:
        return self.state.listed[self.terms.symbol]

    @property
    def limits(self) -> SetOrderLimits:
        found = self.account.order_limits.get(self.terms.symbol)
        return found or SetOrderLimits(self.terms.account, self.terms.symbol)

    def position(self) -> int:
        return self.account.positions.get(self.terms.symbol, NaivePosition()).qty_lots

    def open_lots(self) -> int:
        return open_lots(self.state, self.terms.account, self.terms.symbol, self.terms.side, self.without)

    def reduces(self) -> bool:
        opposite = -self.position() if self.terms.side == BUY else self.position()
        return opposite > 0 and self.lots + self.open_lots() <= opposite

    def decimals(self, currency: str) -> int:
        return decimals_of(self.state, currency)


def decimals_of(state: NaiveState, currency: str) -> int:
    for instrument in state.listed.values():
        if instrument.listing.quote == currency:
            return instrument.listing.quote_decimals
        if instrument.listing.base == currency:
            return instrument.listing.base_decimals
    raise KeyError(currency)


def limit_text(limit_and_value: list[str], unit: str) -> str:
    limit, was = limit_and_value
    return f"limit {limit} {unit}, was {was} {unit}"


def order_qty_limit(asked: Asked) -> Refusal:
    limit, lots = asked.limits.order_lots_max, asked.terms.qty_lots
    if limit == NO_LIMIT or lots <= limit:
        return ACCEPTED
    listing = asked.instrument.listing
    shown = [qty_text(asked.instrument, count) for count in (limit, lots)]
    return reasons.ORDER_QTY_LIMIT, limit_text(shown, listing.base)


def price_collar(asked: Asked) -> Refusal:
    terms, instrument = asked.terms, asked.instrument
    if terms.ord_type not in LIMIT_TYPES:
        return ACCEPTED
    limit = collar_ticks(instrument, terms.side, terms.stop_ticks or reference_ticks(instrument))
    if not limit or is_within(terms.side, terms.price_ticks, limit):
        return ACCEPTED
    shown = [price_text(instrument, ticks) for ticks in (limit, terms.price_ticks)]
    return reasons.PRICE_COLLAR, limit_text(shown, instrument.listing.quote)


def order_notional_limit(asked: Asked) -> Refusal:
    limit, listing = asked.limits.order_notional_max, asked.instrument.listing
    notional = asked.terms.cash_units or notional_price(asked) * asked.terms.qty_lots * listing.notional_factor
    if limit == NO_LIMIT or notional <= limit:
        return ACCEPTED
    shown = [money_text(units, listing.quote_decimals) for units in (limit, notional)]
    return reasons.ORDER_NOTIONAL_LIMIT, limit_text(shown, listing.quote)


def notional_price(asked: Asked) -> int:
    terms = asked.terms
    stop = 0 if terms.ord_type == TRAILING_STOP else terms.stop_ticks
    opposite = asked.state.best_price(terms.symbol, SELL if terms.side == BUY else BUY)
    return terms.price_ticks or stop or reference_ticks(asked.instrument) or opposite


def open_orders_limit(asked: Asked) -> Refusal:
    limit = asked.account.limits.open_orders_max
    count = len(asked.state.orders_of(asked.terms.account)) + asked.entering
    passes_by = asked.terms.ord_type == MARKET or asked.terms.time_in_force in (IOC, FOK)
    if limit == NO_LIMIT or passes_by or count <= limit or asked.reduces():
        return ACCEPTED
    return reasons.OPEN_ORDERS_LIMIT, limit_text([str(limit), str(count)], "orders")


def position_limit(asked: Asked) -> Refusal:
    is_buy = asked.terms.side == BUY
    limit = asked.limits.long_lots_max if is_buy else asked.limits.short_lots_max
    worst = asked.open_lots() + asked.lots + (asked.position() if is_buy else -asked.position())
    if limit == NO_LIMIT or worst <= limit or asked.reduces():
        return ACCEPTED
    shown = [qty_text(asked.instrument, lots) for lots in (limit, worst)]
    return reasons.POSITION_LIMIT, limit_text(shown, asked.instrument.listing.base)


def daily_loss(asked: Asked) -> Refusal:
    reached = asked.account.reached
    if not reached or asked.reduces():
        return ACCEPTED
    currency = min(reached)
    cap = asked.account.caps[currency].cap_units
    shown = [money_text(units, asked.decimals(currency)) for units in (cap, reached[currency])]
    return reasons.DAILY_LOSS, limit_text(shown, currency)


def insufficient_balance(asked: Asked) -> Refusal:
    state, terms = asked.state, asked.terms
    if not asked.account.is_prefunded:
        return ACCEPTED
    rate = highest_rate(state, asked.account, asked.instrument.listing.quote)
    currency, needed = lock_of(state, terms, asked.lots, rate, asked.triggered)
    if terms.ord_type == MARKET and terms.side == BUY:
        needed = would_pay(state, terms, asked.lots)
    there = available(state, terms.account, currency, asked.without)
    if needed <= there:
        return ACCEPTED
    shown = [money_text(units, asked.decimals(currency)) for units in (there, needed)]
    return reasons.INSUFFICIENT_BALANCE, limit_text(shown, currency)


Check: TypeAlias = Callable[[Asked], Refusal]
ON_ENTRY: tuple[Check, ...] = (
    order_qty_limit,
    price_collar,
    order_notional_limit,
    open_orders_limit,
    position_limit,
    daily_loss,
    insufficient_balance,
)
ON_REPLACE = tuple(check for check in ON_ENTRY if check is not open_orders_limit)
ON_HOLD: tuple[Check, ...] = (order_qty_limit, order_notional_limit)
ON_RELEASE: tuple[Check, ...] = (position_limit, daily_loss, insufficient_balance)


def risk_refusal(asked: Asked, checks: tuple[Check, ...]) -> Refusal:
    return next((refusal for refusal in (check(asked) for check in checks) if refusal != ACCEPTED), ACCEPTED)
