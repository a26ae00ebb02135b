"""What an operator's command brought about, in words with units: one line for each event of its own."""

from collections.abc import Iterable

from venue import messages as m
from venue.control.values import band_text, duration_text, percent_text
from venue.journal.phrases import time_text
from venue.names import SCOPES, SELF_MATCHES, SETTLEMENTS, STATES
from venue.units import NONE, Units


def told(event: m.AnyEvent, units: Units) -> str:
    """ "" for an event about an order: those are counted."""
    match event:
        case m.AccountOpened():
            return account_told(event.account)
        case m.InstrumentListed():
            return instrument_told(event.instrument)
        case m.TradingStateChanged():
            before = f", was {STATES[event.old_state]}" if event.old_state != event.state else ", as it was"
            return f"{event.symbol} is {state_text(event.state, event.until_ns)}{before}"
        case m.SettingChanged():
            return setting_told(event.setting, units)
        case m.SessionControlled():
            return _control_told(event.request)
        case m.BalanceMoved():
            return _balance_told(event, units)
        case m.LossCapReleased():
            return f"{event.account} is released from its loss caps: its daily loss counts anew from here"
        case m.AuctionUncrossed():
            qty, price = units.qty_text(event.symbol, event.qty_lots), units.price_text(event.symbol, event.price_ticks)
            return f"{event.symbol} uncrossed: {qty} at {price}"
        case m.TradeAmended():
            return _amended_told(event, units)
    return ""


def account_told(account: m.OpenAccount) -> str:
    group = f", group {account.self_match_group}" if account.self_match_group else ""
    return (
        f"account {account.account}: {SETTLEMENTS[account.settlement]}, firm {account.firm or NONE}, "
        f"instruments {names(account.instruments, 'all')}, self-match {SELF_MATCHES[account.self_match]}{group}"
    )


def instrument_told(instrument: m.ListInstrument) -> str:
    qty = Units([instrument]).qty_text
    return (
        f"{instrument.symbol}: tick {instrument.tick_size} {instrument.quote}, lot {instrument.lot_size} "
        f"{instrument.base}, orders from {qty(instrument.symbol, instrument.min_lots)} to "
        f"{qty(instrument.symbol, instrument.max_lots)}"
    )


def state_text(state: m.TradingState, until_ns: int) -> str:
    return f"{STATES[state]} until {time_text(until_ns)[11:19]} UTC" if until_ns else STATES[state]


def names(given: Iterable[str], nothing: str = NONE) -> str:
    return ", ".join(given) or nothing


def setting_told(setting: m.Setting, units: Units) -> str:
    match setting:
        case m.SetSession():
            return f"session {setting.session} trades {names(setting.trades)}, watches {names(setting.watches)}"
        case m.SetOrderLimits():
            return f"{setting.account} in {setting.symbol}: {order_limits_text(setting, units)}"
        case m.SetAccountLimits():
            return f"{setting.account}: open orders {open_orders_text(setting.open_orders_max)}"
        case m.SetLossCap():
            return f"{setting.account}: daily loss cap {units.money_limit_text(setting.currency, setting.cap_units)}"
        case m.SetKillSwitch():
            switch = "engaged" if setting.engaged else "released"
            return f"kill switch of {' '.join(filter(None, (SCOPES[setting.scope], setting.name)))} is {switch}"
        case m.SetPriceLimits():
            return f"{setting.symbol}: {price_limits_text(setting, units)}"
        case m.SetFeeSchedule():
            tiers = "; ".join(tier_text(setting.currency, tier, units) for tier in setting.tiers)
            return f"fees in {setting.currency}: {tiers}"
        case m.SetAccountFees():
            if setting.rates is None:
                return f"{setting.account} pays the schedule's fees in {setting.currency}"
            return f"{setting.account} in {setting.currency}: {rates_text(*setting.rates)}"
        case m.SetOrderGroup():
            return group_told(setting, units)


def order_limits_text(limits: m.SetOrderLimits, units: Units) -> str:
    symbol, quote = limits.symbol, units.instrument(limits.symbol).quote
    return (
        f"order {units.qty_limit_text(symbol, limits.order_lots_max)}, "
        f"value {units.money_limit_text(quote, limits.order_notional_max)}, "
        f"long {units.qty_limit_text(symbol, limits.long_lots_max)}, "
        f"short {units.qty_limit_text(symbol, limits.short_lots_max)}"
    )


def open_orders_text(most: int) -> str:
    return "without limit" if most == m.NO_LIMIT else f"at most {most}"


def price_limits_text(limits: m.SetPriceLimits, units: Units) -> str:
    price = limits.reference_ticks
    reference = f", reference {units.price_text(limits.symbol, price)}" if price else ""
    halts = f" halts for {duration_text(limits.halt_ns)}" if limits.breaker_bp else ""
    return (
        f"collar {band_text(limits.collar_bp)}, circuit breaker {band_text(limits.breaker_bp)}{halts}, "
        f"auctions of {duration_text(limits.auction_ns)}{reference}"
    )


def tier_text(currency: str, tier: m.FeeTier, units: Units) -> str:
    return f"from {units.money_text(currency, tier.volume_units)} {rates_text(tier.maker_rate, tier.taker_rate)}"


def rates_text(maker_rate: int, taker_rate: int) -> str:
    return f"maker {percent_text(maker_rate)}, taker {percent_text(taker_rate)}"


def group_told(group: m.SetOrderGroup, units: Units) -> str:
    if group.lots_max == m.NO_LIMIT:
        return f"group {group.group} of {group.account} is ended"
    lots, window = units.qty_text(group.symbol, group.lots_max), duration_text(group.window_ns)
    return f"group {group.group} of {group.account} in {group.symbol}: tripped by {lots} within {window}"


def _control_told(control: m.ControlSession) -> str:
    if control.action == m.RESET_NUMBERS:
        return f"session {control.session} is being logged out, then its sequence numbers are set back to 1"
    return f"session {control.session} is being logged out"


def _balance_told(event: m.BalanceMoved, units: Units) -> str:
    move = event.request
    amount, total = units.money_text(move.currency, abs(move.amount_units)), event.total_units
    done = f"{'withdrawn' if move.amount_units < 0 else 'deposited'} as {move.transaction_id}"
    if event.is_repeat:
        done = f"had been {done} before, nothing changed"
    available = units.money_text(move.currency, total - event.locked_units)
    return f"{move.account}: {amount} {done}; balance {units.money_text(move.currency, total)}, available {available}"


def _amended_told(event: m.TradeAmended, units: Units) -> str:
    maker, taker = event.maker.terms, event.taker.terms
    sides = f"{maker.account} ({maker.cl_ord_id}) and {taker.account} ({taker.cl_ord_id})"
    if not event.qty_lots:
        return f"trade {event.trade_id} of {sides} in {maker.symbol} is busted"
    qty, price = units.qty_text(maker.symbol, event.qty_lots), units.price_text(maker.symbol, event.price_ticks)
    return f"trade {event.trade_id} of {sides} in {maker.symbol} is corrected to {qty} at {price}"
