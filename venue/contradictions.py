"""What only the whole configuration shows: names that nothing has, numbers that do not fit each other.

Each is a sentence with the setting, its value and the remedy, for `venue/settings.py` to refuse with.
"""

import difflib
import ipaddress
from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from urllib.parse import urlsplit

from venue.config import (
    API_SESSIONS,
    QTY_LOTS_MAX,
    AccountConfig,
    ApiConfig,
    FeesConfig,
    InstrumentConfig,
    SessionConfig,
    VenueConfig,
)
from venue.increments import decimal_text
from venue.messages import UNITS_MAX


def contradictions(config: VenueConfig) -> Iterator[str]:
    yield from _of_api(config.api)
    yield from _of_gate(config)
    for comp_id, session in config.sessions.items():
        yield from _of_session(comp_id, session, config)
    yield from _decimals(config)
    for symbol, instrument in config.instruments.items():
        yield from _steps(f"instruments.{symbol}", instrument)
        yield from _size(f"instruments.{symbol}", instrument)
        yield from _price_limits(f"instruments.{symbol}", instrument)
    decimals = config.currency_decimals()
    for name, account in config.accounts.items():
        yield from _of_account(f"accounts.{name}", account, config, decimals)
    for currency, fees in config.fees.items():
        yield from _of_fees(f"fees.{currency}", fees, decimals.get(currency), config)


def _of_api(api: ApiConfig) -> Iterator[str]:
    if api.anonymous != "none" and not _is_loopback(api.host):
        yield (
            f"api.anonymous was {api.anonymous!r}, but other machines reach api.host {api.host}: callers without a "
            'key must be of this one: set api.anonymous = "none", or api.host = "127.0.0.1"'
        )
    for origin in api.cors_origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
            yield f'api.cors_origins names {origin}, which is no origin: such as "https://desk.example.com", no path'


