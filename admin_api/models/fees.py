"""Fees as they are told: the schedules, what an account pays, what the venue earned."""

from typing import Annotated

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.values import AccountName, CurrencyName, JournalSeq, Money, Percent
from venue import messages as m
from venue.units import Units

RatePercent = Annotated[Percent, Field(description="Of the notional, in percent; negative: a rebate.")]


class FeeTier(BaseModel):
    """For accounts that traded at least `volume` in the last 30 days, as of the last day roll."""

    volume: Money
    maker_percent: RatePercent
    taker_percent: RatePercent


class FeeSchedule(BaseModel):
    """The fees in instruments quoted in a currency, lowest tier first; no tiers: trading is free."""

    currency: CurrencyName
    tiers: list[FeeTier]


class FeeSchedules(BaseModel):
    """By currency, of the quote currencies of the listed instruments."""

    journal_seq: JournalSeq
    schedules: list[FeeSchedule]


class Revenue(BaseModel):
    """What the venue earned in a currency: the sum of all fees, rebates taken off."""

    currency: CurrencyName
    revenue: Money


class Revenues(BaseModel):
    """By currency."""

    journal_seq: JournalSeq
    revenues: list[Revenue]


class AccountFee(BaseModel):
    """What an account pays in instruments quoted in a currency, and why."""

    currency: CurrencyName
    maker_percent: RatePercent
    taker_percent: RatePercent
    is_override: Annotated[bool, Field(description="Rates of its own instead of the schedule's.")]
    tier: Annotated[int | None, Field(description="Of the schedule, from 1; null: none applies.", examples=[1])]
    volume_30d: Annotated[Money, Field(description="Traded notional, as of the last day roll: decides the tier.")]
    volume_today: Annotated[Money, Field(description="Traded notional since the day roll.")]


class AccountFees(BaseModel):
    """By currency."""

    journal_seq: JournalSeq
    account: AccountName
    fees: list[AccountFee]


def schedule_of(currency: m.Currency, units: Units) -> FeeSchedule:
    name = currency.currency
    tiers = [
        FeeTier(
            volume=amounts.money(units, name, tier.volume_units),
            maker_percent=amounts.rate_percent(tier.maker_rate),
            taker_percent=amounts.rate_percent(tier.taker_rate),
        )
        for tier in currency.tiers
    ]
    return FeeSchedule(currency=name, tiers=tiers)


def revenue_of(currency: m.Currency, units: Units) -> Revenue:
    name = currency.currency
    return Revenue(currency=name, revenue=amounts.money(units, name, currency.revenue_units))


def account_fee_of(fee: m.FeeStatus, tiers: tuple[m.FeeTier, ...], units: Units) -> AccountFee:
    reached = sum(1 for tier in tiers if tier.volume_units <= fee.volume_30d_units)
    return AccountFee(
        currency=fee.currency,
        maker_percent=amounts.rate_percent(fee.maker_rate),
        taker_percent=amounts.rate_percent(fee.taker_rate),
        is_override=fee.is_override,
        tier=None if fee.is_override or not reached else reached,
        volume_30d=amounts.money(units, fee.currency, fee.volume_30d_units),
        volume_today=amounts.money(units, fee.currency, fee.volume_today_units),
    )
