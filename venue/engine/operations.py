"""The operator's commands, each with the function that obeys it; those that say who asked must say it.

Each function gives the reason it refuses for, with nothing changed, or 0 once it has obeyed.

Names, `by` and `why` go on into FIX messages and onto terminals, so that none may hold a control character.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import astuple

from venue.engine.amending import bust_trade, correct_trade
from venue.engine.charging import set_account_fees, set_fee_schedule
from venue.engine.limiting import (
    release_loss_cap,
    set_account_limits,
    set_loss_cap,
    set_order_group,
    set_order_limits,
)
from venue.engine.operating import control_session, list_instrument, open_account, set_session
from venue.engine.state import State
from venue.engine.states import set_price_limits, set_trading_state
from venue.engine.switches import set_kill_switch
from venue.engine.transfers import move_balance
from venue.messages import (
    BustTrade,
    ControlSession,
    CorrectTrade,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    OperationRefused,
    ReleaseLossCap,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    SetTradingState,
)
from venue.reasons import BAD_VALUE

ANONYMOUS: Final[dict[type[Any], Callable[[State, Any], int]]] = {
    ListInstrument: list_instrument,
    OpenAccount: open_account,
    SetTradingState: set_trading_state,
}
SIGNED: Final[dict[type[Any], Callable[[State, Any], int]]] = {
    SetSession: set_session,
    SetOrderLimits: set_order_limits,
    SetAccountLimits: set_account_limits,
    SetLossCap: set_loss_cap,
    ReleaseLossCap: release_loss_cap,
    SetKillSwitch: set_kill_switch,
    SetPriceLimits: set_price_limits,
    SetFeeSchedule: set_fee_schedule,
    SetAccountFees: set_account_fees,
    MoveBalance: move_balance,
    SetOrderGroup: set_order_group,
    BustTrade: bust_trade,
    CorrectTrade: correct_trade,
    ControlSession: control_session,
}


def operate(state: State, command: Any) -> bool:
    """Obey an operator's command; False when it is none."""
    signed = SIGNED.get(type(command))
    obey = signed or ANONYMOUS.get(type(command))
    if obey is None:
        return False
    is_unsaid = (signed is not None and not command.by) or not are_printable(astuple(command))
    reason = BAD_VALUE if is_unsaid else obey(state, command)
    if reason:
        state.events.append(OperationRefused(reason, ""))
    return True


def are_printable(values: tuple[Any, ...]) -> bool:
    """Whether every text among a command's values, and in the lists of names among them, is printable."""
    for value in values:
        if isinstance(value, str) and not value.isprintable():
            return False
        if isinstance(value, tuple) and not are_printable(value):
            return False
    return True
