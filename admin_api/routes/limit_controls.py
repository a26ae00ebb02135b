"""What bounds an account, changed: orders, positions, daily losses, fill-rate groups."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path

from admin_api import naming
from admin_api.control import CONTROL_REFUSALS, carry_out, recorded
from admin_api.models.account_controls import AccountLimitsChange, GroupChange, LossCapChange, OrderLimitsChange
from admin_api.models.controls import Control, ControlDone
from admin_api.models.values import AccountName, CurrencyName, Symbol
from admin_api.principals import Asking
from admin_api.problems import responses
from admin_api.view import Seen, View
from venue import reasons
from venue.config import NAME
from venue.control.values import units_of
from venue.increments import SECONDS, Increment
from venue.messages import (
    NO_LIMIT,
    Limits,
    ReleaseLossCap,
    SetAccountLimits,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
)

router = APIRouter(prefix="/accounts", tags=["accounts"])

AccountPath = Annotated[AccountName, Path(examples=["DEMO1"])]
SymbolPath = Annotated[Symbol, Path(examples=["BTC-USD"])]
CurrencyPath = Annotated[CurrencyName, Path(examples=["USD"])]
GroupPath = Annotated[str, Path(pattern=NAME, description="A fill-rate group.", examples=["fast"])]


@router.put("/{account}/limits", responses=responses(reasons.UNKNOWN_ACCOUNT, *CONTROL_REFUSALS))
async def set_account_limits(
    account: AccountPath, asked: AccountLimitsChange, view: Seen, asking: Asking
) -> ControlDone:
    """Limit how many orders an account may have open; null: without limit."""
    naming.account(view, account)
    most = NO_LIMIT if asked.open_orders_max is None else asked.open_orders_max
    return await carry_out(view, SetAccountLimits(account, most, *recorded(asking, asked.why)))


@router.patch(
    "/{account}/limits/{symbol}",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS),
)
async def set_order_limits(
    account: AccountPath, symbol: SymbolPath, asked: OrderLimitsChange, view: Seen, asking: Asking
) -> ControlDone:
    """Limit orders and position of an account in an instrument; what is not given stays, null: without limit."""
    async with view.changing:
        known = {limits.symbol: limits for limits in _limits(view, account).orders}
        quote = naming.listed(view, symbol).quote
        lot, money = view.units.qty(symbol), view.units.money(quote)
        fields = {
            "order_quantity_max": ("order_lots_max", lot),
            "order_notional_max": ("order_notional_max", money),
            "long_max": ("long_lots_max", lot),
            "short_max": ("short_lots_max", lot),
        }
        changes = {
            name: _limit_of(field, getattr(asked, field), step)
            for field, (name, step) in fields.items()
            if field in asked.model_fields_set
        }
        by, why = recorded(asking, asked.why)
        before = known.get(symbol) or SetOrderLimits(account, symbol)
        return await carry_out(view, msgspec.structs.replace(before, **changes, by=by, why=why))


@router.put(
    "/{account}/loss-caps/{currency}",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_CURRENCY, *CONTROL_REFUSALS),
)
async def set_loss_cap(
    account: AccountPath, currency: CurrencyPath, asked: LossCapChange, view: Seen, asking: Asking
) -> ControlDone:
    """Cap what an account may lose in a day, counted from now; null: without cap."""
    naming.account(view, account)
    cap_units = _limit_of("loss_cap", asked.loss_cap, view.units.money(naming.currency(view, currency)))
    return await carry_out(view, SetLossCap(account, currency, cap_units, *recorded(asking, asked.why)))


@router.post("/{account}/loss-cap-release", responses=responses(reasons.UNKNOWN_ACCOUNT, *CONTROL_REFUSALS))
async def release_loss_caps(account: AccountPath, asked: Control, view: Seen, asking: Asking) -> ControlDone:
    """Let an account that reached its daily loss cap trade again; its loss counts anew from now."""
    naming.account(view, account)
    return await carry_out(view, ReleaseLossCap(account, *recorded(asking, asked.why)))


@router.put(
    "/{account}/groups/{group}",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS),
)
async def set_group(
    account: AccountPath, group: GroupPath, asked: GroupChange, view: Seen, asking: Asking
) -> ControlDone:
    """Set up a fill-rate group, or change one, which resets it."""
    naming.account(view, account)
    lots_max = units_of("quantity", asked.quantity, view.units.qty(naming.listed(view, asked.symbol).symbol))
    window_ns = units_of("window_s", asked.window_s, SECONDS)
    command = SetOrderGroup(account, group, asked.symbol, lots_max, window_ns, *recorded(asking, asked.why))
    return await carry_out(view, command)


@router.post(
    "/{account}/groups/{group}/reset",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_GROUP, *CONTROL_REFUSALS),
)
async def reset_group(
    account: AccountPath, group: GroupPath, asked: Control, view: Seen, asking: Asking
) -> ControlDone:
    """Let a tripped group take orders again."""
    async with view.changing:
        return await carry_out(view, _signed(_group(view, account, group), asked, asking))


@router.post(
    "/{account}/groups/{group}/end",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_GROUP, *CONTROL_REFUSALS),
)
async def end_group(account: AccountPath, group: GroupPath, asked: Control, view: Seen, asking: Asking) -> ControlDone:
    """End a group: orders may no longer name it."""
    async with view.changing:
        ended = msgspec.structs.replace(_group(view, account, group), lots_max=NO_LIMIT)
        return await carry_out(view, _signed(ended, asked, asking))


def _limits(view: View, account: str) -> Limits:
    naming.account(view, account)
    limits = view.engine.limits(account)
    assert limits is not None  # the account is open
    return limits


def _limit_of(field: str, text: str | None, increment: Increment) -> int:
    return NO_LIMIT if text is None else units_of(field, text, increment)


def _group(view: View, account: str, group: str) -> SetOrderGroup:
    known = {known.group: known for known, _ in _limits(view, account).groups}
    if group not in known:
        raise naming.unknown(reasons.UNKNOWN_GROUP, "group", group, known, f"/api/v3/accounts/{account}/groups")
    return known[group]


def _signed(command: SetOrderGroup, asked: Control, asking: Asking) -> SetOrderGroup:
    by, why = recorded(asking, asked.why)
    return msgspec.structs.replace(command, by=by, why=why)
