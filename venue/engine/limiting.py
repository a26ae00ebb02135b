"""The operator's limits: of orders and positions, of accounts, of a day's loss, of fill rates."""

from venue.engine.groups import Group
from venue.engine.losses import begin_all, set_cap
from venue.engine.state import State
from venue.messages import (
    NO_LIMIT,
    LossCapReleased,
    OperationRefused,
    ReleaseLossCap,
    SetAccountLimits,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SettingChanged,
)
from venue.reasons import BAD_VALUE, UNKNOWN_ACCOUNT, UNKNOWN_CURRENCY, UNKNOWN_SYMBOL


def set_order_limits(state: State, request: SetOrderLimits) -> None:
    """Orders that are open stay, whatever the limits."""
    account = state.accounts.get(request.account)
    if account is None:
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    if request.symbol not in state.books:
        state.events.append(OperationRefused(UNKNOWN_SYMBOL, ""))
        return
    limits = (request.order_lots_max, request.order_notional_max, request.long_lots_max, request.short_lots_max)
    if min(limits) < NO_LIMIT:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    account.order_limits[request.symbol] = request
    holding = account.holdings.get(request.symbol)
    if holding is not None:
        holding.take_settings()
    state.events.append(SettingChanged(request))


def set_account_limits(state: State, request: SetAccountLimits) -> None:
    account = state.accounts.get(request.account)
    if account is None:
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    if request.open_orders_max < NO_LIMIT:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    account.limits = request
    account.open_orders_max = request.open_orders_max
    account.take_settings()
    state.events.append(SettingChanged(request))


def set_loss_cap(state: State, request: SetLossCap) -> None:
    account = state.accounts.get(request.account)
    if account is None:
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    if request.currency not in state.tills:
        state.events.append(OperationRefused(UNKNOWN_CURRENCY, ""))
        return
    if request.cap_units < 1 and request.cap_units != NO_LIMIT:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    set_cap(state, account, request)
    state.events.append(SettingChanged(request))


def release_loss_cap(state: State, request: ReleaseLossCap) -> None:
    account = state.accounts.get(request.account)
    if account is None:
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    begin_all(state, account)
    state.events.append(LossCapReleased(request.account, request.by, request.why))


def set_order_group(state: State, request: SetOrderGroup) -> None:
    """Begin a fill-rate group anew, or end it; its orders stay."""
    account = state.accounts.get(request.account)
    if account is None:
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    if request.symbol not in state.books:
        state.events.append(OperationRefused(UNKNOWN_SYMBOL, ""))
        return
    is_end = request.lots_max == NO_LIMIT
    if not request.group or (request.lots_max < 1 and not is_end) or request.window_ns < 1:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    if is_end:
        account.order_groups.pop(request.group, None)
    else:
        account.order_groups[request.group] = Group(request)
    state.events.append(SettingChanged(request))
