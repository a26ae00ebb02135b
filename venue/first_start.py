"""What the engine must know of the configuration: the commands of a first start.

The configuration founds what the venue does not know yet: an instrument with its price limits, a currency's
fees, an account with its limits, caps, fees and first deposits, a session. What the venue knows already
stands, as operators have changed it since; where the file says otherwise, `differences` says so in a line
that names the command to use.

Invariant: the commands are one batch of the journal, so that whoever is known has everything the
configuration had for it when it became known.
"""

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Final, Protocol, TypeVar

import msgspec

from venue.config import AccountConfig, InstrumentConfig, OrderLimitsConfig, RatesConfig, VenueConfig
from venue.errors import OperatorError
from venue.increments import BAND_PERCENT, RATE_PERCENT, SECONDS, Increment, decimal_text, money_increment
from venue.messages import (
    NO_LIMIT,
    Currency,
    FeeStatus,
    FeeTier,
    InstrumentStatus,
    Limits,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    Operation,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetLossCap,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
)
from venue.names import SELF_MATCHES, SETTLEMENTS, word_of

BY: Final = "configuration"
WHY: Final = "first start"

Setting = TypeVar("Setting", bound=Operation)


class Known(Protocol):
    """What an engine says of what it knows."""

    def instruments(self) -> list[ListInstrument]: ...
    def instrument(self, symbol: str) -> InstrumentStatus | None: ...
    def currencies(self) -> list[Currency]: ...
    def accounts(self) -> list[OpenAccount]: ...
    def limits(self, account: str) -> Limits | None: ...
    def fees(self, account: str) -> list[FeeStatus]: ...
    def sessions(self) -> list[SetSession]: ...


def listing_commands(config: VenueConfig, engine: Known) -> list[Operation]:
    """The commands that tell the engine of the configuration what it does not know yet.

    What the configuration no longer names stays: orders may rest there. Raises OperatorError when it
    gives a listed instrument another tick, lot or currency: every resting order counts in them.
    """
    listed = {listing.symbol: listing for listing in engine.instruments()}
    currencies = {currency.currency: currency for currency in engine.currencies()}
    opened = {account.account for account in engine.accounts()}
    sessions = {session.session for session in engine.sessions()}
    commands: list[Operation] = []
    for symbol, instrument in config.instruments.items():
        if symbol in listed:
            _refuse_other_units(listed[symbol], list_instrument(symbol, instrument))
        else:
            commands += [list_instrument(symbol, instrument), _price_limits(symbol, instrument)]
    commands += [
        schedule
        for schedule in _fee_schedules(config)
        if schedule.currency not in currencies or not currencies[schedule.currency].tiers
    ]
    for name, account in config.accounts.items():
        if name not in opened:
            commands.append(open_account(name, account))
        commands += [
            setting
            for setting in _account_settings(name, account, config)
            if name not in opened or _is_of_something_new(setting, listed.keys(), currencies.keys())
        ]
    commands += [session for session in _sessions(config) if session.session not in sessions]
    return commands


def differences(config: VenueConfig, engine: Known) -> Iterator[str]:
    """A line for each setting of the configuration that the venue has otherwise. What it does not know yet is none."""
    for symbol, instrument in config.instruments.items():
        if status := engine.instrument(symbol):
            yield from _instrument_differences(symbol, instrument, status)
    tiers = {currency.currency: currency.tiers for currency in engine.currencies()}
    for schedule in _fee_schedules(config):
        if tiers.get(schedule.currency) and tiers[schedule.currency] != schedule.tiers:
            yield _stands(f"fees.{schedule.currency}", f"venue fee set {schedule.currency}")
    for known in engine.accounts():
        if known.account in config.accounts:
            yield from _account_differences(known, config, engine)
    sessions = {session.session: session for session in engine.sessions()}
    for session in _sessions(config):
        if session.session in sessions and _differs(session, sessions[session.session]):
            yield _stands(f"sessions.{session.session}", f"venue session set {session.session}")


