"""The naive fill-rate groups, and the daily loss caps: what cancels an account's orders by itself."""

from tests.support.naive_ending import cancel_all
from tests.support.naive_money import day_pnl_x2, half_even, told
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_state import NaiveState
from venue.messages import LossCapReached, OrderGroupTripped
from venue.reasons import FILL_RATE, LOSS_CAP


def note_fill(state: NaiveState, order: NaiveOrder, lots: int) -> None:
    """Count a fill of an order's group; at lots_max within the window the group's orders are canceled."""
    account, name = order.terms.account, order.terms.order_group
    group = state.opened[account].groups.get(name) if name else None
    if group is None or group.tripped:
        return
    since_ns = state.time_ns - group.setting.window_ns
    group.fills = [fill for fill in (*group.fills, (state.time_ns, lots)) if fill[0] > since_ns]
    filled = sum(lots for _, lots in group.fills)
    if filled >= group.setting.lots_max:
        group.tripped = True
        state.events.append(OrderGroupTripped(account, name, told(filled)))
        cancel_all(state, [o for o in state.orders_of(account) if o.terms.order_group == name], FILL_RATE)


def reach_a_loss_cap(state: NaiveState) -> bool:
    """Find the first account that lost what it may and cancel its orders; False when there is none."""
    for name, account in state.opened.items():
        for currency in sorted(account.caps):
            cap = account.caps[currency].cap_units
            daily_x2 = day_pnl_x2(state, account, currency) - account.base_x2[currency]
            if currency not in account.reached and daily_x2 <= -2 * cap:
                daily = half_even(daily_x2, 2)
                account.reached[currency] = -daily
                state.events.append(LossCapReached(name, currency, told(daily), cap))
                cancel_all(state, state.orders_of(name), LOSS_CAP)
                return True
    return False


def count_losses_anew(state: NaiveState, name: str) -> None:
    """From now on, in every capped currency."""
    account = state.opened[name]
    account.reached = {}
    for currency in account.caps:
        account.base_x2[currency] = day_pnl_x2(state, account, currency)
