"""Fees, changed: a currency's schedule, an account's own rates."""

from typing import Annotated

from fastapi import APIRouter, Path

from admin_api import naming
from admin_api.control import CONTROL_REFUSALS, carry_out, recorded
from admin_api.models.account_controls import FeeScheduleChange, RatesChange
from admin_api.models.controls import Control, ControlDone
from admin_api.models.values import AccountName, CurrencyName
from admin_api.principals import Asking
from admin_api.problems import responses
from admin_api.view import Seen
from venue import reasons
from venue.control.values import rate_of, units_of
from venue.messages import FeeTier, SetAccountFees, SetFeeSchedule

router = APIRouter(tags=["fees"])

AccountPath = Annotated[AccountName, Path(examples=["DEMO1"])]
CurrencyPath = Annotated[CurrencyName, Path(examples=["USD"])]


@router.put("/fees/{currency}/tiers", responses=responses(reasons.UNKNOWN_CURRENCY, *CONTROL_REFUSALS))
async def set_fee_schedule(currency: CurrencyPath, asked: FeeScheduleChange, view: Seen, asking: Asking) -> ControlDone:
    """Set the fees in instruments quoted in a currency."""
    money = view.units.money(naming.currency(view, currency))
    tiers = tuple(
        FeeTier(
            units_of("volume", tier.volume, money),
            rate_of("maker_percent", tier.maker_percent),
            rate_of("taker_percent", tier.taker_percent),
        )
        for tier in asked.tiers
    )
    return await carry_out(view, SetFeeSchedule(currency, tiers, *recorded(asking, asked.why)))


@router.put(
    "/accounts/{account}/fees/{currency}",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_CURRENCY, *CONTROL_REFUSALS),
)
async def set_account_fees(
    account: AccountPath, currency: CurrencyPath, asked: RatesChange, view: Seen, asking: Asking
) -> ControlDone:
    """Give an account rates of its own."""
    naming.account(view, account)
    rates = rate_of("maker_percent", asked.maker_percent), rate_of("taker_percent", asked.taker_percent)
    command = SetAccountFees(account, naming.currency(view, currency), rates, *recorded(asking, asked.why))
    return await carry_out(view, command)


@router.post(
    "/accounts/{account}/fees/{currency}/end",
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_CURRENCY, *CONTROL_REFUSALS),
)
async def end_account_fees(
    account: AccountPath, currency: CurrencyPath, asked: Control, view: Seen, asking: Asking
) -> ControlDone:
    """Have an account pay the schedule's fees again."""
    naming.account(view, account)
    command = SetAccountFees(account, naming.currency(view, currency), None, *recorded(asking, asked.why))
    return await carry_out(view, command)
