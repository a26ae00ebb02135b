"""The operator's limits: of orders and positions, of accounts, of a day's loss, of fill rates."""

from venue.engine.groups import Group
from venue.engine.losses import begin_all, set_cap
from venue.engine.state import State
from venue.messages import (
    NO_LIMIT,
    LossCapReleased,
    ReleaseLossCap,
    SetAccountLimits,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SettingChanged,
)
from venue.reasons import BAD_VALUE, UNKNOWN_ACCOUNT, UNKNOWN_CURRENCY, UNKNOWN_SYMBOL


def set_order_limits(state: State, request: SetOrderLimits) -> int:
    """Orders that are open stay, whatever the limits."""
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if request.symbol not in state.books:
        return UNKNOWN_SYMBOL
    limits = (request.order_lots_max, request.order_notional_max, request.long_lots_max, request.short_lots_max)
    if min(limits) < NO_LIMIT:
        return BAD_VALUE
    account.order_limits[request.symbol] = request
    holding = account.holdings.get(request.symbol)
    if holding is not None:
        holding.take_settings()
    state.events.append(SettingChanged(request))
    return 0


def set_account_limits(state: State, request: SetAccountLimits) -> int:
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if request.open_orders_max < NO_LIMIT:
        return BAD_VALUE
    account.limits = request
    account.open_orders_max = request.open_orders_max
    account.take_settings()
    state.events.append(SettingChanged(request))
    return 0


def set_loss_cap(state: State, request: SetLossCap) -> int:
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if request.currency not in state.tills:
        return UNKNOWN_CURRENCY
    if request.cap_units < 1 and request.cap_units != NO_LIMIT:
        return BAD_VALUE
    set_cap(state, account, request)
    state.events.append(SettingChanged(request))
    return 0


def release_loss_cap(state: State, request: ReleaseLossCap) -> int:
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    begin_all(state, account)
    state.events.append(LossCapReleased(request.account, request.by, request.why))
    return 0


def set_order_group(state: State, request: SetOrderGroup) -> int:
    """Begin a fill-rate group anew, or end it; its orders stay."""
    account = state.accounts.get(request.account)
    if account is None:
        return UNKNOWN_ACCOUNT
    if request.symbol not in state.books:
        return UNKNOWN_SYMBOL
    is_end = request.lots_max == NO_LIMIT
    if not request.group or (request.lots_max < 1 and not is_end) or request.window_ns < 1:
        return BAD_VALUE
    if is_end:
        account.order_groups.pop(request.group, None)
    else:
        account.order_groups[request.group] = Group(request)
    state.events.append(SettingChanged(request))
    return 0
