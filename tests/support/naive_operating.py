"""The operator's commands of the naive engine: settings, money in and out, states, trades amended."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from msgspec.structs import astuple, replace

from tests.support.naive_amending import amend
from tests.support.naive_auction import set_state
from tests.support.naive_ending import cancel_all
from tests.support.naive_groups import count_losses_anew
from tests.support.naive_money import available, day_pnl_x2, lock_anew, locked, told
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import NaiveAccount, NaiveGroup, NaiveInstrument, NaiveState
from tests.support.naive_terms import price_bound
from venue import reasons
from venue.messages import (
    ACCOUNT,
    ACCOUNT_DEFAULT,
    AUCTION,
    FIRM,
    HALTED,
    NO_LIMIT,
    PRE_OPEN,
    SESSION,
    UNITS_MAX,
    VENUE,
    AccountOpened,
    BalanceMoved,
    BustTrade,
    ControlSession,
    CorrectTrade,
    FeeTier,
    InstrumentListed,
    ListInstrument,
    LossCapReleased,
    MoveBalance,
    OpenAccount,
    OperationRefused,
    ReleaseLossCap,
    SessionControlled,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    SettingChanged,
    SetTradingState,
)

DONE = 0
RATE_MAX = 100_000
TIMED = (HALTED, PRE_OPEN, AUCTION)
STEP = r"(?=.*[1-9])[0-9]{1,20}(\.[0-9]{1,18})?"  # a positive decimal
UNSIGNED = (ListInstrument, OpenAccount, SetTradingState)  # commands that need no `by`


def operate(state: NaiveState, request: Any) -> None:
    """Do what an operator asks, or say why not."""
    nameless = not isinstance(request, UNSIGNED) and not request.by
    reason = reasons.BAD_VALUE if nameless or not is_printable(request) else OPERATIONS[type(request)](state, request)
    if reason:
        state.events.append(OperationRefused(reason, ""))


def is_printable(request: Any) -> bool:
    """No control character in any of its texts, nor in its lists of names."""
    values = astuple(request)
    listed = [part for value in values if isinstance(value, tuple) for part in value]
    return all(text.isprintable() for text in (*values, *listed) if isinstance(text, str))


def change(state: NaiveState, setting: Any) -> int:
    state.events.append(SettingChanged(setting))
    return DONE


# Instruments, accounts, sessions -------------------------------------------------------------------------


def list_instrument(state: NaiveState, request: ListInstrument) -> int:
    known = state.listed.get(request.symbol)
    free = {name: getattr(request, name) for name in ("min_lots", "max_lots", "state", "by", "why")}
    if known and replace(known.listing, **free) != request:
        return reasons.MISMATCH
    steps = [re.fullmatch(STEP, step) for step in (request.tick_size, request.lot_size)]
    if not all((request.symbol, request.base, request.quote, *steps)):
        return reasons.BAD_VALUE
    if not {request.base_decimals, request.quote_decimals} <= set(range(19)):
        return reasons.BAD_VALUE
    if min(request.min_lots, request.max_lots, request.lot_units, request.notional_factor) < 1:
        return reasons.BAD_VALUE
    largest = request.max_lots * max(request.notional_factor, request.lot_units)
    if request.max_lots < request.min_lots or largest > UNITS_MAX:
        return reasons.BAD_VALUE
    given = [request] + [instrument.listing for instrument in state.listed.values()]
    decimals = {(i.base, i.base_decimals) for i in given} | {(i.quote, i.quote_decimals) for i in given}
    if len(decimals) > len({currency for currency, _ in decimals}):
        return reasons.MISMATCH
    if known:
        known.listing = request
    else:
        symbol = request.symbol
        state.listed[symbol] = NaiveInstrument(request, request.state, SetPriceLimits(symbol))
    state.events.append(InstrumentListed(request))
    return DONE


def open_account(state: NaiveState, request: OpenAccount) -> int:
    if request.self_match == ACCOUNT_DEFAULT or not request.account:
        return reasons.BAD_VALUE
    known = state.opened.get(request.account)
    if known is None:
        state.opened[request.account] = NaiveAccount(request, SetAccountLimits(request.account))
    elif known.opened.settlement != request.settlement and is_in_use(state, known):
        return reasons.IN_USE
    else:
        known.opened = request
    state.events.append(AccountOpened(request))
    return DONE


def is_in_use(state: NaiveState, account: NaiveAccount) -> bool:
    has_position = any(position.qty_lots for position in account.positions.values())
    return bool(state.orders_of(account.opened.account)) or has_position or any(account.totals.values())


def set_session(state: NaiveState, request: SetSession) -> int:
    if not request.session:
        return reasons.BAD_VALUE
    if any(account not in state.opened for account in (*request.trades, *request.watches)):
        return reasons.UNKNOWN_ACCOUNT
    state.session_settings[request.session] = request
    return change(state, request)


def control_session(state: NaiveState, request: ControlSession) -> int:
    if request.session not in state.session_settings:
        return reasons.UNKNOWN_SESSION
    state.events.append(SessionControlled(request))
    return DONE


def set_trading_state(state: NaiveState, request: SetTradingState) -> int:
    instrument = state.listed.get(request.symbol)
    if instrument is None:
        return reasons.UNKNOWN_SYMBOL
    if request.until_ns and (request.state not in TIMED or request.until_ns <= state.time_ns):
        return reasons.BAD_VALUE
    set_state(state, instrument, request.state, request.by, request.why, request.until_ns)
    return DONE


def set_price_limits(state: NaiveState, request: SetPriceLimits) -> int:
    instrument = state.listed.get(request.symbol)
    if instrument is None:
        return reasons.UNKNOWN_SYMBOL
    bands = (request.collar_bp, request.breaker_bp)
    numbers = (*bands, request.halt_ns, request.auction_ns, request.reference_ticks)
    if min(numbers) < 0 or max(bands) >= 10_000 or request.reference_ticks > price_bound(instrument.listing):
        return reasons.BAD_VALUE
    if max(request.halt_ns, request.auction_ns) > UNITS_MAX:
        return reasons.BAD_VALUE
    instrument.limits = request
    instrument.reference_ticks = request.reference_ticks or instrument.reference_ticks
    return change(state, request)


# Limits, caps, switches, groups --------------------------------------------------------------------------


def set_order_limits(state: NaiveState, request: SetOrderLimits) -> int:
    if request.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    if request.symbol not in state.listed:
        return reasons.UNKNOWN_SYMBOL
    limits = (request.order_lots_max, request.order_notional_max, request.long_lots_max, request.short_lots_max)
    if min(limits) < NO_LIMIT:
        return reasons.BAD_VALUE
    state.opened[request.account].order_limits[request.symbol] = request
    return change(state, request)


def set_account_limits(state: NaiveState, request: SetAccountLimits) -> int:
    if request.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    if request.open_orders_max < NO_LIMIT:
        return reasons.BAD_VALUE
    state.opened[request.account].limits = request
    return change(state, request)


def set_loss_cap(state: NaiveState, request: SetLossCap) -> int:
    reason = currency_refusal(state, request)
    if reason:
        return reason
    if request.cap_units < 1 and request.cap_units != NO_LIMIT:
        return reasons.BAD_VALUE
    account, currency = state.opened[request.account], request.currency
    account.caps.pop(currency, None)
    account.reached.pop(currency, None)
    if request.cap_units != NO_LIMIT:
        account.caps[currency] = request
        account.base_x2[currency] = day_pnl_x2(state, account, currency)
    return change(state, request)


def release_loss_cap(state: NaiveState, request: ReleaseLossCap) -> int:
    if request.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    count_losses_anew(state, request.account)
    state.events.append(LossCapReleased(request.account, request.by, request.why))
    return DONE


def set_kill_switch(state: NaiveState, request: SetKillSwitch) -> int:
    firms = {account.opened.firm for account in state.opened.values()} - {""}
    known: dict[int, tuple[object, int]] = {
        SESSION: (state.session_settings, reasons.UNKNOWN_SESSION),
        ACCOUNT: (state.opened, reasons.UNKNOWN_ACCOUNT),
        FIRM: (firms, reasons.UNKNOWN_FIRM),
        VENUE: ({""}, reasons.BAD_VALUE),
    }
    names: Any
    names, reason = known[request.scope]
    if request.name not in names and (request.scope, request.name) not in state.switches:
        return reason
    state.switches.pop((request.scope, request.name), None)
    change(state, request)
    if request.engaged:
        state.switches[request.scope, request.name] = request
        cancel_all(state, [o for o in state.open if is_in_scope(state, o, request)], reasons.KILL_SWITCH)
    return DONE


def is_in_scope(state: NaiveState, order: NaiveOrder, switch: SetKillSwitch) -> bool:
    terms = order.terms
    firm = state.opened[terms.account].opened.firm
    names = {SESSION: terms.session, ACCOUNT: terms.account, FIRM: firm, VENUE: ""}
    return names[switch.scope] == switch.name


def set_order_group(state: NaiveState, request: SetOrderGroup) -> int:
    if request.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    if request.symbol not in state.listed:
        return reasons.UNKNOWN_SYMBOL
    ends = request.lots_max == NO_LIMIT
    if not request.group or (request.lots_max < 1 and not ends) or request.window_ns < 1:
        return reasons.BAD_VALUE
    groups = state.opened[request.account].groups
    groups.pop(request.group, None)
    if not ends:
        groups[request.group] = NaiveGroup(request)
    return change(state, request)


# Fees and balances ---------------------------------------------------------------------------------------


def currency_refusal(state: NaiveState, request: SetLossCap | SetAccountFees) -> int:
    if request.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    return 0 if request.currency in state.currencies_listed() else reasons.UNKNOWN_CURRENCY


def set_fee_schedule(state: NaiveState, request: SetFeeSchedule) -> int:
    if request.currency not in state.currencies_listed():
        return reasons.UNKNOWN_CURRENCY
    if not are_possible(request.tiers):
        return reasons.BAD_VALUE
    state.schedules[request.currency] = request.tiers
    change(state, request)
    for name in state.opened:
        lock_anew(state, name)
    return DONE


def are_possible(tiers: tuple[FeeTier, ...]) -> bool:
    volumes = [tier.volume_units for tier in tiers]
    rates = [rate for tier in tiers for rate in (tier.maker_rate, tier.taker_rate)]
    ascending = all(lower < higher for lower, higher in pairwise(volumes))
    return bool(tiers) and volumes[0] == 0 and ascending and all(abs(rate) <= RATE_MAX for rate in rates)


def set_account_fees(state: NaiveState, request: SetAccountFees) -> int:
    reason = currency_refusal(state, request)
    if reason:
        return reason
    if any(abs(rate) > RATE_MAX for rate in request.rates or ()):
        return reasons.BAD_VALUE
    state.opened[request.account].own_fees[request.currency] = request
    change(state, request)
    lock_anew(state, request.account)
    return DONE


def move_balance(state: NaiveState, request: MoveBalance) -> int:
    account = state.opened.get(request.account)
    if account is None:
        return reasons.UNKNOWN_ACCOUNT
    if not account.is_prefunded:
        return reasons.NOT_PREFUNDED
    if request.currency not in state.currencies_listed():
        return reasons.UNKNOWN_CURRENCY
    known = state.transactions.get(request.transaction_id)
    total = account.totals.get(request.currency, 0) + (0 if known else request.amount_units)
    if request.amount_units == 0 or not request.transaction_id:
        return reasons.BAD_VALUE
    if known and what(known) != what(request):
        return reasons.TRANSACTION_REUSED
    if not known:
        if total > UNITS_MAX:
            return reasons.BAD_VALUE
        if request.amount_units + available(state, request.account, request.currency, []) < 0:
            return reasons.INSUFFICIENT_BALANCE
        account.totals[request.currency] = total
        state.transactions[request.transaction_id] = request
        if len(state.transactions) > state.transactions_max:
            del state.transactions[next(iter(state.transactions))]
    lock = locked(state, request.account, request.currency, [])
    state.events.append(BalanceMoved(request, told(total), told(lock), known is not None))
    return DONE


def what(request: MoveBalance) -> tuple[str, str, int]:
    return request.account, request.currency, request.amount_units


OPERATIONS: dict[type, Callable[[NaiveState, Any], int]] = {
    ListInstrument: list_instrument,
    OpenAccount: open_account,
    SetSession: set_session,
    SetTradingState: set_trading_state,
    SetPriceLimits: set_price_limits,
    SetOrderLimits: set_order_limits,
    SetAccountLimits: set_account_limits,
    SetLossCap: set_loss_cap,
    ReleaseLossCap: release_loss_cap,
    SetKillSwitch: set_kill_switch,
    SetOrderGroup: set_order_group,
    SetFeeSchedule: set_fee_schedule,
    SetAccountFees: set_account_fees,
    MoveBalance: move_balance,
    BustTrade: amend,
    CorrectTrade: amend,
    ControlSession: control_session,
}