def list_instrument(symbol: str, instrument: InstrumentConfig) -> ListInstrument:
    """The configured instrument in integers; `venue.settings` has checked that they are whole."""
    money_unit = Decimal(1).scaleb(-instrument.quote_decimals)
    base_unit = Decimal(1).scaleb(-instrument.base_decimals)
    return ListInstrument(
        symbol=symbol,
        base=instrument.base,
        quote=instrument.quote,
        tick_size=decimal_text(instrument.tick),
        lot_size=decimal_text(instrument.lot),
        quote_decimals=instrument.quote_decimals,
        notional_factor=int(instrument.tick * instrument.lot / money_unit),
        min_lots=int(instrument.min_qty / instrument.lot),
        max_lots=int(instrument.max_qty / instrument.lot),
        base_decimals=instrument.base_decimals,
        lot_units=int(instrument.lot / base_unit),
        by=BY,
        why=WHY,
    )


def open_account(name: str, account: AccountConfig) -> OpenAccount:
    return OpenAccount(
        account=name,
        self_match=word_of("self_match", account.self_match, SELF_MATCHES),
        self_match_group=account.self_match_group,
        firm=account.firm or "",
        settlement=word_of("settlement", account.settlement, SETTLEMENTS),
        instruments=account.instruments,
        by=BY,
        why=WHY,
    )


# ---------------------------------------------------------------------------------------------------
# Settings, in integers


def _price_limits(symbol: str, instrument: InstrumentConfig) -> SetPriceLimits:
    reference = instrument.reference_price
    return SetPriceLimits(
        symbol=symbol,
        collar_bp=_units(instrument.collar_percent, BAND_PERCENT),
        breaker_bp=_units(instrument.breaker_percent, BAND_PERCENT),
        halt_ns=_units(instrument.halt_s, SECONDS),
        auction_ns=_units(instrument.auction_s, SECONDS),
        reference_ticks=int(reference / instrument.tick) if reference else 0,
        by=BY,
        why=WHY,
    )


def _fee_schedules(config: VenueConfig) -> Iterator[SetFeeSchedule]:
    for currency, fees in config.fees.items():
        money = _money(config, currency)
        tiers = tuple(FeeTier(_units(tier.volume, money), *_rates(tier)) for tier in fees.tiers)
        yield SetFeeSchedule(currency, tiers, BY, WHY)


def _account_settings(name: str, account: AccountConfig, config: VenueConfig) -> Iterator[Operation]:
    if account.open_orders_max is not None:
        yield SetAccountLimits(name, account.open_orders_max, BY, WHY)
    for symbol, limits in account.limits.items():
        yield _order_limits(name, symbol, limits, config)
    for currency, cap in account.loss_caps.items():
        yield SetLossCap(name, currency, _units(cap, _money(config, currency)), BY, WHY)
    for currency, rates in account.fees.items():
        yield SetAccountFees(name, currency, _rates(rates), BY, WHY)
    for currency, amount in account.deposits.items():
        units = _units(amount, _money(config, currency))
        yield MoveBalance(name, currency, units, f"configuration/{name}/{currency}", BY, WHY)


def _order_limits(name: str, symbol: str, limits: OrderLimitsConfig, config: VenueConfig) -> SetOrderLimits:
    instrument = config.instruments[symbol]
    lot, money = Increment(decimal_text(instrument.lot)), money_increment(instrument.quote_decimals)
    return SetOrderLimits(
        account=name,
        symbol=symbol,
        order_lots_max=_limit(limits.order_qty_max, lot),
        order_notional_max=_limit(limits.order_notional_max, money),
        long_lots_max=_limit(limits.long_max, lot),
        short_lots_max=_limit(limits.short_max, lot),
        by=BY,
        why=WHY,
    )


def _sessions(config: VenueConfig) -> Iterator[SetSession]:
    for comp_id, session in config.sessions.items():
        yield SetSession(comp_id, session.trades, session.watches, BY, WHY)


def _units(value: Decimal, increment: Increment) -> int:
    return increment.to_units(decimal_text(value))


