"""The naive engine's money: positions, fees, volumes, balances and locks."""

from fractions import Fraction

from tests.support.naive_bands import mark_half_ticks
from tests.support.naive_ending import cancel
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import DAYS, NaiveAccount, NaivePosition, NaiveState, NaiveTrade
from venue.messages import BUY, SELL, UNITS_MAX, EnterOrder
from venue.reasons import INSUFFICIENT_BALANCE

RATE_WHOLE = 1_000_000


def half_even(numerator: int, denominator: int) -> int:
    return round(Fraction(numerator, denominator))  # Python rounds halves to the even neighbour


def told(units: int) -> int:
    """The amount as events and answers carry it."""
    return max(-UNITS_MAX, min(units, UNITS_MAX))


# Positions -----------------------------------------------------------------------------------------------


def change_position(position: NaivePosition, side: int, price_ticks: int, lots: int) -> None:
    """Close what is on the other side, then open the rest."""
    sign = 1 if side == BUY else -1
    closing = min(lots, max(0, -sign * position.qty_lots))
    if closing:
        taken = half_even(position.open_notional * closing, abs(position.qty_lots))
        position.open_notional -= taken
        position.realized_notional += -sign * (price_ticks * closing - taken)
    position.open_notional += price_ticks * (lots - closing)
    position.qty_lots += sign * lots


def open_value_x2(position: NaivePosition, mark_half: int) -> int:
    """Unrealized P&L in half ticks x lots."""
    if not mark_half:
        return 0
    paid = position.open_notional if position.qty_lots > 0 else -position.open_notional
    return mark_half * position.qty_lots - 2 * paid


def day_pnl_x2(state: NaiveState, account: NaiveAccount, currency: str) -> int:
    """Twice realized + unrealized - fees over the instruments quoted in the currency, exactly."""
    total = 0
    for symbol, position in account.positions.items():
        instrument = state.listed[symbol]
        if instrument.listing.quote == currency:
            mark = mark_half_ticks(state, instrument)
            gain = 2 * position.realized_notional + open_value_x2(position, mark)
            total += gain * instrument.listing.notional_factor - 2 * position.fees_units
    return total


# Fees and volumes ----------------------------------------------------------------------------------------


def fee_rates(state: NaiveState, account: NaiveAccount, currency: str) -> tuple[int, int]:
    """Maker's and taker's, in hundredths of a basis point."""
    own = account.own_fees.get(currency)
    if own is not None and own.rates is not None:
        return own.rates
    rates = (0, 0)
    for tier in state.schedules.get(currency, ()):
        if account.volume_30d.get(currency, 0) >= tier.volume_units:
            rates = (tier.maker_rate, tier.taker_rate)
    return rates


def volume(state: NaiveState, account: str, currency: str, first_day: int, last_day: int) -> int:
    """Notional traded on these days, both sides, in units of the currency."""
    total = 0
    for trade in reversed(state.trades):
        if trade.day < first_day:
            break
        listing = state.listed[trade.symbol].listing
        if trade.day <= last_day and listing.quote == currency:
            sides = [order for order in trade.orders if order.terms.account == account]
            total += len(sides) * trade.price_ticks * trade.lots * listing.notional_factor
    return total


def roll_volumes(state: NaiveState) -> None:
    for name, account in state.opened.items():
        for currency in state.currencies_listed():
            account.volume_30d[currency] = volume(state, name, currency, state.day - DAYS, state.day - 1)


# Trades --------------------------------------------------------------------------------------------------


def settle(state: NaiveState, trade: NaiveTrade) -> None:
    """Give both sides of a new trade, or of an amended one anew, what it is worth."""
    for order in trade.orders:
        move(state, order.terms, order.terms.side, trade)
    charge(state, trade, 1)


def unsettle(state: NaiveState, trade: NaiveTrade) -> None:
    """As by a trade of the same lots and price the other way round, and the fees back."""
    for order in trade.orders:
        move(state, order.terms, SELL if order.terms.side == BUY else BUY, trade)
    charge(state, trade, -1)