def _of_gate(config: VenueConfig) -> Iterator[str]:
    fix, gate = config.fix, config.gate
    if not gate.enabled and fix.credentials == "required":
        yield (
            'fix.credentials was "required", but gate.enabled = false, and only the gate asks for them: enable it, or '
            'set fix.credentials = "none" for a venue of this machine'
        )
    if fix.gateways > 1 and not gate.enabled:
        yield (
            f"fix.gateways was {fix.gateways}, but gate.enabled = false, and the gate leads clients to their gateways: "
            "enable it, or set fix.gateways = 1"
        )
    if (gate.certificate is None) != (gate.certificate_key is None):
        missing = "certificate_key" if gate.certificate else "certificate"
        yield f"gate.{missing} is missing: a certificate and its key are given together"
    if _is_loopback(fix.host):
        return
    if not gate.enabled:
        yield f"fix.host was {fix.host}, but gate.enabled = false: without the gate it must be 127.0.0.1"
    elif gate.certificate is None:
        yield (
            f"fix.host was {fix.host}, which other machines reach, but gate.certificate is missing: name a "
            'certificate and its key, or set fix.host = "127.0.0.1"'
        )
    if fix.credentials == "none":
        yield (
            f'fix.credentials was "none", but other machines reach fix.host {fix.host}: set it to "required", or '
            'fix.host to "127.0.0.1"'
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def _of_session(comp_id: str, session: SessionConfig, config: VenueConfig) -> Iterator[str]:
    path = f"sessions.{comp_id}"
    if comp_id == config.fix.comp_id:
        yield f"{path} has the venue's own name (fix.comp_id): choose another"
    if comp_id.startswith(API_SESSIONS):
        yield f"{path} begins with {API_SESSIONS!r}, as the sessions of API keys do: choose another"
    if session.gateway is not None and session.gateway >= config.fix.gateways:
        yield (
            f"{path}.gateway was {session.gateway}: must be below fix.gateways, {config.fix.gateways}: "
            "they are counted from 0"
        )
    if not session.trades and not session.watches:
        yield f'{path} has no account: name those it trades or watches, such as trades = ["{comp_id}"]'
    for key, accounts in (("trades", session.trades), ("watches", session.watches)):
        for account in accounts:
            if account not in config.accounts:
                remedy = _near(account, config.accounts) or f"add [accounts.{account}]"
                yield f"{path}.{key} names {account}, which is no account: {remedy}"
            if accounts.count(account) > 1:
                yield f"{path}.{key} names {account} more than once: once is enough"
                break
    for account in session.trades:
        if account in session.watches:
            yield f"{path}.watches names {account}, which it trades: it has its reports anyway"


# ---------------------------------------------------------------------------------------------------
# Instruments and currencies


def _decimals(config: VenueConfig) -> Iterator[str]:
    first: dict[str, tuple[str, int]] = {}
    for symbol, instrument in config.instruments.items():
        counts = (
            ("quote_decimals", instrument.quote, instrument.quote_decimals),
            ("base_decimals", instrument.base, instrument.base_decimals),
        )
        for key, currency, decimals in counts:
            elsewhere, expected = first.setdefault(currency, (symbol, decimals))
            if decimals != expected:
                yield (
                    f"instruments.{symbol}.{key} was {decimals}, but {elsewhere} counts {currency} with {expected}: "
                    "a currency has one number of decimals"
                )


def _steps(path: str, instrument: InstrumentConfig) -> Iterator[str]:
    tick, lot = instrument.tick, instrument.lot
    steps: list[tuple[str, Decimal | None, str, Decimal]] = [
        ("min_qty", instrument.min_qty, "lot", lot),
        ("max_qty", instrument.max_qty, "lot", lot),
        ("reference_price", instrument.reference_price, "tick", tick),
    ]
    for key, value, step_name, step in steps:
        if value is not None and value % step:
            yield f"{path}.{key} was {value}: must be a multiple of the {step_name}, {decimal_text(step)}"
    units: list[tuple[str, int, str, Decimal, str]] = [
        ("quote_decimals", instrument.quote_decimals, "tick x lot", tick * lot, instrument.quote),
        ("base_decimals", instrument.base_decimals, "the lot", lot, instrument.base),
    ]
    for key, decimals, what, step, currency in units:
        unit = Decimal(1).scaleb(-decimals)
        if step % unit:
            yield (
                f"{path}.{key} was {decimals}: {what} is {decimal_text(step)}, "
                f"which is no whole number of {decimal_text(unit)} {currency}: give more decimals"
            )


def _size(path: str, instrument: InstrumentConfig) -> Iterator[str]:
    """The largest order, and its price, must fit the integers of the engine."""
    if instrument.min_qty > instrument.max_qty:
        yield f"{path}.min_qty was {instrument.min_qty}: must not be above max_qty, {instrument.max_qty}"
    lots = instrument.max_qty / instrument.lot
    if lots > QTY_LOTS_MAX:
        lot = decimal_text(instrument.lot)
        yield f"{path}.max_qty was {instrument.max_qty}: must be at most {QTY_LOTS_MAX} lots of {lot}"
        return
    base_units = instrument.max_qty.scaleb(instrument.base_decimals)
    quote_units = instrument.tick * instrument.max_qty.scaleb(instrument.quote_decimals)  # of max_qty at one tick
    for key, units in (("base_decimals", base_units), ("quote_decimals", quote_units)):
        if units > UNITS_MAX:
            yield f"{path}.max_qty was {instrument.max_qty}: too much to count with {key}: lower one of them"
            return
    price_max = int(UNITS_MAX / quote_units) * instrument.tick
    if instrument.reference_price is not None and instrument.reference_price > price_max:
        yield (
            f"{path}.reference_price was {instrument.reference_price}: prices must be at most "
            f"{decimal_text(price_max)} here, so that the value of max_qty can be counted: lower max_qty"
        )


def _price_limits(path: str, instrument: InstrumentConfig) -> Iterator[str]:
    if instrument.halt_s and not instrument.breaker_percent:
        yield f"{path}.halt_s was {instrument.halt_s}, without a circuit breaker: give breaker_percent too"
    if instrument.breaker_percent and not instrument.halt_s:
        yield f"{path}.breaker_percent was {instrument.breaker_percent}: give halt_s, how long it halts, too"


# ---------------------------------------------------------------------------------------------------
# Accounts and fees


def _of_account(path: str, account: AccountConfig, config: VenueConfig, decimals: dict[str, int]) -> Iterator[str]:
    yield from _unknown_symbols(f"{path}.instruments", account.instruments, config)
    yield from _unknown_symbols(f"{path}.limits", account.limits, config)
    for symbol, limits in account.limits.items():
        if symbol not in config.instruments:
            continue
        instrument = config.instruments[symbol]
        money = Decimal(1).scaleb(-instrument.quote_decimals)
        amounts: tuple[tuple[str, Decimal | None, Decimal], ...] = (
            ("order_qty_max", limits.order_qty_max, instrument.lot),
            ("order_notional_max", limits.order_notional_max, money),
            ("long_max", limits.long_max, instrument.lot),
            ("short_max", limits.short_max, instrument.lot),
        )
        for key, amount, step in amounts:
            if amount is not None:
                yield from _uncountable(f"{path}.limits.{symbol}.{key}", amount, step)
    for key, by_currency in (("loss_caps", account.loss_caps), ("deposits", account.deposits)):
        for currency, amount in by_currency.items():
            if currency in decimals:
                yield from _uncountable(f"{path}.{key}.{currency}", amount, Decimal(1).scaleb(-decimals[currency]))
    quotes = {instrument.quote for instrument in config.instruments.values()}
    yield from _unknown_currencies(f"{path}.loss_caps", account.loss_caps, quotes, "is quoted in")
    yield from _unknown_currencies(f"{path}.fees", account.fees, quotes, "is quoted in")
    yield from _unknown_currencies(f"{path}.deposits", account.deposits, decimals, "names")
    if account.deposits and account.settlement != "prefunded":
        yield f'{path}.deposits were given, but it settles on credit: set settlement = "prefunded", or take them out'


def _of_fees(path: str, fees: FeesConfig, decimals: int | None, config: VenueConfig) -> Iterator[str]:
    quotes = [instrument.quote for instrument in config.instruments.values()]
    if path.removeprefix("fees.") not in quotes or decimals is None:
        yield f"{path} is of a currency that no instrument is quoted in: {_one_of(quotes)}"
        return
    if not fees.tiers:
        yield f'{path}.tiers is empty: give one from volume "0" on'
    before = Decimal(-1)
    for number, tier in enumerate(fees.tiers):
        if number == 0 and tier.volume:
            yield f"{path}.tiers.0.volume was {tier.volume}: the first tier must be from volume 0"
        elif tier.volume <= before:
            yield f"{path}.tiers.{number}.volume was {tier.volume}: must be above the tier before, {before}"
        yield from _uncountable(f"{path}.tiers.{number}.volume", tier.volume, Decimal(1).scaleb(-decimals))
        before = tier.volume


def _unknown_symbols(path: str, symbols: Iterable[str], config: VenueConfig) -> Iterator[str]:
    for symbol in symbols:
        if symbol not in config.instruments:
            remedy = _near(symbol, config.instruments) or f"add [instruments.{symbol}]"
            yield f"{path} names {symbol}, which is no instrument: {remedy}"


def _unknown_currencies(path: str, given: Iterable[str], known: Container[str], how: str) -> Iterator[str]:
    for currency in given:
        if currency not in known:
            yield f"{path} names {currency}, a currency that no instrument {how}: check its spelling"


def _uncountable(path: str, amount: Decimal, step: Decimal) -> Iterator[str]:
    if amount % step:
        yield f"{path} was {amount}: must be a multiple of {decimal_text(step)}"
    elif amount / step > UNITS_MAX:
        yield f"{path} was {amount}: must be at most {decimal_text(UNITS_MAX * step)}"


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}?" if near else ""


def _one_of(names: Iterable[str]) -> str:
    return f"must be {', '.join(sorted(set(names)))}" if names else "list an instrument first"