def _limit(value: Decimal | None, increment: Increment) -> int:
    return NO_LIMIT if value is None else _units(value, increment)


def _rates(rates: RatesConfig) -> tuple[int, int]:
    return _units(rates.maker, RATE_PERCENT), _units(rates.taker, RATE_PERCENT)


def _money(config: VenueConfig, currency: str) -> Increment:
    return money_increment(config.currency_decimals()[currency])


# ---------------------------------------------------------------------------------------------------
# Against what the venue knows


def _is_of_something_new(setting: Operation, symbols: Container[str], currencies: Container[str]) -> bool:
    """Whether a setting of a known account belongs to an instrument or a currency it could not have had."""
    match setting:
        case SetOrderLimits():
            return setting.symbol not in symbols
        case SetLossCap() | SetAccountFees() | MoveBalance():
            return setting.currency not in currencies
    return False


def _instrument_differences(symbol: str, instrument: InstrumentConfig, known: InstrumentStatus) -> Iterator[str]:
    wanted, listing = list_instrument(symbol, instrument), known.listing
    if (wanted.min_lots, wanted.max_lots) != (listing.min_lots, listing.max_lots):
        yield _stands(f"instruments.{symbol}.min_qty or max_qty", f"venue instrument limits {symbol}")
    prices = _price_limits(symbol, instrument)  # the reference has moved on since
    if _differs(msgspec.structs.replace(prices, reference_ticks=known.limits.reference_ticks), known.limits):
        yield _stands(f"the collar or circuit breaker of instruments.{symbol}", f"venue instrument prices {symbol}")


def _account_differences(known: OpenAccount, config: VenueConfig, engine: Known) -> Iterator[str]:
    name = known.account
    if _differs(open_account(name, config.accounts[name]), known):
        yield _stands(f"accounts.{name}", f"venue account change {name}")
    limits = engine.limits(name)
    assert limits is not None
    orders = {order.symbol: order for order in limits.orders}
    caps = {loss.cap.currency: loss.cap.cap_units for loss in limits.losses}
    rates = {fee.currency: (fee.maker_rate, fee.taker_rate) for fee in engine.fees(name) if fee.is_override}
    for setting in _account_settings(name, config.accounts[name], config):
        match setting:
            case SetAccountLimits() if setting.open_orders_max != limits.account.open_orders_max:
                yield _stands(f"accounts.{name}.open_orders_max", f"venue limit open-orders {name}")
            case SetOrderLimits(symbol=symbol) if symbol not in orders or _differs(setting, orders[symbol]):
                yield _stands(f"accounts.{name}.limits.{symbol}", f"venue limit set {name} {symbol}")
            case SetLossCap(currency=currency) if setting.cap_units != caps.get(currency):
                yield _stands(f"accounts.{name}.loss_caps.{currency}", f"venue limit loss {name} {currency}")
            case SetAccountFees(currency=currency) if setting.rates != rates.get(currency):
                yield _stands(f"accounts.{name}.fees.{currency}", f"venue fee override {name} {currency}")


def _stands(what: str, command: str) -> str:
    return f"{what} is not what the venue has, which stands: `{command}` changes it"


def _differs(wanted: Setting, known: Setting) -> bool:
    """Apart from who asked and why."""
    return msgspec.structs.replace(wanted, by="", why="") != msgspec.structs.replace(known, by="", why="")


def _refuse_other_units(listed: ListInstrument, wanted: ListInstrument) -> None:
    for field, key in (
        ("base", "base"),
        ("quote", "quote"),
        ("tick_size", "tick"),
        ("lot_size", "lot"),
        ("quote_decimals", "quote_decimals"),
        ("base_decimals", "base_decimals"),
    ):
        was, now = getattr(listed, field), getattr(wanted, field)
        if was != now:
            raise OperatorError(
                f"instruments.{wanted.symbol}.{key} was {now}, but {wanted.symbol} is listed with {was}, and orders "
                f"count in it: set it back to {was}, or list a new symbol"
            )