def move(state: NaiveState, terms: EnterOrder, side: int, trade: NaiveTrade) -> None:
    if trade.lots == 0:
        return
    account = state.opened[terms.account]
    listing = state.listed[terms.symbol].listing
    position = account.positions.setdefault(terms.symbol, NaivePosition())
    change_position(position, side, trade.price_ticks, trade.lots)
    sign = 1 if side == BUY else -1
    add_balance(account, listing.base, sign * trade.lots * listing.lot_units)
    add_balance(account, listing.quote, -sign * trade.price_ticks * trade.lots * listing.notional_factor)


def charge(state: NaiveState, trade: NaiveTrade, sign: int) -> None:
    quote = state.listed[trade.symbol].listing.quote
    for order, fee in zip(trade.orders, trade.fees, strict=True):
        account = state.opened[order.terms.account]
        account.positions[trade.symbol].fees_units += sign * fee
        add_balance(account, quote, -sign * fee)
        state.revenue[quote] = state.revenue.get(quote, 0) + sign * fee


def fees_of(state: NaiveState, trade: NaiveTrade) -> tuple[int, int]:
    notional = trade.price_ticks * trade.lots * state.listed[trade.symbol].listing.notional_factor
    maker, taker = (half_even(rate * notional, RATE_WHOLE) for rate in trade.rates)
    return maker, taker


def add_balance(account: NaiveAccount, currency: str, units: int) -> None:
    if account.is_prefunded:
        account.totals[currency] = account.totals.get(currency, 0) + units


# Locks ---------------------------------------------------------------------------------------------------


def units_per_lot(factor: int, price_ticks: int, rate: int) -> int:
    """What a lot bought at this price costs at most, its fee rounded up."""
    paid = price_ticks * factor
    return paid + -(-paid * rate // RATE_WHOLE)


def highest_rate(state: NaiveState, account: NaiveAccount, currency: str) -> int:
    return max(0, *fee_rates(state, account, currency))


def lock_of(state: NaiveState, terms: EnterOrder, lots: int, rate: int, triggered: bool) -> tuple[str, int]:
    """(currency, units) an order of these terms locks for so many lots."""
    listing = state.listed[terms.symbol].listing
    if terms.side == SELL:
        return listing.base, lots * listing.lot_units
    price = terms.price_ticks or (0 if triggered else terms.stop_ticks)
    return listing.quote, lots * units_per_lot(listing.notional_factor, price, rate)


def counted(state: NaiveState, account: str, without: list[NaiveOrder]) -> list[list[NaiveOrder]]:
    """The account's open orders that are not held, in the ones and pairs of which the larger counts."""
    found: list[list[NaiveOrder]] = []
    orders = [order for order in state.orders_of(account) if not order.held and order not in without]
    for order in orders:
        partner = order.partner()
        if partner is None or partner not in orders:
            found.append([order])
        elif order.order_id < partner.order_id:
            found.append([order, partner])
    return found


def open_lots(state: NaiveState, account: str, symbol: str, side: int, without: list[NaiveOrder]) -> int:
    groups = counted(state, account, without)
    line = (symbol, side)
    return sum(max(o.leaves_lots for o in group) for group in groups if place_of(group[0]) == line)


def place_of(order: NaiveOrder) -> tuple[str, int]:
    return order.terms.symbol, order.terms.side


def locked(state: NaiveState, account: str, currency: str, without: list[NaiveOrder]) -> int:
    if not state.opened[account].is_prefunded:
        return 0
    total = 0
    for group in counted(state, account, without):
        locks = [lock_of(state, o.terms, o.leaves_lots, o.lock_rate, o.triggered) for o in group]
        total += max(units for _, units in locks) if locks[0][0] == currency else 0
    return total


def available(state: NaiveState, account: str, currency: str, without: list[NaiveOrder]) -> int:
    total = state.opened[account].totals.get(currency, 0)
    return total - locked(state, account, currency, without)


def lock_anew(state: NaiveState, name: str) -> None:
    """After the account's rates changed: oldest first, each order, or OCO pair, must still be covered."""
    account = state.opened[name]
    for order in state.orders_of(name):
        quote = state.listed[order.terms.symbol].listing.quote
        partner = order.partner()
        for locked_anew in (order,) if partner is None else (order, partner):
            locked_anew.lock_rate = highest_rate(state, account, quote)
        needs_cover = order.terms.side == BUY and order.end is None and not order.held and account.is_prefunded
        if needs_cover and available(state, name, quote, []) < 0:
            cancel(state, order, INSUFFICIENT_BALANCE)
