"""What bounds accounts, as it is told: limits, daily loss caps, fill-rate groups, kill switches. null: no limit."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.values import AccountName, CurrencyName, JournalSeq, Money, Qty, Seconds, Symbol
from venue import messages as m
from venue.increments import SECONDS, trimmed
from venue.names import SCOPES
from venue.units import Units

Scope = Literal["session", "account", "firm", "venue"]


class OrderLimits(BaseModel):
    """Of one order, and of the position with open orders counted as if filled."""

    symbol: Symbol
    order_quantity_max: Qty | None
    order_notional_max: Annotated[Money | None, Field(description="In the quote currency.")]
    long_max: Qty | None
    short_max: Qty | None


class LossCap(BaseModel):
    """P&L of the day (realized + unrealized - fees) at which the account is stopped."""

    currency: CurrencyName
    loss_cap: Money
    daily: Annotated[Money, Field(description="Since the day roll, or since the cap was set or released.")]
    is_reached: Annotated[bool, Field(description="Only orders that reduce a position are taken.")]


class FillRateGroup(BaseModel):
    """When `quantity` of its orders is filled within `window_s`, they are canceled and new ones refused."""

    group: Annotated[str, Field(description="As orders name it.", examples=["fast"])]
    symbol: Symbol
    quantity: Qty
    window_s: Seconds
    is_tripped: bool


class AccountLimits(BaseModel):
    """Everything that bounds an account."""

    journal_seq: JournalSeq
    account: AccountName
    open_orders: Annotated[int, Field(examples=[12])]
    open_orders_max: Annotated[int | None, Field(examples=[200])]
    is_killed: Annotated[bool, Field(description="By a kill switch of the account, its firm or the venue.")]
    order_limits: list[OrderLimits]
    loss_caps: list[LossCap]
    groups: list[FillRateGroup]


class FillRateGroupList(BaseModel):
    """By name."""

    journal_seq: JournalSeq
    account: AccountName
    groups: list[FillRateGroup]


class KillSwitch(BaseModel):
    """An engaged one: orders of the scope were canceled, new ones are refused."""

    scope: Scope
    name: Annotated[str, Field(description="Of the session, account or firm; empty for the venue.", examples=["DEMO1"])]
    by: Annotated[str, Field(description="Who engaged it.", examples=["desk"])]
    why: Annotated[str, Field(examples=["lost control of its orders"])]


class KillSwitchList(BaseModel):
    """By scope and name."""

    journal_seq: JournalSeq
    kill_switches: list[KillSwitch]


def account_limits(journal_seq: int, account: str, limits: m.Limits, units: Units) -> AccountLimits:
    open_orders_max = limits.account.open_orders_max
    return AccountLimits(
        journal_seq=journal_seq,
        account=account,
        open_orders=limits.open_orders,
        open_orders_max=None if open_orders_max == m.NO_LIMIT else open_orders_max,
        is_killed=limits.is_killed,
        order_limits=[_order_limits(order, units) for order in limits.orders],
        loss_caps=[_loss_cap(loss, units) for loss in limits.losses],
        groups=[group_of(group, is_tripped, units) for group, is_tripped in limits.groups],
    )


def group_of(group: m.SetOrderGroup, is_tripped: bool, units: Units) -> FillRateGroup:
    return FillRateGroup(
        group=group.group,
        symbol=group.symbol,
        quantity=amounts.qty(units, group.symbol, group.lots_max),
        window_s=trimmed(SECONDS.to_text(group.window_ns)),
        is_tripped=is_tripped,
    )


def switch_of(switch: m.SetKillSwitch) -> KillSwitch:
    return KillSwitch(scope=cast(Scope, SCOPES[switch.scope]), name=switch.name, by=switch.by, why=switch.why)


def _order_limits(limits: m.SetOrderLimits, units: Units) -> OrderLimits:
    symbol, quote = limits.symbol, units.instrument(limits.symbol).quote
    return OrderLimits(
        symbol=symbol,
        order_quantity_max=amounts.qty_limit(units, symbol, limits.order_lots_max),
        order_notional_max=amounts.money_limit(units, quote, limits.order_notional_max),
        long_max=amounts.qty_limit(units, symbol, limits.long_lots_max),
        short_max=amounts.qty_limit(units, symbol, limits.short_lots_max),
    )


def _loss_cap(loss: m.DailyLoss, units: Units) -> LossCap:
    currency = loss.cap.currency
    return LossCap(
        currency=currency,
        loss_cap=amounts.money(units, currency, loss.cap.cap_units),
        daily=amounts.money(units, currency, loss.daily_units),
        is_reached=loss.is_reached,
    )
